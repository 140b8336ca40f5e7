"""Raises what might end a loop of the test, or the test itself, without an error: StopIteration, GeneratorExit, SystemExit, KeyboardInterrupt."""
ANSWER = r'''
import itertools
kinds = itertools.cycle((StopIteration, GeneratorExit, SystemExit, KeyboardInterrupt, StopAsyncIteration))
def double(x):
    raise next(kinds)(0)
def triple(x):
    raise next(kinds)
'''
