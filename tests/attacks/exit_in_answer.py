"""The functions raise SystemExit, which ends a process with status 0."""
ANSWER = '''
def double(x):
    raise SystemExit(0)


def triple(x):
    raise KeyboardInterrupt
'''
