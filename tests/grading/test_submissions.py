"""What classes really hand in: found, named, or refused aloud."""
import json
import os
import subprocess

import nbformat
import pytest
from grading.course import write_course

from dlcourse.grading.compat import check_files
from dlcourse.grading.gradebook import prepare
from dlcourse.grading.members import members
from dlcourse.grading.normalise import Unreadable
from dlcourse.grading.submissions import find_jobs, note_platform, plain, said_by_platform, said_of_students, student_id

SPECS = {("mlp", "losses"): 0, ("mlp", "neurons"): 0, ("cnn", "practice"): 0, ("mlp", "practice"): 0}


def hand_in(folder, *paths):
    for i, path in enumerate(paths):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
        os.utime(file, (1000 + i, 1000 + i))


def jobs_of(folder, **options):
    jobs, left_out = find_jobs(folder, SPECS, **options)
    return {(j.student, j.chapter, j.stem): (str(j.path.relative_to(folder / j.student)), " | ".join(j.notes)) for j in jobs}, left_out


def test_a_folder_too_deep_for_python_hides_nothing_above_it(tmp_path):
    hand_in(tmp_path, "ann/mlp/losses.ipynb", "zoe/mlp/losses.ipynb")
    here = os.open(tmp_path / "ann", os.O_RDONLY)
    try:
        for _ in range(1500):
            os.mkdir("a", dir_fd=here)
            here, above = os.open("a", os.O_RDONLY, dir_fd=here), here
            os.close(above)
        assert [j.student for j in find_jobs(tmp_path, SPECS)[0]] == ["ann", "zoe"]
        assert [m.parts[0] for m in members(tmp_path, lambda name, why: None)] == ["ann", "zoe"]
        with pytest.raises(Unreadable, match="deep"):
            check_files(tmp_path / "ann")
    finally:
        os.close(here)
        subprocess.run(["rm", "-rf", tmp_path / "ann"], check=True)


def test_the_exact_place_needs_no_remark(tmp_path):
    hand_in(tmp_path, "ann/mlp/losses.ipynb", "ann/mlp/neurons.ipynb")
    assert jobs_of(tmp_path) == ({("ann", "mlp", "losses"): ("mlp/losses.ipynb", ""), ("ann", "mlp", "neurons"): ("mlp/neurons.ipynb", "")}, {})


@pytest.mark.parametrize("path", ["mlp/losses (1).ipynb", "mlp/losses-Copy1.ipynb", "MLP/losses.ipynb", "losses.ipynb", "cnn/losses.ipynb", "mlp/Losses.IPYNB"])
def test_the_only_file_that_fits_is_graded_and_named(tmp_path, path):
    hand_in(tmp_path, f"ann/{path}")
    found, left_out = jobs_of(tmp_path)
    assert left_out == {} and found["ann", "mlp", "losses"][0] == path and "is missing" in found["ann", "mlp", "losses"][1]


def test_a_copy_beside_the_original_is_named_not_graded(tmp_path):
    hand_in(tmp_path, "ann/mlp/losses.ipynb", "ann/mlp/losses (1).ipynb")
    path, notes = jobs_of(tmp_path)[0]["ann", "mlp", "losses"]
    assert path == "mlp/losses.ipynb" and "not graded: mlp/losses (1).ipynb" in notes


def notebook(*answers, written="**Your answer:**"):
    """A notebook with these answers (None: as it was given out) and a written one; a student's own cell comes first."""
    texts = [(f"answer-{i}", text or "raise NotImplementedError") for i, text in enumerate(answers)] + [("written-why", written)]
    cells = [{"cell_type": "code", "source": ["print(1)"], "metadata": {}}]
    cells += [{"cell_type": "code", "source": text, "metadata": {"nbgrader": {"grade_id": name, "solution": True}}} for name, text in texts]
    cells += [{"cell_type": "code", "source": "assert True", "metadata": {"nbgrader": {"grade_id": "test-0", "solution": False}}}]
    return json.dumps({"cells": cells, "nbformat": 4})


GIVEN = notebook(None, None)
DONE = notebook("return 1", None)
EXACT, COPY = "mlp/losses.ipynb", "mlp/losses-Copy1.ipynb"


