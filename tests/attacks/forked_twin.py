"""Forks a twin that keeps all sockets and answers too, then leaves."""
CELL = r'''
import os
if os.fork():
    os._exit(0)
os.setsid()
'''
