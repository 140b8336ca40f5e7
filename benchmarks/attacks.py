"""The attack corpus against `nbgrader autograde` as it comes: what each attack gains there.  What ours gives is asserted by tests/grading/test_attacks.py.

    python benchmarks/attacks.py [--new]

One course and one student an attack, each inside bubblewrap for the safety of this machine, with the course's folder writable, as it is where nbgrader
runs without a sandbox.  Some bombs are not run at all: stock nbgrader has nothing to stop them.  Writes benchmarks/attacks.json, which the book shows.
--new: only attacks that it lacks; what it says of the others stays.
"""
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT / "tests")  # in place of this folder, whose grading.py is not the package of that name
from grading.corpus import ATTACKS, submit  # noqa: E402
from grading.course import write_course  # noqa: E402

from dlcourse.grading import sandbox  # noqa: E402
from dlcourse.grading.sample import blank_notebooks  # noqa: E402

NOT_RUN = {"fork_bomb", "thread_bomb", "memory_bomb", "memory_bomb_in_children", "shared_memory_bomb", "descriptor_bomb", "disk_bomb", "kill_self"}
STOCK = """c = get_config()
c.CourseDirectory.course_id = "stock"
c.CourseDirectory.db_url = "sqlite:///{root}/gradebook.db"
c.Execute.timeout = 3
c.Execute.interrupt_on_timeout = True
c.Execute.raise_on_iopub_timeout = False
"""
TOOL = [sys.executable, "-m", "nbgrader"]


def prepare(base):
    """A course as nbgrader's generate_assignment leaves it, to be copied for each attack; and the notebooks to attack with."""
    course, stock = write_course(base / "course"), base / "stock"
    (stock / "source/mini").mkdir(parents=True)
    shutil.copy(course / "_build/source/mini/small.ipynb", stock / "source/mini")
    return stock, blank_notebooks(course)["mini", "small"]


def attack(file, stock, pair, base):
    """-> what stock nbgrader makes of one attack, in words"""
    root = base / file.stem
    shutil.copytree(stock, root)
    (root / "solutions/mini").mkdir(parents=True)
    (root / "solutions/mini/small.py").write_text("CANARY-ANSWER")
    (root / "nbgrader_config.py").write_text(STOCK.format(root=root))
    subprocess.run([*TOOL, "generate_assignment", "mini", "--log-level=ERROR"], cwd=root, capture_output=True, check=True)
    submit(file, pair, root, {"@ROOT@": str(root), "@CLASS@": str(root), "@PORT@": "9"})
    status, log = sandbox.run([*TOOL, "autograde", "mini", "--log-level=ERROR"], root, sandbox.__file__.rpartition("/grading/")[0], 60)
    return judge(root, file.stem, status)


def judge(root, student, status):
    found = []
    db = sqlite3.connect(root / "gradebook.db")
    points = db.execute("select sum(coalesce(manual_score, auto_score)) from grade where auto_score is not null or manual_score is not null").fetchone()[0] or 0
    if points > 0:
        found.append(f"{points:g} points")
    if status == -9:
        found.append("hangs")
    elif status and not points:
        found.append("no grade")
    graded = root / "autograded" / student / "mini/small.ipynb"
    if graded.exists():
        try:
            cells = json.loads(graded.read_text())["cells"]
            outputs = json.dumps([o for c in cells for o in c.get("outputs", []) if o["output_type"] != "error"])  # tracebacks show tests anyway
        except (OSError, ValueError):
            outputs = ""
        found += ["hidden text read"] if any(f"CANARY-{x}" in outputs for x in ("HIDDEN", "ANSWER", "OTHERS", "MEMORY")) else []
        found += ["script in the notebook"] if "<script" in outputs else []
    if list(root.rglob("OWNED")):
        found.append("wrote into the course")
    return ", ".join(found) or "nothing gained"


def main():
    if reason := sandbox.available():
        raise SystemExit(f"these attacks are run in a sandbox only: {reason}")
    file = Path(__file__).with_suffix(".json")
    table = json.loads(file.read_text()) if "--new" in sys.argv else {}
    with tempfile.TemporaryDirectory() as scratch:
        stock, pair = prepare(Path(scratch))
        for one in [f for f in ATTACKS if f.stem not in table]:
            table[one.stem] = "not run: nothing would stop it" if one.stem in NOT_RUN else attack(one, stock, pair, Path(scratch))
            print(f"{one.stem:32} {table[one.stem]}", flush=True)
    file.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n")
    print(json.dumps({"attacks": len(table), **{word: sum(word in v for v in table.values()) for word in ("points", "no grade", "hangs", "read", "wrote")}}))


if __name__ == "__main__":
    main()
