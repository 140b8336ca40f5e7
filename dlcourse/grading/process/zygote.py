"""A loader: imports what notebooks import, once, and forks a parent for each worker that asks; a parent forks a process for each submission.

    python -m dlcourse.grading.process.zygote {student|tests} DESCRIPTOR JSON-OPTIONS

None of them runs a student's code.  A worker has two parents: that of its processes S has never seen a hidden test, that of its processes T has never
seen a student's code.
"""
import array
import ctypes
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import time

from dlcourse.grading.process import shell, spaces, student, tester
from dlcourse.grading.process.wire import receive, send

PATIENCE = 0.03  # seconds between two looks at a running submission
LOOK = 0.5  # seconds between two looks of a loader at its parents
HUGE = 2 << 20  # bytes of a large page
COLLAPSE = 25  # MADV_COLLAPSE, Linux 6.1 and later (linux/mman.h)


def preload(names):
    """Import what is there.  -> the names that are not"""
    missing = []
    for name in names:
        try:
            importlib.import_module(name)
        except Exception:
            missing.append(name)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    return missing


def warm_up(kind):
    """Do what the first cell and the first optimizer step do: they import, compile and fill caches, which every child then finds done."""
    if kind == "student":
        shell.make_shell()
    torch = sys.modules.get("torch")
    if torch is not None:
        w, x = torch.ones(2, 1, requires_grad=True), torch.ones(3, 2)
        optimizer = torch.optim.SGD([w], 0.1)
        ((x @ w).relu() ** 2).mean().backward()  # one thread: see main, which says how many there are
        optimizer.step()
        str(w.detach())
    gc.collect()
    gc.freeze()


