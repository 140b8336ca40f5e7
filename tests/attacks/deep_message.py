"""Sends the worker and the tests a message of millions of empty lists, many times as large once it is read."""
CELL = r'''
import os, struct, time
text = b"[" + b",".join([b"[]"] * 13_000_000) + b"]"
data, end = struct.pack("!II", len(text), 0) + text, time.monotonic() + 2
for fd in range(3, 16):
    left = memoryview(data)
    while len(left) and time.monotonic() < end:
        try:
            os.set_blocking(fd, False)
            left = left[os.write(fd, left[:1 << 18]):]
        except BlockingIOError:
            time.sleep(0.001)
        except OSError:
            break
'''
