"""A server that has imported what notebooks import, and forks an ordinary ipykernel for each request.

    python -m dlcourse.kernels.warm SOCKET        (the provisioner starts it; it goes to the background when it is ready)

One request a connection: a line of JSON {"argv", "env", "cwd"} with four open files (stdin, stdout, stderr, and a pipe that ends when the
kernel's manager does).  The answer is a line {"pid"} with a pidfd.  The server computes nothing itself: a fork copies no work, only imports.
"""
import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
import time

KERNEL = ("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger", "IPython.core.ultratb", "matplotlib_inline")
NOTEBOOK = "numpy,torch,torch.optim,torch._dynamo,torch.profiler._cupti_monitor"  # torch imports the last two at the first optimizer step
IDLE = 600  # seconds without a kernel, then the server ends
SET_BY_IMPORTS = {}  # environment variables that importing ipykernel sets
WAIT = 5  # seconds that a client may take to say what it wants


def main(path):
    """Import, listen on the socket ``path``, leave the caller, serve until idle."""
    os.environ["JPY_PARENT_PID"] = "1"  # ipykernel reads it now; 1 means: do not watch the parent. The pipe tells a kernel when to end
    sys.path[:] = [p for p in sys.path if p not in ("", os.getcwd())] if not os.environ.get("PYTHONSAFEPATH") else sys.path
    before = dict(os.environ)
    preload(KERNEL)
    SET_BY_IMPORTS.update({k: v for k, v in os.environ.items() if before.get(k) != v})
    preload(os.environ.get("DLCOURSE_WARM_MODULES", NOTEBOOK).split(","))
    gc.collect()
    gc.freeze()  # a collection in a kernel would touch, and so copy, every page
    listener = listen(path)
    if os.fork():
        os._exit(0)  # the caller waits for this: from here on a connection is answered
    os.setsid()
    with open(os.devnull, "r+b") as null:
        for fd in (0, 1, 2):
            os.dup2(null.fileno(), fd)
    serve(listener, path, float(os.environ.get("DLCOURSE_WARM_IDLE", IDLE)))


def preload(names):
    """Import every module that is there; what is missing or fails is left to the notebook that asks for it."""
    for name in names:
        try:
            importlib.import_module(name)
        except Exception as error:
            print(f"not pre-loaded: {name}: {type(error).__name__}: {error}", file=sys.stderr)


def listen(path):
    """A listening socket at ``path``; an old one is replaced in one step."""
    part = f"{path}.{os.getpid()}"
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(part)
    listener.listen(64)
    os.rename(part, path)
    return listener


def serve(listener, path, idle):
    """Answer requests; end ``idle`` seconds after the last kernel, or when the socket is no longer ours."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a kernel: managers hold a pidfd
    mine, kernels, last = os.stat(path).st_ino, set(), time.monotonic()
    while True:
        ready, _, _ = select.select([listener, *kernels], [], [], min(idle, 30))
        for fd in kernels.intersection(ready):
            kernels.discard(fd)
            os.close(fd)
        if listener in ready:
            pidfd = answer(listener, kernels)
            kernels |= set() if pidfd is None else {pidfd}
        if ready or kernels:
            last = time.monotonic()
        try:
            ours = os.stat(path).st_ino == mine
        except FileNotFoundError:
            ours = False
        if not kernels and (not ours or time.monotonic() - last >= idle):
            if ours:
                os.unlink(path)
            return


def answer(listener, kernels):
    """Take one request.  -> pidfd of the new kernel, or None: the client then starts its kernel the ordinary way"""
    connection, _ = listener.accept()
    with connection:
        connection.settimeout(WAIT)
        try:
            request, fds = receive(connection)
        except (OSError, ValueError, KeyError):
            return None
        pid = fork_kernel(request, fds, [listener, connection], kernels)
        for fd in fds:
            os.close(fd)
        try:
            pidfd = os.pidfd_open(pid)
        except OSError:
            return None  # it ended at once
        try:
            socket.send_fds(connection, [json.dumps({"pid": pid}).encode() + b"\n"], [pidfd])
        except OSError:
            os.killpg(pid, signal.SIGKILL)  # nobody will own it
        return pidfd


def receive(connection):
    """-> (request, four file descriptors) from a client that is the same user.  Raises OSError or ValueError."""
    _, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    if uid != os.getuid():
        raise ValueError("another user")
    data, fds, _, _ = socket.recv_fds(connection, 1 << 16, 4)
    while not data.endswith(b"\n"):
        more = connection.recv(1 << 16)
        if not more:
            break
        data += more
    try:
        request = json.loads(data)
        request = {"argv": [str(a) for a in request["argv"]], "env": dict(request["env"]), "cwd": str(request["cwd"])}
        if len(fds) != 4:
            raise ValueError(f"{len(fds)} files came along; expected 4")
    except Exception:
        for fd in fds:
            os.close(fd)
        raise
    return request, fds


def fork_kernel(request, fds, sockets, kernels):
    """Fork; the child becomes the kernel and never returns.  -> its pid, once it leads a process group of its own"""
    here, there = os.pipe()
    pid = os.fork()
    if pid:
        os.close(there)
        os.read(here, 1)
        os.close(here)
        return pid
    status = 1
    try:
        os.setsid()
        for fd in [here, there, *kernels]:
            os.close(fd)
        for item in sockets:
            item.close()
        status = become_kernel(request, fds)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)


def become_kernel(request, fds):
    """Turn this fork into what ``python -m ipykernel_launcher`` would have been, and run it to its end.  -> exit status"""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for fd, place in zip(fds, (0, 1, 2)):
        os.dup2(fd, place)
        os.close(fd)
    os.environ.clear()
    os.environ.update(request["env"] | SET_BY_IMPORTS)
    os.chdir(request["cwd"])
    import ipykernel_launcher
    from ipykernel import kernelapp

    sys.argv = [ipykernel_launcher.__file__, *request["argv"]]
    for name in [n for n in sys.modules if n == "__main__" or n.split(".")[0] == "dlcourse"]:
        del sys.modules[name]  # a notebook imports the course as it is on disk now
    fresh_random_state()
    end_with(fds[3])
    try:
        kernelapp.launch_new_instance()
    except SystemExit as stop:
        return finish(stop.code if isinstance(stop.code, int) else stop.code is not None)
    return finish(0)


def fresh_random_state():
    """Every kernel draws other numbers, as after an ordinary start.  Only the order of sets of strings is the server's."""
    import random

    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "torch" in sys.modules:
        sys.modules["torch"].default_generator.seed()


def end_with(pipe):
    """End this process and its children when the other end of the pipe closes: the manager is gone, however it went."""
    import threading

    def watch():
        os.read(pipe, 1)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, daemon=True, name="end-with-manager").start()


def finish(status):
    """What an interpreter does at its end, except for taking apart every module: that takes longer than all the rest."""
    import atexit
    import threading

    threading._shutdown()  # waits for the notebook's own threads, as an ordinary end does
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass  # closed by the notebook
    return int(status)


if __name__ == "__main__":
    main(*sys.argv[1:])
