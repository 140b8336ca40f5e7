"""Tests run outside the student's process: what crosses the wire, and what a lying student gains by lying (nothing)."""
import math
import os
import random
import socket
import sys

import numpy as np
import pytest
import torch

from dlcourse.grading.process import shell as shell_of
from dlcourse.grading.process import student, tester
from dlcourse.grading.process.wire import BadFrame, Reader, Writer, receive, send

STUDENT = """
import collections
import numpy as np
import torch

def relu(x): return np.maximum(x, 0)
def same(x): return x
def fill(x): x[...] = 7
def filled(x): x[...] = 7; return x
def step(params, grads):
    for p, g in zip(params, grads): p -= 0.1 * g
def extend(a): a.append(4); a[0] = 'changed'; return a
def draw(rng): return rng.normal(size=3)
def apply(f, x): return f(x)
def fails(x): return [1, 2][x]
def says(x): print('student says', x); return x
def root(x): return np.sqrt(x)
def Pair(): return collections.namedtuple('Pair', 'w b')(np.ones(2), 3.0)
def count(n):
    for i in range(n): yield i

class Value:
    def __init__(self, data, edges=()): self.data, self.edges, self.grad = data, list(edges), 0.0
    def __add__(self, o): return Value(self.data + (o.data if isinstance(o, Value) else o), [(self, 1.0)])
    __radd__ = __add__
    def __getitem__(self, i): return self.data[i]
    def __len__(self): return len(self.data)

class Net(torch.nn.Module):
    def __init__(self): super().__init__(); self.fc = torch.nn.Linear(2, 1)
    def forward(self, x): return self.fc(x)

class Liar:
    def __eq__(self, o): return True
    def __lt__(self, o): return True
    def __le__(self, o): return True
    def __gt__(self, o): return True
    def __ge__(self, o): return True
    def __sub__(self, o): return 0.0
    __rsub__ = __add__ = __radd__ = __mul__ = __sub__
    def __abs__(self): return 0.0
    def __float__(self): return 0.0
    def __bool__(self): return True
    def __array__(self, *a, **k): return np.zeros(3)
    def __array_ufunc__(self, *a, **k): return True
    def __getattr__(self, name): return lambda *a, **k: 0.0
    def __iter__(self): return iter([Liar()])
    __hash__ = object.__hash__
class LiarFloat(float):
    def __eq__(self, o): return True
    def __sub__(self, o): return 0.0
    __rsub__ = __sub__
    __hash__ = float.__hash__
class LiarArray(np.ndarray):
    def __array_finalize__(self, o): pass
    def __eq__(self, o): return True
class Meta(type):
    def __instancecheck__(cls, o): return True
    def __subclasscheck__(cls, o): return True
class LiarClass(metaclass=Meta):
    @property
    def __class__(self): return float

def lie(x): return Liar()
def lie_float(x): return LiarFloat(123.0)
def lie_array(x): return np.zeros(3).view(LiarArray)
def lie_class(x): return LiarClass()
class LyingSum:
    def __sub__(self, o): return self
    __rsub__ = __sub__
    def __abs__(self): return 0.0
    def __len__(self): return 3
    def __getitem__(self, i): return (0.0, 0.0, 0.0)[i]
    def max(self): return 0.0
def lie_sum(x): return LyingSum()
def stops(x): raise StopIteration
def zero_generator(rng):
    rng.bit_generator.state = {'bit_generator': 'PCG64', 'state': {'state': 0, 'inc': 0}, 'has_uint32': 0, 'uinteger': 0}
    return 0.0
def bad_grad(x): x.grad = torch.full_like(x, float('inf')); return x.grad.clone()
def big(x): return 1e308 * np.asarray(x, dtype=float)
class Sneaky(Value):
    def __sub__(self, o): return 0.0
    def __abs__(self): return 0.0
"""


@pytest.fixture(scope="module")
def shell():
    made = shell_of.make_shell()
    made.run_cell(STUDENT)
    return made


@pytest.fixture
def run(shell):
    """A function that runs a test cell in T (this process) against S (a fork).  -> (value, None) or (None, error output)"""
    mine, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            mine.close()
            sys.stdout = shell_of.Stream("stdout")
            side = student.Student(theirs, shell)
            while True:
                side.serve()
        finally:
            os._exit(0)
    theirs.close()
    names = {n for n in shell.user_ns if not n.startswith("_")} - {"np", "torch", "collections", "LyingSum"}
    tests = tester.Tests(tester.Link(mine), {"names": sorted(names), "seed": "7"})
    tester.quiet_warnings()
    tests.space.update(np=np, torch=torch, math=math, random=random)

    def one(source, points=1.0, changes=True):
        outputs = tests.run({"name": "test-x", "source": source, "points": points, "changes": changes})["outputs"]
        error = next((o for o in outputs if o["output_type"] == "error"), None)
        return ([o for o in outputs if o["output_type"] != "error"], error)

    yield one
    mine.close()
    os.waitpid(pid, 0)
    tester.check.forbid, tester.check.vjp = tests.local_forbid, tests.local_vjp


