"""A tiny class for tests of the controller, graded with the stand-in for the engine, and what its gradebook holds as plain tables."""
import atexit
import functools
import json
import shutil
import tempfile
from pathlib import Path

import nbformat
from grading import standin
from grading.course import write_course
from nbgrader import api
from sqlalchemy import select

from dlcourse.grading import grade as module
from dlcourse.grading.gradebook import database, prepare, transaction
from dlcourse.grading.one import Policy
from dlcourse.grading.sample import answered, before_first_answer, blank_notebooks, write_class

POLICY = Policy(4, 30, sandboxed=False, class_seed="test")
STUDENTS = ("reference", "untouched", "honest-half", "broken-file", "copied-test", "edited-tests")


@functools.cache
def released():
    """The course, released once: nbgrader takes some seconds for it, and for the exercises' database, which ``prepare`` then finds.  -> Path"""
    base = tempfile.mkdtemp(prefix="dlcourse-test-")
    atexit.register(shutil.rmtree, base)
    course = write_course(Path(base) / "c")
    (course / "class").mkdir()
    prepare(course, course / "class", lambda text: None)
    shutil.rmtree(course / "class")
    return course


def make(folder, students=STUDENTS):
    """-> (course, class folder)"""
    course = shutil.copytree(released(), folder / "c")
    write_class(course, course / "class", students)
    return course, course / "class"


def grade(folder, course, **options):
    """-> Graded, by the stand-in"""
    with standin.instead():
        return module.grade(folder, course, **{"policy": POLICY, "workers": 2, "feedback": False, "say": lambda text: None} | options)


def own_cell(course, folder, student, source):
    """Give a student the reference's answers and a cell of their own before them."""
    nb = before_first_answer(answered(blank_notebooks(course)["mini", "small"]), source)
    path = folder / "submitted" / student / "mini/small.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, path)


def contents(url):
    """Everything a gradebook holds, without its surrogate keys and without time stamps: dict table -> sorted rows."""
    found = {}
    sheet = (api.SubmittedNotebook.__table__.join(api.Notebook.__table__, api.Notebook.id == api.SubmittedNotebook.notebook_id)
             .join(api.SubmittedAssignment.__table__, api.SubmittedAssignment.id == api.SubmittedNotebook.assignment_id)
             .join(api.Assignment.__table__, api.Assignment.id == api.SubmittedAssignment.assignment_id))
    place = (api.SubmittedAssignment.student_id, api.Assignment.__table__.c.name.label("chapter"), api.Notebook.__table__.c.name.label("stem"))
    cell = api.BaseCell.__table__
    with transaction(url) as db:
        for table in (api.Grade.__table__, api.Comment.__table__):
            columns = [c for c in table.c if c.name not in ("id", "notebook_id", "cell_id")]
            source = sheet.join(table, table.c.notebook_id == api.SubmittedNotebook.id).join(cell, cell.c.id == table.c.cell_id)
            found[table.name] = sorted(map(repr, db.execute(select(*place, cell.c.name, *columns).select_from(source))))
        found["sheets"] = sorted(map(repr, db.execute(select(*place, api.SubmittedNotebook.flagged, api.SubmittedAssignment.extension).select_from(sheet))))
        found["cells"] = sorted(map(repr, db.execute(select(cell.c.name, cell.c.type))))
        found["students"] = sorted(map(repr, db.execute(select(api.Student.id, api.Student.first_name, api.Student.email))))
        scored = (api.GradeCell.__table__.c.max_score, api.GradeCell.__table__.c.cell_type)
        found["points"] = sorted(map(repr, db.execute(select(cell.c.name, *scored).select_from(cell.join(api.GradeCell.__table__)))))
    return found


def outcome(folder, url=None):
    """All that a run leaves behind for people: gradebook, table, graded notebooks."""
    products = {str(p.relative_to(folder)): p.read_text(encoding="utf8") for p in (folder / "autograded").glob("*/*/*.ipynb")}
    return contents(url or database(folder)), (folder / "grades.csv").read_text(encoding="utf8"), products


def records(folder):
    """dict place -> kept result, without what depends on the clock."""
    drop = ("seconds", "memory")
    return {str(p.relative_to(folder)): {k: v for k, v in json.loads(p.read_text()).items() if k not in drop} for p in (folder / "results").glob("*/*/*.json")}


def twin(folder, target):
    """A second class with the same submissions (same times), ungraded."""
    shutil.copytree(folder / "submitted", target / "submitted", copy_function=shutil.copy2)
    return target
