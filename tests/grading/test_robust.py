"""What must hold whatever comes: a class is the union of its students, by the engine in its sandbox; a disk that is full or locked loses nothing."""
import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from grading import small_class
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlcourse.grading import sandbox
from dlcourse.grading.grade import grade
from dlcourse.grading.one import Policy
from dlcourse.grading.sample import answered, before_first_answer, blank_notebooks

TESTS = Path(__file__).resolve().parents[1]
POLICY = Policy(4, 30, class_seed="test")
needs_sandbox = pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox: {sandbox.available()}")


def edited(change):
    """A maker of a submission: the reference's answers, changed as JSON."""
    def make(pair):
        nb = json.loads(nbformat.writes(answered(pair)))
        change(nb)
        return json.dumps(nb)
    return make


def cell_of(nb, name):
    return next(c for c in nb["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name)


def set_meta(name, **values):
    return lambda nb: cell_of(nb, name)["metadata"]["nbgrader"].update(values)


ODD = {
    "right": edited(lambda nb: None),
    "empty": lambda pair: nbformat.writes(answered(pair, lambda i, c: False)),
    "half": lambda pair: nbformat.writes(answered(pair, lambda i, c: i == 0)),
    "not JSON": lambda pair: '{"cells": [',
    "no bytes": lambda pair: "",
    "a list": lambda pair: "[1, 2]",
    "format 3": lambda pair: json.dumps({"nbformat": 3, "worksheets": []}),
    "cells are no cells": lambda pair: json.dumps({"nbformat": 4, "cells": [1, None, "x", {}, {"source": 5}]}),
    "duplicate test": edited(lambda nb: nb["cells"].append(copy.deepcopy(cell_of(nb, "test-double")))),
    "duplicate answer": edited(lambda nb: nb["cells"].append({**copy.deepcopy(cell_of(nb, "answer-double")), "source": "def double(x): return 0"})),
    "missing test": edited(lambda nb: nb["cells"].remove(cell_of(nb, "test-triple"))),
    "missing answer": edited(lambda nb: nb["cells"].remove(cell_of(nb, "answer-triple"))),
    "re-typed test": edited(lambda nb: cell_of(nb, "test-double").update(cell_type="markdown")),
    "re-typed answer": edited(lambda nb: cell_of(nb, "answer-double").update(cell_type="raw")),
    "re-pointed": edited(set_meta("test-double", points=10 ** 400)),
    "huge integers": edited(lambda nb: nb["metadata"].update(huge=10 ** 4000)),
    "wrong schema": edited(set_meta("test-triple", schema_version=99)),
    "schema is text": edited(set_meta("answer-triple", schema_version="x" * 1000, grade=True, solution=7)),
    "id is a list": edited(set_meta("test-triple", grade_id=["test-triple"])),
    "swapped names": edited(set_meta("answer-double", grade_id="answer-triple")),
    "lone surrogate": edited(lambda nb: cell_of(nb, "written-why").update(source="\ud800 because")),
    "prints": lambda pair: nbformat.writes(before_first_answer(answered(pair), "print('x' * 100_000)")),
    "dies": lambda pair: nbformat.writes(before_first_answer(answered(pair), "import os\nos._exit(1)")),
    "leaves a thread": lambda pair: nbformat.writes(before_first_answer(answered(pair), "import threading, time\nthreading.Thread(target=time.sleep,"
                                                                       " args=(99,)).start()")),
    "overwrites": lambda pair: nbformat.writes(before_first_answer(answered(pair, lambda i, c: False), "double = triple = lambda x: x * 0 + 4")),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return shutil.copytree(small_class.released(), tmp_path_factory.mktemp("robust") / "c")


@pytest.fixture(scope="module")
def alone(course):
    """dict kind -> (kept result, row of the table, graded notebook) of a class of this one submission"""
    found = {}

    def of(kind):
        if kind not in found:
            found[kind] = next(iter(graded(course, course / "one", {"student": kind}, 1).values()))
        return found[kind]
    return of


def graded(course, folder, students, workers):
    """Grade a class of students of these kinds, in the sandbox.  -> dict student -> what a run leaves of them"""
    pair = blank_notebooks(course)["mini", "small"]
    for part in ("submitted", "results", "autograded"):
        shutil.rmtree(folder / part, ignore_errors=True)
    (folder / "gradebook.db").unlink(missing_ok=True)
    for student, kind in students.items():
        path = folder / "submitted" / student / "mini/small.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(ODD[kind](pair), encoding="utf8", errors="surrogatepass")
        os.utime(path, (1_700_000_000, 1_700_000_000))
    done = grade(folder, course, policy=POLICY, workers=workers, feedback=False, say=lambda text: None)
    rows = {r["student"]: {**r, "student": ""} for r in done.table}
    held = small_class.contents(f"sqlite:///{folder / 'gradebook.db'}")
    found = {}
    for student in students:
        kept = small_class.records(folder)[f"results/{student}/mini/small.json"]
        mine = [r.replace(f"('{student}'", "('") for table in ("grade", "comment") for r in held[table] if r.startswith(f"('{student}'")]
        found[student] = ({**kept, "student": "", "key": ""}, rows[student], mine, (folder / f"autograded/{student}/mini/small.ipynb").read_text())
    return found


@needs_sandbox
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(kinds=st.lists(st.sampled_from(sorted(ODD)), min_size=2, max_size=12), workers=st.integers(1, 3))
def test_a_class_is_the_union_of_its_students(course, alone, kinds, workers):
    students = {f"s{i:02d}": kind for i, kind in enumerate(kinds)}
    together = graded(course, course / "many", students, workers)
    assert together == {student: alone(kind) for student, kind in students.items()}


@needs_sandbox
def test_every_odd_file_gets_a_result(course, alone):
    found = {kind: alone(kind)[0] for kind in ODD}
    assert not [kind for kind, r in found.items() if r["trouble"]]
    points = {kind: sum(v or 0 for v in r["scores"].values()) for kind, r in found.items()}
    assert {k for k, p in points.items() if p == 5} >= {"right", "duplicate test", "missing test", "re-typed test", "re-pointed", "huge integers", "prints"}
    assert {k for k, p in points.items() if p == 0} >= {"empty", "not JSON", "no bytes", "a list", "format 3", "cells are no cells"}
    assert points["half"] == 2 and points["missing answer"] == 2 and points["duplicate answer"] == 5  # the tests ran before the last copy
    assert {k for k, r in found.items() if r["unread"]} == {"not JSON", "no bytes", "a list", "format 3"}


# --- a disk that is full, a folder that cannot be written: each run is a command in a mount namespace of its own

def command(folder, course, *more):
    return [sys.executable, "-m", "grading.standin", "grade", "--root", str(course), "--class", str(folder), "--no-sandbox", "--workers", "1", "--seed", "test",
            *more]


def in_bwrap(args, *binds):
    full = ["bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev", "--proc", "/proc", *binds, "--", *args]
    return subprocess.run(full, capture_output=True, text=True, cwd=TESTS, env=os.environ | {"PYTHONPATH": f"{TESTS.parent}:{TESTS}"})


needs_bwrap = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed (Debian: apt install bubblewrap)")


@pytest.fixture
def ready(tmp_path):
    """A class, and a twin of it that was graded without trouble."""
    course, folder = small_class.make(tmp_path, ["reference", "untouched", "honest-half"])
    twin = small_class.twin(folder, course / "twin")
    small_class.grade(twin, course)
    return course, folder, twin


def one_clear_line(done, path):
    lines = done.stderr.strip().splitlines()
    assert done.returncode == 2, done.stderr[-3000:] + done.stdout[-2000:]
    assert len(lines) == 1 and lines[0].startswith("dlcourse grade: ") and str(path) in lines[0], done.stderr
    return lines[0]


@needs_bwrap
@pytest.mark.parametrize("kilobytes", [4, 16, 120, 200, 280])
def test_a_full_disk_is_one_clear_line_and_loses_nothing(ready, kilobytes):
    """A disk of a few hundred kB, copied back as it was when the run ended; then the same command on a disk with room."""
    course, folder, twin = ready
    image = folder.parent / "image"
    script = 'cp -a "$1/." "$2"; shift 2; "$@"; status=$?; cp -a "$DISK/." "$IMAGE"; exit $status'
    image.mkdir()
    small = folder.parent / "disk"
    small.mkdir()
    room = 4096 * -(-sum(8192 for _ in folder.rglob("*")) // 4096) + kilobytes * 1024
    done = in_bwrap(["env", f"DISK={small}", f"IMAGE={image}", "sh", "-c", script, "sh", str(folder), str(small), *command(small, course, "--no-feedback")],
                    "--size", str(room), "--tmpfs", str(small))
    if done.returncode == 0:
        pytest.fail(f"a disk with {kilobytes} kB was large enough: nothing was tested")
    assert "No space left" in (line := one_clear_line(done, small)) or "full" in line
    shutil.rmtree(folder)
    shutil.copytree(image, folder, copy_function=shutil.copy2)
    small_class.grade(folder, course)
    assert small_class.outcome(folder) == small_class.outcome(twin)
    assert not list(folder.rglob("*.part"))


@needs_bwrap
@pytest.mark.parametrize("locked", ["", "autograded", "results", "gradebook.db", "feedback"])
def test_a_folder_that_cannot_be_written_is_one_clear_line_and_loses_nothing(ready, locked):
    course, folder, twin = ready
    if locked == "gradebook.db":
        small_class.grade(folder, course, students=["untouched"])
    elif locked:
        (folder / locked).mkdir()
    place = folder / locked
    done = in_bwrap(command(folder, course, *([] if locked == "feedback" else ["--no-feedback"])), "--ro-bind", str(place), str(place))
    one_clear_line(done, place)
    small_class.grade(folder, course, feedback=locked == "feedback")
    assert small_class.outcome(folder) == small_class.outcome(twin)
    assert locked != "feedback" or len(list(folder.glob("feedback/*/mini/small.html"))) == 3
