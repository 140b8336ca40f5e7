"""Stock ``nbgrader autograde`` with ordinary and with warm kernels: same class, same scores, only the configuration differs.

    python benchmarks/kernels.py [SUBMISSIONS]        (default 16; about three minutes)

The last line is JSON: seconds a submission, the start of nbgrader itself included, and ``ratio``, ordinary over warm.
"""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "bench"\n'
WARM = 'import os\nos.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = "dlcourse-warm"\n'  # the configuration alone
ANSWER = """import torch
def step(w):
    ### BEGIN SOLUTION
    w = torch.tensor(w, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.5)
    (w * w).sum().backward()
    optimizer.step()
    return w.detach()
    ### END SOLUTION
"""
TESTS = ("assert step([1.0]) is not None", "assert abs(float(step([2.0]))) < 1e-6", "assert step([1.0, 3.0]).abs().max() < 1e-6")


def cell(name, source, points):
    """A cell of an assignment: an answer (points 0) or a test."""
    meta = {"grade": points > 0, "solution": points == 0, "locked": points > 0, "grade_id": name, "schema_version": 3, "task": False}
    meta |= {"points": points} if points else {}
    return new_code_cell(source, id=name, metadata={"nbgrader": meta})


def write_course(folder, submissions):
    """An nbgrader course with one assignment that every student solved."""
    tests = [cell(f"test-{i}", text, 1) for i, text in enumerate(TESTS)]
    nb = new_notebook(cells=[cell("answer", ANSWER, 0), *tests])
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for place in [folder / "source/ps"] + [folder / f"submitted/s{i:03}/ps" for i in range(submissions)]:
        place.mkdir(parents=True)
        nbformat.write(nb, place / "one.ipynb")
    (folder / "nbgrader_config.py").write_text(CONFIG)
    nbgrader(folder, "generate_assignment", "ps")


def nbgrader(folder, *words):
    """Run nbgrader in a course.  -> seconds"""
    env = {k: v for k, v in os.environ.items() if k != "JUPYTER_DEFAULT_PROVISIONER_NAME"}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "nbgrader", *words], cwd=folder, env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"nbgrader {' '.join(words)} ended with {done.returncode}: {done.stderr[-800:]}")
    return time.perf_counter() - begin


def scores(folder):
    """dict (student, test) -> points"""
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "bench") as gb:
        return {(s.student.id, g.name): g.auto_score for s in gb.assignment_submissions("ps") for n in s.notebooks for g in n.grades}


def main(submissions=16):
    """Measure twice in turn and print."""
    folder = Path(tempfile.mkdtemp())
    try:
        write_course(folder, submissions)
        seconds, found = {"ordinary": [], "warm": []}, []
        for _ in range(2):
            for kind in seconds:
                (folder / "nbgrader_config.py").write_text(CONFIG + WARM * (kind == "warm"))
                seconds[kind].append(nbgrader(folder, "autograde", "ps", "--force") / submissions)
                found.append(scores(folder))
                print(f"{kind:9} {seconds[kind][-1]:.2f} s a submission", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if any(f != found[0] for f in found) or set(found[0].values()) != {1.0}:
        raise RuntimeError("the kinds differ in their scores")
    middle = {kind: statistics.median(values) for kind, values in seconds.items()}
    print(json.dumps({"submissions": submissions, **{k: round(v, 3) for k, v in middle.items()}, "ratio": round(middle["ordinary"] / middle["warm"], 2)}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
