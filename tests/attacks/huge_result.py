"""The functions return arrays of a gigabyte."""
ANSWER = '''
def double(x):
    return np.zeros(1 << 27)


def triple(x):
    return np.zeros(1 << 27)
'''
