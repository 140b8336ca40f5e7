"""Jupyter's way to ask for a warm kernel: the provisioner ``dlcourse-warm``.  Whatever goes wrong, the kernel starts the ordinary way.

Used by the kernelspec ``dlcourse-warm`` (``dlcourse kernel install``), or for every Python kernel by JUPYTER_DEFAULT_PROVISIONER_NAME=dlcourse-warm in
the environment; nbgrader_config.py may set that.  Kernels started by a server of JupyterLab also obey KernelProvisionerFactory.default_provisioner_name.
"""
import asyncio
import fcntl
import hashlib
import json
import os
import resource
import select
import signal
import socket
import stat
import struct
import subprocess
import sys
import sysconfig
import tempfile
import time
from contextlib import contextmanager, suppress

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.provisioning import LocalProvisioner

ANSWER = 10  # seconds for an answer of a running server
LOOK = 0.5  # seconds in which the end of a kernel is seen within milliseconds
START = 120  # seconds for a server to import everything
READ_AT_START = ("PYTHON", "OMP_", "MKL_", "OPENBLAS_", "GOTO_", "KMP_", "LD_", "TORCH", "PYTORCH", "NPY_", "DLCOURSE_WARM", "IPYTHON", "JUPYTER")


class NoWarmStart(RuntimeError):
    """This kernel cannot be forked; the text says why."""


class WarmProvisioner(LocalProvisioner):
    """A local kernel that was forked from a pre-loaded server."""

    async def launch_kernel(self, cmd, **kwargs):
        """Fork a kernel for ``cmd``; where that is not possible, start it the ordinary way."""
        try:
            self.process = await asyncio.to_thread(start, cmd, kwargs)
        except (NoWarmStart, OSError, ValueError) as error:
            self.log.warning("no warm start (%s): an ordinary one instead", error)
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd") or os.getcwd()
        return self.connection_info

    async def shutdown_requested(self, restart=False):
        """See the end of a kernel at once: the manager itself looks ten times a second."""
        if isinstance(self.process, WarmProcess):
            await self.process.end(LOOK)

    def get_shutdown_wait_time(self, recommended=5.0):
        """What is left of the manager's patience (it waits half of this, twice)."""
        return max(0.0, super().get_shutdown_wait_time(recommended) - 2 * LOOK)

    async def wait(self):
        """Wait for the end without the manager's long steps."""
        if isinstance(self.process, WarmProcess):
            await self.process.end()
            self.process.close()
            self.process = None
            return 0
        return await super().wait()


