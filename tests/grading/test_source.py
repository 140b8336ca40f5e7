"""Headers and markers: what is right is expanded, what would leak an answer or lose points is refused with file and cell."""
import pytest
from grading.course import EXERCISE

from dlcourse.grading.source import expand, read_cells, total_points


def write(tmp_path, text):
    path = tmp_path / "small.py"
    path.write_text(text, encoding="utf8")
    return path


def test_cells_carry_nbgrader_metadata(tmp_path):
    cells = {c.id: c for c in expand(write(tmp_path, EXERCISE)).cells}
    meta = {name: c.metadata.nbgrader for name, c in cells.items()}
    assert (meta["answer-double"].solution, meta["answer-double"].grade, meta["answer-double"].locked) == (True, False, False)
    assert (meta["test-double"].solution, meta["test-double"].grade, meta["test-double"].locked, meta["test-double"].points) == (False, True, True, 2)
    assert (meta["written-why"].solution, meta["written-why"].grade, meta["written-why"].points) == (True, True, 4)
    assert all(meta[name].locked for name in cells if name.startswith("text-"))
    assert cells["test-double"].source.startswith("check.forbid([double], 'dlcourse.mlp')")


def test_ids_come_from_names_and_are_stable(tmp_path):
    path = write(tmp_path, EXERCISE)
    assert expand(path) == expand(path)
    assert len({c.id for c in expand(path).cells}) == len(read_cells(path))


def test_points(tmp_path):
    assert total_points(write(tmp_path, EXERCISE)) == (5, 4)


@pytest.mark.parametrize("old, new, says", [
    ("    ### BEGIN SOLUTION\n    return np", "    return np", "without '### BEGIN SOLUTION'"),
    ("    ### END SOLUTION\n\n# %% tests=\"double\"", "\n# %% tests=\"double\"", "never closed"),
    ("    ### BEGIN SOLUTION\n    return np.asarray(x) * 2  # CANARY-ANSWER\n    ### END SOLUTION\n", "    return x\n", "has no '### BEGIN SOLUTION'"),
    ('def double(x):\n    """Twice x.  x: (N,) -> (N,)"""\n    ### BEGIN SOLUTION\n', '### BEGIN SOLUTION\ndef double(x):\n', "inside a function"),
    ('tests="double" points=2', 'tests="double"', "points=None"),
    ('tests="double" points=2', 'tests="double" points=0', "points=0"),
    ('tests="triple" points=3', 'tests="thrice" points=3', "no earlier cell defines"),
    ('tests="triple" points=3', 'tests="double" of="triple" points=3', "stands twice"),
    ('answer="triple"', 'answer="Triple Time"', "lower-case"),
    ('assert triple(2) == 6, "triple(2) should be 6"', "triple(2)", "bare expression"),
    ('written="why" points=4', 'written="why"', "points=None"),
    ("# ### BEGIN SOLUTION\n# Because. CANARY-ANSWER\n# ### END SOLUTION", "# Because.", "model answer would be released"),
    ("# # Small exercise", "# ### BEGIN SOLUTION", "cell without a header"),
    ('# %% tests="triple" points=3\nassert triple(2) == 6, "triple(2) should be 6"\n', "", "no tests for answer triple"),
])
def test_what_would_leak_or_lose_points_is_refused(tmp_path, old, new, says):
    assert old in EXERCISE
    with pytest.raises(ValueError, match="cell|no tests") as error:
        expand(write(tmp_path, EXERCISE.replace(old, new, 1)))
    assert says in str(error.value) and "small.py" in str(error.value)


def test_empty_file_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no cells"):
        expand(write(tmp_path, ""))
