"""A made-up course, graded by nbgrader's own command and by ours: 210 notebooks handed in, and odd ones, compared cell by cell by the tests."""
import functools
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from grading import generated
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from dlcourse.grading.compat import grade_course

CONFIG = """c = get_config()
c.CourseDirectory.course_id = "made"
c.LateSubmissionPlugin.penalty_method = "zero"
"""
NOTEBOOKS, EXERCISES, STUDENTS = 35, 3, ("ann", "bob", "cyd", "dan", "eve", "fay")  # 210 notebooks with 630 exercises handed in
PARTS = 3  # stock nbgrader grades one student after the other: copies of the course with some of the students each, side by side
ODD = {"dead", "other-id", "over", "import", "not-json", "fine", "late"}
ABORTS = {"copied", "schema"}  # nbgrader stops the class at these: each runs alone


def nbgrader(folder, *words, kernels="local-provisioner"):
    """nbgrader's own command in a course.  -> exit status"""
    env = dict(os.environ, PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", JUPYTER_DEFAULT_PROVISIONER_NAME=kernels)
    return subprocess.run([sys.executable, "-m", "nbgrader", *words], cwd=folder, env=env, capture_output=True, timeout=1500).returncode


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
    elif name == "import":
        nb.cells[0].source = "import math"
        next(c for c in nb.cells if c.metadata.nbgrader.grade_id == "odd-answer").source = "def odd():\n    return int(math.sqrt(1))"
    elif name == "dead":
        nb.cells.insert(1, new_code_cell("import os\nos._exit(3)"))
    return "{" if name == "not-json" else nbformat.writes(nb)


def odd_source():
    """An exercise whose test gives its points as a number, and a question for a person."""
    make = generated.meta
    text = "def odd():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
    return generated.new_notebook(cells=[
        new_code_cell("import sys", metadata=make("odd-import")),
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


def grade_by_nbgrader(course, parts, kernels="local-provisioner"):
    """``nbgrader autograde gen`` in copies of the course, side by side, each with its own students and gradebook.  -> roots of the copies"""
    roots = [shutil.copytree(course, course.parent / f"{parts}-{i}") for i in range(PARTS)]

    def run(i):
        others = ",".join(s for j, s in enumerate(STUDENTS) if j % PARTS != i)
        words = ["autograde", "gen", f"--CourseDirectory.student_id_exclude={others},{','.join(ODD | ABORTS)}"]
        status = nbgrader(roots[i], *words, kernels=kernels)
        return status and nbgrader(roots[i], *words, kernels=kernels)  # once more, for what a kernel that started late on a busy machine has left

    with ThreadPoolExecutor(PARTS) as pool:
        assert list(pool.map(run, range(PARTS))) == [0] * PARTS
    return roots


def gathered(roots):
    """The cells of ``gen`` in all copies of a course."""
    return {place: value for root in roots for place, value in cells(root, assignment="gen").items()}


@functools.cache
def graded_once(base):
    """The made-up course graded by both.  -> (stock's folder, ours, outcomes of ours, copies in which stock graded ``gen``)

    stock's own folder has ``odd`` in its gradebook and the autograded notebooks of both assignments.
    """
    stock = write_course(base / "stock")
    ours = shutil.copytree(stock, base / "ours")
    roots = grade_by_nbgrader(stock, "stock")
    nbgrader(stock, "autograde", "odd", f"--CourseDirectory.student_id_exclude={','.join(ABORTS)}")
    for student in ABORTS:
        nbgrader(stock, "autograde", "odd", "--student", student)
    for root in roots:
        shutil.copytree(root / "autograded", stock / "autograded", dirs_exist_ok=True)
    outcomes = grade_course(ours, workers=3, say=lambda text: None)
    return stock, ours, {o.place: o for o in outcomes}, roots


def different(a, b):
    """Places that differ, with both values."""
    return {k: (a.get(k), b.get(k)) for k in a.keys() | b.keys() if a.get(k) != b.get(k)}
