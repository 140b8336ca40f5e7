"""Start a process in namespaces of its own, with limits and without rights: Linux system calls through ctypes, for the pre-loaded parent to use.

Why not bubblewrap once more: it would exec, and lose the libraries that the parent has loaded.  The parent itself runs inside bubblewrap; this
adds a second layer around each single submission, so that nothing of one reaches the next.
"""
import ctypes
import os
import resource
import signal
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
SYS_CLONE = {"x86_64": 56, "aarch64": 220}
NEW_NS, NEW_UTS, NEW_IPC, NEW_USER, NEW_PID, NEW_NET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
RDONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND, PRIVATE = 1, 2, 4, 8, 32, 4096, 0x44000
SET_NO_NEW_PRIVS, SET_PDEATHSIG, CAPBSET_DROP, SET_SECCOMP, SECCOMP_FILTER, SET_NAME, SET_CHILD_SUBREAPER = 38, 1, 24, 22, 2, 15, 36
# System calls that no notebook needs, and that attacks on a kernel begin with.  Numbers: the kernel's syscall tables (x86-64; arm64).
DENIED = {
    "x86_64": (101, 112, 155, 161, 163, 165, 166, 167, 168, 169, 170, 171, 172, 173, 175, 176, 179, 246, 248, 249, 250, 272, 298, 303, 304, 308, 310, 311,
               313, 319, 320, 321, 323, 425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442),
    "aarch64": (39, 40, 41, 51, 60, 89, 97, 104, 105, 106, 117, 142, 157, 161, 162, 217, 218, 219, 224, 225, 241, 264, 265, 268, 270, 271, 273, 279, 280,
                282, 294, 425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442),
}
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CLONE3 = 435
SOCKET = {"x86_64": 41, "aarch64": 198}
FAMILIES = (1, 2, 10, 16)  # local, IPv4, IPv6, netlink: others, as to a virtual machine's host, know no network namespaces


def clone():
    """Fork into new user, process, mount, IPC, network and host-name namespaces.  -> 0 in the child, its number in the parent; raises OSError"""
    api = ctypes.pythonapi
    flags = NEW_USER | NEW_PID | NEW_NS | NEW_IPC | NEW_NET | NEW_UTS | signal.SIGCHLD
    api.PyOS_BeforeFork()
    pid = LIBC.syscall(SYS_CLONE[os.uname().machine], flags, 0, 0, 0, 0)
    error = ctypes.get_errno()
    (api.PyOS_AfterFork_Child if pid == 0 else api.PyOS_AfterFork_Parent)()
    if pid < 0:
        raise OSError(error, f"new namespaces: {os.strerror(error)}")
    return pid


def shut_in(outer_uid, outer_gid, disk, box="/tmp"):
    """In the child of `clone`: nobody's rights, an empty folder to write in, no /proc, and no way to get more."""
    _put("/proc/self/setgroups", "deny")
    _put("/proc/self/uid_map", f"65534 {outer_uid} 1")
    _put("/proc/self/gid_map", f"65534 {outer_gid} 1")
    _mount(b"none", b"/", None, PRIVATE, None)
    if box != "/tmp":  # Python or the package lie below /tmp, so it cannot be covered; nobody writes there then
        _mount(b"none", b"/tmp", None, REMOUNT | BIND | RDONLY | NOSUID | NODEV, None)
    _mount(b"tmpfs", box.encode(), b"tmpfs", NOSUID | NODEV, f"size={disk},nr_inodes=20000,mode=700".encode())
    _mount(b"tmpfs", b"/dev/shm", b"tmpfs", NOSUID | NODEV | NOEXEC, b"size=16m,nr_inodes=200")
    _put("/proc/self/oom_score_adj", "1000")
    _mount(b"tmpfs", b"/proc", b"tmpfs", NOSUID | NODEV | NOEXEC | RDONLY, b"size=4k")  # the parent's would show the parent
    drop_rights()
    deny_calls()


def drop_rights():
    """No capability, now or later."""
    for cap in range(64):
        LIBC.prctl(CAPBSET_DROP, cap, 0, 0, 0)
    LIBC.prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    header, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    if LIBC.capset(header, data):
        raise OSError(ctypes.get_errno(), "capabilities could not be dropped")


