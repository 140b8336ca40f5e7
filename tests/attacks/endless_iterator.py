"""The functions return an iterator that never ends."""
ANSWER = '''
import itertools


class Endless:
    def __iter__(self): return itertools.count()
    def __len__(self): return 5
    def __getitem__(self, i): return 1.0


def double(x):
    return Endless()


def triple(x):
    return itertools.count()
'''
