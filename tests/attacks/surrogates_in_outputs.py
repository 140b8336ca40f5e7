"""Prints, raises and warns with lone surrogates, null bytes and a class name of a kind that no file can be written with."""
CELL = r'''
print("\ud800 \x00 \udfff")
def double(x):
    print("\udc80")
    raise type("Odd", (Exception,), {})("\ud800\x00")
def triple(x):
    raise ValueError("\udcff\x00")
'''
