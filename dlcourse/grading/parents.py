"""Pre-loaded parents of the processes in which submissions run: what notebooks import is loaded once, however many workers there are.

    loader (inside bubblewrap; one for processes S and one for T, for each set of libraries)
      |- parent of one worker   -> S or T, one submission after another
      |- parent of another ...

The process that has the loaders lends parents: the controller to its workers, a cluster's worker to itself.  The loader of S has seen no test,
that of T no student's code; their memory is shared by all parents and all that these fork.
"""
import array
import atexit
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from dlcourse.grading import boxes, sandbox
from dlcourse.grading.plan import HEAVY
from dlcourse.grading.process.wire import receive, send

PACKAGE = Path(__file__).resolve().parents[1]
PAIRS = 3  # pairs of parents that a worker keeps, and pairs of loaders that its lender keeps
START_SECONDS = 120


class Loader:
    """A process that has loaded its libraries, or is about to, and forks parents."""

    def __init__(self, kind, sandboxed, preload, many):
        self.sock, theirs = socket.socketpair()
        self.folder, self.lock = boxes.make()
        box = sandbox.box(PACKAGE) if sandboxed else self.folder
        options = json.dumps({"sandboxed": sandboxed, "preload": list(preload), "box": box, "many": many})
        command = [sys.executable, "-m", "dlcourse.grading.process.zygote", kind, str(theirs.fileno()), options]
        full = sandbox.wrap(command, self.folder, PACKAGE, nested=True) if sandboxed else command
        errors = None if os.environ.get("DLCOURSE_DEBUG") else subprocess.DEVNULL
        self.process = subprocess.Popen(full, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, pass_fds=[theirs.fileno()],
                                        env=sandbox.environment(self.folder, PACKAGE, MPLBACKEND="module://matplotlib_inline.backend_inline", HOME=box,
                                                                TMPDIR=box, MPLCONFIGDIR=box, IPYTHONDIR=f"{box}/ipython"),
                                        start_new_session=True)
        theirs.close()
        self.sock.settimeout(START_SECONDS)

    def line(self, cores):
        """A socket to a new parent, which keeps to these cores; it says when it is ready.  Raises OSError where the loader is gone."""
        mine, theirs = socket.socketpair()
        with theirs:
            try:
                send(self.sock, {"cores": cores})
                pass_on(self.sock, [theirs])
            except OSError:
                mine.close()
                raise
        return mine

    def retire(self):
        """Fork no more; it ends when its last parent does."""
        self.sock.close()

    def forget(self):
        """In a process that was forked from the loader's owner: let go of what belongs to the owner."""
        self.sock.close()
        os.close(self.lock)

    def close(self):
        """End it, and with it all that it forked."""
        self.sock.close()
        self.process.kill()
        self.process.wait()
        boxes.remove(self.folder, self.lock)


class Parent:
    """A worker's line to a parent of its own."""

    def __init__(self, kind, sock):
        self.kind, self.sock, self.ready = kind, sock, None
        self.sock.settimeout(START_SECONDS)

    def wait(self):
        """Until it is loaded.  Raises EOFError if it is gone, perhaps with a loader that was killed; RuntimeError if it does not come up."""
        if self.ready is None:
            try:
                self.ready, _ = receive(self.sock)
            except EOFError as error:
                raise EOFError(f"the pre-loaded parent of the {self.kind} processes did not start: {error}") from None
            except OSError as error:
                raise RuntimeError(f"the pre-loaded parent of the {self.kind} processes did not start: {error}") from None
            if self.ready["threads"] != 1:  # a fork of a process with more may hang
                raise RuntimeError(f"a library gave the pre-loaded parent of the {self.kind} processes {self.ready['threads']} threads; expected 1")
        return self

    def fork(self, ends, limits):
        """Fork a process that owns the two sockets of ``ends``."""
        send(self.sock, {"do": "start", "limits": limits})
        pass_on(self.sock, ends)
        answer, _ = receive(self.sock)
        if not answer.get("started"):
            raise RuntimeError("the pre-loaded parent did not fork")

    def interrupt(self):
        """Interrupt the forked process; when this returns it has happened, so that it cannot strike what runs next."""
        send(self.sock, {"do": "interrupt"})
        receive(self.sock)

    def stop(self, gone=False):
        """End the forked process and all that it started; gone: it seems to have ended already.  -> dict memory, why, status, killed, ran, waited"""
        send(self.sock, {"do": "stop", "gone": gone})
        return receive(self.sock)[0]

    def close(self):
        """Hang up: it ends with what it has forked."""
        self.sock.close()


def pass_on(sock, ends):
    """Send sockets to another process."""
    fds = array.array("i", [s.fileno() for s in ends])
    sock.sendmsg([b"f"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])


OWNER = []  # the process that the next three belong to: a fork has none of them
LOADERS = {}  # what is loaded -> pair of loaders; the last is the one used last
RETIRED = []  # pairs of loaders that only their parents still need
KEPT = {}  # what is loaded -> this process's pair of parents; the last is the one used last


def lend(key, cores, many=False):
    """A new pair of parents, from the loaders of this process, which are started where there are none or where they are gone.

    key: (sandboxed?, words of `HEAVY` for S, words for T); cores: numbers of those that the parents shall keep to; many: for so many submissions
    that a second for cheaper forks is well spent.  -> two sockets, to the parent of S and to that of T
    """
    own()
    for last in (False, True):
        if key not in LOADERS:
            while len(LOADERS) >= PAIRS:
                RETIRED.append(LOADERS.pop(next(iter(LOADERS))))
                for loader in RETIRED[-1]:
                    loader.retire()
            LOADERS[key] = start(key, many)
        LOADERS[key] = pair = LOADERS.pop(key)
        try:
            return tuple(loader.line(cores) for loader in pair)
        except OSError:  # killed from outside
            for loader in LOADERS.pop(key):
                loader.close()
            if last:
                raise


def start(key, many):
    """A pair of loaders."""
    sandboxed, *words = key
    loads = [["numpy", "dlcourse.check", *(m for w in kind for m in HEAVY[w])] for kind in words]
    return tuple(Loader(kind, sandboxed, load, many) for kind, load in zip(("student", "tests"), loads, strict=True))


LENDER = [lend]  # how this process comes to a pair of parents; a worker of `dispatch` asks the controller


def parents(sandboxed, for_student, for_tests):
    """This process's pair of pre-loaded parents for such notebooks; the pair that was used longest ago goes where there are too many."""
    own()
    key = (sandboxed, for_student, for_tests)
    if key not in KEPT:
        while len(KEPT) >= PAIRS:
            for parent in KEPT.pop(next(iter(KEPT))):
                parent.close()
        cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        KEPT[key] = tuple(Parent(kind, sock) for kind, sock in zip(("student", "tests"), LENDER[-1](key, cores), strict=True))
    KEPT[key] = pair = KEPT.pop(key)
    return tuple(p.wait() for p in pair)


def own():
    """After a fork: what the other process holds is not ours."""
    if OWNER != [os.getpid()]:
        OWNER[:] = [os.getpid()]
        drop(Loader.forget)


def close_all():
    """End this process's parents and loaders."""
    own()
    drop(Loader.close)


def drop(how):
    """Hang up on all parents, do with the loaders what is said, and know none any more."""
    for parent in (p for pair in KEPT.values() for p in pair):
        parent.close()
    for loader in (one for pair in [*LOADERS.values(), *RETIRED] for one in pair):
        how(loader)
    KEPT.clear()
    LOADERS.clear()
    RETIRED.clear()


atexit.register(close_all)
