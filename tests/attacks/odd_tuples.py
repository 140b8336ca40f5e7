"""Named tuples whose fields are attributes that the tests look for, or the same letter in two widths."""
ANSWER = r'''
import sys
wire = sys.modules["dlcourse.grading.process.wire"]
old = wire.Writer.write
def write(self, o, depth=0):
    if type(o).__name__ == "Odd":
        return ["n", "detach", ["detach", "cpu", "dtype", "shape", "__class__", "__eq__", "\uff41", "a"], [["name", "builtins", t] for t in
                ("object", "list", "float", "tuple", "type", "bool", "int", "int")]]
    return old(self, o, depth)
wire.Writer.write = write
class Odd: pass
def double(x):
    return Odd()
def triple(x):
    return {float("nan"): 6, (): Odd()}
'''
