"""Plain data between two processes that do not trust each other: JSON for structure, raw bytes for arrays, numbers for everything else.

Nothing is un-pickled.  A value is plain (None, bool, int, float, complex, str, bytes, list, tuple, dict, set, slice, range, NumPy arrays and
scalars, torch tensors, random generators) and crosses as a copy; anything else crosses as the number of an entry in its owner's table.

A call's mutable arguments are numbered in the order in which they are written, on both sides alike: so a callee can send back what it
changed, and a result that is one of the arguments comes back as that very argument.
"""
import collections
import json
import random
import struct
import sys
import time

import numpy as np

MAX_FRAME = 256 << 20
MAX_DEPTH = 60
MAX_RANGE = 10_000_000
KINDS = "biufcUSMm"  # kinds of NumPy dtypes that hold no Python objects
TESTS = "__tests__"  # the name of the module in which test cells run
BY_NUMBER = (TESTS, "dlcourse.grading.process.strangers", "dlcourse.grading.process.handles")
BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")


class BadFrame(ValueError):
    """What came over the wire is not what the other side may send."""


def send(sock, message, blobs=()):
    """Write one frame: its sizes, JSON, raw blobs."""
    text = json.dumps(message).encode()
    head = struct.pack(f"!II{len(blobs)}Q", len(text), len(blobs), *[len(b) for b in blobs])
    sock.sendall(b"".join([head, text, *blobs]))


class Incoming:
    """A socket's frames, read in large pieces (``greedy``) or to the byte."""

    def __init__(self, sock, greedy=True, deadline=None):
        self.sock, self.kept, self.least, self.deadline = sock, b"", 1 << 16 if greedy else 1, deadline

    def frame(self, limit=MAX_FRAME):
        """The next frame -> (message, blobs).  Raises EOFError at the end, BadFrame for what is no frame or larger than ``limit`` bytes."""
        size, count = struct.unpack("!II", self.take(8))
        if size > limit or count > 100_000:
            raise BadFrame(f"a message of {size} bytes and {count} arrays; at most {limit} bytes are taken")
        sizes = struct.unpack(f"!{count}Q", self.take(8 * count)) if count else ()
        if size + sum(sizes) > limit:
            raise BadFrame(f"a message of {size + sum(sizes)} bytes; at most {limit} are taken")
        text, blobs = self.take(size), [self.take(n) for n in sizes]
        try:
            return json.loads(text), blobs
        except (ValueError, RecursionError) as error:
            raise BadFrame(f"a message that is not JSON: {str(error)[:80]}") from None

    def take(self, n):
        if len(self.kept) < n:
            parts, have = [self.kept], len(self.kept)
            while have < n:
                if self.deadline is not None:
                    self.sock.settimeout(max(0.001, self.deadline - time.monotonic()))
                part = self.sock.recv(max(self.least, min(n - have, 1 << 20)))
                if not part:
                    raise EOFError("the other process is gone")
                parts.append(part)
                have += len(part)
            self.kept = b"".join(parts)
        taken, self.kept = self.kept[:n], self.kept[n:]
        return taken


def receive(sock, limit=MAX_FRAME, deadline=None):
    """One frame -> (message, blobs), and not a byte of what follows it.  Raises TimeoutError if it is not all there by ``deadline``."""
    return Incoming(sock, greedy=False, deadline=deadline).frame(limit)


