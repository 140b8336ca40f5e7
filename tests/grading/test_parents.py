"""Loaders and the parents that they fork: shared by all who ask, ended with them, and no submission outlives its parent."""
import os
import time

import psutil
import pytest
from grading.descendants import KINDS, alive, below
from grading.test_limits import graded, specification

from dlcourse.grading import dispatch, parents, sandbox
from dlcourse.grading.process import spaces
from dlcourse.grading.process.wire import receive

BOXED = sandbox.available() is None
KEY = (BOXED, (), ())
LIMITS = {"memory": 1 << 30, "processes": 20, "disk": 1 << 20, "seconds": 60}


@pytest.fixture(autouse=True)
def nobody_left():
    parents.close_all()
    yield
    parents.close_all()
    assert not kinds()


def kinds():
    """dict what -> processes of the grader below this one"""
    found = {}
    for process in below(os.getpid()):
        try:
            if process.name() in KINDS and process.status() != psutil.STATUS_ZOMBIE:
                found.setdefault(KINDS[process.name()], []).append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def until(true, seconds=10):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, kinds()
        time.sleep(0.01)


def pair(*more, tries=3):
    """A pair of parents that are loaded.  A loader that is being killed takes requests for a moment more: `engine.run` asks again, and so does this."""
    try:
        return [parents.Parent(kind, sock).wait() for kind, sock in zip(("student", "tests"), parents.lend(KEY, [], *more), strict=True)]
    except EOFError:
        if tries == 1:
            raise
        time.sleep(0.1)
        return pair(*more, tries=tries - 1)


def busy(parent):
    """Fork a process that waits for its first order.  -> the sockets that keep it waiting"""
    here, there = parents.socket.socketpair()
    peer, other = parents.socket.socketpair()
    parent.fork([there, other], LIMITS)
    receive(here)  # it is up
    there.close(), other.close()
    return here, peer


def test_one_loading_serves_all_who_ask():
    one, two = pair(), pair()
    assert {kind: len(found) for kind, found in kinds().items()} == {"loader": 2, "parent": 4}
    lines = [busy(parent) for parent in (one[0], two[0])]
    assert len(kinds()["S"]) == 2
    for parent in one:
        parent.close()
    until(lambda: len(kinds()["parent"]) == 2 and len(kinds()["S"]) == 1)  # who hangs up takes his own along, and nobody else's
    assert two[0].stop()["status"] == 9
    assert len(lines) == 2


@pytest.mark.skipif(not BOXED, reason=f"no sandbox: {sandbox.available()}")
def test_no_submission_outlives_its_parent():
    student, _ = pair()
    other, _ = pair()
    first, second = busy(student), busy(other)
    mine = [p for p in kinds()["parent"] if p.children()]
    victim = mine[0]
    child = victim.children()[0]
    victim.kill()
    until(lambda: not alive(child))
    assert len(kinds()["S"]) == 1  # the other's
    assert pair() and first and second


def test_a_dead_loader_is_replaced():
    pair()
    for loader in parents.LOADERS[KEY]:
        loader.process.kill()
    until(lambda: not kinds())
    pair()
    assert len(kinds()["loader"]) == 2


def test_loaders_that_are_no_longer_asked_go_when_their_parents_have(monkeypatch):
    monkeypatch.setattr(parents, "PAIRS", 1)
    first = pair()
    other = parents.lend((BOXED, ("matplotlib",), ()), [])
    until(lambda: len(kinds()["loader"]) == 4)
    assert len(parents.LOADERS) == 1
    busy(first[0])
    for parent in first:
        parent.close()
    until(lambda: len(kinds()["loader"]) == 2)
    assert len(other) == 2


@pytest.mark.skipif(not os.path.exists("/sys/kernel/mm/transparent_hugepage") or tuple(map(int, os.uname().release.split(".")[:2])) < (6, 1),
                    reason="this kernel does not make large pages of a process's own memory")
def test_for_many_submissions_memory_is_in_large_pages():
    def large(pages):
        return sum(int(line.split()[1]) for line in pages if line.startswith("AnonHugePages"))

    few = pair()
    before = [large(open(f"/proc/{p.pid}/smaps_rollup")) for p in kinds()["loader"]]
    parents.close_all()
    many = pair(True)
    after = [large(open(f"/proc/{p.pid}/smaps_rollup")) for p in kinds()["loader"]]
    assert few and many and max(before) == 0 and min(after) > 1000  # kB


def test_a_family_is_what_descends_from_its_first():
    assert spaces.family(os.getpid())[0] >= 1
    assert spaces.family(2**22 + 1) == (0, 0)
    before = spaces.family(os.getpid())[0]
    pair()
    assert spaces.family(os.getpid())[0] >= before + 4


@pytest.mark.skipif(not BOXED, reason=f"no sandbox: {sandbox.available()}")
def test_tests_find_an_empty_folder_each_time(tmp_path):
    from grading.course import EXERCISE

    writes = 'import os\nassert os.listdir() == [], os.listdir()\nopen("left", "w").close()\nassert double(2) == 4'
    text = EXERCISE.replace("assert double(2)", f"{writes}\nassert double(2)", 1)
    spec = specification(tmp_path, text)
    assert [graded(spec)[0].points for _ in range(2)] == [5, 5]


def test_each_worker_has_its_core_where_they_fill_the_machine(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 1}, raising=False)
    assert dispatch.places(2) == [{1}, {3}]
    assert dispatch.places(1) == [None] and dispatch.places(3) == [None] * 3
