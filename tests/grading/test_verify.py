"""What an author reads when a test cannot run outside the student's process."""
import pytest
from grading.course import EXERCISE, write_course

VISIBLE = 'assert double(2) == 4, "double(2) should be 4"'


def course(tmp_path, test, header='points=2'):
    text = EXERCISE.replace('# %% tests="double" points=2', f'# %% tests="double" {header}').replace(VISIBLE, test)
    return write_course(tmp_path / "c", text)


def test_the_reference_s_own_mistake_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"small.py: the reference fails its own test 'test-double': AssertionError: three"):
        course(tmp_path, 'assert double(2) == 5, "three"')


def test_what_cannot_cross_is_named_with_the_remedy(tmp_path):
    cell = "class Odd:\n    def __getattr__(self, name):\n        raise RuntimeError\nassert double.__code__.co_argcount == 1"
    with pytest.raises(ValueError, match=r"'test-double' passes in a notebook, but not outside .*runs=\"inside\""):
        course(tmp_path, cell)
    assert course(tmp_path / "again", cell, 'points=2 runs="inside"')


@pytest.mark.parametrize("cell, reason", [
    ("%time 1", "a magic"), ("assert globals()", "globals looks"), ("import inspect\ninspect.signature(double)\nassert 1", "inspect.signature")])
def test_what_can_be_seen_in_the_text_is_refused_before_it_runs(tmp_path, cell, reason):
    with pytest.raises(ValueError, match=f"cannot run outside the student's process: .*{reason}"):
        course(tmp_path, cell)


def test_a_place_that_is_none(tmp_path):
    with pytest.raises(ValueError, match="expected \"outside\" or \"inside\""):
        course(tmp_path, VISIBLE, 'points=2 runs="beside"')


def test_partial_credit_is_a_number(tmp_path):
    text = EXERCISE.split("### BEGIN HIDDEN TESTS")[0].replace('points=2', 'points=2 partial=True')
    text = text.replace(VISIBLE, "int(double(1) == 2) + int(double(2) == 4)")
    root = write_course(tmp_path / "c", text + "\n\n# %% [markdown] written=\"why\" points=1\n# ### BEGIN SOLUTION\n# x\n# ### END SOLUTION\n")
    assert '"partial": true' in (root / "notebooks/mini/small.ipynb").read_text()
