"""Process T's view of the student's names: handles that forward calls, attributes, operators and items to process S, and trust no truth from there.

A student's object may answer "equal" to everything.  So nothing that S says decides a test: comparisons and truth values of handles are refused,
and an operator between a handle and the test's own number must give an object, never a number.
"""
import functools
import operator
import sys
import types

import numpy as np

from dlcourse.grading.process.peer import BINARY, COMPARISONS, UNARY, Peer, Remote, library_name
from dlcourse.grading.process.wire import TESTS

READABLE = ("__name__", "__qualname__", "__doc__")
PLAIN = (int, float, complex, bool, str, bytes, list, tuple, dict, set, frozenset, type(None), object, type)


class Refused(TypeError):
    """A student's object stands where the test needs plain data."""


class Handle(Remote):
    """Something of the student's that is not plain data: a function, a class, an instance."""

    def __init__(self, link, number, kind, bases):
        vars(self).update(_link=link, _number=number, _kind=kind, _bases=bases)

    def __getattr__(self, name):
        if name.startswith("__") and name not in READABLE:
            raise AttributeError(name)
        return self._link.ask("get", self, name)

    def __setattr__(self, name, value):
        self._link.ask("set", self, name, value)

    def __call__(self, *args, **kwargs):
        return self._link.ask("call", self, *args, **kwargs)

    @property
    def __class__(self):
        """A library's class that the object's class derives from, so that isinstance(net, torch.nn.Module) holds; never a class of plain data."""
        known = [library_class(b) for b in self._bases]
        return next((k for k in known if k is not None), type(self))

    def __instancecheck__(self, thing):
        return isinstance(thing, Handle) and bool(self._link.ask("isinstance", thing, self))

    def __subclasscheck__(self, thing):
        return isinstance(thing, Handle) and bool(self._link.ask("issubclass", thing, self))

    def __contains__(self, thing):
        return any(item is thing or (not isinstance(item, Handle) and item == thing) for item in self)

    def __len__(self):
        n = self._link.ask("len", self)
        if type(n) is not int or n < 0:
            raise Refused(f"len() of the answer's {self._kind} gave {n!r}, expected a whole number")
        return n

    def __enter__(self):
        return self._link.ask("method", self, "__enter__")

    def __exit__(self, *error):
        self._link.ask("method", self, "__exit__", None, None, None)

    def __repr__(self):
        return str(self._link.ask("repr", self))[:500]

    __str__ = __repr__

    def __format__(self, spec):
        if spec:
            raise self._refuse("a number")
        return repr(self)

    def __hash__(self):
        return hash((id(self._link), self._number))

    def _refuse(self, wanted):
        return Refused(f"an object of type {self._kind} stands where {wanted} is expected")

    def __bool__(self):
        raise self._refuse("True or False")

    def __float__(self):
        raise self._refuse("a number")

    __int__ = __index__ = __complex__ = __float__
    __array_ufunc__ = None  # NumPy leaves operators to this class

    def __array__(self, *args, **kwargs):
        raise self._refuse("an array")

    def __round__(self, digits=None):
        raise self._refuse("a number")


def _binary(name, swapped):
    def method(self, other):
        torch = sys.modules.get("torch")
        if isinstance(other, np.ndarray) or (torch is not None and isinstance(other, torch.Tensor)):
            if self._kind not in self._link.expected:  # a class that no answer defines: the test takes it for an array
                raise self._refuse("an array")
        result = self._link.ask("op", self, name, other, swapped)
        if result is NotImplemented or isinstance(result, Handle):
            return result
        raise self._refuse("a number")  # only the student's own code says what this number is, and it may have seen what is expected

    return method


def _unary(name):
    def method(self):
        result = self._link.ask("unary", self, name)
        if isinstance(result, Handle):
            return result
        raise self._refuse("a number")

    return method


def _comparison(name):
    def method(self, other):
        if name in ("eq", "ne") and (isinstance(other, Handle) or other is None):
            return (self is other) == (name == "eq")  # the same object of the student's has the same handle
        raise self._refuse("plain data to compare")

    return method


for _n in BINARY:
    setattr(Handle, f"__{_n}__", _binary(_n, False))
    setattr(Handle, f"__r{_n}__", _binary(_n, True))
for _n in UNARY:
    setattr(Handle, f"__{_n}__", _unary(_n))
for _n in COMPARISONS:
    setattr(Handle, f"__{_n}__", _comparison(_n))


@functools.cache
def library_class(name):
    """The class that is imported here under ``name`` (module:qualified name), unless its instances are plain data."""
    module, _, qualified = name.partition(":")
    found = sys.modules.get(module)
    for part in qualified.split("."):
        found = getattr(found, part, None)
    plain = not isinstance(found, type) or issubclass(found, np.ndarray | np.generic | Handle) or found in PLAIN or module.startswith("dlcourse.grading")
    tensor = getattr(sys.modules.get("torch"), "Tensor", None)
    return None if plain or issubclass(found, PLAIN[:-3]) or (tensor is not None and issubclass(found, tensor)) else found


