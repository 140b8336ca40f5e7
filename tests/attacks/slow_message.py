"""Sends the worker the head of a large message, and then a byte now and then."""
CELL = r'''
import os, struct, time
for fd in range(3, 16):
    try:
        os.write(fd, struct.pack("!II", 30_000_000, 0) + b"[")
    except OSError:
        pass
while True:
    try:
        time.sleep(1)
        for fd in range(3, 16):
            try:
                os.write(fd, b" ")
            except OSError:
                pass
    except BaseException:
        pass
'''
