"""``--engine nbgrader`` against ``nbgrader autograde`` itself, cell by cell: nbgrader's documentation course, generated exercises, odd submissions."""
import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from grading import generated
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from dlcourse.cli import main
from dlcourse.grading import compat, sandbox
from dlcourse.grading.compat import grade_course

pytestmark = pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox: {sandbox.available()}")
CONFIG = """c = get_config()
c.CourseDirectory.course_id = "made"
c.LateSubmissionPlugin.penalty_method = "zero"
"""
NOTEBOOKS, EXERCISES, STUDENTS = 7, 16, ("ann", "bob")  # 224 generated exercises handed in
ODD = {"dead", "other-id", "over", "not-json", "fine", "late"}
ABORTS = {"copied", "schema"}  # nbgrader stops the class at these: each runs alone


def nbgrader(folder, *words, kernels="local-provisioner"):
    """nbgrader's own command in a course.  -> exit status"""
    env = dict(os.environ, PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", JUPYTER_DEFAULT_PROVISIONER_NAME=kernels)
    return subprocess.run([sys.executable, "-m", "nbgrader", *words], cwd=folder, env=env, capture_output=True, timeout=600).returncode


def gradebook(folder, course="made"):
    return Gradebook(f"sqlite:///{folder / 'gradebook.db'}", course)


def cells(folder, course="made", assignment=None):
    """All that autograding writes: dict place -> values."""
    out = {}
    with gradebook(folder, course) as gb:
        for submission in [s for a in gb.assignments if assignment in (None, a.name) for s in a.submissions]:
            for nb in submission.notebooks:
                place = (submission.student_id, submission.assignment.name, nb.name)
                out[(*place, "late")] = nb.late_submission_penalty, submission.timestamp
                out |= {(*place, g.name): (g.auto_score, g.manual_score, g.needs_manual_grade, g.extra_credit, g.max_score) for g in nb.grades}
                out |= {(*place, c.name, "comment"): (c.auto_comment, c.manual_comment) for c in nb.comments}
    return out


def folders(root):
    """What lies in autograded/: files of graded submissions."""
    return {str(p.relative_to(root)) for p in (root / "autograded").rglob("*") if p.is_file()}


def odd_submission(name, nb):
    """What an odd student hands in: a notebook, or text."""
    test = next(c for c in nb.cells if c.metadata.nbgrader.grade and c.cell_type == "code")
    if name == "copied":
        nb.cells.append(new_code_cell(test.source, metadata=test.metadata))
    elif name == "schema":
        test.metadata.nbgrader["schema_version"] = 99
    elif name == "other-id":
        test.metadata.nbgrader["grade_id"] = "nobody-knows"
    elif name == "over":
        for cell in nb.cells:
            if cell.metadata.nbgrader.grade_id == "odd-answer":
                cell.source = "def odd():\n    return 50"
    elif name == "dead":
        nb.cells.insert(1, new_code_cell("import os\nos._exit(3)"))
    return "{" if name == "not-json" else nbformat.writes(nb)


def odd_source():
    """An exercise whose test gives its points as a number, and a question for a person."""
    make = generated.meta
    text = "def odd():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
    return generated.new_notebook(cells=[
        new_code_cell(text, metadata=make("odd-answer", solution=True)), new_code_cell("odd()", metadata=make("odd-value", 2)),
        new_code_cell("assert odd() == 1", metadata=make("odd-assert", 3)),
        generated.new_markdown_cell("### BEGIN SOLUTION\nBecause.\n### END SOLUTION", metadata=make("odd-text", 4, solution=True))],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})


def write_course(root):
    """The course with both assignments released and handed in."""
    (root / "source/gen").mkdir(parents=True)
    (root / "source/odd").mkdir()
    (root / "nbgrader_config.py").write_text(CONFIG)
    for i in range(NOTEBOOKS):
        nbformat.write(generated.notebook(generated.seeded("source", i), f"e{i}", EXERCISES), root / f"source/gen/e{i}.ipynb")
    nbformat.write(odd_source(), root / "source/odd/odd.ipynb")
    for name in ("gen", "odd"):
        assert nbgrader(root, "generate_assignment", name) == 0
    with gradebook(root) as gb:
        gb.update_or_create_assignment("odd", duedate="2020-01-02 00:00:00 UTC")
    for student in STUDENTS:
        (root / f"submitted/{student}/gen").mkdir(parents=True)
        for i in range(NOTEBOOKS):
            released = nbformat.read(root / f"release/gen/e{i}.ipynb", 4)
            nbformat.write(generated.handed_in(generated.seeded(student, i), released), root / f"submitted/{student}/gen/e{i}.ipynb")
    for student in sorted(ODD | ABORTS):
        place = root / f"submitted/{student}/odd"
        place.mkdir(parents=True)
        (place / "odd.ipynb").write_text(odd_submission(student, nbformat.read(root / "source/odd/odd.ipynb", 4)))
        (place / "timestamp.txt").write_text(f"2020-01-0{3 if student == 'late' else 1} 00:00:00 UTC")
    return root