class Writer:
    """Writes values as JSON trees; ``refer(o)`` -> tree for what is not plain.  Keeps the blobs, and the mutable values in order."""

    def __init__(self, refer, known=None):
        self.refer, self.blobs, self.mutable = refer, [], []
        self.tracks = known is None  # the arguments of a call: each mutable value gets a number
        self.slots = {id(o): n for n, o in enumerate(known or ())}

    def _keep(self, o):
        if self.tracks:
            self.slots[id(o)] = len(self.mutable)
            self.mutable.append(o)

    def write(self, o, depth=0):
        if o is None or o is True or o is False or type(o) in (int, float, str):
            return _number(o)
        if type(o).__module__ in BY_NUMBER:
            return self.refer(o)  # a test's own class may count, or raise: it must not cross as the number that it derives from
        if id(o) in self.slots:
            return ["p", self.slots[id(o)]]
        if depth > MAX_DEPTH:
            raise ValueError(f"a value nested more than {MAX_DEPTH} deep")
        tree = self.array(o)
        return tree if tree is not None else self.container(o, depth + 1)

    def array(self, o):
        if isinstance(o, np.ndarray | np.generic) and np.asarray(o).dtype.kind in KINDS:
            if isinstance(o, np.ndarray):
                self._keep(o)
            return ["a", *self._bytes(np.asarray(o)), isinstance(o, np.generic), isinstance(o, np.ndarray) and not o.flags.writeable]
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(o, torch.Tensor) and not o.is_sparse and not o.is_quantized:
            self._keep(o)
            grad = o.grad if o.is_leaf else None
            return ["T", *self._tensor(torch, o), bool(o.requires_grad), None if grad is None else self._tensor(torch, grad)]
        return self.generator(o, torch)

    def generator(self, o, torch):
        tree = None
        if type(o) is np.random.Generator and type(o.bit_generator).__name__ in BIT_GENERATORS:
            tree = ["G", "numpy", Writer(self.refer, ()).container(_no_arrays(o.bit_generator.state), 1)]
        elif type(o) is random.Random:
            tree = ["G", "python", Writer(self.refer, ()).container(o.getstate(), 1)]
        elif torch is not None and type(o) is torch.Generator:
            tree = ["G", "torch", o.get_state().numpy().tobytes().hex()]
        if tree is not None:
            self._keep(o)
        return tree

    def container(self, o, depth):
        kind = type(o)
        if isinstance(o, tuple) and hasattr(kind, "_fields"):
            return ["n", kind.__name__, [str(f) for f in kind._fields], [self.write(x, depth) for x in o]]
        for base, tag in ((list, "l"), (tuple, "t"), (set, "s"), (frozenset, "f")):
            if isinstance(o, base):
                if base in (list, set):
                    self._keep(o)
                return [tag, [self.write(x, depth) for x in base.__iter__(o)]]
        if isinstance(o, dict):
            self._keep(o)
            return ["d", [[self.write(k, depth), self.write(v, depth)] for k, v in dict.items(o)]]
        if isinstance(o, bytes):
            return ["b", bytes(o).hex()]
        if kind is complex:
            return ["c", repr(o.real), repr(o.imag)]
        if kind in (slice, range):
            return [kind.__name__, [self.write(x, depth) for x in (o.start, o.stop, o.step)]]
        if o is Ellipsis:
            return ["..."]
        if isinstance(o, np.dtype) and o.kind in KINDS:
            return ["dtype", o.str]
        for base, tag in ((int, "i"), (float, "i"), (str, "i")):  # subclasses of plain types count as what they hold
            if isinstance(o, base):
                return _number(base.__add__(o, base()))
        return self.refer(o)

    def _bytes(self, a):
        self.blobs.append(np.ascontiguousarray(a).tobytes())
        return [a.dtype.str, list(a.shape), len(self.blobs) - 1]

    def _tensor(self, torch, t):
        t = t.detach().cpu().resolve_conj().resolve_neg()
        odd = str(t.dtype) == "torch.bfloat16"
        return [*self._bytes((t.view(torch.int16) if odd else t).numpy()), "bfloat16" if odd else ""]


def _number(o):
    """Integers too long for JSON's readers go as hexadecimal text; the rest as it is."""
    return ["h", hex(o)] if type(o) is int and abs(o) >> 256 else o


def _no_arrays(state):
    """The state of a bit generator as plain numbers."""
    if isinstance(state, dict):
        return {k: _no_arrays(v) for k, v in state.items()}
    return state.tolist() if isinstance(state, np.ndarray | np.generic) else state