def deny_calls():
    """A seccomp filter: no mounts, namespaces, tracing, kernel modules, BPF, io_uring, memory outside of files, new sessions (each would get a share of the
    processor), sockets past the network namespace and the like.  Raises OSError where the kernel takes no filter."""
    machine = os.uname().machine
    deny, no_such, kill, allow = 0x50000 | 1, 0x50000 | 38, 0x80000000, 0x7FFF0000  # EPERM, ENOSYS, end the process, go on
    last = len(FAMILIES)
    code = [(0x20, 0, 0, 4), (0x15, 1, 0, AUDIT[machine]), (0x06, 0, 0, kill), (0x20, 0, 0, 0)]  # another architecture's calls; load the number
    if machine == "x86_64":
        code += [(0x35, 0, 1, 0x40000000), (0x06, 0, 0, kill)]  # the x32 calls
    code += [(0x15, 0, 1, CLONE3), (0x06, 0, 0, no_such)]  # its flags cannot be read here; C libraries fall back to clone
    for number in DENIED[machine]:
        code += [(0x15, 0, 1, number), (0x06, 0, 0, deny)]
    code += [(0x15, 0, last + 3, SOCKET[machine]), (0x20, 0, 0, 16), *[(0x15, last - i, 0, family) for i, family in enumerate(FAMILIES)]]
    code += [(0x06, 0, 0, 0x50000 | 97), (0x06, 0, 0, allow)]  # EAFNOSUPPORT
    spaces = NEW_USER | NEW_PID | NEW_NS | NEW_NET | NEW_IPC | NEW_UTS
    code += [(0x15, 0, 3, SYS_CLONE[machine]), (0x20, 0, 0, 16), (0x45, 0, 1, spaces), (0x06, 0, 0, deny), (0x06, 0, 0, allow)]
    body = b"".join(struct.pack("HBBI", *step) for step in code)
    keep = ctypes.create_string_buffer(body, len(body))
    program = struct.pack("HxxxxxxP", len(code), ctypes.addressof(keep))
    if LIBC.prctl(SET_SECCOMP, SECCOMP_FILTER, ctypes.create_string_buffer(program, len(program)), 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel takes no seccomp filter")


def die_with_parent():
    if sys.platform == "linux":
        LIBC.prctl(SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def adopt():
    """What this process's descendants leave behind when they die comes to it, and not to the namespace's first process."""
    if sys.platform == "linux":
        LIBC.prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def call_it(name):
    """What ``top`` shows; 15 letters at most."""
    if sys.platform == "linux":
        LIBC.prctl(SET_NAME, name.encode()[:15], 0, 0, 0)


def limit(memory, processes, disk, seconds):
    """Limits of each process; the sum over processes is watched by the parent."""
    data = 0
    if sys.platform == "linux":
        with open("/proc/self/statm") as file:
            data = int(file.read().split()[5]) * resource.getpagesize()
        _lower(resource.RLIMIT_DATA, data + memory)
        _lower(resource.RLIMIT_NPROC, processes)
    _lower(resource.RLIMIT_FSIZE, disk)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, 256)
    _lower(resource.RLIMIT_CPU, seconds)


def _lower(which, value):
    most = resource.getrlimit(which)[1]
    value = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(which, (value, value))


def close_others(keep):
    """Close every descriptor but 0, 1, 2 and ``keep``."""
    start = 3
    for fd in [*sorted(keep), 65536]:
        os.closerange(start, fd)
        start = fd + 1


def _mount(source, target, kind, flags, options):
    if LIBC.mount(source, target, kind, flags, options):
        error = ctypes.get_errno()
        raise OSError(error, f"mount {target.decode()}: {os.strerror(error)}")


def _put(path, text):
    with open(path, "w") as file:
        file.write(text)


def family(root):
    """(number of processes, bytes of their own memory) of a process and all that descend from it."""
    below, pages, found = {}, {}, [root]
    for pid in _numbers():
        try:
            with open(f"/proc/{pid}/statm") as file:
                fields = file.read().split()
            below.setdefault(_parent(pid), []).append(pid)
        except OSError:
            continue
        pages[pid] = max(0, int(fields[1]) - int(fields[2]))
    for pid in found:
        found += below.get(pid, [])
    return sum(pid in pages for pid in found), sum(pages.get(pid, 0) for pid in found) * resource.getpagesize()


def children():
    """The numbers of this process's children, as a set; empty where there is no /proc."""
    found = set()
    for pid in _numbers():
        try:
            if _parent(pid) == os.getpid():
                found.add(pid)
        except OSError:
            continue
    return found


def _numbers():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()] if os.path.isdir("/proc") else []


def _parent(pid):
    with open(f"/proc/{pid}/stat") as file:
        return int(file.read().rpartition(")")[2].split()[1])


def scheduled(pid):
    """(seconds on a processor, seconds that it was ready and had none) of a process, also of one that ended and is not reaped; 0 where nobody says."""
    try:
        with open(f"/proc/{pid}/schedstat") as file:
            ran, waited, _ = map(int, file.read().split())
    except (OSError, ValueError):
        return 0.0, 0.0
    return ran / 1e9, waited / 1e9


def probe():
    """Try all of it once, in a process that ends at once.  -> None; raises OSError that says what this system does not give"""
    read, write = os.pipe()
    uid, gid = os.geteuid(), os.getegid()
    pid = clone()
    if pid == 0:
        try:
            shut_in(uid, gid, 1 << 20)
        except Exception as error:
            os.write(write, str(error).encode())
        os._exit(0)
    os.close(write)
    reason = os.read(read, 1000).decode()
    os.waitpid(pid, 0)
    if reason:
        raise OSError(reason)


if __name__ == "__main__":
    try:
        probe()
    except (OSError, KeyError) as problem:
        sys.exit(f"{type(problem).__name__}: {problem}")