RIGHT = {
    "arrays": "x = np.arange(6.).reshape(2, 3) - 2; assert (relu(x) == x * (x > 0)).all() and relu(x).dtype == np.float64",
    "scalars": "assert type(same(3)) is int and type(same(2.5)) is float and same(None) is None and same(True) is True and "
        "same('a') == 'a' and same(b'x') == b'x'",
    "odd numbers": "assert math.isnan(same(float('nan'))) and same(math.inf) == math.inf and same(10 ** 400) == 10 ** 400 and same(1 + 2j) == 1 + 2j",
    "numpy scalars": "assert type(same(np.float32(2))) is np.float32 and same(np.int8(3)) == 3 and type(same(np.bool_(True))) is np.bool_",
    "containers": "v = {'a': [1, (2, 3.5)], 2: {3, 4}, (1, 2): frozenset([5])}; assert same(v) == v and type(same(v)['a'][1]) is tuple",
    "slices": "assert same(slice(1, None, 2)) == slice(1, None, 2) and same(range(3)) == range(3) and same(...) is ...",
    "empty": "assert same([]) == [] and same(np.zeros((0, 3))).shape == (0, 3) and same('') == ''",
    "dtypes": "assert [same(np.zeros(2, d)).dtype for d in ('f4', 'i8', 'u1', '?', 'c16', '<U3')] == [np.dtype(d) for d in "
        "('f4', 'i8', 'u1', '?', 'c16', '<U3')]",
    "tensors": "t = torch.randn(2, 3, requires_grad=True); u = same(t.detach() * 2); assert torch.equal(u, t.detach() * 2) "
        "and same(t.bfloat16().detach()).dtype == torch.bfloat16",
    "torch dtype": "assert same(torch.float32) is torch.float32 and same(np.float32) is np.float32",
    "a changed array": "x = np.zeros(3); fill(x); assert (x == 7).all()",
    "a changed array in a list": "p = [np.zeros(2), np.ones(2)]; a = p[0]; step(p, [np.ones(2), np.ones(2)]); assert a is p[0] and abs(a + 0.1).max() < 1e-12",
    "a changed list": "a = [1, 2]; b = extend(a); assert a == ['changed', 2, 4] and b is a",
    "an unchanged argument": "x = np.ones(3); relu(x); assert (x == 1).all()",
    "the same argument comes back": "x = np.ones(3); assert same(x) is x and same([x])[0] is x",
    "a generator's state": "r, s = np.random.default_rng(1), np.random.default_rng(1); assert (draw(r) == s.normal(size=3)).all() and r.normal() == s.normal()",
    "python's and torch's generators": "r, s = random.Random(3), random.Random(3); assert same(r).random() == s.random(); g = torch.Generator(); "
        "g.manual_seed(1); assert same(g) is g",
    "a test's function": "assert apply(lambda v: v + 1, 2) == 3 and apply(np.tanh, 0.0) == 0 and apply(math.exp, 0) == 1",
    "a function that asks back": "assert apply(lambda v: relu(v) + 1, np.array([-1.0])) == 1.0",
    "operators of objects": "a = Value(2.0); b = a + 3; assert b.data == 5.0 and (3 + a).data == 5.0 and (a + a).data == 4.0",
    "identity": "a = Value(2.0); b = a + 3; assert b.edges[0][0] is a and b.edges[0][0] == a and a != b and len({a, b, b.edges[0][0]}) == 2",
    "attributes": "a = Value(1.0); a.grad = 5.0; assert a.grad == 5.0 and isinstance(a, Value) and not isinstance(3.0, Value)",
    "items and length": "a = Value([1, 2, 3]); assert len(a) == 3 and a[1] == 2",
    "a generator function": "assert list(count(4)) == [0, 1, 2, 3] and next(count(2)) == 0",
    "a module": "n = Net(); assert isinstance(n, torch.nn.Module) and n(torch.ones(1, 2)).shape == (1, 1) and n.fc.weight.shape == (1, 2)",
    "a named tuple": "p = Pair(); assert p.b == 3.0 and p[1] == 3.0 and p.w.sum() == 2",
    "errors are caught by their names": "try:\n    fails(5)\nexcept IndexError as e:\n    assert 'out of range' in str(e)\nelse:\n    raise AssertionError",
    "a name's text": "assert relu.__name__ == 'relu' and callable(relu) and 'Value' in repr(Value(1))",
    "warnings cross": "import warnings\nwith warnings.catch_warnings(record=True) as w:\n    warnings.simplefilter('always')\n    "
        "root(-1.0)\nassert any('sqrt' in str(x.message) for x in w)",
    "errstate crosses": "with np.errstate(invalid='raise'):\n    try:\n        root(np.array(-1.0))\n    except FloatingPointError:\n  "
        "      pass\n    else:\n        raise AssertionError",
    "a class of the test's": "class T(float):\n    def __mul__(self, o): T.n = getattr(T, 'n', 0) + 1; return float(self) * o\nassert "
        "apply(lambda t: t * 2, T(3)) == 6 and T.n == 1",
    "read-only": "x = np.ones(2); x.flags.writeable = False\ntry:\n    fill(x)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError",
}
WRONG = {
    "equality": "assert lie(0) == 5",
    "equality, the other way": "assert 5 == lie(0)",
    "order": "assert lie(0) < 1",
    "difference": "assert abs(lie(0) - 5.0) < 1e-9",
    "difference, the other way": "assert abs(5.0 - lie(0)) < 1e-9",
    "absolute value and float": "assert float(lie(0)) == 0.0",
    "truth": "assert lie(0)",
    "negated truth": "assert not lie(0) == 3",
    "isclose": "assert math.isclose(lie(0), 0.0)",
    "numpy": "np.testing.assert_allclose(lie(0), np.zeros(3))",
    "numpy equality": "assert (np.array([1.0, 2.0]) == lie(0)).all()",
    "numpy isclose": "assert np.allclose(lie(0), 0)",
    "torch": "assert torch.allclose(torch.tensor(lie(0)), torch.tensor(0.0))",
    "membership": "assert 3 in lie(0)",
    "membership, the other way": "assert lie(0) in [3]",
    "a float that lies": "assert lie_float(0) == 5.0",
    "a float that lies in a difference": "assert abs(lie_float(0) - 5.0) < 1e-9",
    "an array that lies": "assert (lie_array(0) == 5).all()",
    "a class that lies": "assert isinstance(lie_class(0), float)",
    "isinstance by a lying class": "assert isinstance(3.0, LiarClass)",
    "maximum": "assert max(lie(0), 5) == 5 and lie(0) == 5",
    "the object in a list": "assert [lie(0)] == [5]",
    "sum": "assert sum([lie(0)]) == 5",
    "formatted": "assert f'{lie(0):.3f}' == '0.000'",
    "round": "assert round(lie(0)) == 0",
    "an object with data that lies": "assert abs(Sneaky(1.0) - 2.0) < 1",
    "an error that it does not raise": "try:\n    relu(1)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError('no error')",
    "absolute value of a difference": "assert abs(lie_sum(0) - 5.0) < 1e-9",
    "maximum of a difference of arrays": "assert (lie_sum(0) - np.ones(3)).max() < 1e-9",
    "maximum of a difference of arrays, the other way": "assert (np.ones(3) - lie_sum(0)).max() < 1e-9",
    "NumPy on a difference": "assert np.abs(lie_sum(0) - 5.0).max() < 1e-9",
    "StopIteration in a loop": "n = 0\nfor a, b in zip(map(stops, [1, 2]), [1, 2]): n += 1\nassert True",
    "a generator of zeros": "r = np.random.default_rng(1)\nzero_generator(r)\nassert r.integers(10**9) == 0",
    "a bool for points": "True",
    "text for points": "'1.0'",
    "nan for points": "float('nan')",
    "too many points": "2.0",
    "an array for points": "np.float64(1.0)",
    "an object for points": "lie(0)",
}


