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


def check(course, nb, name="small.ipynb", seconds=4):
    path = course / "work/mini" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, path)
    lines = []
    return verdict(path, seconds, lines.append), lines


def test_full_marks(course):
    status, lines = check(course, answered(blank_notebooks(course)["mini", "small"]))
    assert status == 0 and lines[0] == "✓ double (2 points)" and "5 of 5" in lines[-1]


def test_untouched_says_what_is_missing(course):
    status, lines = check(course, blank_notebooks(course)["mini", "small"][0])
    assert status == 1 and lines[:3] == ["· double (2 points): not answered yet", "· triple (3 points): not answered yet", "· why (4 points): not answered yet"]


def test_wrong_answer_gets_the_tests_sentence(course):
    nb = answered(blank_notebooks(course)["mini", "small"])
    next(c for c in nb.cells if c.id == "answer-triple").source = "def triple(x):\n    return x"
    status, lines = check(course, nb)
    assert status == 1 and "✗ triple (3 points): triple(2) should be 6" in lines


def test_error_in_a_cell_of_ones_own_is_named_first(course):
    status, lines = check(course, before_first_answer(answered(blank_notebooks(course)["mini", "small"]), "undefined_name + 1"))
    assert status == 1 and "NameError" in lines[0] and "undefined_name + 1" in lines[0]


def test_endless_loop_ends(course):
    nb = answered(blank_notebooks(course)["mini", "small"])
    next(c for c in nb.cells if c.id == "answer-double").source = "def double(x):\n    while True:\n        pass"
    status, lines = check(course, nb, seconds=2)
    assert status == 1 and any("endless loop" in line or "KeyboardInterrupt" in line for line in lines) and "✓ triple (3 points)" in lines


def test_deleted_cell_is_reported(course):
    nb = answered(blank_notebooks(course)["mini", "small"])
    nb.cells = [c for c in nb.cells if c.id != "test-triple"]
    status, lines = check(course, nb)
    assert status == 1 and any("missing cells: test-triple" in line for line in lines)


def test_errors_are_sentences(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["check", "absent.ipynb"]) == 2
    (tmp_path / "torn.ipynb").write_text("{")
    assert main(["check", "torn.ipynb"]) == 2
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "plain.ipynb")
    assert main(["check", "plain.ipynb"]) == 2
    said = capsys.readouterr().err
    assert "absent.ipynb does not exist" in said and "torn.ipynb is not a notebook" in said and "plain.ipynb has no graded cells" in said