def large_pages():
    """Put this process's own memory into pages of 2 MB, where the kernel can: to fork and to end a process then costs half, as each page is entered once.

    It copies all of that memory, so it is worth its second for some hundred submissions, and not for ten.
    """
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    with open("/proc/self/maps") as file:
        lines = [line.split() for line in file]
    for place, rights, *_, name in (line if len(line) == 6 else [*line, ""] for line in lines):
        first, last = (int(end, 16) // HUGE * HUGE for end in place.split("-"))
        if rights == "rw-p" and name in ("", "[heap]") and last - first > HUGE:
            madvise(first + HUGE, last - first - HUGE, COLLAPSE)  # what it refuses stays as it was


class Loader:
    """Forks parents, and buries them; what a parent that was killed leaves behind is ended."""

    def __init__(self, sock, kind, options, ready):
        self.sock, self.kind, self.options, self.ready = sock, kind, options, ready
        self.parents = set()
        spaces.adopt()

    def serve(self):
        """Until the lender hangs up and the last parent has gone."""
        while self.sock or self.parents:
            asked = select.select([self.sock] if self.sock else [], [], [], LOOK if self.parents else None)[0]
            self.bury()
            if asked:
                try:
                    message, _ = receive(self.sock)
                    self.lend(message, take_descriptors(self.sock, 1)[0])
                except EOFError:
                    self.sock.close()
                    self.sock = None

    def lend(self, message, line):
        pid = os.fork()
        if pid:
            os.close(line)
            self.parents.add(pid)
            return
        status = 1
        try:
            spaces.die_with_parent()
            spaces.call_it("grade-parent")
            self.sock.close()
            if message["cores"] and hasattr(os, "sched_setaffinity"):
                os.sched_setaffinity(0, message["cores"])
            sock = socket.socket(fileno=line)
            send(sock, self.ready)
            Parent(sock, self.kind, self.options).serve()
            status = 0
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(status)

    def bury(self):
        """Take note of parents that have ended; a submission without its parent has nobody to stop it, and comes to this process."""
        while self.parents:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            self.parents.discard(pid)
            for orphan in spaces.children() - self.parents:
                os.kill(orphan, signal.SIGKILL)


class Parent:
    """One child at a time: start it, look after it, end it."""

    def __init__(self, sock, kind, options):
        self.sock, self.kind, self.options = sock, kind, options
        self.pid, self.why, self.started, self.limits = None, "", 0.0, {}
        self.alone = kind == "student" and options["sandboxed"]  # in namespaces of its own

    def folder(self, pid):
        """Where a process of this parent works."""
        return f"{self.options['box']}/work" if self.alone else f"{'/tmp' if self.options['sandboxed'] else self.options['box']}/{pid}"

    def serve(self):
        while True:
            ready, _, _ = select.select([self.sock], [], [], PATIENCE if self.pid else None)
            if self.pid and time.monotonic() - self.started > 3 * PATIENCE:
                self.look()
            if ready:
                try:
                    message, _ = receive(self.sock)
                except EOFError:
                    self.stop()
                    return
                getattr(self, message["do"])(message)

    def start(self, message):
        fds = take_descriptors(self.sock, 2)
        self.limits, self.why, self.started = message["limits"], "", time.monotonic()
        uid, gid = os.geteuid(), os.getegid()
        self.pid = spaces.clone() if self.alone else os.fork()
        if self.pid == 0:
            self.become(fds, message, uid, gid)
        for fd in fds:
            os.close(fd)
        send(self.sock, {"started": True})

    def become(self, fds, message, uid, gid):
        """In the child: shut in, then serve; never returns."""
        try:
            spaces.close_others(fds)
            spaces.call_it({"student": "submission", "tests": "submission-test"}[self.kind])
            limits = message["limits"]
            if self.options["sandboxed"]:
                spaces.limit(limits["memory"], limits["processes"], limits["disk"], limits["seconds"])
            os.setsid()  # away from the parent's process group, which it could kill
            if self.alone:
                spaces.shut_in(uid, gid, limits["disk"], self.options["box"])
            spaces.die_with_parent()
            os.makedirs(self.folder(os.getpid()), exist_ok=True)
            os.chdir(self.folder(os.getpid()))
            gc.enable()
            (student if self.kind == "student" else tester).main(*[socket.socket(fileno=fd) for fd in fds])
        except BaseException as error:
            try:
                os.write(2, f"{type(error).__name__}: {error}\n".encode())
            finally:
                os._exit(1)
        os._exit(0)

    def interrupt(self, message):
        if self.pid:
            os.kill(self.pid, signal.SIGINT)
        send(self.sock, {"interrupted": True})

    def look(self):
        """End a submission that takes more memory or processes, all of its processes together, than it may."""
        if self.kind != "student" or not self.options["sandboxed"] or self.why:
            return
        count, memory = spaces.family(self.pid)
        if count > self.limits["processes"]:
            self.why = f"it started more than {self.limits['processes']} processes"
        elif memory > self.limits["memory"]:
            self.why = f"it took more than {self.limits['memory'] / 2**30:.3g} GB of memory"
        if self.why:
            os.kill(self.pid, signal.SIGKILL)

    def stop(self, message=None):
        """Kill the child and, through its process namespace, all that it started.  -> what it used, and whether somebody else had killed it"""
        status, usage, killed, (ran, waited) = 0, None, False, (0.0, 0.0)
        if self.pid:
            killed = self.was_killed(message is not None and message["gone"])
            ran, waited = spaces.scheduled(self.pid)
            if self.options["sandboxed"]:
                os.kill(self.pid, signal.SIGKILL)
            else:
                _kill_group(self.pid)
            _, status, usage = os.wait4(self.pid, 0)
            if not self.alone:
                shutil.rmtree(self.folder(self.pid), ignore_errors=True)
        self.pid = None
        if message is not None:
            send(self.sock, {"memory": usage.ru_maxrss * 1024 if usage else 0, "why": self.why, "status": status, "killed": killed,
                             "ran": ran, "waited": waited})

    def was_killed(self, gone):
        """Did a SIGKILL end the child that was not ours?  gone: its socket is closed, so its end is a moment away if it is not there yet."""
        for _ in range(20 if gone else 1):
            if ended := os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                return not self.why and ended.si_code == os.CLD_KILLED and ended.si_status == signal.SIGKILL
            if gone:
                time.sleep(0.01)
        return False


def take_descriptors(sock, n):
    """What `parents.pass_on` has sent."""
    _, parts, _, _ = sock.recvmsg(1, socket.CMSG_LEN(n * 4))
    fds = array.array("i")
    for _, _, data in parts:
        fds.frombytes(data[: len(data) - len(data) % 4])
    return list(fds)


def _kill_group(pid):
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def main(kind, descriptor, options):
    """Load, then serve until the lender hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    options = json.loads(options)
    spaces.die_with_parent()
    spaces.call_it("grade-loader")
    sock = socket.socket(fileno=int(descriptor))
    begin = time.monotonic()
    missing = preload(options["preload"])
    warm_up(kind)
    if options["many"] and sys.platform == "linux":
        large_pages()
    threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1
    Loader(sock, kind, options, {"seconds": time.monotonic() - begin, "missing": missing, "threads": threads}).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
