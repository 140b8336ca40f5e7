"""Holds gigabytes in memory files that belong to no process's memory: the limit sees nothing of them."""
CELL = r'''
import os
block, held = b"x" * (1 << 24), 0
files = []
try:
    for i in range(150):
        files.append(os.memfd_create(str(i)))
        for _ in range(2):
            held += os.write(files[-1], block)
except OSError as error:
    print(error)
import time
time.sleep(1)
print(held >> 20, "MB held")
print("CANARY-" "ESCAPE" if held > 2_500_000_000 else "no")
'''
