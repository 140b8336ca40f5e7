"""What the tests hand to a student's function and is not plain data: stand-ins in process S that forward every use to process T."""
from dlcourse.grading.process.peer import BINARY, COMPARISONS, UNARY, Remote


class Caller:
    """A function of the test's, as the student's code sees it."""

    def __init__(self, peer, number, info):
        self._link, self._number, self.__name__ = peer, number, info.get("name", "function")

    def __call__(self, *args, **kwargs):
        return self._link.ask("call", self, *args, **kwargs)


class Stranger(Remote, Caller):
    """An object of the test's, as the student's code sees it."""

    def __init__(self, peer, number, info):
        vars(self).update(_link=peer, _number=number, _info=info)

    @property
    def __class__(self):
        return {"float": float, "int": int, "str": str, "list": list, "dict": dict, "tuple": tuple}.get(self._info.get("base"), Stranger)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self._link.ask("get", self, name)

    def __setattr__(self, name, value):
        self._link.ask("set", self, name, value)

    def __len__(self):
        return self._link.ask("len", self)

    def __bool__(self):
        return self._link.ask("bool", self)

    def __float__(self):
        return self._link.ask("float", self)

    def __repr__(self):
        return self._link.ask("repr", self)

    def __hash__(self):
        return hash((id(self._link), self._number))


def _forward(operation, name, swapped=None):
    if swapped is None:
        return lambda self, *other: self._link.ask(operation, self, name, *other)
    return lambda self, other: self._link.ask(operation, self, name, other, swapped)


for _n in BINARY:
    setattr(Stranger, f"__{_n}__", _forward("op", _n, False))
    setattr(Stranger, f"__r{_n}__", _forward("op", _n, True))
for _n in UNARY:
    setattr(Stranger, f"__{_n}__", _forward("unary", _n))
for _n in COMPARISONS:
    setattr(Stranger, f"__{_n}__", _forward("compare", _n))
