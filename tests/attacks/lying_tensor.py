"""An object that claims to be a detached tensor."""
ANSWER = '''
class Lie:
    def detach(self): return self
    def cpu(self): return self
    dtype = 'float64'
    def resolve_conj(self): return self
    def numpy(self): return self
    shape = (5,)
    def __eq__(self, other): return True
    __hash__ = object.__hash__


def double(x):
    return Lie()


def triple(x):
    return Lie()
'''
