"""A class, graded: each finding that makes stock nbgrader unfit for a class has a test here, named by what it tries."""
import json
import re
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import psutil
import pytest
from assignments import grade as quick_grade
from grading import small_class as made
from grading.course import EXERCISE, write_course
from grading.descendants import adopting, alive, below, left_after, parts
from nbgrader.api import Gradebook

from dlcourse.grading import grade as module
from dlcourse.grading import gradebook, sandbox, tables
from dlcourse.grading.grade import Policy
from dlcourse.grading.sample import CLASS, answered, before_first_answer, blank_notebooks, write_class

POLICY = Policy(cell_seconds=4, notebook_seconds=30, class_seed="test")


def grade(*args, **options):
    """The results of a run."""
    return module.grade(*args, **options).results


HOSTILE_BUT_EMPTY = ("skip-tags", "forged-result", "edited-tests", "reads-around", "writes-gradebook", "broken-file", "untouched")
pytestmark = pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox: {sandbox.available()}")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The sample class on the small course, graded once.  -> (course, class folder, dict student -> Result, lines said)"""
    course, folder = made.make(tmp_path_factory.mktemp("course"), list(CLASS))
    said = []
    folder.joinpath("submitted/-bad-name").mkdir()
    done = module.grade(folder, course, policy=POLICY, workers=2, say=said.append)
    return course, folder, {r.student: r for r in done.results}, said, done


def scores(graded):
    return {student: r.points for student, r in graded[2].items()}


def test_every_submission_has_a_result_and_none_stops_another(graded):
    assert set(graded[2]) == set(CLASS)
    assert not [r.place for r in graded[2].values() if r.trouble]
    assert set(graded[4].left_out) == {"-bad-name"} and {r.student for r in graded[2].values() if r.unread} == {"broken-file"}


def test_reference_is_full_and_untouched_is_nothing(graded):
    assert scores(graded)["reference"] == 5 and scores(graded)["untouched"] == 0
    assert graded[2]["reference"].scores["written-why"] is None  # waits for a person
    assert graded[2]["untouched"].scores["written-why"] == 0


def test_honest_partial_work_gets_its_part(graded):
    assert scores(graded)["honest-half"] == 2 and scores(graded)["honest-first"] == 2


@pytest.mark.parametrize("student", HOSTILE_BUT_EMPTY)
def test_attack_gains_nothing(graded, student):
    assert scores(graded)[student] == 0


def test_warning_on_stderr_is_free(graded):
    assert scores(graded)["stderr-warning"] == 5
    assert "old call" in (graded[1] / "autograded/stderr-warning/mini/small.ipynb").read_text()


@pytest.mark.parametrize("student", ["copied-test", "future-schema", "raw-html"])
def test_odd_metadata_costs_nothing_and_nobody(graded, student):
    assert scores(graded)[student] == 5


def test_crash_and_endless_loop_cost_what_did_not_finish(graded):
    assert scores(graded)["crash"] == 2
    assert "process ended" in graded[2]["crash"].failed["test-triple"]
    assert scores(graded)["endless-loop"] == 3
    assert "endless loop" in graded[2]["endless-loop"].failed["test-double"]
    assert graded[2]["endless-loop"].first_error.startswith("first stopped, in test-double: ")


def test_broken_file_says_why(graded):
    assert "not JSON" in graded[2]["broken-file"].failed["test-double"]
    assert "not JSON" in (graded[1] / "feedback/broken-file/mini/small.html").read_text()


def test_student_code_cannot_look_around(graded):
    nb = nbformat.read(graded[1] / "autograded/reads-around/mini/small.ipynb", 4)
    printed = "".join(o.text for c in nb.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "stream")
    assert "Error" in printed and "FOUND" not in printed  # no home to list, nothing found
    assert "CANARY-ANSWER" not in nbformat.writes(nb)


def test_gradebook_is_only_written_by_the_grader(graded):
    course, folder, results = graded[:3]
    with Gradebook(gradebook.database(folder)) as gb:
        for student, result in results.items():
            notebook = gb.find_submission_notebook("small", "mini", student)
            assert notebook.max_score == 9
            assert {g.name: g.auto_score for g in notebook.grades} == result.scores
            assert all(g.manual_score is None for g in notebook.grades)
            assert {g.name for g in notebook.grades if g.needs_manual_grade} == {n for n, v in result.scores.items() if v is None}
    assert "network:" in (folder / "autograded/writes-gradebook/mini/small.ipynb").read_text()