class Reader:
    """Reads what a Writer wrote.  ``resolve(tree)`` -> object for what is not plain; ``known``: the arguments that "p" numbers mean."""

    def __init__(self, blobs, resolve, known=None):
        self.blobs, self.resolve, self.mutable = blobs, resolve, []
        self.known = self.mutable if known is None else known

    def read(self, tree):
        if not isinstance(tree, list):
            if isinstance(tree, dict):
                raise BadFrame("an object where a list is expected")
            return tree
        try:
            tag, rest = tree[0], tree[1:]
            do = getattr(self, f"_{TAGS[tag]}", None) if tag in TAGS else None
            return do(*rest) if do else self.resolve(tree)
        except (TypeError, KeyError, IndexError, ValueError, AttributeError, OverflowError) as error:
            raise BadFrame(f"a value that cannot be read: {type(error).__name__}: {str(error)[:80]}") from None

    def _keep(self, o):
        self.mutable.append(o)
        return o

    def _hex(self, text):
        return int(text, 16)

    def _known(self, n):
        return self.known[n]

    def _raw(self, kind, shape, n):
        kind = np.dtype(kind)
        if kind.kind not in KINDS or any(not isinstance(s, int) or s < 0 for s in shape):
            raise BadFrame(f"an array of dtype {kind} and shape {shape}")
        return np.frombuffer(self.blobs[n], kind).reshape(shape).copy()

    def _array(self, kind, shape, n, scalar, fixed):
        a = self._raw(kind, shape, n)
        a.flags.writeable = not fixed
        return a[()] if scalar else self._keep(a)

    def _tensor(self, kind, shape, n, odd, requires_grad, grad):
        import torch

        def build(kind, shape, n, odd):
            t = torch.from_numpy(self._raw(kind, shape, n))
            return t.view(torch.bfloat16) if odd == "bfloat16" else t

        t = build(kind, shape, n, odd).requires_grad_(requires_grad)
        if grad is not None:
            t.grad = build(*grad)
        return self._keep(t)

    def _generator(self, library, state):
        if library == "torch":
            import torch

            g = torch.Generator()
            g.set_state(torch.frombuffer(bytearray.fromhex(state), dtype=torch.uint8))
            return self._keep(g)
        state = Reader(self.blobs, self.resolve, ()).read(state)
        if library == "python":
            g = random.Random()
            g.setstate(state)
        else:
            g = np.random.Generator(getattr(np.random, BIT_GENERATORS[BIT_GENERATORS.index(state["bit_generator"])])())
            g.bit_generator.state = state
        return self._keep(g)

    def _list(self, items):
        mine = self._keep([])
        mine.extend(self.read(x) for x in items)
        return mine

    def _tuple(self, items):
        return tuple(self.read(x) for x in items)

    def _set(self, items):
        mine = self._keep(set())
        mine.update(self.read(x) for x in items)
        return mine

    def _frozenset(self, items):
        return frozenset(self.read(x) for x in items)

    def _dict(self, items):
        mine = self._keep({})
        for k, v in items:
            key = self.read(k)
            mine[key] = self.read(v)
        return mine

    def _named(self, name, fields, items):
        return collections.namedtuple(name, fields, rename=True)(*[self.read(x) for x in items])

    def _bytes(self, text):
        return bytes.fromhex(text)

    def _complex(self, real, imag):
        return complex(float(real), float(imag))

    def _slice(self, parts):
        return slice(*[self.read(x) for x in parts])

    def _range(self, parts):
        made = range(*[self.read(x) for x in parts])
        if len(made) > MAX_RANGE:
            raise BadFrame(f"a range of {len(made)} numbers; at most {MAX_RANGE} cross")
        return made

    def _ellipsis(self):
        return ...

    def _dtype(self, text):
        kind = np.dtype(text)
        if kind.kind not in KINDS:
            raise BadFrame(f"a dtype {kind}")
        return kind


TAGS = {"h": "hex", "p": "known", "a": "array", "T": "tensor", "G": "generator", "l": "list", "t": "tuple", "s": "set", "f": "frozenset", "d": "dict",
        "n": "named", "b": "bytes", "c": "complex", "slice": "slice", "range": "range", "...": "ellipsis", "dtype": "dtype"}


def assign(old, new):
    """Make the mutable value ``old`` hold what ``new`` holds, in place where it fits."""
    if isinstance(old, np.ndarray):
        if old.shape != new.shape:
            old.shape = new.shape
        old[...] = new
    elif isinstance(old, list):
        old[:] = new
    elif isinstance(old, dict | set):
        old.clear()
        old.update(new)
    elif isinstance(old, np.random.Generator):
        old.bit_generator.state = new.bit_generator.state
    elif isinstance(old, random.Random):
        old.setstate(new.getstate())
    elif hasattr(old, "set_state"):
        old.set_state(new.get_state())
    else:
        old.data = new.data  # a torch tensor
        old.grad = new.grad


class Snapshot:
    """What a call's mutable arguments hold, to find out afterwards which of them the callee changed."""

    def __init__(self, refer, mutable):
        self.refer, self.mutable = refer, list(mutable)
        self.before = [self._one(o) for o in self.mutable]

    def _one(self, o):
        w = Writer(self.refer, self.mutable)  # nested arguments by their number
        w.slots.pop(id(o), None)
        return w.write(o), w.blobs

    def changed(self):
        """-> list of (number, tree, blobs)"""
        after = [(n, *self._one(o)) for n, o in enumerate(self.mutable)]
        return [(n, tree, blobs) for n, tree, blobs in after if (tree, blobs) != self.before[n]]