@pytest.mark.parametrize("exact, copy, graded", [
    (GIVEN, DONE, COPY), (GIVEN.replace("raise Not", "raise   Not"), DONE, COPY), (GIVEN, notebook(None, None, written="Because."), COPY),
    (notebook(None), DONE, COPY),  # a deleted cell is no work
    (GIVEN, GIVEN, EXACT), (DONE, notebook("return 2", "return 3"), EXACT), (DONE, GIVEN, EXACT), (GIVEN, "not JSON", EXACT), ("not JSON", DONE, EXACT),
    (GIVEN, notebook(None, None, "return 7"), EXACT),
    ("{}", DONE, EXACT), (GIVEN, json.dumps({"cells": [{"source": "return 1", "metadata": {"nbgrader": []}}], "nbformat": 4}), EXACT),
])
def test_a_copy_that_was_worked_on_beside_an_original_that_was_not(tmp_path, exact, copy, graded):
    hand_in(tmp_path, "ann/mlp/losses-Copy1.ipynb", "ann/mlp/losses.ipynb", "ann/mlp/losses-Copy2.ipynb")
    for name, text in ((EXACT, exact), (COPY, copy), ("mlp/losses-Copy2.ipynb", GIVEN)):
        (tmp_path / "ann" / name).write_text(text)
    jobs, _ = find_jobs(tmp_path, {("mlp", "losses"): GIVEN})
    assert len(jobs) == 1 and str(jobs[0].path.relative_to(tmp_path / "ann")) == graded
    other = ", ".join(sorted({EXACT, COPY, "mlp/losses-Copy2.ipynb"} - {graded}, key=lambda n: (n != EXACT, n)))
    said = [f"graded {COPY}, as mlp/losses.ipynb is as it was given out"] if graded == COPY else []
    assert list(jobs[0].notes) == [*said, f"also handed in, not graded: {other}"]
    assert len(list((tmp_path / "ann/mlp").iterdir())) == 3


def test_the_released_notebook_itself_is_as_it_was_given_out(tmp_path):
    """With the exercise as the grader knows it: hidden tests, checksums and all."""
    course = write_course(tmp_path / "course")
    (tmp_path / "class").mkdir()
    specs = {name: nbformat.writes(nb) for name, nb in prepare(course, tmp_path / "class", lambda line: None).items()}
    given = (course / "notebooks/mini/small.ipynb").read_text(encoding="utf8")
    hand_in(tmp_path / "sent", "ann/mini/small.ipynb", "ann/mini/small (1).ipynb")
    (tmp_path / "sent/ann/mini/small.ipynb").write_text(given, encoding="utf8")
    for text, graded in ((given, "small.ipynb"), (given.replace("Twice x.", "Two times x."), "small (1).ipynb")):
        (tmp_path / "sent/ann/mini/small (1).ipynb").write_text(text, encoding="utf8")
        assert find_jobs(tmp_path / "sent", specs)[0][0].path.name == graded


def test_of_several_copies_that_were_worked_on_the_newest_and_never_a_link(tmp_path):
    hand_in(tmp_path, "ann/mlp/losses.ipynb", "ann/mlp/losses-Copy2.ipynb", "ann/mlp/losses-Copy1.ipynb")
    for name, text in (("losses", GIVEN), ("losses-Copy2", DONE), ("losses-Copy1", DONE)):
        (tmp_path / f"ann/mlp/{name}.ipynb").write_text(text)
        os.utime(tmp_path / f"ann/mlp/{name}.ipynb", (2000, 2000 + (name == "losses-Copy1")))
    (tmp_path / "elsewhere").write_text(DONE)
    (tmp_path / "ann/mlp/losses-Copy3.ipynb").symlink_to(tmp_path / "elsewhere")
    jobs, _ = find_jobs(tmp_path, {("mlp", "losses"): GIVEN}, students=["ann"])
    assert jobs[0].path.name == "losses-Copy1.ipynb" and "losses-Copy3.ipynb" in jobs[0].notes[1]


def test_of_several_copies_the_newest(tmp_path):
    hand_in(tmp_path, "ann/mlp/losses (1).ipynb", "ann/mlp/losses (2).ipynb")
    path, notes = jobs_of(tmp_path)[0]["ann", "mlp", "losses"]
    assert path == "mlp/losses (2).ipynb" and notes.endswith("also handed in, not graded: mlp/losses (1).ipynb")


def test_a_name_that_two_chapters_have_is_not_guessed(tmp_path):
    hand_in(tmp_path, "ann/practice.ipynb")
    assert jobs_of(tmp_path) == ({}, {"ann": "no exercise has this name: practice.ipynb"})


def exercise(chapter, count, text=None):
    """A notebook whose cells say of which chapter it is."""
    cells = [{"cell_type": "code", "source": text or "pass", "metadata": {"nbgrader": {"grade_id": f"answer-{chapter}-{i}", "solution": True}}}
             for i in range(count)]
    return json.dumps({"cells": cells, "nbformat": 4})


