"""Limits of time: what an interrupt that comes late costs, and a second run for who was kept waiting for a processor."""
import nbformat
import pytest
from grading.course import EXERCISE
from grading.test_limits import graded, specification

from dlcourse.grading import engine, parents, sandbox
from dlcourse.grading.one import Policy
from dlcourse.grading.verdict import run_forked

pytestmark = pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox on this machine: {sandbox.available()}")
DEAF = """import signal, time
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
time.sleep(4)
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])"""
SWALLOWS = """import time
try:
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(60)"""
SLOW_TEXT = """class Slow(Exception):
    told = []

    def __str__(self):
        import time
        time.sleep(0 if self.told else self.told.append(1) or 60)
        return "slow"


def double(x):
    raise Slow"""


@pytest.fixture
def spec(tmp_path):
    return specification(tmp_path)


@pytest.mark.parametrize("seconds, expected", [(3, 2), (30, 10), (60, 20)])
def test_the_grace_is_in_proportion(seconds, expected):
    assert engine.grace(Policy(cell_seconds=seconds)) == expected


@pytest.fixture
def patient(monkeypatch):
    """A long grace and no second run, so that tests need not take long where the machine is busy."""
    monkeypatch.setattr(engine, "grace", lambda policy: 20)
    monkeypatch.setattr(engine, "kept_waiting", lambda *given: False)


@pytest.mark.parametrize("cell", [DEAF, SWALLOWS], ids=["one long call", "a handler of its own"])
def test_a_cell_that_hears_the_interrupt_late_costs_itself_alone(spec, patient, cell):
    result, _ = graded(spec, cell, {"cell_seconds": 1, "notebook_seconds": 60})
    assert result.points == 5 and "KeyboardInterrupt: stopped after 1 s" in result.first_error


@pytest.mark.parametrize("late", [DEAF, SWALLOWS], ids=["one long call", "a handler of its own"])
def test_so_does_a_test_of_such_an_answer(spec, patient, late):
    answer = "def double(x):\n    " + late.replace("\n", "\n    ")
    result, _ = graded(spec, policy={"cell_seconds": 1, "notebook_seconds": 60}, double=answer)
    assert result.scores["test-double"] == 0 and result.scores["test-triple"] == 3


def test_a_test_whose_error_an_interrupt_has_swallowed_gives_nothing(tmp_path):
    """IPython shows no error where one is being shown as the interrupt comes; and a test without an error has passed."""
    spec = specification(tmp_path, EXERCISE.replace('tests="double" points=2', 'tests="double" points=2 runs="inside"'))
    result, _ = graded(spec, double=SLOW_TEXT)
    assert result.scores["test-double"] == 0 and "the cell ran longer" in result.failed["test-double"]


@pytest.mark.parametrize("ran, waited, expected", [
    (20, 10, True), (20, 8, False), (10, 20, True), (30, 0, False), (100, 20, False),
    (0, 0, False), (0.5, 2, False)])  # asleep: the little that it ran it may have waited for
def test_who_was_kept_waiting(ran, waited, expected):
    assert engine.kept_waiting(ran, waited, Policy(cell_seconds=30)) == expected


QUIET, MET, LATE = (False, 1, 9), (True, 9, 1), (True, 1, 19)  # struck by a limit?  seconds that it ran, and waited


@pytest.mark.parametrize("runs, cell_seconds, notes", [
    ([QUIET], [10], []), ([MET], [10], []), ([LATE, QUIET], [10, 20], []), ([LATE, MET], [10, 20], []), ([LATE, LATE], [10, 20], [engine.BUSY])])
def test_a_second_run_and_never_a_third(spec, monkeypatch, runs, cell_seconds, notes):
    todo, seen = list(runs), []

    class Pretended(engine.Run):
        def go(self, result):
            seen.append((self.policy.cell_seconds, self.policy.notebook_seconds))
            self.struck, self.ran, self.waited = todo.pop(0)
            assert not any(c.get("outputs") for c in self.nb.cells)  # nothing is left of the run before
            for cell in self.nb.cells:
                if cell.cell_type == "code":
                    self.fill(cell, [engine.error_output("TimeLimit", "")])

    monkeypatch.setattr(engine, "Run", Pretended)
    result, _ = graded(spec, policy={"cell_seconds": 10, "notebook_seconds": 40})
    assert seen == [(s, 4 * s) for s in cell_seconds] and result.notes == notes


@pytest.mark.parametrize("cell, double, struck", [
    ("", "", False), ("import time\ntime.sleep(60)", "", True), ("", "def double(x):\n    while True:\n        pass", True)],
    ids=["none", "of a cell", "of a test"])
def test_a_limit_that_struck_is_known(spec, monkeypatch, cell, double, struck):
    found = spied(monkeypatch)
    graded(spec, cell, {"cell_seconds": 1}, **{"double": double} if double else {})
    assert [run.struck for run in found] == [struck]


def test_so_is_the_notebook_s_limit(spec, monkeypatch):
    found = spied(monkeypatch)
    graded(spec, "import time\ntime.sleep(60)", {"cell_seconds": 50, "notebook_seconds": 1})
    assert [run.struck for run in found] == [True]


@pytest.mark.parametrize("end", ["", "\nimport os\nos._exit(1)"], ids=["alive", "ended"])
def test_the_kernel_s_count_is_read(spec, monkeypatch, end):
    """What the student's process computed counts, whether or not it is still there; its sleep does not."""
    said, stop = {}, parents.Parent.stop
    monkeypatch.setattr(parents.Parent, "stop", lambda self, gone: said.setdefault(self.kind, stop(self, gone)))
    found = spied(monkeypatch)
    graded(spec, "import time\ntime.sleep(1.5)\nwhile time.process_time() < 0.5:\n    pass" + end, {"cell_seconds": 30, "notebook_seconds": 60})
    assert 0.4 < said["student"]["ran"] < 1.4 and said["student"]["waited"] > 0 and said["tests"]["ran"] > 0
    assert (found[0].ran, found[0].waited) == tuple(said["student"][kind] + said["tests"][kind] for kind in ("ran", "waited"))


def test_the_second_run_has_twice_the_time(spec, monkeypatch):
    monkeypatch.setattr(engine, "kept_waiting", lambda *given: True)
    slow = "import time\ntime.sleep(3)"
    result, _ = graded(spec, slow, {"cell_seconds": 2, "notebook_seconds": 30})
    assert result.points == 5 and not result.notes and not result.first_error


def spied(monkeypatch):
    """-> list of the runs that happen"""
    found = []

    class Spied(engine.Run):
        def go(self, result):
            found.append(self)
            return super().go(result)

    monkeypatch.setattr(engine, "Run", Spied)
    monkeypatch.setattr(engine, "kept_waiting", lambda *given: False)
    return found


def test_a_worker_may_take_as_long_as_its_runs():
    assert engine.longest(Policy(cell_seconds=30, notebook_seconds=120)) == 120 + 20 + 2 * (240 + 40) + engine.START_SECONDS


def test_a_students_own_check_outlives_a_cell_that_ends_its_process(tmp_path):
    nb = run_forked(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import os\nos._exit(1)")]), tmp_path, 5)
    assert nb.cells[0].outputs[0].ename == "ProcessEnded"