class Link(Peer):
    """Process T's end."""

    def __init__(self, sock):
        super().__init__(sock)
        self.kinds, self.changes, self.touched, self.expected = {}, True, False, set()

    def may_change(self, old, new):
        """A function that changes what it is given could make it fit its result, so a test is first run without such changes: see `Tests.run`.

        A generator is there to be used; but NumPy's usual one must be a state that drawing from it can reach.
        """
        if isinstance(old, np.random.Generator):
            return drawn(old.bit_generator.state, new.bit_generator.state)
        if hasattr(old, "setstate") or hasattr(old, "set_state"):
            return True
        self.touched = True
        return self.changes

    def forget(self):
        """S can no longer use what earlier tests gave it; numbers are not used twice."""
        self.table[:] = [None] * len(self.table)
        self.places.clear()

    def proxy(self, number, info):
        info = info if isinstance(info, dict) else {}
        kind = str(info.get("type", "object"))[:80]
        name = kind if kind.isidentifier() else "object"
        if name not in self.kinds:
            self.kinds[name] = type(name, (Handle,), {})
        return self.kinds[name](self, number, kind, tuple(str(b)[:200] for b in info.get("bases", ())[:20]))

    def other(self, o):
        return vars(o)["_number"] if isinstance(o, Handle) else None

    def named(self, o):
        return None if getattr(o, "__module__", None) == TESTS or isinstance(o, types.MethodType) else library_name(o)

    def find(self, module, name):
        """S may name only types of plain data and dtypes."""
        found = getattr(sys.modules.get(module), name, None) if module in ("builtins", "numpy", "torch") else None
        torch = sys.modules.get("torch")
        if (isinstance(found, type) and (found in PLAIN or issubclass(found, np.generic))) or (torch and isinstance(found, torch.dtype)):
            return found
        raise TypeError(f"the name {module}.{name} does not cross")

    def info(self, o):
        """Only functions of the test's and objects whose class the test defines may be seen by S."""
        if isinstance(o, types.FunctionType | types.MethodType | functools.partial | types.BuiltinFunctionType):
            return {"type": "function", "name": str(getattr(o, "__name__", "function"))}
        if type(o).__module__ == TESTS or isinstance(o, types.GeneratorType | map | zip | filter | enumerate | reversed):
            base = next((b.__name__ for b in type(o).__mro__ if b in PLAIN[:11]), "")
            return {"type": type(o).__name__, "base": base, "call": callable(o)}
        raise TypeError(f"an object of type {type(o).__name__} cannot cross to the student's process; "
                        "give plain data, or mark the test cell runs=\"inside\"")

    def do(self, operation, args, kwargs):
        """What S may do with an object of the test's: call it, iterate, use operators and public attributes.  -> (value, {})"""
        o, rest = args[0], args[1:]
        simple = isinstance(o, types.FunctionType | types.MethodType | functools.partial | types.BuiltinFunctionType)
        ours = type(o).__module__ == TESTS
        if operation == "call" and (simple or ours):
            return o(*rest, **kwargs), {}
        if operation == "iter":
            return iter(o), {}
        if operation == "next":
            return next_of(o), {}
        if ours and operation in ("get", "set") and not str(rest[0]).startswith("_"):
            return (getattr(o, rest[0]) if operation == "get" else setattr(o, rest[0], rest[1])), {}
        if ours and operation in ("len", "getitem", "setitem", "op", "unary", "compare", "bool", "repr", "float"):
            return USE[operation](o, *rest), {}
        raise TypeError(f"{operation} is not allowed on an object of the test's")


def next_of(items):
    """-> (True, value) or (False, None)"""
    try:
        return True, next(items)
    except StopIteration:
        return False, None


def drawn(old, new):
    """Can the state ``new`` of a NumPy generator come from ``old`` by fewer than 2 ** 40 draws?  Told for PCG64, taken for granted for others."""
    if old["bit_generator"] != "PCG64":
        return old["bit_generator"] == new["bit_generator"]
    if old["state"]["inc"] != new["state"]["inc"]:
        return False
    at, goal, times, plus, bit, most = old["state"]["state"], new["state"]["state"], 0x2360ED051FC65DA44385DF649FCCF645, old["state"]["inc"], 1, 1 << 128
    while at != goal and bit < 1 << 40:  # PCG's own way to measure a distance, bit by bit (O'Neill 2014, pcg_distance)
        if (at ^ goal) & bit:
            at = (at * times + plus) % most
        bit, plus, times = bit << 1, (times + 1) * plus % most, times * times % most
    return at == goal


def apply(o, name, other, swapped):
    """An operator by its name, as Python would apply it."""
    if name not in (*BINARY, *COMPARISONS):
        raise TypeError(f"no operator {str(name)[:20]!r}")
    f = getattr(operator, {"and": "and_", "or": "or_"}.get(name, name))
    return f(other, o) if swapped else f(o, other)


def unary(o, name):
    if name not in UNARY:
        raise TypeError(f"no operator {str(name)[:20]!r}")
    return getattr(operator, name)(o)


USE = {"len": len, "getitem": lambda o, i: o[i], "setitem": lambda o, i, v: o.__setitem__(i, v), "op": apply, "unary": unary,
       "compare": lambda o, name, other: apply(o, name, other, False), "bool": bool, "repr": repr, "float": float}
