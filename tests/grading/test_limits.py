"""What a submission may use, each limit by itself; tests inside the student's process; what the machine must give."""
import copy
import os
import socket
import subprocess
import sys

import nbformat
import pytest
from grading.course import EXERCISE
from nbgrader import utils

from dlcourse.grading import one, parents, plan, sandbox
from dlcourse.grading.source import expand

pytestmark = pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox on this machine: {sandbox.available()}")
FAST = {"cell_seconds": 3, "notebook_seconds": 8, "class_seed": "1"}


def specification(tmp_path, text=EXERCISE):
    source = tmp_path / "solutions/mini/small.py"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text)
    spec = expand(source)
    for cell in spec.cells:
        cell.metadata.nbgrader["checksum"] = utils.compute_checksum(cell)
    return spec


def graded(spec, before="", policy=None, **answers):
    """Grade the reference with a cell of the student's own before it, and other answers.  -> (Result, notebook)"""
    nb = copy.deepcopy(spec)
    for cell in nb.cells:
        name = cell.id.partition("-")[2]
        cell.source = answers.get(name, cell.source) if cell.id.startswith("answer-") else cell.source
    if before:
        nb.cells.insert(1, nbformat.v4.new_code_cell(before, id="mine"))
    task = one.Task(("s", "mini", "small"), "k", (), 0.0, nbformat.writes(nb).encode(), "", nbformat.writes(spec), one.Policy(**FAST | (policy or {})))
    result, text = one.grade_task(task)
    assert not result.trouble, result.trouble
    return result, nbformat.reads(text, 4) if text else None


def said(nb):
    """All that the notebook's outputs say."""
    outputs = [o for c in nb.cells for o in c.get("outputs", [])]
    return "\n".join(o.get("text", "") + o.get("evalue", "") for o in outputs)


@pytest.fixture
def spec(tmp_path):
    return specification(tmp_path)


def test_parsing():
    assert one.limits(["memory=4G", "cells=10", "disk=3m"]) == {"memory": 4 << 30, "cells": 10, "disk": 3 << 20}
    for wrong in ("memory", "memory=", "memory=-1", "memory=0", "ram=4G", "class_seed=3", "cells=1.5"):
        with pytest.raises(ValueError, match="expected NAME=NUMBER"):
            one.limits([wrong])


def test_memory_of_one_process(spec):
    result, nb = graded(spec, "block = bytearray(300_000_000)", {"memory": 200 << 20})
    assert result.points == 5 and "MemoryError" in str(nb)
    assert graded(spec, "block = bytearray(100_000_000)", {"memory": 200 << 20})[0].first_error == ""


def test_memory_of_all_processes_together(spec):
    child = "b = bytearray(100_000_000)\n        b[::4096] = bytes(len(b[::4096]))\n        time.sleep(60)"
    code = f"import os, time\nfor _ in range(6):\n    if os.fork() == 0:\n        {child}\ntime.sleep(2)"
    result, nb = graded(spec, code, {"memory": 300 << 20})
    assert result.points == 0 and "it took more than 0.293 GB of memory" in said(nb)


def test_processes(spec):
    result, nb = graded(spec, "import subprocess, time\nchildren = [subprocess.Popen(['sleep', '60']) for _ in range(30)]\ntime.sleep(2)", {"processes": 20})
    assert result.points == 0 and "it started more than 20 processes" in said(nb) or result.points == 5 and "BlockingIOError" in str(nb)


def test_disk(spec):
    result, nb = graded(spec, "open('big', 'wb').write(bytes(3_000_000))", {"disk": 1 << 20})
    assert result.points == 5 and ("File too large" in said(nb) or "No space left" in said(nb))


def test_output_of_a_cell_and_of_all(spec):
    result, nb = graded(spec, "print('x' * 5000)", {"cell_output": 1000})
    assert result.points == 5 and len(said(nb)) < 1500 and "cut" in said(nb)
    many = "for _ in range(100):\n    print('x' * 900)"
    assert len(said(graded(spec, many, {"cell_output": 50_000, "notebook_output": 20_000})[1])) < 22_000


def test_cells_and_file(spec):
    assert "expected at most 3" in graded(spec, policy={"cells": 3})[0].notes[-1]
    assert "at most 5,000" in graded(spec, "#" * 5000, {"text": 5000})[0].notes[-1]
    assert graded(spec, "#" * 3000, {"text": 5000})[0].points == 5


def test_a_test_that_never_ends_costs_itself_alone(spec):
    result, nb = graded(spec, double="def double(x):\n    while True:\n        pass")
    assert result.scores["test-double"] == 0 and result.scores["test-triple"] == 3
    assert "time limit" in result.failed["test-double"] or "KeyboardInterrupt" in result.failed["test-double"]


def test_the_whole_notebook_s_time(spec):
    result, nb = graded(spec, "import time\ntime.sleep(60)\n", {"notebook_seconds": 2})
    assert result.points == 0 and ("longer than 2 s" in said(nb) or "could not be interrupted" in said(nb) or "stopped after" in said(nb))


def test_nothing_of_one_submission_reaches_the_next(spec):
    write = "import os, numpy\nfor place in ('/tmp/left', '/dev/shm/left'):\n    open(place, 'w').write('x')\nos.environ['LEFT'] = 'x'\nnumpy.left = 1"
    graded(spec, write)
    look = "import os, numpy\nprint('found', *map(os.path.exists, ('/tmp/left', '/dev/shm/left')), 'LEFT' in os.environ, hasattr(numpy, 'left'))"
    _, nb = graded(spec, look)
    assert "found False False False False" in said(nb)


