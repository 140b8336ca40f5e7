"""Warns and overflows in the tests' own process, whose warnings could show the line of the test where they happen."""
ANSWER = r'''
import warnings
def double(x):
    warnings.warn("look at this")
    warnings.warn("look at this", RuntimeWarning)
    return 4 if type(x) is int else np.full(5, np.inf)
def triple(x):
    warnings.warn("look at this", DeprecationWarning)
    return np.float64(1e308)
'''
