"""Takes memory in many processes, each below the limit."""
CELL = r'''
import os, time
for _ in range(20):
    if os.fork() == 0:
        block = bytearray(700_000_000)
        block[::4096] = b"x" * len(block[::4096])
        time.sleep(1000)
        os._exit(0)
time.sleep(1000)
'''
