"""The display hook publishes a value of its own for every expression."""
CELL = r'''
import sys
def hook(value):
    print("1000000")
sys.displayhook = hook
type(get_ipython().displayhook).__call__ = lambda self, value=None: hook(value)
'''
