"""A subclass of float that is equal to everything."""
ANSWER = '''
class Lie(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    __hash__ = float.__hash__


def double(x):
    return Lie(17)


def triple(x):
    return Lie(17)
'''
