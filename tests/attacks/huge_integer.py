"""The functions return an integer of a million digits."""
ANSWER = '''
def double(x):
    return 1 << 4_000_000


def triple(x):
    return 1 << 4_000_000
'''
