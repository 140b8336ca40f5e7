"""An object that is equal to everything."""
ANSWER = '''
class Lie:
    def __eq__(self, other): return True
    __hash__ = object.__hash__


def double(x):
    return Lie()


def triple(x):
    return Lie()
'''
