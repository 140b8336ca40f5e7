"""What formgrader's pages show of a class that our engine graded, asked of nbgrader's own API, as the pages do."""
import os
import re
import shutil

import nbformat
import pytest
from grading import small_class
from grading.test_pictures import PNG
from nbconvert.exporters import HTMLExporter
from nbgrader.api import Gradebook
from nbgrader.apps import CollectApp, ZipCollectApp
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.server_extensions.formgrader import handlers
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension
from traitlets.config import Config

from dlcourse.grading.config import configure
from dlcourse.grading.gradebook import database
from dlcourse.grading.one import Result
from dlcourse.grading.scores import write_gradebook, write_times


@pytest.fixture
def tiny(tmp_path):
    return small_class.make(tmp_path, ["reference", "untouched", "honest-half"])


@pytest.fixture
def pages(tiny):
    """The API as formgrader makes it."""
    c = configure(Config(), *tiny)
    extension = FormgradeExtension(config=c)
    return NbGraderAPI(CourseDirectory(parent=extension), parent=extension)


def status(submission):
    """The words of the page "Manage Submissions"."""
    return "needs autograding" if not submission["autograded"] else "needs manual grading" if submission["needs_manual_grade"] else "graded"


def shown(pages):
    """dict student -> (status, score, of)"""
    return {s["student"]: (status(s), s["score"], s["max_score"]) for s in pages.get_submissions("mini")}


def times(folder):
    return {p.parts[-3]: p.read_text() for p in folder.glob("autograded/*/mini/timestamp.txt")}


def test_manage_submissions_shows_what_was_graded(tiny, pages):
    course, folder = tiny
    handed_in = {p: p.stat().st_mtime_ns for p in folder.glob("submitted/**/*")}
    small_class.grade(folder, course, feedback=True)
    assert shown(pages) == {"reference": ("needs manual grading", 5, 9), "untouched": ("graded", 0, 9), "honest-half": ("needs manual grading", 2, 9)}
    with Gradebook(database(folder), "dlcourse") as gb:
        grade = gb.find_grade("written-why", "small", "mini", "reference")
        grade.manual_score, grade.needs_manual_grade = 3.5, False
        gb.db.commit()
    assert shown(pages)["reference"] == ("graded", 8.5, 9)
    one = pages.get_submission("mini", "reference")
    assert (status(one), one["score"], one["submitted"]) == ("graded", 8.5, True)
    assert one["timestamp"] and pages.get_assignment("mini")["num_submissions"] == 3
    assert {p: p.stat().st_mtime_ns for p in folder.glob("submitted/**/*")} == handed_in and not list(folder.glob("feedback/**/*.txt"))


def test_any_way_to_make_the_api_shows_the_same(tiny, pages):
    course, folder = tiny
    small_class.grade(folder, course)
    c = configure(Config(), course, folder)
    for other in (NbGraderAPI(config=c), NbGraderAPI(CourseDirectory(config=c), config=c)):
        assert shown(other) == shown(pages)


def test_who_hands_in_again_is_graded_again(tiny, pages):
    course, folder = tiny
    small_class.grade(folder, course)
    shutil.copy(folder / "submitted/reference/mini/small.ipynb", later := folder / "submitted/untouched/mini/small.ipynb")
    os.utime(later, (1_700_000_000, 1_700_000_000))
    small_class.grade(folder, course)
    assert times(folder)["untouched"] == "2023-11-14 22:13:20 UTC\n" and shown(pages)["untouched"] == ("needs manual grading", 5, 9)


def test_a_forged_time_is_not_believed(tiny, pages):
    course, folder = tiny
    (folder / "submitted/reference/mini/timestamp.txt").write_text("2001-01-01 00:00:00 UTC")
    small_class.grade(folder, course)
    assert shown(pages)["reference"] == ("needs manual grading", 5, 9) and "2001" not in times(folder)["reference"]


def test_a_class_graded_before_gets_its_times_and_writes_them_once(tiny, pages):
    course, folder = tiny
    small_class.grade(folder, course)
    for path in folder.glob("autograded/*/mini/timestamp.txt"):
        path.unlink()
    assert {v[0] for v in shown(pages).values()} == {"needs autograding"}
    small_class.grade(folder, course, students=["untouched"])
    assert "needs autograding" not in {v[0] for v in shown(pages).values()} and len(times(folder)) == 3
    before = {p: p.stat().st_mtime_ns for p in folder.glob("autograded/**/*")}
    assert all(r.cached for r in small_class.grade(folder, course).results)
    assert {p: p.stat().st_mtime_ns for p in folder.glob("autograded/**/*")} == before


