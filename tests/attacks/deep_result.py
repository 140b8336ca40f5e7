"""The functions return a list nested 100,000 deep, and one that holds itself."""
ANSWER = '''
def double(x):
    a = []
    for _ in range(100_000):
        a = [a]
    return a


def triple(x):
    a = []
    a.append(a)
    return a
'''
