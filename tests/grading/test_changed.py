"""A run for some students, after an exercise changed or others handed in: nobody else's grade becomes 0, and what was left out is named."""
import csv
import os

import nbformat
import pytest
from grading import small_class
from grading.course import EXERCISE, write_course
from nbgrader.api import Gradebook

from dlcourse.cli import main
from dlcourse.grading import grade as module
from dlcourse.grading import sandbox, tables
from dlcourse.grading.grade import grade
from dlcourse.grading.gradebook import database
from dlcourse.grading.lms import Options
from dlcourse.grading.one import Policy
from dlcourse.grading.release import release
from dlcourse.grading.report import report
from dlcourse.grading.sample import answered, blank_notebooks
from dlcourse.grading.submissions import note_platform

pytestmark = pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox on this machine: {sandbox.available()}")
SECOND = EXERCISE.replace("# # Small exercise", "# # Second exercise").replace("small/double", "second/double")


def test_no_result_is_no_zero(tmp_path):
    course, folder = write_course(tmp_path / "c"), tmp_path / "class"
    (course / "solutions/mini/second.py").write_text(SECOND)
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


def test_the_screen_shows_the_exercises_that_were_named(tmp_path, capsys):
    course, folder = write_course(tmp_path / "c"), tmp_path / "class"
    (course / "solutions/mini/second.py").write_text(SECOND)
    release(course)
    path = folder / "submitted/amy/mini/small.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(nbformat.writes(answered(blank_notebooks(course)["mini", "small"])))
    (folder / "submitted/ben").mkdir()
    shown = {}
    for words in (["mini/small"], ["mini"], []):
        assert main(["grade", *words, "--root", str(course), "--class", str(folder), "--workers", "1", "--no-feedback"]) in (0, 3)
        shown[*words] = {line.split()[0]: line.split()[1:4] for line in capsys.readouterr().out.splitlines() if line.startswith(("amy", "ben"))}
    assert shown["mini/small",]["amy"] == ["1/1", "5", "9"] and shown["mini/small",]["ben"][0] == "none"
    assert shown["mini",]["amy"] == shown[()]["amy"] == ["1/2", "5", "18"]
    with open(folder / "totals.csv", newline="", encoding="utf8") as file:
        assert {r["student"]: r["of"] for r in csv.DictReader(file)}["amy"] == "18.0"


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
    done = report(folder, similar=False, lms_kind="canvas", say=lambda text: None)
    assert "count in the file as they are: 1" in done.unmarked[0]
    assert done.unmarked[1:] == ["reference: mini/small: the mark by hand for written-why is 15 of 4"]