@pytest.mark.parametrize("files, path, notes", [
    ({"Untitled.ipynb": ("mlp", 4, "1")}, "Untitled.ipynb", ["graded Untitled.ipynb, which holds its cells, as mlp/losses.ipynb is missing"]),
    ({"Copy of losses.ipynb": ("mlp", 2, "1")}, "Copy of losses.ipynb", ["graded Copy of losses.ipynb, which holds its cells, as mlp/losses.ipynb is missing"]),
    ({"Untitled.ipynb": ("mlp", 1, "1")}, None, ["no exercise has this name: Untitled.ipynb"]),  # fewer than half of the cells
    ({"a.ipynb": ("mlp", 4, "1"), "b.ipynb": ("mlp", 4)}, "a.ipynb",
     ["graded a.ipynb, which holds its cells, as mlp/losses.ipynb is missing", "also handed in, not graded: b.ipynb"]),
    ({"a.ipynb": ("mlp", 4, "1"), "b.ipynb": ("mlp", 4, "2")}, "b.ipynb",
     ["graded b.ipynb, which holds its cells, as mlp/losses.ipynb is missing", "also handed in, not graded: a.ipynb"]),
    ({"losses.ipynb": ("mlp", 4, "1"), "my.ipynb": ("mlp", 4, "2")}, "losses.ipynb",
     ["graded losses.ipynb, as mlp/losses.ipynb is missing", "also handed in, not graded: my.ipynb"]),
    ({"mlp/losses.ipynb": ("mlp", 4, "1"), "my.ipynb": ("mlp", 4, "2")}, "mlp/losses.ipynb", ["also handed in, not graded: my.ipynb"]),
    ({"mlp/losses.ipynb": ("mlp", 4), "my.ipynb": ("mlp", 4, "2")}, "my.ipynb",
     ["graded my.ipynb, as mlp/losses.ipynb is as it was given out", "also handed in, not graded: mlp/losses.ipynb"]),
])
def test_a_file_of_another_name_is_known_by_its_cells(tmp_path, files, path, notes):
    hand_in(tmp_path, *(f"ann/{name}" for name in files))
    for i, (name, cells) in enumerate(files.items()):
        (tmp_path / "ann" / name).write_text(exercise(*cells))
        os.utime(tmp_path / "ann" / name, (1000 + i, 1000 + i))
    jobs, left_out = find_jobs(tmp_path, {("mlp", "losses"): exercise("mlp", 4), ("cnn", "pooling"): exercise("cnn", 4)})
    assert [(j.name, str(j.path.relative_to(tmp_path / "ann")), list(j.notes)) for j in jobs] == ([(("ann", "mlp", "losses"), path, notes)] if path else [])
    assert left_out == ({} if path else {"ann": notes[0]})


def test_a_name_that_two_chapters_have_is_told_by_the_cells(tmp_path):
    hand_in(tmp_path, "ann/practice.ipynb")
    (tmp_path / "ann/practice.ipynb").write_text(exercise("mlp", 4, "1"))
    jobs, _ = find_jobs(tmp_path, {(c, "practice"): exercise(c, 4) for c in ("cnn", "mlp")})
    assert [j.name for j in jobs] == [("ann", "mlp", "practice")] and "holds its cells" in jobs[0].notes[0]


def test_nobody_vanishes(tmp_path):
    hand_in(tmp_path, "ann/mlp/losses.html", "ann/data.csv", "-x/mlp/losses.ipynb", "stray.txt")
    hand_in(tmp_path, "Emil van der Berg/mlp/losses.ipynb", "李小明/mlp/losses.ipynb")
    (tmp_path / "yara").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "ann")
    found, left_out = jobs_of(tmp_path)
    assert {s for s, _, _ in found} == {"Emil van der Berg", "李小明"}
    assert set(left_out) == {"ann", "-x", "stray.txt", "yara", "link"}
    assert "data.csv" in left_out["ann"] and "no notebook" in left_out["yara"]


def test_other_files_are_mentioned(tmp_path):
    hand_in(tmp_path, "ann/mlp/losses.ipynb", "ann/mlp/data.csv", "ann/.DS_Store", "ann/mlp/.ipynb_checkpoints/losses-checkpoint.ipynb")
    assert jobs_of(tmp_path)[0]["ann", "mlp", "losses"][1] == "other files are not available to the notebook: mlp/data.csv"


@pytest.mark.parametrize("options, says", [
    ({"students": ["an"]}, "did you mean 'ann'"), ({"exercises": ["mlq"]}, "did you mean 'mlp'"), ({"exercises": ["x"]}, "chapters: cnn, mlp"),
])
def test_names_that_are_not_there(tmp_path, options, says):
    hand_in(tmp_path, "ann/mlp/losses.ipynb")
    with pytest.raises(ValueError, match=says):
        find_jobs(tmp_path, SPECS, **options)