@functools.cache
def graded_once(base):
    """The made-up course graded by both, once for all test files.  -> (stock's folder, ours, outcomes of ours)"""
    stock = write_course(base / "stock")
    shutil.copytree(stock, base / "warm")
    ours = shutil.copytree(stock, base / "ours")
    assert nbgrader(stock, "autograde", "gen") == 0
    nbgrader(stock, "autograde", "odd", f"--CourseDirectory.student_id_exclude={','.join(ABORTS)}")
    for student in ABORTS:
        nbgrader(stock, "autograde", "odd", "--student", student)
    outcomes = grade_course(ours, workers=2, say=lambda text: None)
    return stock, ours, {o.place: o for o in outcomes}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    return graded_once(tmp_path_factory.getbasetemp() / "compat-class")


def different(a, b):
    """Places that differ, with both values."""
    return {k: (a.get(k), b.get(k)) for k in a.keys() | b.keys() if a.get(k) != b.get(k)}


def test_every_generated_cell_is_scored_as_by_nbgrader(graded):
    stock, ours, _ = graded
    expected = cells(stock, assignment="gen")
    assert different(expected, cells(ours, assignment="gen")) == {}
    scores = [v[0] for v in expected.values() if len(v) == 5]
    assert len(scores) > 500 and {0, 0.5, 1, None, 2, 3} < set(scores)
    assert {v[0] for k, v in expected.items() if k[-1] == "comment"} == {None, "No response."}


def test_the_generated_class_holds_every_kind_of_test(graded):
    assert {k[3].split("-", 3)[3] for k in cells(graded[0], assignment="gen") if k[3].count("-") >= 3} >= set(generated.TESTS)


def test_odd_submissions_end_as_with_nbgrader(graded):
    stock, ours, outcomes = graded
    assert different(cells(stock, assignment="odd"), cells(ours, assignment="odd")) == {}
    assert folders(stock) == folders(ours)
    assert {p.split("/")[0] for p, o in outcomes.items() if o.state == "failed"} == (ODD | ABORTS) - {"fine", "late"}
    assert cells(ours)["late", "odd", "odd", "late"][0] == 4 and cells(ours)["fine", "odd", "odd", "late"][0] is None


@pytest.mark.parametrize("student, says", [("dead", "DeadKernel"), ("over", "partial credit"), ("not-json", "JSON"), ("schema", "newer version")])
def test_a_failure_names_its_cause(graded, student, says):
    assert says in graded[2][f"{student}/odd"].reason


def test_warm_kernels_change_no_score(graded):
    """Stock nbgrader with the provisioner ``dlcourse-warm`` by configuration alone."""
    warm = graded[0].parent / "warm"
    assert nbgrader(warm, "autograde", "gen", kernels="dlcourse-warm") == 0
    assert different(cells(graded[0], assignment="gen"), cells(warm, assignment="gen")) == {}


def test_marks_by_hand_survive_and_ask_for_a_second_look(graded, tmp_path):
    stock, ours = (shutil.copytree(p, tmp_path / p.name) for p in graded[:2])
    for root in (stock, ours):
        with gradebook(root) as gb:
            for name, mark in (("odd-text", 2.5), ("odd-value", 0.5)):
                grade = gb.find_grade(name, "odd", "odd", "fine")
                grade.manual_score, grade.needs_manual_grade, grade.extra_credit = mark, False, 0.25
            gb.find_comment("odd-text", "odd", "odd", "fine").manual_comment = "Well said."
            gb.db.commit()
    assert nbgrader(stock, "autograde", "odd", "--student", "fine", "--force") == 0
    outcomes = grade_course(ours, ["fine"], ["odd"], say=lambda text: None, force=True)
    assert [o.state for o in outcomes] == ["graded"]
    assert different(cells(stock), cells(ours)) == {}
    assert cells(ours)["fine", "odd", "odd", "odd-value"][:4] == (1, 0.5, True, 0.25)
    assert cells(ours)["fine", "odd", "odd", "odd-text", "comment"][1] == "Well said."