def test_two_students_do_not_share_random_numbers_with_the_tests(spec):
    """The class's seed is nowhere in the student's process."""
    _, nb = graded(spec, "import os\nprint('seed' if any('SEED' in k for k in os.environ) else 'none')")
    assert "none" in said(nb)


class TestInside:
    """A cell with runs="inside": in the student's process, libraries put back, tampering told."""

    @pytest.fixture
    def inside(self, tmp_path):
        return specification(tmp_path, EXERCISE.replace('tests="double" points=2', 'tests="double" points=2 runs="inside"'))

    def test_honest(self, inside):
        result, _ = graded(inside)
        assert result.points == 5 and result.flags == []

    def test_patched_libraries_are_put_back_and_told(self, inside):
        result, _ = graded(inside, "from dlcourse import check\nimport numpy as np\ncheck.close = lambda *a, **k: None\nnp.allclose = lambda *a: True",
                           double="def double(x):\n    return 4")
        assert result.scores["test-double"] == 0 and {"dlcourse.check.close", "numpy.allclose"} <= set(result.flags)

    def test_transformers_are_put_back_and_told(self, inside):
        result, _ = graded(inside, "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])", double="def double(x):\n    return 1")
        assert result.scores["test-double"] == 0 and "input transformers" in result.flags

    @pytest.mark.parametrize("loud", ["print('x' * 20_000)", "for i in range(1500):\n        sys.stdout.write('a')\n        sys.stderr.write('b')"])
    @pytest.mark.parametrize("test", ["assert double(2) == 4", "1.0 * (double(2) == 4)"])
    def test_its_error_and_its_number_are_not_lost_in_much_output(self, tmp_path, loud, test):
        text = EXERCISE.replace('tests="double" points=2', f'tests="double" points=2 runs="inside"{" partial=True" * ("*" in test)}')
        spec = specification(tmp_path, text[:text.index("assert double(2)")] + test + text[text.index("### END HIDDEN TESTS") + 20:])
        result, _ = graded(spec, "import sys", {"cell_output": 10_000}, double=f"def double(x):\n    {loud}\n    return 5")
        assert result.scores["test-double"] == 0


def test_partial_credit_and_hint(tmp_path):
    text = EXERCISE.replace('tests="triple" points=3', 'tests="triple" points=3 partial=True hint="Three, not two."')
    text = text.replace('assert triple(2) == 6, "triple(2) should be 6"', "sum(triple(x) == 3 * x for x in (0, 1, 2)) * 1.0")
    spec = specification(tmp_path, text)
    result, nb = graded(spec, triple="def triple(x):\n    return 2 * x")
    assert result.scores["test-triple"] == 1.0 and result.failed["test-triple"] == "partial"
    assert next(c for c in nb.cells if c.id == "test-triple").metadata["dlcourse"]["hint"] == "Three, not two."


def test_a_killed_loader_costs_nobody_anything(spec):
    graded(spec)
    for pair in parents.LOADERS.values():
        for loader in pair:
            loader.process.kill()
    assert graded(spec)[0].points == 5


def test_a_loader_that_dies_while_it_is_asked_costs_nobody_anything(spec, monkeypatch):
    asked = []

    def dying(key, cores):
        asked.append(key)
        if len(asked) > 2:
            return parents.lend(key, cores)
        mine, theirs = zip(*[socket.socketpair() for _ in range(2)], strict=True)
        for end in theirs:
            end.close()
        return mine

    parents.close_all()
    monkeypatch.setattr(parents, "LENDER", [dying])
    assert graded(spec)[0].points == 5 and len(asked) == 3


def test_exit_ends_a_cell_and_says_why(spec):
    for call in ("exit()", "quit()"):
        result, nb = graded(spec, call)
        assert result.points == 5 and "take them out of the notebook" in said(nb)


def test_only_what_a_notebook_imports_is_loaded():
    assert plan.heavy(["import numpy as np\nfrom dlcourse import check"]) == ()
    assert plan.heavy(["import torch\nopt = torch.optim.SGD"]) == ("optim", "torch")
    assert plan.heavy(["from dlcourse import check, plot\nimport matplotlib.pyplot as plt"]) == ("matplotlib",)
    assert plan.heavy(["from dlcourse.data import digits"]) == ("sklearn",)


def test_a_machine_without_inner_namespaces_is_told_so():
    package = os.path.dirname(sandbox.__file__).rpartition("/")[0]
    command = sandbox.wrap([sys.executable, "-m", "dlcourse.grading.process.spaces"], "/tmp", package, nested=True)
    command[command.index("--unshare-all"):command.index("--unshare-all")] = ["--unshare-user", "--disable-userns"]
    probe = subprocess.run(command, env=sandbox.environment("/tmp", package), capture_output=True, text=True)
    assert probe.returncode == 1 and "new namespaces" in probe.stderr


def test_a_death_before_any_code_of_the_student_s_is_no_zero(tmp_path):
    """The exercise's own first cell needs more memory than the limit: that is nobody's 0."""
    spec = specification(tmp_path, EXERCISE.replace("import numpy as np", "import os\nos._exit(1)\nimport numpy as np", 1))
    task = one.Task(("s", "mini", "small"), "k", (), 0.0, nbformat.writes(spec).encode(), "", nbformat.writes(spec), one.Policy(**FAST))
    result, text = one.grade_task(task)
    assert "before any code of the student's" in result.trouble and text == ""


def test_partial_without_a_number_gives_nothing(tmp_path):
    text = EXERCISE.replace('tests="triple" points=3', 'tests="triple" points=3 partial=True')
    result, _ = graded(specification(tmp_path, text.replace('assert triple(2) == 6, "triple(2) should be 6"', "print(triple(2))")))
    assert result.scores["test-triple"] == 0 and "must end with a number" in result.failed["test-triple"]
