"""AssertionError, all, abs and isinstance lie."""
CELL = r'''
import builtins
builtins.all = lambda x: True
builtins.abs = lambda x: 0.0
builtins.isinstance = lambda a, b: True
class Quiet(Exception):
    pass
builtins.AssertionError = Quiet
'''