def test_feedback_has_no_script_and_no_hidden_test(graded):
    pages = list((graded[1] / "feedback").glob("*/mini/small.html"))
    assert len(pages) == len(CLASS)
    for page in pages:
        text = page.read_text()
        assert "CANARY-HIDDEN" not in text, page
    text = (graded[1] / "feedback/raw-html/mini/small.html").read_text()
    assert "<script>document.title" not in text and "onerror=" not in re.sub(r"&lt;.*?&gt;", "", text) and 'href="javascript' not in text


def test_csv_has_a_line_for_each_notebook(graded):
    lines = (graded[1] / "grades.csv").read_text().splitlines()
    assert len(lines) == len(CLASS) + 2 and lines[0] == "student,chapter,notebook,points,of,to mark by hand,submitted,remarks"
    assert any(line.startswith("reference,mini,small,5.0,9.0,4.0,20") for line in lines)
    assert any(line.startswith("'-bad-name,") and "the folder's name is not a student's" in line for line in lines)
    totals = (graded[1] / "totals.csv").read_text()
    assert "reference,5.0,9.0,4.0,1,1," in totals and "first error, in a cell of their own" not in totals.split("reference", 1)[1].splitlines()[0]


def test_scores_agree_with_the_quick_way(graded):
    course = graded[0]
    earned = quick_grade(course / "solutions/mini/small.py")
    assert {f"test-{n}": p for n, (p, _) in earned.items()} == {n: v for n, v in graded[2]["reference"].scores.items() if n.startswith("test-")}


def test_rerun_does_nothing_and_says_the_same(graded):
    course, folder, results = graded[:3]
    said = []
    again = {r.student: r for r in grade(folder, course, policy=POLICY, say=said.append)}
    assert all(r.cached for r in again.values())
    assert {s: r.scores for s, r in again.items()} == {s: r.scores for s, r in results.items()}
    assert any(f"{len(CLASS)} unchanged" in line for line in said)


def test_summary_names_every_student(graded):
    text = tables.summary(graded[4].table)
    assert all(student in text for student in CLASS) and "-bad-name" in text


@pytest.fixture
def small_class(tmp_path):
    return made.make(tmp_path, ["reference", "untouched"])


def points(folder, students=("reference", "untouched")):
    with Gradebook(gradebook.database(folder)) as gb:
        return {s: gb.find_submission_notebook("small", "mini", s).score for s in students}


