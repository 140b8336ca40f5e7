"""Process S: run the student's cells in an IPython shell, then answer what the tests ask about the student's names.

Whatever runs here may be changed by the student; so nothing that leaves this process is believed, except `uses`, which is sent before the first cell runs.
"""
import linecache
import signal
import sys
import traceback
import types
import warnings

from dlcourse import check
from dlcourse.grading.process.handles import USE, next_of
from dlcourse.grading.process.peer import Peer, library_name
from dlcourse.grading.process.pristine import Pristine
from dlcourse.grading.process.shell import BUSY, LIMIT, OUT, SIZE, Shell, Stream, interrupted, outputs, run
from dlcourse.grading.process.strangers import Caller, Stranger
from dlcourse.grading.process.tester import seed_all
from dlcourse.grading.process.uses import uses
from dlcourse.grading.process.wire import receive, send


def main(control, peer):
    """Serve the worker until it hangs up or kills this process."""
    signal.signal(signal.SIGINT, interrupted)
    send(control, {"up": True})
    setup, _ = receive(control)
    LIMIT[:] = setup["output"]
    send(control, {"uses": uses(setup["cells"], setup["answers"])})
    shell = Shell.instance()
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    seed_all(setup["seed"])
    namespace = types.ModuleType("__main__")
    sys.modules["__main__"] = namespace
    shell.user_module, shell.user_ns = namespace, vars(namespace)
    shell.init_user_ns()
    server, pristine = Student(peer, shell), Pristine(shell)
    while True:
        try:
            message, _ = receive(control)
        except EOFError:
            return
        if "serve" in message:
            server.serve()
        else:
            flags = []
            if message.get("test"):
                flags = pristine.restore()
                seed_all(message["seed"])
            send(control, {"cell": message["cell"], "outputs": run(shell, message["source"]), "count": shell.execution_count - 1, "flags": flags})


class Student(Peer):
    """Process S's end of the wire to the tests."""

    def __init__(self, sock, shell):
        super().__init__(sock)
        self.shell, self.guards, self.forbid, self.vjp = shell, [], check.forbid, check.vjp

    def serve(self):
        """Answer the tests until they say that they are done."""
        while True:
            message, blobs = self.receive()
            if message.get("ask") == "end":
                self.unguard()
                send(self.sock, {"ok": None})
                return
            BUSY.append(1)
            try:
                self.answer(message, blobs)
            finally:
                BUSY.clear()

    def proxy(self, number, info):
        return (Caller if info["type"] == "function" else Stranger)(self, number, info)

    def other(self, o):
        return o._number if type(o) in (Caller, Stranger) else None

    def named(self, o):
        torch = sys.modules.get("torch")
        plain = isinstance(o, type) and o.__module__ in ("builtins", "numpy")
        return library_name(o) if plain or (torch and isinstance(o, torch.dtype)) else None

    def find(self, module, name):
        import importlib

        found = importlib.import_module(module)
        for part in name.split(".") if name else []:
            found = getattr(found, part)
        return found

    def info(self, o):
        """Type and bases of an object, for messages and isinstance."""
        kind = o if isinstance(o, type) else type(o)
        bases = [f"{b.__module__}:{b.__qualname__}" for b in type(o).__mro__ if b.__module__ not in ("builtins", "__main__")]
        return {"type": type(o).__name__ if not isinstance(o, type) else kind.__name__, "bases": bases[:20]}

    def do(self, operation, args, kwargs):
        """Do what a test asks with the student's objects.  -> (value, what was printed and warned)"""
        OUT.clear()
        SIZE[0] = 0
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            value = DO[operation](self, *args, **kwargs) if operation in MINE else DO[operation](*args, **kwargs)
        text = "".join(o["text"] for o in outputs() if o["output_type"] == "stream" and o["name"] == "stdout")
        warned = [[w.category.__name__, str(w.message)[:300]] for w in caught[:20]]
        return value, {k: v for k, v in (("text_out", text), ("warned", warned)) if v}

    def failure(self, error):
        """With the line of the student's own cell where it happened."""
        if isinstance(error, KeyboardInterrupt):
            BUSY.clear()  # a second one would strike this answer on its way
        found = super().failure(error)
        try:
            frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in linecache.cache and "dlcourse" not in f.filename
                      and ("ipython" in f.filename.lower() or "ipykernel" in f.filename)]
            found["line"] = f"line {frames[-1].lineno} of your cell: {frames[-1].line[:120]}" if frames else ""
        except BaseException:
            pass
        return found

    # --- what concerns this process rather than one object

    def name(self, name):
        return (True, self.shell.user_ns[name]) if name in self.shell.user_ns else (False, None)

    def begin(self, seed):
        self.unguard()
        seed_all(seed)

    def check_forbidden(self, functions, names):
        """Look at the live functions, then let the forbidden names raise for the rest of this test."""
        self.forbid(functions, names)
        for name in names.split() if isinstance(names, str) else names:
            self.guard(name)

    def guard(self, name):
        module, _, last = name.rpartition(".")
        whole = sys.modules.get(name)
        owner = whole if whole is not None else sys.modules.get(module)
        for attribute in [a for a in vars(whole) if not a.startswith("_")] if whole is not None else [last]:
            value = vars(owner).get(attribute) if isinstance(owner, types.ModuleType) else None
            if callable(value) and (whole is None or not isinstance(value, type)) and name != "numpy":  # without NumPy nothing could answer
                self.guards.append((owner, attribute, value))
                setattr(owner, attribute, not_allowed(f"{owner.__name__}.{attribute}"))

    def unguard(self):
        for owner, attribute, value in reversed(self.guards):
            setattr(owner, attribute, value)
        self.guards = []


def not_allowed(name):
    def stopped(*args, **kwargs):
        raise AssertionError(f"{name} is not allowed in this exercise")

    return stopped


def method(o, name, *args, **kwargs):
    return getattr(o, name)(*args, **kwargs)


def plain_repr(o):
    return repr(o)[:500]


DO = {"get": getattr, "set": setattr, "call": lambda f, *a, **k: f(*a, **k), "method": method, "iter": iter, "next": next_of, "isinstance": isinstance,
      "issubclass": issubclass, **USE, "repr": plain_repr, "name": Student.name, "begin": Student.begin, "forbid": Student.check_forbidden,
      "vjp": lambda self, f, inputs, cotangent: self.vjp(f, *inputs, cotangent=cotangent)}
MINE = ("name", "begin", "forbid", "vjp")
