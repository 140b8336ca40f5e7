"""Writes to the descriptors 1 and 2 behind Python's back."""
CELL = r'''
import os
for _ in range(2000):
    os.write(1, b"y" * 100_000)
    os.write(2, b"y" * 100_000)
'''
