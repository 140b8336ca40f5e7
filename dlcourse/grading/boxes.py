"""Folders in /tmp that a process holds while it lives; what a killed one left behind goes when the next one asks for a folder.

The process holds a lock on its folder, which ends with it: nobody has to guess whether a number still names the process that it named.
"""
import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "dlcourse-box-"  # only what bears it is swept
SWEPT = []  # the process that has swept: once is enough


def make():
    """A folder of this process.  -> (path, lock); both go to ``remove``"""
    if SWEPT != [os.getpid()]:
        SWEPT[:] = [os.getpid()]
        sweep()
    new = Path(tempfile.mkdtemp(prefix="dlcourse-new-"))  # gets its name when it is locked: a sweep never meets it without
    lock = os.open(new, os.O_RDONLY | os.O_DIRECTORY)
    hold(lock)
    return str(new.rename(new.with_name(new.name.replace("dlcourse-new-", PREFIX, 1)))), lock


def remove(folder, lock):
    """Take a folder away with all that is in it."""
    shutil.rmtree(folder, ignore_errors=True)
    os.close(lock)


def sweep():
    """Remove this user's folders whose process is gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue  # not a folder, not ours, or gone meanwhile
        if os.fstat(lock).st_uid == os.getuid() and hold(lock):
            remove(folder, lock)
        else:
            os.close(lock)


def hold(lock):
    """Take a folder's lock.  -> did it work?  Not where a living process has it, nor on a file system without locks."""
    import fcntl  # here: a student's Windows lacks it, imports this module and never calls it

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