class WarmProcess:
    """A kernel that is not our child, held by its pidfd: no other process can be meant by it.  Looks like subprocess.Popen."""

    stdin = stdout = stderr = None

    def __init__(self, pid, pidfd, alive):
        self.pid, self.pidfd, self.alive, self.returncode = pid, pidfd, alive, None

    def poll(self):
        """None while it runs, then 0: only its parent learns the true status."""
        if self.returncode is None and select.select([self.pidfd], [], [], 0)[0]:
            self.returncode = 0
        return self.returncode

    async def end(self, seconds=float("inf")):
        """Wait at most ``seconds`` for its end."""
        deadline = time.monotonic() + seconds
        while self.poll() is None and time.monotonic() < deadline:
            await asyncio.sleep(0.003)

    def wait(self, timeout=None):
        """Block until it ends.  Raises subprocess.TimeoutExpired."""
        if self.returncode is None and not select.select([self.pidfd], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired("kernel", timeout)
        return self.poll()

    def send_signal(self, signum):
        """Signal the process itself; its group is signalled by the provisioner."""
        try:
            signal.pidfd_send_signal(self.pidfd, signum)
        except ProcessLookupError:
            self.returncode = 0

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def close(self):
        """Let go of it; the pipe's end tells the kernel so."""
        for fd in (self.pidfd, self.alive):
            os.close(fd)
        self.pidfd = self.alive = -1

    def __del__(self):
        if self.pidfd >= 0 and self.returncode is not None:
            self.close()  # one that still runs is left running, as with Popen


def start(cmd, options):
    """A forked kernel for a launch command.  -> WarmProcess.  Raises NoWarmStart, OSError or ValueError."""
    if not hasattr(os, "pidfd_open") or sys.version_info < (3, 9):
        raise NoWarmStart("this system has no pidfd; Linux is needed")
    flags, argv = split_command(cmd)
    plain = {"env", "cwd", "kernel_id", "extra_arguments"} | (set() if options.get("independent") else {"independent"})
    unknown = {k for k, v in options.items() if v is not None} - plain
    if unknown:
        raise NoWarmStart(f"asked for with {', '.join(sorted(unknown))}")
    env = dict(options.get("env") or os.environ)
    path = socket_path(flags, env)
    request = {"argv": argv, "env": env, "cwd": str(options.get("cwd") or os.getcwd())}
    try:
        with server(path, flags, env) as connection:
            return ask(connection, request)
    except ConnectionError:  # it died, or was ending, while we asked: a new one
        with server(path, flags, env) as connection:
            return ask(connection, request)


def split_command(cmd):
    """[python, -X…, -m, ipykernel_launcher, …] -> (the -X flags, what follows the module).  Raises NoWarmStart for anything else."""
    at = next((i for i, word in enumerate(cmd[1:], 1) if not word.startswith("-X")), len(cmd))
    if cmd[at:at + 2] != ["-m", "ipykernel_launcher"] or cmd[0] != sys.executable:
        raise NoWarmStart(f"the kernel is {' '.join(cmd[:4])}; expected {sys.executable} -m ipykernel_launcher")
    return list(cmd[1:at]), list(cmd[at + 2:])


def runtime_folder():
    """A folder that is ours alone, for the sockets.  Raises NoWarmStart if somebody else could look in."""
    base = os.environ.get("XDG_RUNTIME_DIR")
    base = base if base and os.access(base, os.W_OK) else tempfile.gettempdir()
    folder = os.path.join(base, f"dlcourse-warm-{os.getuid()}")
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        pass
    info = os.lstat(folder)
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.getuid() or stat.S_IMODE(info.st_mode) != 0o700:
        raise NoWarmStart(f"{folder} is not a folder of ours with mode 700; remove it")
    return folder


def socket_path(flags, env):
    """The socket of the server whose forks equal a kernel started now: same Python and packages, same limits, same start-up environment."""
    spaces = [os.readlink(f"/proc/self/ns/{name}") for name in ("user", "pid", "net", "mnt", "ipc")]
    limits = [resource.getrlimit(getattr(resource, name)) for name in sorted(dir(resource)) if name.startswith("RLIMIT_")]
    packages = [os.stat(sysconfig.get_path(name)).st_mtime_ns for name in ("purelib", "platlib")]
    read = {k: v for k, v in env.items() if k.startswith(READ_AT_START)}
    same = [sys.executable, sys.version, flags, spaces, limits, packages, sorted(os.sched_getaffinity(0)), umask(), sorted(read.items())]
    return os.path.join(runtime_folder(), hashlib.sha256(json.dumps(same).encode()).hexdigest()[:20])


def umask():
    """This process's umask, read without changing it."""
    with open("/proc/self/status") as status:
        return next(line.split()[1] for line in status if line.startswith("Umask"))


@contextmanager
def server(path, flags, env):
    """A connection to the server at ``path``, started if there is none."""
    connection = connect(path)
    if connection is None:
        with open(f"{path}.lock", "w") as lock:  # of several first kernels one starts the server, the others wait for it
            fcntl.flock(lock, fcntl.LOCK_EX)
            connection = connect(path)
            if connection is None:
                start_server(path, flags, env)
                connection = connect(path)
    if connection is None:
        raise NoWarmStart("the pre-loaded server does not answer")
    with connection:
        yield connection


def connect(path):
    """A connection to a server of this user, or None."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(ANSWER)
    try:
        connection.connect(path)
        _, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    except OSError:
        connection.close()
        return None
    if uid != os.getuid():
        connection.close()
        raise NoWarmStart(f"the server at {path} belongs to user {uid}")
    return connection


def start_server(path, flags, env):
    """Start a server and wait until it listens.  Raises NoWarmStart with its last words."""
    quiet = {k: v for k, v in env.items() if not k.startswith("JPY_")}
    with tempfile.TemporaryFile() as words:
        starter = subprocess.Popen([sys.executable, *flags, "-m", "dlcourse.kernels.warm", path], cwd="/", env=quiet, stdin=subprocess.DEVNULL,
                                   stdout=words, stderr=words, start_new_session=True)
        try:
            status = starter.wait(START)
        except subprocess.TimeoutExpired:
            os.killpg(starter.pid, signal.SIGKILL)
            starter.wait()
            status = f"not ready after {START} s"
        if status != 0:
            words.seek(0)
            raise NoWarmStart(f"the pre-loaded server did not start ({status}): {words.read()[-300:].decode('utf8', 'replace')}")


def ask(connection, request):
    """Send the request and take the kernel.  -> WarmProcess.  Raises OSError or ValueError."""
    alive, ours = os.pipe()
    null = os.open(os.devnull, os.O_RDONLY)
    try:
        data = json.dumps(request).encode() + b"\n"
        sent = socket.send_fds(connection, [data], [null, 1, 2, alive])
        connection.sendall(data[sent:])
        text, fds, _, _ = socket.recv_fds(connection, 4096, 1)
        if not fds:
            raise NoWarmStart("the pre-loaded server gave no kernel")
        return WarmProcess(json.loads(text)["pid"], fds[0], ours)
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(alive)
        os.close(null)


def install(prefix=None):
    """Add the kernelspec ``dlcourse-warm`` to this Python's environment.  -> its folder"""
    spec = {"argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"], "display_name": "Python 3 (warm start)", "language": "python",
            "metadata": {"debugger": True, "kernel_provisioner": {"provisioner_name": "dlcourse-warm"}}}
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "kernel.json"), "w", encoding="utf8") as file:
            json.dump(spec, file, indent=1)
        return KernelSpecManager().install_kernel_spec(folder, "dlcourse-warm", prefix=prefix or sys.prefix)


def stop_servers():
    """Take away the socket of every pre-loaded server of this user: it ends within half a minute, or with its last kernel.  -> how many there were"""
    names = [name for name in os.listdir(runtime_folder()) if "." not in name]
    for name in names:
        with suppress(FileNotFoundError):
            os.unlink(os.path.join(runtime_folder(), name))
    return len(names)
