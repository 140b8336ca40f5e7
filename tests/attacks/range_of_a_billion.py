"""Returns a range of a billion numbers: forty bytes on the wire, gigabytes in the process that makes an array of it."""
ANSWER = r'''
def double(x):
    return 4 if type(x) is int else range(10**8)
def triple(x):
    return [range(10**8)] * 8
'''
