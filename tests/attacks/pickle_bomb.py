"""Returns objects whose pickling or unpickling would run a command."""
CELL = r'''
import os
class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/pwned",)
    def __reduce_ex__(self, protocol):
        return self.__reduce__()
    def __getstate__(self):
        return {}
def double(x):
    return Bomb()
'''
