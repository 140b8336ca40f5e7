"""A daemon by the double fork, deaf to every signal that can be ignored."""
CELL = r'''
import os, signal, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 32):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        os.execv("/bin/sleep", ["sleep", "31337"])
    os._exit(0)
'''
