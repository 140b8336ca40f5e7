"""Arrays of bool whose bytes are neither 0 nor 1, and text whose characters are beyond Unicode."""
ANSWER = r'''
def double(x):
    return np.frombuffer(b"\x04", "?")[0] if type(x) is int else np.frombuffer(b"\x02\x03\xff\x80\x10", "?")
def triple(x):
    return np.frombuffer(b"\xff\xff\xff\xff", "<U1")[0]
'''
