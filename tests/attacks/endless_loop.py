"""An endless loop, deaf to interrupts."""
CELL = r'''
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    pass
'''
