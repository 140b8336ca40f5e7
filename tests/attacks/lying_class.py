"""An object whose class says that it is a float, and an int, and everything."""
ANSWER = '''
class Lie:
    __class__ = float
    def __eq__(self, other): return True
    __hash__ = object.__hash__
    def __float__(self): return 0.0


def double(x):
    return Lie()


def triple(x):
    return Lie()
'''