def test_graded_before_is_kept_until_a_newer_one_comes(graded, tmp_path):
    ours = shutil.copytree(graded[1], tmp_path / "ours")
    assert {o.state for o in grade_course(ours, ["fine", "ann"], say=lambda text: None)} == {"kept"}
    (ours / "submitted/fine/odd/timestamp.txt").write_text("2020-01-01 12:00:00 UTC")
    assert [o.state for o in grade_course(ours, ["fine"], say=lambda text: None)] == ["graded"]


def test_nbgraders_documentation_course(tmp_path):
    """The example course of ``nbgrader quickstart``: solved, half, untouched, a notebook missing, broken."""
    assert nbgrader(tmp_path, "quickstart", "docs") == 0
    stock = tmp_path / "docs"
    assert nbgrader(stock, "generate_assignment", "ps1") == 0
    kinds = {"solved": ("source", "source"), "half": ("source", "release"), "untouched": ("release", "release"), "one": ("source", None),
             "broken": ("release", "text")}
    for student, parts in kinds.items():
        place = stock / f"submitted/{student}/ps1"
        place.mkdir(parents=True)
        for step, name in zip(parts, ("problem1.ipynb", "problem2.ipynb")):
            if step:
                (place / name).write_text("not a notebook" if step == "text" else (stock / step / "ps1" / name).read_text())
    ours = shutil.copytree(stock, tmp_path / "ours")
    nbgrader(stock, "autograde", "ps1")
    assert main(["grade", "--engine", "nbgrader", "--class", str(ours)]) == 1  # one could not be read
    expected = cells(stock, "docs")
    assert len(expected) > 80 and different(expected, cells(ours, "docs")) == {} and folders(stock) == folders(ours)


SPY = """
import os, socket, glob
places = ["{root}/" + name for name in ("gradebook.db", "source", "submitted", "nbgrader_config.py")] + ["/root/.cache", "/home"]
print("SEEN", [p for p in places if os.path.exists(p)])
try:
    socket.create_connection(("127.0.0.1", {port}), 1)
    print("NETWORK")
except OSError:
    print("no network")
open("mine.txt", "w").write("kept")
os.symlink("/etc/passwd", "link.txt")
os.symlink("/etc/passwd", "odd.ipynb.tmp")
open("nbgrader_config.py", "w").write("raise SystemExit('read')")
"""


def test_student_code_sees_its_own_folder_alone(graded, tmp_path):
    import socket

    ours = shutil.copytree(graded[1], tmp_path / "ours")
    path = ours / "submitted/fine/odd/odd.ipynb"
    nb = nbformat.read(path, 4)
    with socket.create_server(("127.0.0.1", 0)) as server:
        nb.cells.insert(0, new_code_cell(SPY.replace("{root}", str(ours)).replace("{port}", str(server.getsockname()[1]))))
        nbformat.write(nb, path)
        (ours / "submitted/fine/odd/nbgrader_config.py").write_text("raise SystemExit('read')")
        assert [o.state for o in grade_course(ours, ["fine"], force=True, say=lambda text: None)] == ["graded"]
    text = (ours / "autograded/fine/odd/odd.ipynb").read_text()
    assert "SEEN []" in text and "no network" in text and "NETWORK" not in text.replace("print(\\\"NETWORK", "")
    assert (ours / "autograded/fine/odd/mine.txt").read_text() == "kept"
    assert not [p for p in (ours / "autograded/fine").rglob("*") if p.is_symlink()]
    assert cells(ours, assignment="odd") == cells(graded[1], assignment="odd") and not (ours / compat.SCRATCH).exists()


def test_a_link_is_refused_and_nobody_else_is(graded, tmp_path):
    ours = shutil.copytree(graded[1], tmp_path / "ours")
    path = ours / "submitted/late/odd/odd.ipynb"
    path.unlink()
    path.symlink_to("../../fine/odd/odd.ipynb")
    outcomes = grade_course(ours, ["late", "fine"], force=True, say=lambda text: None)
    assert [o.state for o in outcomes] == ["graded", "failed"] and "link" in outcomes[1].reason


def test_calls_that_cannot_be_carried_out(graded, tmp_path, monkeypatch):
    for options, says in (({"workers": 0}, "workers"), ({"students": ["nobody"]}, "nobody"), ({"assignments": ["ps9"]}, "ps9")):
        with pytest.raises(ValueError, match=says):
            grade_course(graded[1], **options)
    monkeypatch.setattr(sandbox, "available", lambda: "bubblewrap is not installed")
    with pytest.raises(sandbox.NoSandbox, match="--no-sandbox"):
        grade_course(graded[1])
    outcomes = grade_course(graded[1], ["fine"], sandboxed=False, force=True, say=lambda text: None)
    assert [o.state for o in outcomes] == ["graded"]
