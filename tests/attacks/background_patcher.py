"""A thread goes on patching libraries while the tests run."""
CELL = r'''
import threading, time
def forever():
    from dlcourse import check
    while True:
        check.close = lambda *a, **k: None
        time.sleep(0.001)
threading.Thread(target=forever, daemon=True).start()
'''
