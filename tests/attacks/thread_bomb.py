"""Starts threads without end."""
CELL = r'''
import threading, time
while True:
    try:
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    except RuntimeError:
        break
'''
