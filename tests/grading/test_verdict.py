"""``dlcourse check``: what a student reads."""
import nbformat
import pytest
from grading.course import write_course

from dlcourse.cli import main
from dlcourse.grading.sample import answered, before_first_answer, blank_notebooks
from dlcourse.grading.verdict import verdict


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return write_course(tmp_path_factory.mktemp("check") / "c")


@pytest.fixture
def solved(course):
    return answered(blank_notebooks(course)["mini", "small"])


def cell(nb, name):
    return next(c for c in nb.cells if c.id == name)


def check(course, nb, name="small.ipynb", seconds=4):
    path = course / "work/mini" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, path)
    lines = []
    return verdict(path, seconds, lines.append), [line.strip() for line in lines]


def test_full_marks(course, solved):
    status, lines = check(course, solved)
    assert status == 0 and {"✓ double (2 points)", "✓ triple (3 points)", "✎ why (4 points): a person marks this"} <= set(lines)
    assert "visible tests: 5 of 5 points; 4 more for written answers, marked by a person" in lines and "hidden tests" in lines[-1]


def test_untouched_says_what_is_missing(course):
    status, lines = check(course, blank_notebooks(course)["mini", "small"][0])
    wanted = {"· double (2 points): not answered yet", "· triple (3 points): not answered yet", "· why (4 points): not answered yet"}
    assert status == 1 and wanted <= set(lines)


def test_wrong_answer_gets_the_tests_sentence(course, solved):
    cell(solved, "answer-triple").source = "def triple(x):\n    return x"
    status, lines = check(course, solved)
    assert status == 1 and "✗ triple (3 points): triple(2) should be 6" in lines


def test_error_inside_an_answer_names_its_line(course, solved):
    cell(solved, "answer-triple").source = "def triple(x):\n    y = [1, 2]\n    return y[x]"
    status, lines = check(course, solved)
    assert status == 1 and any("IndexError" in line and "line 3 of your cell: return y[x]" in line for line in lines)


def test_error_in_a_cell_of_ones_own_is_named(course, solved):
    status, lines = check(course, before_first_answer(solved, "x = 1\nundefined_name + 1"))
    assert status == 1 and any("a cell of yours stops: NameError" in line for line in lines)


def test_syntax_error_shows_the_line(course, solved):
    cell(solved, "answer-triple").source = "def triple(x):\n    return 3 * x)"
    status, lines = check(course, solved)
    assert status == 1 and any("SyntaxError" in line and ".py" not in line for line in lines)


def test_endless_loop_ends_and_says_so(course, solved):
    cell(solved, "answer-double").source = "def double(x):\n    while True:\n        pass"
    status, lines = check(course, solved, seconds=2)
    assert status == 1 and any("still running after 2 s" in line and "endless loop" in line for line in lines) and "✓ triple (3 points)" in lines


@pytest.mark.parametrize("name", ["test-triple", "answer-triple", "written-why", "text-2"])
def test_deleted_cell_is_reported_and_restored(course, solved, name):
    solved.cells.remove(cell(solved, name))
    status, lines = check(course, solved, "renamed.ipynb")
    assert name == "text-2" or status == 1 and any("missing" in line and name in line for line in lines)
    assert "visible tests: 5 of 5" in " ".join(lines) or name == "answer-triple"


def test_edited_test_is_reported_and_not_used(course, solved):
    cell(solved, "answer-triple").source = "def triple(x):\n    return x"
    cell(solved, "test-triple").source = "pass"
    status, lines = check(course, solved)
    assert status == 1 and "✗ triple (3 points): triple(2) should be 6" in lines
    assert any("edited tests were replaced by the original: test-triple" in line for line in lines)


def test_placeholder_left_in_place(course, solved):
    cell(solved, "written-why").source = "**Your answer:**\n\n*Write your answer here, in place of this line.*\n\nMy answer."
    status, lines = check(course, solved)
    assert status == 1 and any("take out the line" in line for line in lines)


def test_without_the_release_it_says_what_it_cannot_see(course, solved, tmp_path):
    nbformat.write(solved, tmp_path / "small.ipynb")
    lines = []
    assert verdict(tmp_path / "small.ipynb", 4, lines.append) == 1
    assert any("cannot be noticed" in line for line in lines)


def test_errors_are_sentences(tmp_path, capsys, monkeypatch, course, solved):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "torn.ipynb").write_text("{")
    (tmp_path / "notes.md").write_text("")
    (tmp_path / "empty").mkdir()
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "plain.ipynb")
    (tmp_path / "work/mini").mkdir(parents=True)
    nbformat.write(solved, tmp_path / "work/mini/small.ipynb")
    for name in ("absent.ipynb", "torn.ipynb", "plain.ipynb", "notes.md", "empty", "work/mini/smalll.ipynb"):
        assert main(["check", name]) == 2
    said = capsys.readouterr().err
    for text in ("absent.ipynb does not exist", "torn.ipynb is not a notebook", "plain.ipynb has no graded cells", "notes.md is not a notebook",
                 "empty holds no notebooks", "did you mean work/mini/small.ipynb?"):
        assert text in said


def test_a_test_that_is_all_hidden_is_said_to_be(course, solved):
    cell(solved, "test-triple").source = ""
    path = course.parent / "elsewhere" / "small.ipynb"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(solved, path)
    lines = []
    assert verdict(path, 4, lines.append) == 1  # away from the release nobody can tell whether a test was emptied
    assert any("? triple (3 points): hidden tests only" in line for line in lines) and any("2 of 2 points" in line for line in lines)
