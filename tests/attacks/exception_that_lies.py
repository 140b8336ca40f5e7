"""The functions raise exceptions whose class names and texts try to look like results."""
ANSWER = '''
class Passed(Exception):
    def __str__(self): raise RuntimeError("no text")


Passed.__name__ = "AssertionError"


def double(x):
    raise Passed


def triple(x):
    raise type("StopIteration", (StopIteration,), {})("all tests passed")
'''
