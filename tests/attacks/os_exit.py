"""Leaves the process with status 0."""
CELL = r'''
import os
os._exit(0)
'''
