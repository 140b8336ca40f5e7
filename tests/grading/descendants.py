"""Processes that a command starts, watched from outside: found by what they are, and none may outlive the command.

While ``adopting`` holds, this process is what init is to others: a descendant whose parent dies becomes its child, so nothing gets away unseen.
"""
import ctypes
import os
import time
from contextlib import contextmanager
from pathlib import Path

import psutil

SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, linux/prctl.h
ZYGOTE = "dlcourse.grading.process.zygote"
KINDS = {"grade-loader": "loader", "grade-parent": "parent", "submission": "S", "submission-test": "T"}  # by the names that they give themselves


@contextmanager
def adopting():
    """Orphaned descendants come to this process."""
    call = ctypes.CDLL(None, use_errno=True).prctl
    assert call(SUBREAPER, 1, 0, 0, 0) == 0, os.strerror(ctypes.get_errno())
    try:
        yield
    finally:
        call(SUBREAPER, 0, 0, 0, 0)


def below(pid):
    """All descendants of a process, as far as they are alive while one looks.  -> list of psutil.Process"""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def parts(pid):
    """The parts of a running ``dlcourse grade``.  -> dict "worker", "loader", "parent", "S" or "T" -> list of psutil.Process"""
    found = {"worker": [], "loader": [], "parent": [], "S": [], "T": []}
    for process in below(pid):
        try:
            words, above = process.cmdline(), psutil.Process(process.ppid())
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            if is_zygote(words):
                if kind := KINDS.get(process.name()):  # none yet where it was forked a moment ago
                    found[kind].append(process)
            elif above.pid == pid and words == above.cmdline():
                found["worker"].append(process)
        except (psutil.Error, FileNotFoundError):
            continue  # gone while we looked
    return found


def is_zygote(words):
    return ZYGOTE in words and Path(words[0]).name.startswith("python")


def left_after(before, seconds=20):
    """Wait until this process has no descendants but those in ``before``.  -> those that stay, as text; dead orphans are buried"""
    until = time.monotonic() + seconds
    while True:
        stay = []
        for process in psutil.Process().children(recursive=True):
            if process not in before and not buried(process):
                stay.append(process)
        if not stay or time.monotonic() > until:
            return [str(p) for p in stay]
        time.sleep(0.01)


def buried(process):
    """Is this descendant dead?  Where it is our own child, its entry goes too."""
    try:
        if process.status() != psutil.STATUS_ZOMBIE:
            return False
        if process.ppid() == os.getpid():
            os.waitpid(process.pid, os.WNOHANG)
    except (psutil.NoSuchProcess, ChildProcessError):
        pass
    return True


def alive(process):
    """Is this very process still there, and not a zombie?"""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