def test_a_notebook_with_nothing_to_grade_is_named_before_an_import(tmp_path):
    course, folder = small_class.make(tmp_path, ["reference", "broken-file", "honest-half"])
    bare = nbformat.from_dict({"cells": [{"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": [], "execution_count": None, "id": "own"}],
                               "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    nbformat.write(bare, folder / "submitted/honest-half/mini/small.ipynb")
    small_class.grade(folder, course)
    done = report(folder, similar=False, lms_kind="canvas", options=Options(unmarked_zero=True), say=lambda text: None)
    said = "\n".join(done.unmarked)
    assert "notebooks without anything to grade, which count 0 in the file: 2" in said and "reference: mini/small" not in said
    assert "honest-half: mini/small: all graded cells are missing" in said and "broken-file: mini/small: scores 0" in said
    with open(folder / "report/attention.csv", newline="", encoding="utf-8-sig") as file:
        assert ("look at it", "honest-half") in {(r["what"], r["student"]) for r in csv.DictReader(file)}


def test_a_score_that_the_gradebook_lacks_is_no_zero_for_a_platform(tmp_path):
    course, folder = small_class.make(tmp_path, ["reference", "honest-half"])
    small_class.grade(folder, course)
    small = course / "solutions/mini/small.py"
    small.write_text(small.read_text().replace('tests="triple" points=3', 'tests="triple" points=7'))
    small_class.grade(folder, course, students=["reference"])
    done = report(folder, similar=False, lms_kind="canvas", options=Options(unmarked_zero=True), say=lambda text: None)
    assert "honest-half: mini/small: the gradebook has no score: the exercise has changed since this was graded" in done.unmarked
    with open(folder / "report/canvas.csv", newline="") as file:
        assert {r["Student"]: r["mini"] for r in csv.DictReader(file)}["honest-half"] == ""


def test_who_is_late_or_sent_no_notebook_stands_in_the_table(tmp_path):
    course, folder = small_class.make(tmp_path, ["reference", "honest-half"])
    sent = {"eve_7": "handed in essay.pdf, no notebook", "honest-half": "handed in nothing"}
    left = [("zoe_8", "mini/small", "zoe_8_9_small.ipynb", "has 21,000,000 bytes"), ("honest-half", "", "b.ipynb", "is no exercise")]
    note_platform(folder, "a.zip", {"reference/mini/small": True}, sent, {"reference"}, left)
    table = {r["student"] + r["notebook"]: r["remarks"] for r in small_class.grade(folder, course).table}
    assert "marked late by Canvas" in table["referencesmall"] and table["eve_7"] == "a.zip: handed in essay.pdf, no notebook"
    assert table["zoe_8"] == "a.zip: left out zoe_8_9_small.ipynb: has 21,000,000 bytes"
    assert "zoe_8,,,," in (folder / "grades.csv").read_text() and "zoe_8," in (folder / "totals.csv").read_text()
    assert table["honest-half"] == "a.zip: handed in nothing; a.zip: left out b.ipynb: is no exercise" and "honest-halfsmall" in table
    done = report(folder, similar=False, say=lambda text: None)
    with open(folder / "report/attention.csv", newline="", encoding="utf-8-sig") as file:
        found = [(r["what"], r["student"], r["why"]) for r in csv.DictReader(file)]
    assert ("look at it", "reference", "marked late by Canvas") in found and ("look at it", "zoe_8", table["zoe_8"]) in found
    assert {text for what, who, text in found if who == "honest-half"} >= {"a.zip: handed in nothing", "a.zip: left out b.ipynb: is no exercise"}
    assert [row[0::2] for row in found if row[1] == "eve_7"] == [("no notebook handed in", "a.zip: handed in essay.pdf, no notebook")]
    page = done.page.read_text(encoding="utf8")  # its tile, its list and the table agree
    assert done.missing == ["eve_7"] and "<dt>no notebook handed in</dt><dd>1</dd>" in page and "<h3>No notebook handed in: 1</h3>" in page
    assert "<bdi>eve_7</bdi> (<bdi>a.zip: handed in essay.pdf, no notebook</bdi>)" in page


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


def test_everybody_s_points_are_of_the_same_sum(tmp_path):
    """Who left out a chapter that others handed in has 0 of its points; one that nobody handed in is not out yet."""
    course, folder = write_course(tmp_path / "c"), tmp_path / "class"
    for chapter in ("later", "never"):
        (course / f"solutions/{chapter}").mkdir()
        (course / f"solutions/{chapter}/second.py").write_text(SECOND)
    release(course)
    pairs = blank_notebooks(course)
    for student, places in {"amy": [("mini", "small"), ("later", "second")], "ben": [("mini", "small")], "cleo": []}.items():
        (folder / "submitted" / student).mkdir(parents=True)
        for chapter, stem in places:
            (folder / "submitted" / student / chapter).mkdir()
            (folder / "submitted" / student / chapter / f"{stem}.ipynb").write_text(nbformat.writes(answered(pairs[chapter, stem])))
    done = grade(folder, course, policy=Policy(class_seed="1"), workers=1, feedback=False, say=lambda text: None)
    found = {t["student"]: (t["points"], t["of"], t["handed in"], t["of notebooks"]) for t in tables.totals(done.table)}
    assert found == {"amy": (10, 18, 2, 2), "ben": (5, 18, 1, 2), "cleo": (0, 0, 0, 0)}
    assert [r["remarks"] for r in done.table if r["student"] == "ben"] == ["not handed in", ""]


def test_a_report_of_a_class_that_is_half_graded_says_so(tmp_path, capsys):
    course, folder = small_class.make(tmp_path, ["reference", "untouched"])
    (folder / "submitted/nobody").mkdir()
    small_class.grade(folder, course, students=["untouched"])
    assert main(["report", "--class", str(folder), "--no-similar"]) == 3
    said = capsys.readouterr()
    assert "1 without a notebook" in said.out and "1 notebook handed in and not graded: run dlcourse grade" in said.err
    with open(folder / "report/attention.csv", newline="", encoding="utf-8-sig") as file:
        listed = {r["student"]: r["what"] for r in csv.DictReader(file)}
    assert listed["nobody"] == "no notebook handed in" and listed["reference"] == "not graded"
    with module.alone(folder):
        assert main(["report", "--class", str(folder), "--no-similar"]) == 3
    assert "is at work on" in capsys.readouterr().out
    small_class.grade(folder, course)
    assert main(["report", "--class", str(folder), "--no-similar"]) == 0
    said = capsys.readouterr()
    assert "at work" not in said.out and "1 without a notebook" in said.out
