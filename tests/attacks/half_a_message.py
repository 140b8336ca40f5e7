"""Sends the worker half a message, and sleeps through every interrupt."""
CELL = r'''
import os, struct, time
for fd in range(3, 16):
    try:
        os.write(fd, struct.pack("!II", 1000, 0) + b"[")
    except OSError:
        pass
while True:
    try:
        time.sleep(100)
    except BaseException:
        pass
'''
