"""Limits of time: what an interrupt that comes late costs."""
import pytest
from grading.course import EXERCISE
from grading.test_limits import graded, specification

from dlcourse.grading import engine, sandbox
from dlcourse.grading.one import Policy

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


@pytest.mark.parametrize("cell", [DEAF, SWALLOWS], ids=["one long call", "a handler of its own"])
def test_a_cell_that_hears_the_interrupt_late_costs_itself_alone(spec, monkeypatch, cell):
    monkeypatch.setattr(engine, "grace", lambda policy: 20)
    result, _ = graded(spec, cell, {"cell_seconds": 1, "notebook_seconds": 60})
    assert result.points == 5 and "KeyboardInterrupt: stopped after 1 s" in result.first_error


@pytest.mark.parametrize("late", [DEAF, SWALLOWS], ids=["one long call", "a handler of its own"])
def test_so_does_a_test_of_such_an_answer(spec, monkeypatch, late):
    monkeypatch.setattr(engine, "grace", lambda policy: 20)
    answer = "def double(x):\n    " + late.replace("\n", "\n    ")
    result, _ = graded(spec, policy={"cell_seconds": 1, "notebook_seconds": 60}, double=answer)
    assert result.scores["test-double"] == 0 and result.scores["test-triple"] == 3


def test_a_test_whose_error_an_interrupt_has_swallowed_gives_nothing(tmp_path):
    """IPython shows no error where one is being shown as the interrupt comes; and a test without an error has passed."""
    spec = specification(tmp_path, EXERCISE.replace('tests="double" points=2', 'tests="double" points=2 runs="inside"'))
    result, _ = graded(spec, double=SLOW_TEXT)
    assert result.scores["test-double"] == 0 and "longer than 3 s" in result.failed["test-double"]