def test_kill_in_the_middle_then_rerun_is_exact(small_class):
    course, folder = small_class
    write_class(course, folder, ["reference", "untouched", "endless-loop", "crash", "raw-html"])
    call = f"grade({str(folder)!r}, {str(course)!r}, policy=Policy(4, 30, class_seed='test'), workers=2, feedback=False)"
    program = f"from dlcourse.grading.grade import *; {call}"
    expected = {"reference": 5, "untouched": 0, "endless-loop": 3, "crash": 2, "raw-html": 5}
    with adopting():
        before = psutil.Process().children(recursive=True)
        for _ in range(2):
            child = subprocess.Popen([sys.executable, "-c", program], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while not all(parts(child.pid).values()) and child.poll() is None:  # until a student's code runs
                time.sleep(0.02)
            found = below(child.pid)
            assert child.poll() is None and {"bwrap", "python"} <= {re.sub(r"[\d.]+$", "", p.name()) for p in found} and len(found) >= 8
            child.kill()  # the controller alone: its workers and their sandboxes must follow
            child.wait()
            assert left_after(before) == [] and not any(alive(p) for p in found)
    results = grade(folder, course, policy=POLICY, workers=2, feedback=False, say=lambda text: None)
    assert {r.student: r.points for r in results} == expected
    assert points(folder, expected) == expected
    assert not list(folder.rglob("*.part")) and not (folder / ".scratch").exists()


def test_lost_gradebook_is_filled_again_from_the_kept_results(small_class):
    course, folder = small_class
    grade(folder, course, policy=POLICY, feedback=False, say=lambda text: None)
    (folder / "gradebook.db").unlink()
    results = grade(folder, course, policy=POLICY, feedback=False, say=lambda text: None)
    assert all(r.cached for r in results) and points(folder) == {"reference": 5, "untouched": 0}


def test_manual_scores_and_comments_survive_a_regrade(small_class):
    course, folder = small_class
    grade(folder, course, policy=POLICY, feedback=False, say=lambda text: None)
    with Gradebook(gradebook.database(folder)) as gb:
        mark = gb.find_grade("written-why", "small", "mini", "reference")
        mark.manual_score, mark.needs_manual_grade, mark.extra_credit = 3.5, False, 0.5
        gb.find_comment("written-why", "small", "mini", "reference").manual_comment = "Well said."
        gb.db.commit()
    grade(folder, course, policy=POLICY, feedback=False, say=lambda text: None, force=True)
    with Gradebook(gradebook.database(folder)) as gb:
        mark = gb.find_grade("written-why", "small", "mini", "reference")
        assert (mark.manual_score, mark.needs_manual_grade, mark.extra_credit) == (3.5, False, 0.5)
        assert gb.find_comment("written-why", "small", "mini", "reference").manual_comment == "Well said."
    assert points(folder)["reference"] == 5 + 4


def test_a_changed_submission_is_graded_again_alone(small_class):
    course, folder = small_class
    grade(folder, course, policy=POLICY, feedback=False, say=lambda text: None)
    shutil.copy(folder / "submitted/reference/mini/small.ipynb", folder / "submitted/untouched/mini/small.ipynb")
    results = {r.student: r for r in grade(folder, course, policy=POLICY, feedback=False, say=lambda text: None)}
    assert results["reference"].cached and not results["untouched"].cached
    assert points(folder) == {"reference": 5, "untouched": 5}


@pytest.mark.parametrize("force", [False, True])
def test_a_grade_that_fell_is_said(small_class, force):
    course, folder = small_class
    luck = course / "luck"
    luck.touch()
    path = folder / "submitted/reference/mini/small.ipynb"
    nb = nbformat.read(path, 4)
    next(c for c in nb.cells if c.id == "answer-double").source = f"import os\n\ndef double(x):\n    return 2 * x if os.path.exists({str(luck)!r}) else None"
    nbformat.write(nb, path)
    first, again, third = [], [], []
    made.grade(folder, course, say=first.append)
    luck.unlink()
    policy = made.POLICY if force else replace(made.POLICY, cell_seconds=5)
    made.grade(folder, course, say=again.append, force=force, policy=policy)
    made.grade(folder, course, say=third.append, policy=policy)
    assert "  reference/mini/small: 5 points before, 3 now" in again and "1 grade fell: see the lines 'points before'" in again
    assert sum("before" in line for line in again) == 2 and not any("before" in line for line in first + third)


def test_class_seed_reaches_the_hidden_tests_and_not_the_student(tmp_path):
    course = write_course(tmp_path / "c", EXERCISE.replace("x = rng.normal(size=5)", 'x = rng.normal(size=5)\nprint("DRAWN", x[0])'))
    folder = course / "class"
    write_class(course, folder, ["reference"])
    submitted = folder / "submitted/reference/mini/small.ipynb"
    nb = answered(blank_notebooks(course)["mini", "small"])
    nbformat.write(before_first_answer(nb, "import os\nprint('ENVIRONMENT', sorted(os.environ.values()))"), submitted)
    drawn = []
    for seed in ("autumn", "spring"):
        grade(folder, course, policy=Policy(4, 30, class_seed=seed), feedback=False, say=lambda text: None)
        text = (folder / "autograded/reference/mini/small.ipynb").read_text()
        assert "ENVIRONMENT" in text and seed not in text
        drawn.append(re.search(r"DRAWN (\S+?)\\n", text)[1])
    assert drawn[0] != drawn[1]


def test_without_a_sandbox_grade_refuses(small_class, monkeypatch):
    course, folder = small_class
    monkeypatch.setattr(sandbox, "available", lambda: "bubblewrap is not installed")
    with pytest.raises(sandbox.NoSandbox, match="--no-sandbox"):
        grade(folder, course)
    results = grade(folder, course, students=["reference"], policy=Policy(4, 30, sandboxed=False, class_seed='test'), feedback=False, say=lambda text: None)
    assert [r.points for r in results] == [5]


def test_graders_own_trouble_is_not_a_zero(small_class, monkeypatch):
    course, folder = small_class
    monkeypatch.setattr(sandbox, "wrap", lambda *args, **more: ["false"])
    results = grade(folder, course, students=["reference"], policy=POLICY, workers=1, feedback=False, say=lambda text: None)
    assert results[0].trouble and results[0].scores == {}
    assert "no result" in (folder / "grades.csv").read_text()
    monkeypatch.undo()
    assert [r.points for r in grade(folder, course, students=["reference"], policy=POLICY, feedback=False, say=lambda text: None)] == [5]


def test_a_folder_that_is_no_class(tmp_path):
    with pytest.raises(ValueError, match="submitted/<student>"):
        grade(tmp_path, tmp_path)


def test_copies_are_reported_in_the_table(small_class):
    course, folder = small_class
    shutil.copy(folder / "submitted/reference/mini/small.ipynb", folder / "submitted/reference/mini/small-Copy1.ipynb")
    grade(folder, course, policy=POLICY, feedback=False, say=lambda text: None)
    assert "not graded: mini/small-Copy1.ipynb" in (folder / "grades.csv").read_text()


def test_formgraders_own_autograde_is_refused_before_anything_happens(small_class):
    """The button in formgrader would run student code with the instructor's rights."""
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    from dlcourse.grading.config import configure

    course, folder = small_class
    submitted = folder / "submitted/reference/mini/small.ipynb"
    probe = folder / "pwned"
    nbformat.write(before_first_answer(nbformat.read(submitted, 4), f"open({str(probe)!r}, 'w').write('x')"), submitted)
    grade(folder, course, policy=POLICY, feedback=False, say=lambda text: None)
    before = (folder / "autograded/reference/mini/small.ipynb").read_bytes()
    c = configure(Config(), course, folder)
    answer = NbGraderAPI(CourseDirectory(config=c), config=c).autograde("mini", "reference")
    assert not answer["success"] and "dlcourse grade" in str(answer)
    assert not probe.exists() and (folder / "autograded/reference/mini/small.ipynb").read_bytes() == before


def test_the_seed_is_random_kept_and_said(small_class):
    course, folder = small_class
    said = []
    grade(folder, course, students=["untouched"], policy=Policy(4, 30), feedback=False, say=said.append)
    seed = (folder / "seed.txt").read_text().strip()
    assert len(seed) == 32 and any(seed in line for line in said)  # a hash of it reaches students: 32 bits would be found in an hour
    assert all(r.cached for r in grade(folder, course, students=["untouched"], policy=Policy(4, 30), feedback=False, say=said.append))
    grade(folder, course, students=["untouched"], policy=Policy(4, 30, class_seed="new"), feedback=False, say=said.append)
    assert (folder / "seed.txt").read_text().strip() == "new" and any("graded again" in line for line in said)


def test_an_answer_that_changed_under_a_mark_is_flagged(small_class):
    course, folder = small_class
    grade(folder, course, policy=POLICY, feedback=False, say=lambda text: None)
    with Gradebook(gradebook.database(folder)) as gb:
        mark = gb.find_grade("written-why", "small", "mini", "reference")
        mark.manual_score, mark.needs_manual_grade = 1.5, False
        gb.db.commit()
    path = folder / "submitted/reference/mini/small.ipynb"
    nb = nbformat.read(path, 4)
    next(c for c in nb.cells if c.id == "written-why").source = "A quite different answer."
    nbformat.write(nb, path)
    for _ in range(2):
        grade(folder, course, policy=POLICY, feedback=False, say=lambda text: None)
        with Gradebook(gradebook.database(folder)) as gb:
            mark = gb.find_grade("written-why", "small", "mini", "reference")
            assert (mark.manual_score, mark.needs_manual_grade) == (1.5, True)
        assert "has changed since" in (folder / "grades.csv").read_text()
    with Gradebook(gradebook.database(folder)) as gb:
        gb.find_grade("written-why", "small", "mini", "reference").needs_manual_grade = False  # a person has looked
        gb.db.commit()
    grade(folder, course, policy=POLICY, feedback=False, say=lambda text: None)
    with Gradebook(gradebook.database(folder)) as gb:
        assert not gb.find_grade("written-why", "small", "mini", "reference").needs_manual_grade


def test_two_runs_on_one_class_do_not_meet(small_class):
    course, folder = small_class
    with module.alone(folder), pytest.raises(RuntimeError, match="another"):
        grade(folder, course, policy=POLICY)


@pytest.mark.parametrize("options, says", [
    ({"workers": 0}, "workers"), ({"policy": Policy(cell_seconds=-1)}, "cell timeout"), ({"students": ["nobody"]}, "nobody"),
    ({"exercises": ["minni"]}, "did you mean 'mini'")])
def test_calls_that_cannot_be_carried_out(small_class, options, says):
    course, folder = small_class
    with pytest.raises(ValueError, match=says):
        grade(folder, course, **{"policy": POLICY, "say": lambda text: None} | options)


def test_result_record_is_plain_json(small_class):
    course, folder = small_class
    grade(folder, course, students=["reference"], policy=POLICY, feedback=False, say=lambda text: None)
    record = json.loads(Path(folder / "results/reference/mini/small.json").read_text())
    assert record["scores"]["test-double"] == 2 and len(record["key"]) == 64
    assert module.load_result(folder, ("reference", "mini", "small")).points == 5


def test_exercises_that_change_after_grading_get_a_new_gradebook(small_class):
    """nbgrader refuses to change an assignment with submissions; marks and comments by hand move over, what has no place is named."""
    course, folder = small_class
    grade(folder, course, policy=POLICY, feedback=False, say=lambda text: None)
    with Gradebook(gradebook.database(folder)) as gb:
        gb.find_grade("written-why", "small", "mini", "reference").manual_score = 2.5
        gb.find_grade("test-triple", "small", "mini", "reference").extra_credit = 1.0
        gb.find_comment("written-why", "small", "mini", "reference").manual_comment = "Good."
        gb.update_or_create_student("reference", email="r@example.org")
        gb.db.commit()
    source = course / "solutions/mini/small.py"
    text = source.read_text()
    (course / "solutions/mini/other.py").write_text(text)
    source.write_text(text.replace('answer="triple"', 'answer="thrice"').replace('tests="triple" points=3', 'tests="thrice" points=5'))
    said = []
    results = grade(folder, course, policy=POLICY, feedback=False, say=said.append)
    assert [r.points for r in results] == [2, 0]  # what was asked under another name is not answered
    with Gradebook(gradebook.database(folder)) as gb:
        assert gb.find_grade("written-why", "small", "mini", "reference").manual_score == 2.5
        assert gb.find_comment("written-why", "small", "mini", "reference").manual_comment == "Good."
        assert gb.find_student("reference").email == "r@example.org"
        assert gb.find_submission_notebook("other", "mini", "reference").score == 0
    assert any("test-triple" in line and "not carried over" in line for line in said)
    assert len(list(folder.glob("gradebook-until-*.db"))) == 1


def test_grading_one_student_leaves_the_others_in_the_gradebook(small_class):
    course, folder = small_class
    grade(folder, course, policy=POLICY, feedback=False, say=lambda text: None)
    (folder / "gradebook.db").unlink()
    grade(folder, course, students=["untouched"], policy=POLICY, feedback=False, say=lambda text: None)
    assert points(folder) == {"reference": 5, "untouched": 0}
    assert "reference,mini,small,5.0" in (folder / "grades.csv").read_text()


def test_no_response_is_said_as_nbgrader_says_it(small_class):
    course, folder = small_class
    grade(folder, course, policy=POLICY, feedback=False, say=lambda text: None)
    with Gradebook(gradebook.database(folder)) as gb:
        assert gb.find_comment("answer-double", "small", "mini", "untouched").comment == "No response."
        assert gb.find_comment("answer-double", "small", "mini", "reference").comment is None
        assert "person" in gb.find_comment("written-why", "small", "mini", "reference").comment
