"""Right code in the wrong place: a person is told, whatever the tests say."""
import json

import nbformat
import pytest
from grading.course import write_course
from nbformat.v4 import new_code_cell

from dlcourse.grading.grade import grade
from dlcourse.grading.one import Policy
from dlcourse.grading.sample import answered, blank_notebooks


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return write_course(tmp_path_factory.mktemp("elsewhere") / "course")


def graded(course, folder, change):
    """The reference with a change to its cells.  change: (dict name -> cell, list of cells) -> None; -> Result"""
    nb = json.loads(nbformat.writes(answered(blank_notebooks(course)["mini", "small"])))
    change({c["id"]: c for c in nb["cells"]}, nb["cells"])
    file = folder / "class/submitted/ann/mini/small.ipynb"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(nb))
    (result,) = grade(folder / "class", course, policy=Policy(sandboxed=False), workers=1, say=lambda line: None, feedback=False).results
    assert not result.trouble
    return result


def released(course, name):
    nb = json.loads((course / "notebooks/mini/small.ipynb").read_text())
    return next("".join(c["source"]) for c in nb["cells"] if c["id"] == name)


def own(text):
    return json.loads(json.dumps(new_code_cell(text)))


def test_defined_at_the_end(course, tmp_path):
    def change(cell, cells):
        mine = cell["answer-double"]["source"]
        cell["answer-double"]["source"] = released(course, "answer-double")
        cells.append(own(mine))
    result = graded(course, tmp_path, change)
    assert result.scores["test-double"] == 0 and result.scores["test-triple"] == 3
    assert "answer-double is as it was given out, but double is defined in another cell: look at it by hand" in result.notes


def test_both_in_the_cell_of_the_second(course, tmp_path):
    def change(cell, cells):
        cell["answer-triple"]["source"] = "".join(cell["answer-double"]["source"]) + "\n\n\n" + "".join(cell["answer-triple"]["source"])
        cell["answer-double"]["source"] = released(course, "answer-double")
    result = graded(course, tmp_path, change)
    assert any("double is defined in another cell" in n for n in result.notes)


def test_a_helper_below(course, tmp_path):
    def change(cell, cells):
        cell["answer-double"]["source"] = "def double(x):\n    return by(x, 2)"
        cells.append(own("def by(x, n):\n    return np.asarray(x) * n"))
    result = graded(course, tmp_path, change)
    assert result.scores["test-double"] == 0 and "by is defined below the test that needs it: look at it by hand" in result.notes


@pytest.mark.parametrize("where", [0, 3])
def test_no_remark_where_nothing_was_lost(course, tmp_path, where):
    def change(cell, cells):
        mine = cell["answer-double"]["source"]
        cell["answer-double"]["source"] = released(course, "answer-double")
        cells.insert(3, own(mine))  # between the question's cell and its tests
        assert cells[2]["id"] == "answer-double"
    result = graded(course, tmp_path, change if where else lambda cell, cells: None)
    assert result.points == 5 and result.notes == []


def test_an_import_in_the_locked_cell_counts(course, tmp_path):
    def change(cell, cells):
        cell["text-2"]["source"] = "import math as mx\n" + "".join(cell["text-2"]["source"])
        cell["answer-double"]["source"] = "def double(x):\n    return np.asarray(x) * mx.sqrt(4)"
    result = graded(course, tmp_path, change)
    assert result.points == 5 and any("locked cell text-2 was changed" in n for n in result.notes)
