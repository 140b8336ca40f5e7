"""Tasks to processes and to a real Dask cluster: what is given comes back, once, whatever dies."""
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from grading import small_class

from dlcourse.grading import dispatch
from dlcourse.grading.dispatch import local

HERE = Path(__file__).resolve()


def double(x):
    return 2 * x


def moody(x):
    """Dies of 13; the first time also of a path."""
    if x == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    if isinstance(x, str) and not os.path.exists(x):
        open(x, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    if x == "late":
        time.sleep(60)
    return x


def refuse(x):
    raise ValueError(f"not {x}")


@pytest.mark.parametrize("jobs, workers", [(0, 2), (1, 1), (1, 4), (37, 3)])
def test_every_job_comes_back_once(jobs, workers):
    found = list(local(range(jobs), lambda j: j + 1, double, workers))
    assert sorted((o.job, o.output, o.trouble) for o in found) == [(j, 2 * j + 2, "") for j in range(jobs)]


def test_loads_are_made_late():
    made, ahead = [], 0

    def make(job):
        made.append(job)
        return job

    for done, _ in enumerate(local(range(50), make, double, 2), 1):
        ahead = max(ahead, len(made) - done)
    assert ahead <= 2 * 2


def test_a_load_larger_than_a_pipe_goes_through_both_ways():
    found = list(local(range(4), lambda j: b"x" * 5_000_000, double, 2))
    assert [len(o.output) for o in found] == [10_000_000] * 4


def test_a_dead_worker_is_replaced_and_its_job_tried_again(tmp_path):
    jobs = [1, 13, str(tmp_path / "once"), 2, 3]
    found = {o.job: (o.output, o.trouble) for o in local(jobs, lambda j: j, moody, 2)}
    assert set(found) == set(jobs) and found[str(tmp_path / "once")] == (str(tmp_path / "once"), "")
    assert found[13][0] is None and "died 3 times" in found[13][1] and "-9" in found[13][1]
    assert [found[j] for j in (1, 2, 3)] == [(1, ""), (2, ""), (3, "")]  # nobody else pays


def test_a_hung_worker_is_killed(tmp_path, monkeypatch):
    (tmp_path / "late").touch()
    monkeypatch.chdir(tmp_path)  # so that "late" exists and is slept over
    found = {o.job: o.trouble for o in local(["late", 5], lambda j: j, moody, 2, limit=0.3)}
    assert found[5] == "" and "died 3 times" in found["late"]


def test_an_error_of_the_function_is_trouble_and_not_a_death():
    assert [o.trouble for o in local([1], lambda j: j, refuse, 1)] == ["ValueError: not 1"]


def test_no_worker_stays_when_the_reader_stops():
    before = set(psutil.Process().children())
    running = local(range(100), lambda j: j, double, 2)
    next(running)
    assert len(set(psutil.Process().children()) - before) == 2
    running.close()
    assert not dispatch.ONLY_PARENT
    assert set(psutil.Process().children()) == before  # no child is left, not even a dead one


def test_the_database_is_unknown_to_workers(monkeypatch):
    monkeypatch.setenv("DLCOURSE_DB", "postgresql://secret@host/db")
    assert [o.output for o in local([1], lambda j: "DLCOURSE_DB", os.getenv, 1)] == [None]


def test_workers_die_with_a_killed_controller():
    program = ("import os, sys\nfrom dlcourse.grading.dispatch import local\nfrom time import sleep\n"
               "def f(x):\n    os.write(1, b'%d\\n' % os.getpid())\n    sleep(300)\n"
               "list(local([1, 2], lambda j: j, f, 2))")
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    workers = [int(child.stdout.readline()) for _ in range(2)]
    child.kill()
    child.wait()
    until = time.monotonic() + 20
    while time.monotonic() < until and any(map(alive, workers)):
        time.sleep(0.05)
    assert not any(map(alive, workers))


def alive(pid):
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


# --- a cluster

distributed = pytest.importorskip("distributed", reason="distributed is not installed")


@pytest.fixture(scope="module")
def scheduler():
    """A scheduler and two workers, each a process of its own on loopback.  -> (address, the workers' processes)"""
    environment = os.environ | {"PYTHONPATH": f"{HERE.parents[2]}:{HERE.parents[1]}", "DASK_DISTRIBUTED__DASHBOARD__LINK": ""}
    common = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    head = subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"], **common)
    address = next(word for line in head.stderr for word in line.split() if word.startswith("tcp://"))
    command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
               "--host", "127.0.0.1", "--preload", str(HERE.with_name("standin.py"))]
    hands = [subprocess.Popen(command, **common | {"stderr": subprocess.DEVNULL}) for _ in range(2)]
    yield address, hands
    for process in [*hands, head]:
        process.kill()
        process.wait()


def test_a_cluster_gives_the_same_gradebook_also_when_a_worker_is_killed(scheduler, tmp_path):
    address, hands = scheduler
    course, folder = small_class.make(tmp_path)
    for i in range(12):
        small_class.own_cell(course, folder, f"slow-{i}", "import time; time.sleep(0.3)")
    alone = small_class.twin(folder, course / "alone")
    killed = []

    def say(text):
        if "/18 done" in text and not killed:
            killed.append(hands[0].pid)
            hands[0].kill()

    small_class.grade(folder, course, scheduler=address, say=say)
    small_class.grade(alone, course)
    assert killed and small_class.outcome(folder) == small_class.outcome(alone)
    assert small_class.records(folder) == small_class.records(alone)


def test_a_worker_with_another_package_is_refused(scheduler, tmp_path, monkeypatch):
    course, folder = small_class.make(tmp_path, ["reference"])
    monkeypatch.setattr(dispatch, "package_hash", lambda: "0" * 64)
    with pytest.raises(RuntimeError, match="another version of dlcourse"):
        small_class.grade(folder, course, scheduler=scheduler[0])


def test_a_scheduler_that_does_not_answer_is_named(tmp_path, monkeypatch):
    course, folder = small_class.make(tmp_path, ["reference"])
    monkeypatch.setattr(dispatch, "ANSWER", 2)
    with pytest.raises(RuntimeError, match="no Dask scheduler answers at tcp://127.0.0.1:9"):
        small_class.grade(folder, course, scheduler="tcp://127.0.0.1:9")
    assert [p.name for p in folder.iterdir()] == ["submitted"]  # no gradebook, no seed


def test_without_distributed_the_package_is_named(tmp_path, monkeypatch):
    course, folder = small_class.make(tmp_path, ["reference"])
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RuntimeError, match="pip install"):
        small_class.grade(folder, course, scheduler="tcp://127.0.0.1:9")
