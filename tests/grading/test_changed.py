"""An exercise that changed, graded for one student only: nobody else's grade becomes 0."""
import nbformat
import pytest
from grading.course import EXERCISE, write_course

from dlcourse.grading import sandbox
from dlcourse.grading.grade import grade
from dlcourse.grading.one import Policy
from dlcourse.grading.sample import answered, blank_notebooks

pytestmark = pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox on this machine: {sandbox.available()}")
SECOND = EXERCISE.replace("# # Small exercise", "# # Second exercise").replace("small/double", "second/double")


def test_no_result_is_no_zero(tmp_path):
    course, folder = write_course(tmp_path / "c"), tmp_path / "class"
    (course / "solutions/mini/second.py").write_text(SECOND)
    from dlcourse.grading.release import release

    release(course)
    pairs = blank_notebooks(course)
    for student in ("amy", "ben"):
        for chapter, stem in pairs:
            path = folder / "submitted" / student / chapter / f"{stem}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(nbformat.writes(answered(pairs[chapter, stem])))

    def run(**only):
        done = grade(folder, course, policy=Policy(class_seed="1"), workers=1, feedback=False, say=lambda text: None, **only)
        return {(r["student"], r["notebook"]): r for r in done.table}

    assert run()["ben", "small"]["points"] == 5
    small = course / "solutions/mini/small.py"
    small.write_text(small.read_text().replace('tests="triple" points=3', 'tests="triple" points=7'))
    table = run(students=["amy"])
    assert table["amy", "small"]["points"] == 9 and table["ben", "second"]["points"] == 5
    assert table["ben", "small"]["points"] == "" and "grade everybody again" in table["ben", "small"]["remarks"]
    assert run()["ben", "small"]["points"] == 9
