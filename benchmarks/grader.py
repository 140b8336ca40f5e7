"""Submissions a minute: dlcourse grade (sandboxed) by 1 and 2 workers, against stock nbgrader autograde, in one run.

    python benchmarks/grader.py [SUBMISSIONS]
"""
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from grading.course import write_course  # noqa: E402

from dlcourse.grading import sandbox  # noqa: E402
from dlcourse.grading.grade import Policy, grade  # noqa: E402

STOCK = """c = get_config()
c.CourseDirectory.course_id = "stock"
c.CourseDirectory.db_url = "sqlite:///{root}/gradebook.db"
"""


def timed(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def class_of(course, folder, n):
    """n students who all hand in the reference."""
    for i in range(n):
        target = folder / f"submitted/student{i}/mini/small.ipynb"
        target.parent.mkdir(parents=True)
        shutil.copy(course / "_build/source/mini/small.ipynb", target)


def ours(course, n, workers):
    folder = course / f"class-{workers}"
    class_of(course, folder, n)
    policy = Policy(sandboxed=sandbox.available() is None)

    def run():
        return grade(folder, course, policy=policy, workers=workers, feedback=False, say=lambda text: None)

    first = timed(run)
    return first, timed(run)


def stock(course, n):
    root = course / "stock"
    (root / "source/mini").mkdir(parents=True)
    shutil.copy(course / "_build/source/mini/small.ipynb", root / "source/mini")
    (root / "nbgrader_config.py").write_text(STOCK.format(root=root))
    class_of(course, root, n)
    tool = [str(Path(sys.executable).parent / "nbgrader")]
    subprocess.run([*tool, "generate_assignment", "mini", "--log-level=ERROR"], cwd=root, check=True, capture_output=True)
    return timed(lambda: subprocess.run([*tool, "autograde", "mini", "--log-level=ERROR"], cwd=root, check=True, capture_output=True))


def main(n=12):
    with tempfile.TemporaryDirectory() as scratch:
        course = write_course(Path(scratch) / "c")
        peer = stock(course, n)
        print(f"{n} submissions; stock nbgrader autograde: {60 * n / peer:.0f} a minute")
        for workers in (1, 2):
            first, again = ours(course, n, workers)
            print(f"dlcourse grade, {workers} worker{'s' * (workers > 1)}: {60 * n / first:.0f} a minute, {peer / first:.2f} times stock; "
                  f"rerun of the unchanged class {first / again:.0f} times faster than the first run")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
