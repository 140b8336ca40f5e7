"""For all tests of the grader."""
import pytest

from dlcourse.grading import dispatch


@pytest.fixture(autouse=True)
def forked(monkeypatch):
    """Workers are forked, as in the command: earlier tests of this process may have left threads, and a spawned worker cannot import a test's functions."""
    monkeypatch.setattr(dispatch.threading, "active_count", lambda: 1)
