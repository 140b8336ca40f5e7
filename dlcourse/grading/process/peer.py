"""Two processes ask each other: call this, read that attribute.  One class serves both sides; what differs is what a side lets the other do.

    ask      {"ask": operation, "args": [...], ...}     asks may nest: the callee may ask back before it answers
    answer   {"ok": tree, "changed": [...]}  or  {"raised": [class names], "text": ..., "line": ...}
"""
import operator
import sys
import types
import warnings

import numpy as np

from dlcourse.grading.process.wire import BadFrame, Incoming, Reader, Snapshot, Writer, assign, send

BINARY = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift".split()
UNARY = "neg pos abs invert".split()
COMPARISONS = "eq ne lt le gt ge".split()
CATCHABLE = {c.__name__: c for c in (
    ValueError, TypeError, KeyError, IndexError, LookupError, AttributeError, NotImplementedError, ZeroDivisionError, OverflowError, FloatingPointError,
    ArithmeticError, RuntimeError, RecursionError, AssertionError, NameError, OSError, FileNotFoundError, ImportError, ModuleNotFoundError, MemoryError,
    np.linalg.LinAlgError)}  # not StopIteration: it would end a loop of the test in silence
MAX_TEXT = 2000
DEFAULT_ERRORS = np.geterr()


class RemoteError(Exception):
    """The other process raised: the name of the class and the text, never the object."""

    line = ""

    def __str__(self):
        return self.args[0] if self.args else ""


def raised(names, text, line=""):
    """An exception that a handler for any of ``names`` (class and bases, as text) catches."""
    base = next((CATCHABLE[n] for n in names if n in CATCHABLE), None)
    kind = type(str(names[0])[:80] if names else "Error", (RemoteError, base) if base else (RemoteError,), {})
    error = kind(str(text)[:MAX_TEXT])
    error.line = str(line)[:200]
    return error


class Peer:
    """One end of the wire.  Sides define ``proxy(id, info)``, ``info(o)``, ``do(operation, args, kwargs)`` and ``named(o)`` / ``find(...)``."""

    def __init__(self, sock):
        self.sock, self.incoming, self.table, self.places, self.proxies = sock, Incoming(sock), [], {}, {}

    def may_change(self, old, new):
        """Does a change that the other side made to an argument count here?"""
        return True

    # --- references

    def refer(self, o):
        """The tree of what is not plain: the other's own object, a library's name, or a number in my table."""
        mine = self.other(o)
        if mine is not None:
            return ["o", mine]
        name = self.named(o)
        if name is not None:
            return ["name", *name]
        if id(o) not in self.places:
            told = self.info(o)
            self.places[id(o)] = len(self.table)
            self.table.append(o)  # kept alive, so that its number stays its own
            return ["r", self.places[id(o)], told]
        return ["r", self.places[id(o)], None]

    def resolve(self, tree):
        kind, *rest = tree
        if kind == "o":
            return self.table[int(rest[0])]
        if kind == "r":
            number = int(rest[0])
            if number not in self.proxies:
                self.proxies[number] = self.proxy(number, rest[1])
            return self.proxies[number]
        if kind == "name":
            return self.find(*rest)
        raise BadFrame(f"a value of kind {str(kind)[:20]!r}")

    # --- asking

    def ask(self, operation, *args, **kwargs):
        """Let the other side do something.  -> its result; raises what it raised, as a RemoteError of a class that handlers know."""
        w = Writer(self.refer)
        message = {"ask": operation, "args": [w.write(a) for a in args]}
        if kwargs:
            message["kwargs"] = {k: w.write(v) for k, v in kwargs.items()}
        if (errors := np.geterr()) != DEFAULT_ERRORS:
            message["errors"] = errors
        send(self.sock, message, w.blobs)
        while True:
            message, blobs = self.receive()
            if "ask" in message:
                self.answer(message, blobs)
            else:
                return self.result(message, blobs, w.mutable)

    def receive(self):
        message, blobs = self.incoming.frame()
        if not isinstance(message, dict):
            raise BadFrame("a message that is not an object")
        return message, blobs

    def result(self, message, blobs, mutable):
        known = list(mutable)  # what the result may name by number
        for n, tree, first, count in message.get("changed", ()):
            new = Reader(blobs[first:first + count], self.resolve, known).read(tree)
            if type(new) is not type(mutable[n]) and not isinstance(mutable[n], type(new)):
                raise BadFrame("a changed argument of another type")
            if self.may_change(mutable[n], new):
                assign(mutable[n], new)
            else:
                known[n] = new
        if message.get("text_out"):
            sys.stdout.write(str(message["text_out"]))
        for kind, text in message.get("warned", ())[:20]:
            warnings.warn(str(text)[:500], {"RuntimeWarning": RuntimeWarning, "DeprecationWarning": DeprecationWarning}.get(kind, UserWarning), stacklevel=3)
        if "raised" in message:
            raise raised([str(n) for n in message["raised"]], message.get("text", ""), message.get("line", ""))
        return Reader(blobs, self.resolve, known).read(message.get("ok"))

    # --- answering

    def answer(self, message, blobs):
        """Do what the other side asks and send what came of it."""
        mutable, out, more = [], {}, []
        try:
            r = Reader(blobs, self.resolve)
            args = [r.read(a) for a in message["args"]]
            kwargs = {k: r.read(v) for k, v in message.get("kwargs", {}).items()}
            mutable = r.mutable
            before = Snapshot(self.refer, mutable) if mutable else None
            try:
                with np.errstate(**message.get("errors", DEFAULT_ERRORS)):
                    value, out = self.do(message["ask"], args, kwargs)
                w = Writer(self.refer, mutable)
                out["ok"], more = w.write(value), w.blobs
            except BaseException as error:
                out = self.failure(error)
            for n, tree, theirs in before.changed() if mutable else ():
                out.setdefault("changed", []).append([n, tree, len(more), len(theirs)])
                more = more + theirs
        except BaseException as error:
            out, more = self.failure(error), []
        send(self.sock, out, more)

    def failure(self, error):
        return {"raised": [c.__name__ for c in type(error).__mro__][:20], "text": text_of(error), "line": ""}


class Remote:
    """What every stand-in for an object of the other side does alike: iterate, index.  ``_link`` is this side's Peer."""

    def __iter__(self):
        items = self._link.ask("iter", self)
        while True:
            more, value = self._link.ask("next", items)
            if not more:
                return
            yield value

    def __next__(self):
        more, value = self._link.ask("next", self)
        if not more:
            raise StopIteration
        return value

    def __getitem__(self, index):
        return self._link.ask("getitem", self, index)

    def __setitem__(self, index, value):
        self._link.ask("setitem", self, index, value)


def text_of(error):
    try:
        return str(error)[:MAX_TEXT]
    except BaseException:
        return "(an exception whose text cannot be read)"


def library_name(o):
    """(module, qualified name) by which a library's function, class or module is found again, or None."""
    if isinstance(o, types.ModuleType):
        return (o.__name__, "")
    name = getattr(o, "__qualname__", None) or getattr(o, "__name__", None)
    if not isinstance(name, str):
        return ("torch", str(o).partition(".")[2]) if type(o).__module__ == "torch" and type(o).__name__ in ("dtype", "layout") else None
    for module in (getattr(o, "__module__", None), "numpy", "torch", "torch.nn.functional", "math", "builtins"):
        if isinstance(module, str) and module in sys.modules:
            try:
                if operator.attrgetter(name)(sys.modules[module]) is o:
                    return module, name
            except AttributeError:
                continue
    return None