@pytest.mark.parametrize("name", RIGHT)
def test_reads_as_in_a_notebook(run, name):
    assert run(RIGHT[name])[1] is None


@pytest.mark.parametrize("name", WRONG)
def test_a_lie_gains_nothing(run, name):
    assert run(WRONG[name])[1] is not None


def test_an_answer_cannot_make_its_argument_fit(run):
    """``x[...] = 7; return x`` is 7 after all; unless the cell says that it wants the change."""
    cell = "x = np.zeros(3)\nfill(x)\nassert (x == 7).all()"
    assert run(cell, changes=False)[1]["ename"] == "AssertionError"
    assert run(cell, changes=True)[1] is None
    assert run("x = np.zeros(2)\ny = filled(x)\nassert (y == 7).all() and (x == 0).all()", changes=False)[1]["ename"] == "AssertionError"
    assert run("assert (filled(np.zeros(2)) == 7).all()", changes=False)[1] is None


def test_a_test_may_look_whether_an_argument_was_changed(run):
    cell = "x = np.zeros(3)\n{}(x)\nassert (x == 0).all(), 'changed'"
    assert run(cell.format("fill"), changes=False)[1]["evalue"] == "changed"
    assert run(cell.format("relu"), changes=False)[1] is None
    assert run("a = [1]\nextend(a)\nNone", changes=False)[1] is None
    assert run("r = np.random.default_rng(0)\nassert draw(r)[0] != draw(r)[0]", changes=False)[1] is None  # a generator is there to be changed


