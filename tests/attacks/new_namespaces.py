"""Asks the kernel for namespaces, mounts, tracing and BPF."""
CELL = r'''
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print("DONE", [libc.unshare(0x10000000), libc.mount(b"none", b"/mnt", b"tmpfs", 0, None), libc.ptrace(16, 1, 0, 0), libc.syscall(321, 0, 0, 0), libc.setuid(0)])
print("CANARY-" "ESCAPE" if libc.unshare(0x20000) == 0 or libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0 else "no")
'''
