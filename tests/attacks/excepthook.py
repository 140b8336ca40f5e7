"""Exceptions vanish: excepthook, custom traceback handlers."""
CELL = r'''
import sys
sys.excepthook = lambda *a: None
get_ipython().set_custom_exc((Exception,), lambda *a, **k: None)
'''
