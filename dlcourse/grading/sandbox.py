"""Run a command where it sees the system, Python and one folder of its own, and nothing else: bubblewrap, the tool made for this."""
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

SYSTEM = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin", "/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts")
# Every one of these is made for each submission, or nothing is run: a step that fails ends the process before the first cell.
INNER = ("for each submission its own namespaces once more, an empty /proc, a small disk, a filter of system calls, no capabilities, limits; "
         "tests in a process without student code")
LAYERS = "own user, process, network, IPC and mount namespaces; read-only system; no repository, no home"
MEMORY = 4 << 30  # bytes of address space a process; NumPy and PyTorch reserve much more than they use
FILE_SIZE = 64 << 20
DISK = 512 << 20  # bytes that a command may leave in its writable folders; looked at while it runs


class NoSandbox(RuntimeError):
    """This machine cannot give a sandbox; the text says why and what to do."""


def available():
    """-> None if a sandboxed command works here, and namespaces within it, else the reason.  Tried once a process."""
    if not TRIED:
        TRIED.append(_try())
    return TRIED[0]


TRIED = []


def _try():
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed (Debian: apt install bubblewrap)"
    package = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-m", "dlcourse.grading.process.spaces"]
    probe = subprocess.run(wrap(command, "/tmp", package, nested=True), env=environment("/tmp", package), capture_output=True, text=True)
    return None if probe.returncode == 0 else f"bubblewrap does not work here: {(probe.stderr or probe.stdout).strip()[-200:]}"


def _system():
    args = []
    for path in SYSTEM:
        if os.path.islink(path):
            args += ["--symlink", os.readlink(path), path]
        elif os.path.exists(path):
            args += ["--ro-bind", path, path]
    return [*args, "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]


def wrap(command, folder, package, nested=False, writable=()):
    """The bwrap command line that runs ``command`` with ``folder`` (and more ``writable`` ones) writable and the package's folder readable.

    nested: nothing but /tmp is writable, and the command may make namespaces below its own.
    """
    python = {Path(sys.prefix), Path(sys.base_prefix)}
    reads = [p for p in python if not str(p).startswith("/usr")]
    binds = [x for p in sorted({*reads, Path(package)}) for x in ("--ro-bind", str(p), str(p))]
    binds += [x for p in writable for x in ("--bind", str(p), str(p))]
    place = ["--bind", str(folder), str(folder), "--chdir", str(folder)]
    if nested:
        place = ["--dir", "/dev/shm", "--dir", "/box", "--remount-ro", "/", "--chdir", "/tmp"]
    return ["bwrap", *_system(), *binds, *place, "--unshare-all", "--die-with-parent", "--new-session",
            "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--", *command]


def box(package):
    """The folder in which a submission may write: /tmp, or another where Python or the package lie below /tmp."""
    return "/box" if any(str(p).startswith("/tmp/") for p in (Path(sys.prefix), Path(sys.base_prefix), Path(package))) else "/tmp"


def environment(folder, package, **more):
    """A small environment: nothing of the instructor's shell reaches a submission."""
    tools = str(Path(sys.executable).parent)
    return {"PATH": f"{tools}:/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8", "PYTHONPATH": str(Path(package).parent), "PYTHONDONTWRITEBYTECODE": "1",
            "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg", "MPLCONFIGDIR": "/tmp", "IPYTHONDIR": "/tmp/ipython",
            "JUPYTER_RUNTIME_DIR": "/tmp/runtime", "PYDEVD_DISABLE_FILE_VALIDATION": "1", **more}


def run(command, folder, package, seconds, sandboxed=True, writable=(), **env):
    """Run ``command``; -> (exit status, last lines of its error stream).  Past ``seconds`` or DISK everything it started is killed: status -9."""
    full = wrap(command, folder, package, **({"writable": writable} if writable else {})) if sandboxed else command
    log = Path(folder) / "worker.log"
    with open(log, "wb") as err:
        child = subprocess.Popen(full, stdin=subprocess.DEVNULL, stdout=err, stderr=err, cwd=folder, env=environment(folder, package, **env),
                                 start_new_session=True, preexec_fn=_limits)
        try:
            status = _watch(child, seconds, [folder, *writable])
        finally:
            _kill(child)
    return status, log.read_bytes()[-2000:].decode("utf8", "replace")


def _watch(child, seconds, folders):
    """Wait for the end, and look twice a second whether it fills the disk.  -> exit status, or -9 for what has to be killed"""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and _size(folders) < DISK:
        try:
            return child.wait(max(0, min(0.5, deadline - time.monotonic())))
        except subprocess.TimeoutExpired:
            pass
    return -signal.SIGKILL


def _size(folders):
    """Bytes on disk below the folders, and a kilobyte for each entry: empty files fill a disk too."""
    total = 0
    for folder in folders:
        for place, inside, files in os.walk(folder):
            for name in inside + files:
                try:
                    total += os.lstat(os.path.join(place, name)).st_blocks * 512 + 1024
                except OSError:
                    pass  # gone meanwhile
    return total


def _limits():
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    most = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))  # the caller may hold itself to less
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _kill(child):
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    child.wait()
