"""Process S: run the student's cells in an IPython shell, then answer what the tests ask about the student's names.

Whatever runs here may be changed by the student; so nothing that leaves this process is believed, except `uses`, which is sent before the first cell runs.
"""
import ast
import io
import linecache
import signal
import sys
import traceback
import types
import warnings

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from dlcourse import check
from dlcourse.grading.process.handles import USE, next_of
from dlcourse.grading.process.peer import BINARY, COMPARISONS, UNARY, Peer, library_name
from dlcourse.grading.process.pristine import Pristine
from dlcourse.grading.process.tester import seed_all
from dlcourse.grading.process.wire import receive, send

KINDS = ("text/plain", "image/png", "image/jpeg")
OUT = []
BUSY = []
SIZE = [0, 0]  # characters of this cell, of all cells
LIMIT = [1_000_000, 10_000_000]


def put(output, size):
    """Keep an output while there is room."""
    if SIZE[0] < LIMIT[0] and SIZE[1] < LIMIT[1]:
        OUT.append(output)
        SIZE[0] += size
        SIZE[1] += size


class Stream(io.TextIOBase):
    """stdout or stderr of a cell."""

    encoding = "utf-8"

    def __init__(self, name):
        self.label = name

    def writable(self):
        return True

    def write(self, text):
        room = max(0, min(LIMIT[0] - SIZE[0], LIMIT[1] - SIZE[1]))
        if text and room:
            kept = text if len(text) <= room else text[:room] + "\n... output beyond the limit was cut ...\n"
            SIZE[0] += len(kept)
            SIZE[1] += len(kept)
            if OUT and OUT[-1].get("name") == self.label:
                OUT[-1]["parts"].append(kept)
            else:
                OUT.append({"output_type": "stream", "name": self.label, "parts": [kept]})
        return len(text)

    def fileno(self):
        raise io.UnsupportedOperation("fileno")


class Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, *, transient=None, update=False, **_):
        put({"output_type": "display_data", "data": shown(data), "metadata": {}}, len(str(data)))

    def clear_output(self, wait=False):
        OUT.clear()


class Hook(DisplayHook):
    def start_displayhook(self):
        pass

    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        put({"output_type": "execute_result", "data": shown(format_dict), "metadata": {}, "execution_count": self.prompt_count}, len(str(format_dict)))

    def finish_displayhook(self):
        pass


class Shell(InteractiveShell):
    """IPython's shell as a notebook has it, without a kernel: outputs go to a list."""

    def _showtraceback(self, etype, evalue, stb):
        put({"output_type": "error", "ename": etype.__name__, "evalue": str(evalue)[:5000], "traceback": [str(x)[:5000] for x in stb][:40]}, 100)

    def enable_gui(self, gui=None):
        pass


def shown(data):
    return {k: v for k, v in data.items() if k in KINDS and isinstance(v, str)}


def make_shell():
    """The one shell of this process; a first cell warms it up."""
    c = Config()
    c.HistoryManager.enabled, c.HistoryManager.hist_file = False, ":memory:"
    c.InteractiveShell.colors = "nocolor"
    c.InteractiveShell.cache_size = 0
    sys.argv = ["notebook"]
    shell = Shell.instance(display_pub_class=Publisher, displayhook_class=Hook, config=c)
    shell.display_formatter.active_types = list(KINDS)
    shell.run_cell("1\nNone", store_history=False)
    OUT.clear()
    return shell


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


def interrupted(*_):
    if BUSY:
        raise KeyboardInterrupt


def run(shell, source):
    """Run one cell.  -> its outputs"""
    OUT.clear()
    SIZE[0] = 0
    BUSY.append(1)
    try:
        shell.run_cell(source, store_history=True)
    except BaseException as error:  # a late interrupt
        put({"output_type": "error", "ename": type(error).__name__, "evalue": str(error)[:1000], "traceback": []}, 100)
    finally:
        BUSY.clear()
    return outputs()


def outputs():
    """What was put out since the list was emptied, as a notebook stores it."""
    found = [{**{k: v for k, v in o.items() if k != "parts"}, **({"text": "".join(o["parts"])} if "parts" in o else {})} for o in OUT]
    OUT.clear()
    return found


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


# --- which names the text of an answer uses; read before anything of the student's runs


def uses(cells, answers):
    """cells: sources in order; answers: dict answer name -> its cell's number.  -> dict answer name -> dotted names that its text uses"""
    trees = [parse(source) for source in cells]
    aliases = {}
    for tree in trees:
        for node in ast.walk(tree) if tree else ():
            aliases |= imported(node)
    return {name: sorted(dotted(trees[i], aliases)) if trees[i] else [] for name, i in answers.items()}


def parse(source):
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def imported(node):
    """Names that an import or a plain assignment gives to something dotted."""
    if isinstance(node, ast.Import):
        return {a.asname or a.name.partition(".")[0]: a.name if a.asname else a.name.partition(".")[0] for a in node.names}
    if isinstance(node, ast.ImportFrom) and node.module:
        return {(a.asname or a.name) + (f" {node.module}" if a.name == "*" else ""): f"{node.module}.{a.name}" for a in node.names}
    return {}


def dotted(tree, aliases):
    """Dotted names in the tree, with imported names written out."""
    found = set()
    for node in ast.walk(tree):
        path = []
        while isinstance(node, ast.Attribute):
            path.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name) and node.id in aliases and (path or "." in aliases[node.id]):
            found.add(".".join([aliases[node.id], *reversed(path)]))
    return found | {v for v in aliases.values() if v.endswith(".*")}
