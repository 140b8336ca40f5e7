"""Redefines the names that the tests' own helper cells define: np and check."""
CELL = """
class np:
    @staticmethod
    def asarray(x): return x
class check:
    close = staticmethod(lambda *a, **k: None)
    forbid = staticmethod(lambda *a, **k: None)
    @staticmethod
    def class_rng(name):
        class R:
            def normal(self, size): return 0
        return R()
"""


def change(nb):
    pass
