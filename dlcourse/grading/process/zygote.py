"""A pre-loaded parent: imports what notebooks import, once, and forks a process for each submission.  It never runs a student's code.

    python -m dlcourse.grading.process.zygote {student|tests} DESCRIPTOR JSON-OPTIONS

Two of them serve a worker: the parent of processes S has never seen a hidden test, the parent of processes T has never seen a student's code.
"""
import array
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time

from dlcourse.grading.process import shell, spaces, student, tester
from dlcourse.grading.process.wire import receive, send

PATIENCE = 0.03  # seconds between two looks at a running submission


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


class Parent:
    """One child at a time: start it, look after it, end it."""

    def __init__(self, sock, kind, options):
        self.sock, self.kind, self.options = sock, kind, options
        self.pid, self.why, self.started, self.limits = None, "", 0.0, {}
        self.spared = {os.getpid(), 1}

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
        fds = self.take_descriptors(2)
        self.limits, self.why, self.started = message["limits"], "", time.monotonic()
        uid, gid = os.geteuid(), os.getegid()
        alone = self.kind == "student" and self.options["sandboxed"]
        self.pid = spaces.clone() if alone else os.fork()
        if self.pid == 0:
            self.become(fds, message, alone, uid, gid)
        for fd in fds:
            os.close(fd)
        send(self.sock, {"started": True})

    def become(self, fds, message, alone, uid, gid):
        """In the child: shut in, then serve; never returns."""
        try:
            spaces.close_others(fds)
            limits = message["limits"]
            if self.options["sandboxed"]:
                spaces.limit(limits["memory"], limits["processes"], limits["disk"], limits["seconds"])
            os.setsid()  # away from the parent's process group, which it could kill
            if alone:
                spaces.shut_in(uid, gid, limits["disk"], self.options["box"])
            else:
                spaces.die_with_parent()
            if alone or not self.options["sandboxed"]:
                os.makedirs(self.options["work"], exist_ok=True)
                os.chdir(self.options["work"])
            gc.enable()
            (student if self.kind == "student" else tester).main(*[socket.socket(fileno=fd) for fd in fds])
        except BaseException as error:
            try:
                os.write(2, f"{type(error).__name__}: {error}\n".encode())
            finally:
                os._exit(1)
        os._exit(0)

    def take_descriptors(self, n):
        _, parts, _, _ = self.sock.recvmsg(1, socket.CMSG_LEN(n * 4))
        fds = array.array("i")
        for _, _, data in parts:
            fds.frombytes(data[: len(data) - len(data) % 4])
        return list(fds)

    def interrupt(self, message):
        if self.pid:
            os.kill(self.pid, signal.SIGINT)
        send(self.sock, {"interrupted": True})

    def look(self):
        """End a submission that takes more memory or processes, all of its processes together, than it may."""
        if self.kind != "student" or not self.options["sandboxed"] or self.why:
            return
        count, memory = spaces.family(self.spared)
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


def _kill_group(pid):
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def main(kind, descriptor, options):
    """Load, say so, serve until the worker hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    options = json.loads(options)
    spaces.die_with_parent()
    sock = socket.socket(fileno=int(descriptor))
    begin = time.monotonic()
    missing = preload(options["preload"])
    warm_up(kind)
    threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1
    send(sock, {"ready": True, "seconds": time.monotonic() - begin, "missing": missing, "threads": threads})
    Parent(sock, kind, options).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
