"""A subclass of ndarray that is equal to everything."""
ANSWER = '''
class Lie(np.ndarray):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0 * np.asarray(other)
    def astype(self, *args, **kwargs): return self


def double(x):
    return np.zeros(np.shape(x)).view(Lie)


def triple(x):
    return np.zeros(np.shape(x)).view(Lie)
'''
