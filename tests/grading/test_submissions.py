"""What classes really hand in: found, named, or refused aloud."""
import os

import pytest

from dlcourse.grading.submissions import find_jobs, plain, student_id

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


def test_of_several_copies_the_newest(tmp_path):
    hand_in(tmp_path, "ann/mlp/losses (1).ipynb", "ann/mlp/losses (2).ipynb")
    path, notes = jobs_of(tmp_path)[0]["ann", "mlp", "losses"]
    assert path == "mlp/losses (2).ipynb" and "1 other copies" in notes


def test_a_name_that_two_chapters_have_is_not_guessed(tmp_path):
    hand_in(tmp_path, "ann/practice.ipynb")
    assert jobs_of(tmp_path) == ({}, {"ann": "no exercise has this name: practice.ipynb"})


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
