"""What the tests hand to a student's function and is not plain data: stand-ins in process S that forward every use to process T."""
from dlcourse.grading.process.peer import BINARY, COMPARISONS, UNARY


class Caller:
    """A function of the test's, as the student's code sees it."""

    def __init__(self, peer, number, info):
        self._peer, self._number, self.__name__ = peer, number, info.get("name", "function")

    def __call__(self, *args, **kwargs):
        return self._peer.ask("call", self, *args, **kwargs)


class Stranger(Caller):
    """An object of the test's, as the student's code sees it."""

    def __init__(self, peer, number, info):
        vars(self).update(_peer=peer, _number=number, _info=info)

    @property
    def __class__(self):
        return {"float": float, "int": int, "str": str, "list": list, "dict": dict, "tuple": tuple}.get(self._info.get("base"), Stranger)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self._peer.ask("get", self, name)

    def __setattr__(self, name, value):
        self._peer.ask("set", self, name, value)

    def __iter__(self):
        items = self._peer.ask("iter", self)
        while True:
            more, value = self._peer.ask("next", items)
            if not more:
                return
            yield value

    def __next__(self):
        more, value = self._peer.ask("next", self)
        if not more:
            raise StopIteration
        return value

    def __len__(self):
        return self._peer.ask("len", self)

    def __getitem__(self, index):
        return self._peer.ask("getitem", self, index)

    def __setitem__(self, index, value):
        self._peer.ask("setitem", self, index, value)

    def __bool__(self):
        return self._peer.ask("bool", self)

    def __float__(self):
        return self._peer.ask("float", self)

    def __repr__(self):
        return self._peer.ask("repr", self)

    def __hash__(self):
        return hash((id(self._peer), self._number))


def _forward(operation, name, swapped=None):
    if swapped is None:
        return lambda self, *other: self._peer.ask(operation, self, name, *other)
    return lambda self, other: self._peer.ask(operation, self, name, other, swapped)


for _n in BINARY:
    setattr(Stranger, f"__{_n}__", _forward("op", _n, False))
    setattr(Stranger, f"__r{_n}__", _forward("op", _n, True))
for _n in UNARY:
    setattr(Stranger, f"__{_n}__", _forward("unary", _n))
for _n in COMPARISONS:
    setattr(Stranger, f"__{_n}__", _forward("compare", _n))
