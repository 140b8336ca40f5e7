"""Releasing: the same bytes each time, no answer in them, nobody's work lost."""
import nbformat
import pytest
from grading import small_class
from grading.course import EXERCISE, write_course

from dlcourse.cli import main
from dlcourse.grading import release as module
from dlcourse.grading import tables
from dlcourse.grading.config import STUB
from dlcourse.grading.grade import with_progress
from dlcourse.grading.one import Result
from dlcourse.grading.release import release, student_repo, unreleased, write_sources
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


def test_an_exercise_is_expanded_when_something_changed_and_not_otherwise(course, monkeypatch):
    target, made = course / "_build/source", []
    whole = module.expand
    monkeypatch.setattr(module, "expand", lambda path: made.append(path) or whole(path))

    def again():
        made.clear()
        write_sources(course, target)
        return len(made)

    file = target / "mini/small.ipynb"
    again()
    right = file.read_bytes()
    assert again() == 0 and file.read_bytes() == right
    for spoil in (lambda: file.write_text("{"), file.unlink, lambda: (target / module.EXPANDED).write_text("[1"), (target / module.EXPANDED).unlink):
        spoil()
        assert again() == 1 and file.read_bytes() == right
    source = course / "solutions/mini/small.py"
    source.write_text(source.read_text().replace("Small exercise", "Another title"))
    assert again() == 1 and b"Another title" in file.read_bytes()
    monkeypatch.setattr(module, "package_hash", lambda: "another package")
    assert again() == 1


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
    assert "book/" not in (target / "README.md").read_text(encoding="utf8")
    with pytest.raises(ValueError, match="not empty"):
        student_repo(course, target)
    (course / "_build/html").mkdir(parents=True)
    (course / "_build/html/index.html").write_text("<p>The book</p>")
    target = student_repo(course, tmp_path / "with-book")
    assert (target / "book/index.html").exists() and "\n- The book lies in `book/`" in (target / "README.md").read_text(encoding="utf8")


@pytest.mark.parametrize("command", ["release", "grade", "report", "grade --class somewhere"])
def test_outside_the_repository_the_remedy_is_named(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    words = command.split()
    assert main(words) == 2
    said = capsys.readouterr().err
    assert str(tmp_path) in said and "is not in the course's repository" in said and "--root DIR" in said and list(tmp_path.iterdir()) == []
    (tmp_path / "solutions").mkdir()
    (tmp_path / "dlcourse").mkdir()
    (tmp_path / "deep/er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep/er")
    assert main(words) == 2 and "--root" not in capsys.readouterr().err


def test_worked_in_sees_output_and_answers(course):
    file = course / "notebooks/mini/small.ipynb"
    assert not module.worked_in(file)
    nb = nbformat.read(file, 4)
    nb.cells[1].execution_count = 1
    nbformat.write(nb, file)
    assert module.worked_in(file)


HIDDEN, SEEN = ("x = rng.normal(size=5)", "x = rng.normal(size=6)"), ("assert triple(2) == 6", "assert triple(4) == 12")


def edit(course, old, new):
    source = course / "solutions/mini/small.py"
    assert old in source.read_text()
    source.write_text(source.read_text().replace(old, new))
    write_sources(course, course / "_build/source")


@pytest.mark.parametrize("change, what", [(HIDDEN, "hidden tests or points"), (SEEN, "tests that students see"),
                                          (("points=3", "points=5"), "hidden tests or points")])
def test_unreleased_tests_are_named(course, change, what):
    assert unreleased(course) == []
    edit(course, *change)
    (line,) = unreleased(course)
    assert line.startswith(f"mini/small: {what} were edited in solutions/ and not released") and "'dlcourse release'" in line
    release(course, say=lambda text: None)
    assert unreleased(course) == []


@pytest.mark.parametrize("change", [("Small exercise", "Another title"), ("return 3 * x", "return x * 3")])
def test_a_new_text_or_reference_is_no_new_test(course, change):
    edit(course, *change)
    assert unreleased(course) == []


def test_a_fresh_clone_knows_what_students_see(course):
    (course / module.RELEASED).unlink()
    edit(course, *HIDDEN)
    assert unreleased(course) == []
    edit(course, *SEEN)
    assert len(unreleased(course)) == 1
    (course / "notebooks/mini/small.ipynb").write_text("{")
    assert unreleased(course) == []


def test_grade_says_that_it_grades_by_tests_that_were_not_released(tmp_path):
    course, folder = small_class.make(tmp_path, ["reference"])
    said = []
    small_class.grade(folder, course, say=said.append)
    assert not any("not released" in line for line in said)
    edit(course, *SEEN)
    said.clear()
    assert [r.cached for r in small_class.grade(folder, course, say=said.append).results] == [False]  # the edit counts at once
    assert sum("mini/small: tests that students see were edited in solutions/ and not released" in line for line in said) == 1


def test_progress_does_not_call_a_zero_no_grade():
    said = []
    results = [Result("a", "mini", "small"), Result("b", "mini", "small", unread=True), Result("c", "mini", "small", trouble="no result"),
               Result("d", "mini", "small", unread=True)]
    assert list(with_progress(results, 4, {}, said.append)) == results
    lines = [line.partition(", about")[0] for line in said if "done" in line]
    assert lines == ["  1/4 done, 0 without a grade", "  2/4 done, 0 without a grade, 1 file unreadable and so 0 points",
                     "  3/4 done, 1 without a grade, 1 file unreadable and so 0 points", "  4/4 done, 1 without a grade, 2 files unreadable and so 0 points"]


def test_the_table_on_the_terminal_ends_with_a_whole_word():
    row = dict.fromkeys(tables.HEAD, "") | {"student": "a", "remarks": "a reason of many words that goes on"}
    assert tables.summary([row], 20).splitlines()[1].endswith("  a reason of many …")