def test_a_submission_without_a_result_needs_grading(tiny, pages):
    course, folder = tiny
    small_class.grade(folder, course)
    same = (folder / "submitted/reference/mini/small.ipynb").stat().st_mtime
    lost = Result("reference", "mini", "small", submitted=same, trouble="no result: the machine failed")
    write_gradebook(folder, [lost, Result("new", "mini", "small", submitted=1e9, trouble="no result")])
    found = shown(pages)
    assert found["reference"][0] == found["new"][0] == "needs autograding" and found["untouched"][0] == "graded"
    write_times(folder, {("reference", "mini"): {"small": lost, "other": Result("reference", "mini", "other", submitted=1e9)}})
    assert shown(pages)["reference"][0] == "needs manual grading"  # one of its notebooks has a result


@pytest.fixture
def inbound(tmp_path):
    """nbgrader's exchange with one submission.  -> its root"""
    place = tmp_path / "exchange/dlcourse/inbound/new+mini+2026-01-31 12:00:00 UTC+abc"
    place.mkdir(parents=True)
    (place / "small.ipynb").write_text("{}")
    (tmp_path / "exchange").chmod(0o777)
    return tmp_path / "exchange"


def test_formgraders_collect_puts_work_where_it_is_graded(tiny, inbound):
    course, folder = tiny
    c = configure(Config(), course, folder)
    c.Exchange.root = str(inbound)
    place = CourseDirectory(config=c)
    answer = NbGraderAPI(place, config=c).collect("mini")
    assert answer["success"] and (folder / "submitted/new/mini/small.ipynb").exists() and not (folder / "autograded").exists()
    assert place.submitted_directory == str(folder / "autograded")


def test_commands_that_collect_do_too(tiny, inbound, monkeypatch):
    course, folder = tiny
    c = configure(Config(), course, folder)
    c.Exchange.root, c.CourseDirectory.assignment_id = str(inbound), "mini"
    monkeypatch.chdir(course)  # nbgrader reads a configuration where it stands
    app = CollectApp(config=c)
    app.initialize([])
    app.start()
    assert (folder / "submitted/new/mini/small.ipynb").exists() and not (folder / "autograded").exists()
    assert CourseDirectory(parent=ZipCollectApp(config=c)).submitted_directory == str(folder / "submitted")


def test_formgraders_autograde_is_refused_for_who_was_graded_and_who_was_not(tiny, pages):
    course, folder = tiny
    small_class.grade(folder, course, students=["reference"])
    before = (folder / "autograded/reference/mini/small.ipynb").read_bytes()
    for student in ("reference", "untouched"):
        assert not pages.autograde("mini", student)["success"]
    assert "dlcourse grade" in str(pages.autograde("mini", "reference"))
    assert (folder / "autograded/reference/mini/small.ipynb").read_bytes() == before and not (folder / "autograded/untouched").exists()


def test_the_marker_sees_formulas_and_pictures_and_nothing_that_acts(tiny, pages):
    """As the page is made: by the exporter with formgrader's template.  No formula waits for a script of another host."""
    course, folder = tiny
    path = folder / "submitted/reference/mini/small.ipynb"
    nb = nbformat.read(path, 4)
    cell = next(c for c in nb.cells if c.cell_type == "markdown" and c.metadata.nbgrader.solution)
    cell.source = ('As $x < 2 y$, and\n$$\\frac{a}{b}$$\n![mine](attachment:a.png) ![theirs](https://example.org/b.png) <img src="c.png" onerror="alert(1)">\n'
                   '<script>alert(2)</script> [go](javascript:alert(3)) **bold**')
    cell.attachments = {"a.png": {"image/png": PNG}}
    nbformat.write(nb, path)
    small_class.grade(folder, course)
    config = configure(Config(), course, folder)
    config.HTMLExporter.template_name, config.HTMLExporter.extra_template_basedirs = "formgrade", [handlers.template_path]
    resources = {"assignment_id": "mini", "notebook_id": "small", "submission_id": "1", "index": 0, "total": 1, "base_url": "", "mathjax_url": "",
                 "first_name": "", "last_name": "", "my_name": "", "student": "reference"}
    page, _ = HTMLExporter(config=config).from_filename(str(folder / "autograded/reference/mini/small.ipynb"), resources=resources)
    answer = page[page.index("As "):page.index("<strong>bold</strong>")]
    assert answer.count("<math") == 2 and "&lt;" in answer and "<mfrac>" in answer and "$" not in answer
    assert f'src="data:image/png;base64,{PNG}"' in answer and answer.count("<img") == 1 and "max-width: 100%" in answer
    assert "<script" not in answer and "javascript:" not in re.sub(r"\(javascript:[^)]*\)", "", answer) and "href" not in answer
