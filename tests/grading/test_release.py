"""Releasing: the same bytes each time, no answer in them, nobody's work lost."""
import nbformat
import pytest
from grading.course import EXERCISE, write_course

from dlcourse.grading import release as module
from dlcourse.grading.config import STUB
from dlcourse.grading.release import release, student_repo
from dlcourse.grading.sample import answered, blank_notebooks


@pytest.fixture
def course(tmp_path):
    return write_course(tmp_path / "course")


def test_same_bytes_on_repeat(course, tmp_path):
    file = course / "notebooks/mini/small.ipynb"
    first = file.read_bytes()
    assert release(course) == []
    file.unlink()
    release(course)
    assert file.read_bytes() == first
    write_course(tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere/notebooks/mini/small.ipynb").read_bytes() == first


def test_no_answer_is_released(course):
    for path in (course / "notebooks").rglob("*"):
        if path.is_file():
            assert b"CANARY" not in path.read_bytes()


def test_untouched_cell_says_what_to_do(course):
    cells = {c.id: c for c in nbformat.read(course / "notebooks/mini/small.ipynb", 4).cells}
    assert STUB in cells["answer-double"].source
    space = {}
    exec(cells["text-2"].source + "\n" + cells["answer-double"].source, space)
    with pytest.raises(NotImplementedError, match="replace this line"):
        space["double"](1)


def test_somebodys_work_is_kept(course):
    file = course / "notebooks/mini/small.ipynb"
    nbformat.write(answered(blank_notebooks(course)["mini", "small"]), file)
    mine, said = file.read_bytes(), []
    assert release(course, say=said.append) == [file]
    kept = list((course / "_build/kept").rglob("small.ipynb"))
    assert len(kept) == 1 and kept[0].read_bytes() == mine
    assert str(kept[0]) in said[0]


def test_unanswered_old_release_is_replaced_without_fuss(course):
    source = course / "solutions/mini/small.py"
    source.write_text(source.read_text().replace("Small exercise", "Another title"))
    said = []
    assert len(release(course, say=said.append)) == 1
    assert said == [] and not (course / "_build/kept").exists()


def test_removed_exercise_disappears(course):
    (course / "solutions/mini/other.py").write_text(EXERCISE)
    release(course)
    (course / "solutions/mini/other.py").unlink()
    release(course)
    assert [p.name for p in (course / "notebooks/mini").iterdir()] == ["small.ipynb"]


def test_no_exercises_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="no exercises"):
        release(tmp_path)


def test_student_repo_has_no_solutions(course, tmp_path, monkeypatch):
    (course / "dlcourse").mkdir()
    (course / "dlcourse/__init__.py").write_text("")
    (course / "tests").mkdir()
    (course / "tests/secret.py").write_text("CANARY")
    target = student_repo(course, tmp_path / "students")
    names = {p.name for p in target.iterdir()}
    assert {"notebooks", "dlcourse", "README.md"} <= names and not {"solutions", "tests", "_build"} & names
    assert not any(b"CANARY" in p.read_bytes() for p in target.rglob("*") if p.is_file())
    with pytest.raises(ValueError, match="not empty"):
        student_repo(course, target)


def test_worked_in_sees_output_and_answers(course):
    file = course / "notebooks/mini/small.ipynb"
    assert not module.worked_in(file)
    nb = nbformat.read(file, 4)
    nb.cells[1].execution_count = 1
    nbformat.write(nb, file)
    assert module.worked_in(file)
