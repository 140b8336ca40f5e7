"""Process T: run the tests, which are the instructor's, on handles to the student's names.  No cell of a student's is ever run here."""
import ast
import contextlib
import hashlib
import io
import linecache
import math
import os
import random
import signal
import sys
import traceback
import types
import warnings

import numpy as np

from dlcourse import check
from dlcourse.grading.process.handles import Handle, Link
from dlcourse.grading.process.peer import RemoteError
from dlcourse.grading.process.wire import TESTS, BadFrame, receive, send

MAX_OUT = 100_000
BUSY = []


def main(control, peer):
    """Serve the worker: first the trusted cells and names, then one test after another."""
    signal.signal(signal.SIGINT, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt) if BUSY else None)
    quiet_warnings()
    setup, _ = receive(control)
    os.environ["DLCOURSE_CLASS_SEED"] = setup["seed"]
    tests = Tests(Link(peer), setup)
    while True:
        try:
            message, _ = receive(control)
        except EOFError:
            return
        try:
            answer = tests.run(message)
        except BaseException as error:  # whatever S sent: this process goes on, and says so
            answer = {"outputs": tests.verdict(error, None, None), "lost": True}
        send(control, answer)


def quiet_warnings():
    """Warnings without the line that they came from, which may be a hidden one."""
    warnings.formatwarning = lambda text, kind, *_, **__: f"{kind.__name__}: {text}\n"


class Tests:
    """The namespace of an exercise's test cells, and the names in it that belong to the student."""

    def __init__(self, link, setup):
        self.link, self.names, self.seed = link, set(setup["names"]), setup["seed"]
        link.expected = self.names
        self.space = {"__name__": TESTS, "__builtins__": __builtins__}
        sys.modules[TESTS] = types.ModuleType(TESTS)
        self.uses, self.local_forbid, self.local_vjp = [], check.forbid, check.vjp
        check.forbid, check.vjp = self.forbid, self.vjp  # in this process answers are handles

    def run(self, message):
        """Run one cell.  message: name, source, points (None for a helper cell), uses, changes -> dict with outputs, as in a notebook

        A function that changes its arguments in place could make them fit its result: ``x[...] = 0; return x`` for 2 x.  So a test runs with such
        changes kept from it; if there were any and it passes, it runs once more with them, for tests that look whether an argument was changed.
        """
        self.uses = message.get("uses") or []
        self.link.touched, self.link.changes = False, bool(message.get("changes"))
        answer = self.attempt(message)
        if self.link.touched and not self.link.changes and not answer["failed"]:
            self.link.changes = True
            again = self.attempt(message)
            answer = again if again["failed"] or self.worth(again) < self.worth(answer) else answer
        try:
            answer["lost"] or self.link.ask("end")
        except Exception:
            answer["lost"] = True
        return answer

    def attempt(self, message):
        """Run the cell once."""
        out, value, error = io.StringIO(), None, None
        try:
            BUSY.append(1)
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                self.begin(message["name"])
                value = self.execute(message["name"], message["source"])
        except BaseException as problem:
            error = problem
        finally:
            BUSY.clear()
        outputs = [{"output_type": "stream", "name": "stdout", "text": out.getvalue()[:MAX_OUT]}] if out.getvalue() else []
        if error is None and value is None and message.get("partial"):
            error = BadResult("the test gave no points; a cell with partial=True must end with a number")
        outputs += self.verdict(error, value, message.get("points"))
        lost = isinstance(error, KeyboardInterrupt | EOFError | BadFrame)  # an answer may still be on its way: nothing more can be asked
        return {"outputs": outputs, "failed": any(o["output_type"] == "error" for o in outputs), "lost": lost}

    def worth(self, answer):
        """Points that a result shows; full marks without one."""
        return next((float(o["data"]["text/plain"]) for o in answer["outputs"] if o["output_type"] == "execute_result"), math.inf)

    def begin(self, name):
        """Every test starts from random states of its own, here and in the student's process."""
        mine, theirs = (int.from_bytes(hashlib.sha256(f"{self.seed}\n{name}\n{side}".encode()).digest()[:4]) for side in "TS")
        seed_all(mine)
        self.link.forget()
        self.link.ask("begin", theirs)

    def execute(self, name, source):
        """Run the cell with the student's names bound anew.  -> the value of its last expression, or None"""
        tree = ast.parse(source)
        for used in sorted(names_in(tree) & self.names):
            there, value = self.link.ask("name", used)
            self.space.pop(used, None)
            if there:
                self.space[used] = value
        file = f"<{name}>"
        linecache.cache[file] = (len(source), None, source.splitlines(True), file)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, file, "exec"), self.space)
        return eval(compile(ast.Expression(last.value), file, "eval"), self.space) if last is not None else None

    def verdict(self, error, value, points):
        """Outputs that tell the outcome: an error, a number of points in range, or nothing (full marks)."""
        if error is None and value is not None and points is not None:
            if type(value) not in (int, float) or not math.isfinite(value) or not 0 <= value <= points:
                error = BadResult(f"the test gave {str(value)[:60]} of type {type(value).__name__}; expected a number of points from 0 to {points:g}")
            else:
                return [{"output_type": "execute_result", "data": {"text/plain": repr(value)}, "metadata": {}, "execution_count": 1}]
        if error is None:
            return []
        name, text = type(error).__name__, explain(error)
        where = [f"{f.filename[1:-1]}, line {f.lineno}: {f.line}" for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith("<test")]
        return [{"output_type": "error", "ename": name, "evalue": text, "traceback": [*where[-3:], f"{name}: {text}"]}]

    def forbid(self, functions, names):
        """`check.forbid` for handles: by the text of the answer, which was read before any of it ran, and by the live functions in S."""
        for used in self.uses:
            for n in names.split() if isinstance(names, str) else names:
                if used == n or used.startswith(n + ".") or (used.endswith(".*") and n.startswith(used[:-1])):
                    raise AssertionError(f"the answer uses {used}, which is not allowed in this exercise ({n})")
        functions = functions if isinstance(functions, list) else [functions]
        remote = [f for f in functions if isinstance(f, Handle)]
        if remote:
            self.link.ask("forbid", remote, names)
        if len(remote) < len(functions):
            self.local_forbid([f for f in functions if not isinstance(f, Handle)], names)


    def vjp(self, f, *inputs, cotangent=None):
        """`check.vjp` for a handle: the gradients are computed where the function lives."""
        if isinstance(f, Handle):
            return self.link.ask("vjp", f, list(inputs), cotangent)
        return self.local_vjp(f, *inputs, cotangent=cotangent)


class BadResult(ValueError):
    """A test whose value is no number of points."""


def explain(error):
    if isinstance(error, EOFError):
        return "the student's process ended before the test did"
    if isinstance(error, KeyboardInterrupt):
        return "stopped by the time limit; is there an endless loop?"
    try:
        text = str(error)[:2000]
    except Exception:
        text = "(no text)"
    if not text and isinstance(error, AssertionError):
        text = "an assertion failed"
    return f"{text} ({error.line})" if isinstance(error, RemoteError) and error.line else text


def names_in(tree):
    """Every name that the cell mentions."""
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}


def seed_all(number):
    """Seed the generators that libraries keep for themselves."""
    random.seed(number)
    np.random.seed(number)
    if "torch" in sys.modules:
        sys.modules["torch"].default_generator.manual_seed(number)  # torch.manual_seed also asks every accelerator, which takes milliseconds
