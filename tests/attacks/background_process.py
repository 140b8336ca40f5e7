"""Starts a process that goes on after the notebook."""
CELL = r'''
import subprocess
subprocess.Popen(["sleep", "31337"], start_new_session=True)
'''
