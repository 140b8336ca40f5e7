"""``dlcourse check`` with the pre-loaded helper: says what a check with a kernel of its own says, and survives the helper's death."""
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from grading.course import write_course

from dlcourse.grading import warm
from dlcourse.grading.sample import answered, before_first_answer, blank_notebooks

pytestmark = pytest.mark.skipif(not warm.possible(), reason="this system cannot fork or has no local sockets")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A course, and a private folder for the helper, which is ended afterwards."""
    course, private = write_course(tmp_path_factory.mktemp("warm") / "c"), tmp_path_factory.mktemp("t")
    yield course, private
    for pid in helpers(private):
        os.kill(pid, signal.SIGKILL)


def helpers(private):
    """Processes whose command line names the private folder."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            command = Path(f"/proc/{name}/cmdline").read_text()
        except OSError:
            continue
        if "dlcourse.grading.warm" in command and str(private) in command:
            found.append(int(name))
    return found


def check(place, nb, *options, name="small.ipynb"):
    course, private = place
    path = course / "work/mini" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, path)
    command = [sys.executable, "-m", "dlcourse.cli", "check", f"work/mini/{name}", "--timeout", "3", *options]
    done = subprocess.run(command, cwd=course, env=os.environ | {"TMPDIR": str(private)}, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def test_says_what_a_check_without_it_says(place):
    pair = blank_notebooks(place[0])["mini", "small"]
    wrong = answered(pair)
    next(c for c in wrong.cells if c.id == "answer-triple").source = "def triple(x):\n    y = [1, 2]\n    return y[x]"
    for nb in (answered(pair), pair[0], wrong, before_first_answer(answered(pair), "print('hello')\nundefined_name")):
        assert check(place, nb) == check(place, nb, "--cold")
    assert len(helpers(place[1])) == 1


def test_an_endless_loop_is_stopped_and_the_helper_lives(place):
    nb = before_first_answer(answered(blank_notebooks(place[0])["mini", "small"]), "while True:\n    pass")
    status, out, _ = check(place, nb)
    assert status == 1 and "still running after 3 s" in out and "visible tests: 5 of 5" in out
    until = time.monotonic() + 20
    while len(helpers(place[1])) != 1 and time.monotonic() < until:  # the fork that was killed has the helper's name until it is gone
        time.sleep(0.1)
    assert len(helpers(place[1])) == 1


def test_a_killed_helper_is_replaced(place):
    nb = answered(blank_notebooks(place[0])["mini", "small"])
    check(place, nb)
    os.kill(helpers(place[1])[0], signal.SIGKILL)
    assert check(place, nb)[0] == 0


def test_one_check_leaves_nothing_for_the_next(place):
    pair = blank_notebooks(place[0])["mini", "small"]
    check(place, before_first_answer(answered(pair), "import numpy\nnumpy.left = 1\nleft = 2"))
    status, out, _ = check(place, before_first_answer(answered(pair), "import numpy\nassert not hasattr(numpy, 'left') and 'left' not in globals()"))
    assert status == 0, out


def test_errors_come_through(place):
    course, private = place
    done = subprocess.run([sys.executable, "-m", "dlcourse.cli", "check", "work/mini/smalls.ipynb"], cwd=course, env=os.environ | {"TMPDIR": str(private)},
                          capture_output=True, text=True)
    assert done.returncode == 2 and "does not exist; did you mean" in done.stderr


def test_a_folder_that_others_may_enter_is_not_used(place, monkeypatch, tmp_path):
    monkeypatch.setattr(warm.tempfile, "gettempdir", lambda: str(tmp_path))
    (tmp_path / f"dlcourse-{os.getuid()}").mkdir(mode=0o755)
    with pytest.raises(OSError, match="belongs to somebody else"):
        warm.address()
