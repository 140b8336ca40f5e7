"""Fills memory through shared mappings and /dev/shm, which limits of a process do not see."""
CELL = r'''
import mmap, os
maps = []
for _ in range(200):
    m = mmap.mmap(-1, 50_000_000)
    m[::4096] = b"x" * len(m[::4096])
    maps.append(m)
'''