def test_a_gradient_set_on_an_argument_counts_as_a_change(run):
    cell = "x = torch.ones(2, requires_grad=True)\ng = bad_grad(x)\n(x * x).sum().backward()\nassert torch.allclose(x.grad, g)"
    assert run(cell, changes=False)[1] is not None


def test_a_warning_does_not_show_the_line_that_it_came_from(run):
    shown = tester.warnings.formatwarning("overflow", RuntimeWarning, "<test-x>", 2, "y = 1  # hidden")
    assert shown == "RuntimeWarning: overflow\n"


def test_points_are_typed(run):
    assert run("0.5")[0][0]["data"]["text/plain"] == "0.5" and run("1")[1] is None and run("-0.1")[1]["ename"] == "BadResult"


def test_the_message_names_what_was_expected(run):
    assert "an object of type Liar stands where plain data to compare is expected" in run("assert lie(0) == 5")[1]["evalue"]


def test_the_student_s_line_is_named(run):
    assert "of your cell: def fails(x): return [1, 2][x]" in run("fails(9)")[1]["evalue"]


def test_prints_of_the_answer_are_outputs_of_the_test(run):
    assert run("says(3)\nNone")[0] == [{"output_type": "stream", "name": "stdout", "text": "student says 3\n"}]


def test_a_test_does_not_see_what_the_last_one_left_in_random_states(run):
    one, two = (run("random.random() + np.random.random()")[0] for _ in range(2))
    assert one == two


def test_forbidden_in_the_text_and_live_and_when_called(run):
    assert "not allowed" in run("from dlcourse import check\ncheck.forbid([root], 'numpy.sqrt')")[1]["evalue"]
    assert "not allowed" in run("from dlcourse import check\ncheck.forbid([relu], 'numpy.sqrt')\nroot(4.0)")[1]["evalue"]
    assert run("root(4.0)\nNone")[1] is None
    assert run("from dlcourse import check\ncheck.forbid([relu], 'numpy.sqrt torch')")[1] is None


def test_vjp_is_asked_of_the_student_s_process(run):
    assert run("from dlcourse import check\n(g,) = check.vjp(Net(), torch.ones(3, 2))\nassert g.shape == (3, 2)")[1] is None


class TestFrames:
    """What a hostile process may write on the wire."""

    def read(self, tree, blobs=()):
        return Reader(list(blobs), lambda t: (_ for _ in ()).throw(BadFrame("no reference"))).read(tree)

    @pytest.mark.parametrize("tree", [
        ["a", "O", [1], 0, False, False], ["a", "V8", [1], 0, False, False], ["a", "<f8", [-1], 0, False, False], ["a", "<f8", [3], 0, False, False],
        ["a", "<f8", [10**12], 0, False, False], ["a", "<f8", [1], 9, False, False], ["d", [[["l", []], 1]]], ["n", "X", ["a"], []], ["h", "zz"],
        ["b", "0g"], {"a": 1}, ["G", "numpy", ["d", []]], ["nothing"], [], ["dtype", "O"], ["l", 3], ["p", 0], [["l", []]]])
    def test_is_refused(self, tree):
        with pytest.raises(BadFrame):
            self.read(tree, [b"\0" * 8])

    def test_sizes_are_limited_before_anything_is_read(self):
        a, b = socket.socketpair()
        a.sendall((1 << 31).to_bytes(4) + (0).to_bytes(4))
        with pytest.raises(BadFrame, match="at most"):
            receive(b)

    def test_no_json(self):
        a, b = socket.socketpair()
        a.sendall((3).to_bytes(4) + (0).to_bytes(4) + b"{x}")
        with pytest.raises(BadFrame, match="not JSON"):
            receive(b)

    def test_a_frame_goes_round(self):
        a, b = socket.socketpair()
        send(a, {"x": [1, None]}, [b"abc", b""])
        assert receive(b) == ({"x": [1, None]}, [b"abc", b""])

    def test_deep_values_are_refused(self):
        deep = []
        for _ in range(200):
            deep = [deep]
        with pytest.raises(ValueError, match="nested"):
            Writer(lambda o: None).write(deep)