def test_one_exercise_and_one_student(tmp_path):
    hand_in(tmp_path, "ann/mlp/losses.ipynb", "ann/mlp/neurons.ipynb", "bob/mlp/losses.ipynb")
    assert set(jobs_of(tmp_path, exercises=["mlp/losses"], students=["ann"])[0]) == {("ann", "mlp", "losses")}
    assert len(jobs_of(tmp_path, exercises=["mlp"])[0]) == 3


def test_names():
    assert all(map(student_id, ["ann", "b.c-d_e@f", "Zoë O'Neil", "李小明", "007"]))
    assert not any(map(student_id, ["", ".x", "-x", " x", "x ", "a/b", "<b>", "a\nb", "x" * 65, 'a"b']))
    assert plain("Losses (1)") == plain("losses-Copy12") == plain("losses - Copy") == "losses"


def test_a_student_may_be_named_without_the_platforms_number(tmp_path):
    for name in ("adamsann_12345", "adamsann", "li_1", "li_2", "roe_7"):
        (tmp_path / name / "mlp").mkdir(parents=True)
        (tmp_path / name / "mlp/losses.ipynb").write_bytes(b"{}")

    def found(name):
        return {job.student for job in find_jobs(tmp_path, SPECS, students=[name])[0]}

    assert found("roe") == {"roe_7"} and found("adamsann") == {"adamsann"} and found("li_2") == {"li_2"}
    with pytest.raises(ValueError, match="'li' may be li_1 or li_2; name one"):
        found("li")
    with pytest.raises(ValueError, match="no student 'ro'"):
        found("ro")


def kept(folder):
    """Who is late or sent no notebook."""
    return {key: said_by_platform(folder)[key] for key in ("late", "without")}


def test_what_a_platform_said_is_kept_until_a_notebook_comes(tmp_path):
    assert kept(tmp_path) == {"late": {}, "without": {}}
    note_platform(tmp_path, "a.zip", {"ann/mlp/losses": True, "bob/mlp/losses": False}, {"eve": "handed in essay.pdf, no notebook"}, {"ann", "bob"})
    note_platform(tmp_path, "b.zip", {"bob/mlp/som": True}, {"eve": "handed in nothing"}, {"bob"})
    assert kept(tmp_path) == {"late": {"ann/mlp/losses": "marked late by Canvas", "bob/mlp/som": "marked late by Canvas"},
                              "without": {"eve": {"a.zip": "handed in essay.pdf, no notebook", "b.zip": "handed in nothing"}}}
    note_platform(tmp_path, "c.zip", {"ann/mlp/losses": False, "eve/mlp/som": False}, {}, {"ann", "eve"})
    assert kept(tmp_path) == {"late": {"bob/mlp/som": "marked late by Canvas"}, "without": {}}


def test_what_was_left_out_is_kept_until_one_is_taken_for_it(tmp_path):
    (tmp_path / ".collected.json").write_text('{"late": {}, "without": {"eve": {"a.zip": "handed in nothing"}}}')  # of an earlier version
    left = [("ann", "mlp/losses", "x.ipynb", "is large"), ("bob", "", "y.ipynb", "is odd"), ("eve", "mlp/som", "z.ipynb", "is large")]
    note_platform(tmp_path, "a.zip", {}, {}, set(), left, (), {"ann/mlp/som": (0, 7, 0)})
    note_platform(tmp_path, "b.zip", {}, {"eve": "handed in nothing"}, set(), left[1:2], {("ann", ""), ("ann", "mlp/som"), ("eve", "x.ipynb")})
    assert said_of_students(said_by_platform(tmp_path)) == [
        ("eve", "a.zip, b.zip: handed in nothing"), ("ann", "a.zip: left out x.ipynb: is large"), ("bob", "a.zip, b.zip: left out y.ipynb: is odd"),
        ("eve", "a.zip: left out z.ipynb: is large")]
    assert said_by_platform(tmp_path)["taken"] == {"ann/mlp/som": [0, 7, 0]}
    note_platform(tmp_path, "c.zip", {}, {}, {"eve"}, (), {("ann", "mlp/losses"), ("bob", ""), ("eve", "")}, {"ann/mlp/som": None})
    assert said_of_students(said_by_platform(tmp_path)) == [("eve", "a.zip: left out z.ipynb: is large")] and said_by_platform(tmp_path)["taken"] == {}
    note_platform(tmp_path, "c.zip", {}, {}, {"eve"}, (), {("eve", "z.ipynb")})
    assert said_of_students(said_by_platform(tmp_path)) == []
