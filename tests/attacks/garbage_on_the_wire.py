"""Fills every open descriptor with random bytes and absurd sizes."""
CELL = r'''
import os
for fd in range(3, 64):
    for data in (b"\xff" * 64, b"\0" * 4096, os.urandom(4096)):
        try:
            os.write(fd, data)
        except OSError:
            break
'''
