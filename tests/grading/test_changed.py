"""A run for some students, after an exercise changed or others handed in: nobody else's grade becomes 0, and what was left out is named."""
import csv
import os

import nbformat
import pytest
from grading import small_class
from grading.course import EXERCISE, write_course
from nbgrader.api import Gradebook

from dlcourse.grading import sandbox, tables
from dlcourse.grading.grade import grade
from dlcourse.grading.gradebook import database
from dlcourse.grading.one import Policy
from dlcourse.grading.report import report
from dlcourse.grading.sample import answered, blank_notebooks

pytestmark = pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox on this machine: {sandbox.available()}")
SECOND = EXERCISE.replace("# # Small exercise", "# # Second exercise").replace("small/double", "second/double")


def test_no_result_is_no_zero(tmp_path):
    course, folder = write_course(tmp_path / "c"), tmp_path / "class"
    (course / "solutions/mini/second.py").write_text(SECOND)
    from dlcourse.grading.release import release

    release(course)
    pairs = blank_notebooks(course)
    for student in ("amy", "ben"):
        for chapter, stem in pairs:
            path = folder / "submitted" / student / chapter / f"{stem}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(nbformat.writes(answered(pairs[chapter, stem])))

    def run(**only):
        done = grade(folder, course, policy=Policy(class_seed="1"), workers=1, feedback=False, say=lambda text: None, **only)
        return {(r["student"], r["notebook"]): r for r in done.table}

    assert run()["ben", "small"]["points"] == 5
    small = course / "solutions/mini/small.py"
    small.write_text(small.read_text().replace('tests="triple" points=3', 'tests="triple" points=7'))
    table = run(students=["amy"])
    assert table["amy", "small"]["points"] == 9 and table["ben", "second"]["points"] == 5
    assert table["ben", "small"]["points"] == "" and "grade everybody again" in table["ben", "small"]["remarks"]
    assert run()["ben", "small"]["points"] == 9


def test_work_that_this_run_left_out_is_not_called_missing(tmp_path):
    course, folder = small_class.make(tmp_path, ["reference", "honest-half"])
    paths = {s: folder / "submitted" / s / "mini/small.ipynb" for s in ("reference", "honest-half")}

    def table(**only):
        done = small_class.grade(folder, course, **only)
        return {r["student"]: (r["points"], r["of"], r["remarks"]) for r in done.table}

    assert table(students=["reference"])["honest-half"] == ("", 9, tables.UNGRADED)
    assert tables.UNGRADED not in str(table())
    paths["honest-half"].write_bytes(paths["reference"].read_bytes())  # handed in again
    os.utime(paths["honest-half"], (1_000_000_000, 1_000_000_000))  # with the time of an archive
    points, _, remarks = table(students=["reference"])["honest-half"]
    assert points == 2 and remarks.startswith(tables.AGAIN)
    assert table()["honest-half"][0] == 5
    os.utime(paths["honest-half"])  # the same bytes, collected again
    assert tables.AGAIN not in str(table()) + str(table(students=["reference"]))


def test_a_mark_above_the_maximum_is_asked_about(tmp_path):
    course, folder = small_class.make(tmp_path, ["reference"])
    small_class.grade(folder, course)
    with Gradebook(database(folder), "dlcourse") as gb:
        grade = gb.find_grade("written-why", "small", "mini", "reference")
        grade.manual_score, grade.needs_manual_grade = 15, False
        gb.db.commit()
    (row,) = small_class.grade(folder, course).table
    assert "written-why is 15 of 4: is that meant?" in row["remarks"]


def test_a_platform_gets_no_grade_of_work_that_is_not_all_graded(tmp_path):
    course, folder = small_class.make(tmp_path, ["reference", "untouched"])
    small_class.grade(folder, course)
    with Gradebook(database(folder), "dlcourse") as gb:
        for grade in gb.assignment_submissions("mini")[0].notebooks[0].grades + gb.assignment_submissions("mini")[1].notebooks[0].grades:
            grade.needs_manual_grade = False
        gb.db.commit()

    def exported():
        done = report(folder, similar=False, lms_kind="canvas", say=lambda text: None)
        with open(folder / "report/canvas.csv", newline="") as file:
            return done.unmarked, {r["Student"]: r["mini"] for r in csv.DictReader(file)}

    assert exported() == ([], {"    Points Possible": "9", "reference": "5", "untouched": "0"})
    untouched = folder / "submitted/untouched/mini/small.ipynb"
    untouched.write_bytes((folder / "submitted/reference/mini/small.ipynb").read_bytes())
    os.utime(untouched, (1_000_000_000, 1_000_000_000))
    said, grades = exported()
    assert grades["untouched"] == "" and grades["reference"] == "5" and "untouched: mini/small: " + tables.AGAIN in said
    (folder / "submitted/late/mini").mkdir(parents=True)
    (folder / "submitted/late/mini/small.ipynb").write_bytes(untouched.read_bytes())
    assert "late: mini/small: " + tables.UNGRADED in exported()[0]
