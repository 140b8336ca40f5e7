"""A pre-loaded helper for ``dlcourse check``: the first check starts it, later ones find IPython, NumPy and PyTorch loaded.

It listens on a socket in a folder that only this user may enter, forks for each check, and ends after half an hour without one.  It lives for one
Python and one state of the package.  This module imports next to nothing, so that asking is quick.
"""
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
IDLE = 1800  # seconds
START = 60


def possible():
    """Can this system fork, and talk over a local socket?"""
    return hasattr(os, "fork") and hasattr(socket, "AF_UNIX") and sys.platform != "win32"


def address():
    """The helper's socket for this user, Python and package.  Raises OSError for a folder that others may write."""
    folder = Path(tempfile.gettempdir(), f"dlcourse-{os.getuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    info = folder.lstat()
    if info.st_uid != os.getuid() or info.st_mode & 0o077:
        raise OSError(f"{folder} belongs to somebody else")
    newest = max(p.stat().st_mtime_ns for p in PACKAGE.rglob("*.py"))
    return str(folder / hashlib.sha256(f"{sys.executable} {PACKAGE} {newest}".encode()).hexdigest()[:16])


def launch(place):
    """Start a helper that outlives this command.  -> its process, which still has to load"""
    return subprocess.Popen([sys.executable, "-m", "dlcourse.grading.warm", place], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, start_new_session=True)


def prepare():
    """Have a helper ready for the first check: started now if there is none, without waiting for it."""
    try:
        if possible():
            connect(address()).close()
    except OSError:
        launch(address())


def start(place):
    """Start a helper and wait until it listens.  -> a line to it; raises OSError if it does not come up"""
    child = launch(place)
    end = time.monotonic() + START
    while time.monotonic() < end:
        try:
            return connect(place)
        except OSError:
            if child.poll() is not None:
                break
            time.sleep(0.02)
    raise OSError("the pre-loaded helper did not start")


def connect(place):
    line = socket.socket(socket.AF_UNIX)
    line.connect(place)
    return line


def check(paths, seconds, say=print):
    """Let the helper check notebooks; its lines go to ``say``.  -> exit status; raises OSError where there is no helper to be had"""
    place = address()
    try:
        line = connect(place)
    except OSError:
        line = start(place)
    with line:
        line.sendall(json.dumps({"paths": [str(p) for p in paths], "seconds": seconds, "folder": os.getcwd(), "env": dict(os.environ)}).encode() + b"\n")
        for text in line.makefile("r", encoding="utf8"):
            message = json.loads(text)
            if "status" in message:
                return message["status"]
            if "error" in message:
                raise ValueError(message["error"])
            say(message["line"])
    raise OSError("the pre-loaded helper ended before the check did")


def main(place):
    """Load, listen, fork for each check."""
    os.environ["OMP_NUM_THREADS"] = os.environ.get("OMP_NUM_THREADS", "1")
    from dlcourse.grading.plan import PRELOAD
    from dlcourse.grading.process.zygote import preload, warm_up

    preload(("dlcourse.grading.verdict", *PRELOAD))
    warm_up("student")
    with socket.socket(socket.AF_UNIX) as server:
        part = f"{place}.{os.getpid()}"
        server.bind(part)
        server.listen(16)
        os.replace(part, place)  # two helpers that start at once: the last one stays, the other ends when idle
        server.settimeout(IDLE)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            try:
                line, _ = server.accept()
            except TimeoutError:
                break
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                server.close()
                answer(line)
            line.close()
    try:
        os.unlink(place)
    except FileNotFoundError:
        pass


def answer(line):
    """In a fork: one check, told line by line; never returns."""
    from dlcourse.grading import verdict

    wire = line.makefile("rw", encoding="utf8")

    def tell(**message):
        wire.write(json.dumps(message) + "\n")
        wire.flush()

    try:
        asked = json.loads(wire.readline())
        os.chdir(asked["folder"])
        os.environ.clear()
        os.environ.update(asked["env"])
        files = [file for named in asked["paths"] for file in verdict.notebooks(named)]
        status = max(verdict.verdict(file, asked["seconds"], lambda text: tell(line=str(text)), verdict.run_forked) for file in files)
        tell(status=status)
    except ValueError as error:
        tell(error=str(error))
    except BrokenPipeError:
        pass
    except BaseException as error:
        tell(error=f"{type(error).__name__}: {error}")
    finally:
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
