"""The grading engine against nbgrader, in one run: submissions a second, cost from 10 to 1,000, memory, grading again, a student's verdict.

    python benchmarks/grading.py [--quick]

The class: everybody hands in the same small notebook, which imports torch and takes one optimizer step, each with a line of their own.  Stock
`nbgrader autograde` grades the first students of that class (it works one by one, so its cost is a straight line too), ours grades many, all safety
on; both as whole commands, start included, on one core; pairs in turn, medians.  The last line is a JSON object of the figures.
"""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT / "tests")  # in place of this folder, whose grading.py is not the package of that name
from grading.course import write_course  # noqa: E402

TOOLS = Path(sys.executable).parent
CORES = sorted(os.sched_getaffinity(0))
EXERCISE = '''# %% [markdown]
# # One step

# %%
import torch

from dlcourse import check

# %% answer="step"
def step(w, x, y, lr):
    """One step of gradient descent on the mean squared error of x @ w.  w: (D,), x: (N, D), y: (N,) -> (D,)"""
    ### BEGIN SOLUTION
    w = w.detach().clone().requires_grad_()
    optimizer = torch.optim.SGD([w], lr=lr)
    ((x @ w - y) ** 2).mean().backward()
    optimizer.step()
    return w.detach()
    ### END SOLUTION

# %% tests="step" points=2
_w = step(torch.zeros(2), torch.eye(2), torch.ones(2), 0.5)
check.close(_w, [0.5, 0.5], rtol=1e-5)

# %% answer="loss"
def loss(w, x, y):
    """The mean squared error of x @ w.  -> float"""
    ### BEGIN SOLUTION
    return float(((x @ w - y) ** 2).mean())
    ### END SOLUTION

# %% tests="loss" points=1
assert loss(torch.zeros(2), torch.eye(2), torch.ones(2)) == 1.0

# %% answer="fit"
def fit(w, x, y, lr, steps):
    """w after some steps."""
    ### BEGIN SOLUTION
    for _ in range(steps):
        w = step(w, x, y, lr)
    return w
    ### END SOLUTION

# %% tests="fit" points=1
### BEGIN HIDDEN TESTS
_rng = check.class_rng("small/fit")
_x = torch.tensor(_rng.normal(size=(8, 2)), dtype=torch.float32)
_y = _x @ torch.tensor([1.0, -2.0])
assert loss(fit(torch.zeros(2), _x, _y, 0.1, 1), _x, _y) < loss(torch.zeros(2), _x, _y)
### END HIDDEN TESTS
'''
STOCK = """c = get_config()
c.CourseDirectory.course_id = "stock"
c.CourseDirectory.db_url = "sqlite:///{root}/gradebook.db"
"""
CHATTY = "for _ in range(300):\n    print('x' * 30_000)"


def hand_in(course, folder, n, extra=""):
    """n students' submissions below folder/submitted."""
    nb = nbformat.read(course / "_build/source/mini/small.ipynb", 4)
    answer = next(c for c in nb.cells if c.metadata.nbgrader.solution)  # what stands in a locked cell would be put back
    source = answer.source
    for i in range(n):
        answer.source = f"{source}\n# student {i}\n{extra}"
        target = folder / f"submitted/student{i:04}/mini/small.ipynb"
        target.parent.mkdir(parents=True)
        target.write_text(nbformat.writes(nb))


def command(args, cores, cwd=None):
    """Seconds that a command takes on these cores, and the most memory of its first process (bytes)."""
    start = time.perf_counter()
    child = subprocess.Popen([str(a) for a in args], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             preexec_fn=lambda: os.sched_setaffinity(0, cores))
    out = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{args}: {out[-2000:]}")
    return time.perf_counter() - start, usage.ru_maxrss * 1024, out


def ours(course, folder, workers=1, more=()):
    cores = CORES[:workers]
    return command([TOOLS / "dlcourse", "grade", "--root", course, "--class", folder, "--workers", workers, "--no-feedback", *more], cores)


def fresh(course, base, n, extra=""):
    folder = Path(tempfile.mkdtemp(dir=base))
    hand_in(course, folder, n, extra)
    return folder


def stock_course(course, base, n):
    root = base / "stock"
    (root / "source/mini").mkdir(parents=True)
    shutil.copy(course / "_build/source/mini/small.ipynb", root / "source/mini")
    (root / "nbgrader_config.py").write_text(STOCK.format(root=root))
    hand_in(course, root, n)
    command([TOOLS / "nbgrader", "generate_assignment", "mini", "--log-level=ERROR"], CORES, root)
    return root


def stock(root):
    shutil.rmtree(root / "autograded", ignore_errors=True)
    seconds, _, _ = command([TOOLS / "nbgrader", "autograde", "mini", "--force", "--log-level=ERROR"], CORES[:1], root)
    return seconds


def say(text):
    print(text, flush=True)


def speed(course, base, n, few, rounds):
    """Submissions a second on one core: stock and ours, in turn."""
    root, rates = stock_course(course, base, few), {"stock": [], "ours": []}
    for i in range(rounds):
        rates["stock"].append(few / stock(root))
        folder = fresh(course, base, n)
        rates["ours"].append(n / ours(course, folder)[0])
        shutil.rmtree(folder)
        say(f"round {i + 1}: " + ", ".join(f"{k} {v[-1]:.2f}/s" for k, v in rates.items()))
    return {k: statistics.median(v) for k, v in rates.items()}


def line(course, base, sizes, rounds):
    """Seconds for classes of several sizes; for the largest those of two workers on two cores, in turn, and the same again unchanged; memory."""
    found, memory = {n: ours(course, fresh(course, base, n))[0] for n in sizes[:-1]}, 0
    one, two, last = [], [], None
    for i in range(rounds):
        last = fresh(course, base, sizes[-1])
        seconds, memory, _ = ours(course, last)
        one.append(seconds)
        if len(CORES) > 1:
            two.append(ours(course, fresh(course, base, sizes[-1]), 2)[0])
        say(f"{sizes[-1]} submissions, round {i + 1}: " + ", ".join(f"{s[-1]:.1f} s" for s in (one, two) if s))
    again = ours(course, last)[0]
    return found | {sizes[-1]: statistics.median(one)}, memory, again, gradebook_write(course, last), statistics.median(two) if two else None


def gradebook_write(course, folder):
    """Milliseconds a submission for writing all scores into an empty gradebook."""
    code = f"""
import time, shutil, nbformat
from pathlib import Path
from dlcourse.grading import grade, gradebook, scores
folder = Path({str(folder)!r})
specs = {{n: nbformat.writes(nb) for n, nb in gradebook.prepare(Path({str(course)!r}), folder, lambda text: None).items()}}
results = grade.kept_results(folder, specs, [])
shutil.copy(gradebook.spec_database(folder), folder / "gradebook.db")
start = time.perf_counter()
scores.write_gradebook(folder, results)
print(1e3 * (time.perf_counter() - start) / len(results))
"""
    return float(command([sys.executable, "-c", code], CORES)[2].split()[-1])


def verdict(course):
    """Seconds of a student's check: the first (which loads the helper), later ones, and Python's imports alone."""
    work = course / "work/mini/small.ipynb"
    work.parent.mkdir(parents=True, exist_ok=True)
    nb = nbformat.read(course / "notebooks/mini/small.ipynb", 4)
    full = {c.id: c.source for c in nbformat.read(course / "_build/source/mini/small.ipynb", 4).cells}
    for cell in nb.cells:
        cell.source = full[cell.id] if cell.id.startswith("answer-") else cell.source
    nbformat.write(nb, work)
    with tempfile.TemporaryDirectory() as private:
        args = ["env", f"TMPDIR={private}", TOOLS / "dlcourse", "check", work]
        cold = command(args, CORES, course)[0]
        warm = statistics.median(command(args, CORES, course)[0] for _ in range(9))
        from dlcourse.grading.plan import PRELOAD

        imports = f"import nbformat, nbclient, IPython.core.interactiveshell\nfrom dlcourse.grading.process.zygote import preload\npreload({PRELOAD!r})"
        alone = command([sys.executable, "-c", imports], CORES)[0]
        for pid in re.findall(r"\d+", subprocess.run(["pgrep", "-f", private], capture_output=True, text=True).stdout):
            os.kill(int(pid), 15)
    return cold, warm, alone


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="fewer rounds; under ten minutes")
    parser.add_argument("--keep", action="store_true", help="write benchmarks/grading.json, which the book shows")
    quick, keep = parser.parse_args().quick, parser.parse_args().keep
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        course = write_course(base / "course", EXERCISE)
        rates = speed(course, base, 300, 8 if quick else 20, 3 if quick else 5)
        sizes, memory, again, write, two = line(course, base, [10, 100, 1000], 3 if quick else 5)
        chatty = ours(course, fresh(course, base, 60 if quick else 200, CHATTY))[1]
        cold, warm, imports = verdict(course)
    slope = (sizes[1000] - sizes[100]) / 900
    figures = {
        "ratio": rates["ours"] / rates["stock"], "stock_per_s": rates["stock"], "ours_per_s": rates["ours"],
        "two_workers_per_s": 1000 / two if two else None,
        "two_over_one": sizes[1000] / two if two else None, "seconds_of": sizes,
        "ms_each_10_to_100": 1e3 * (sizes[100] - sizes[10]) / 90, "ms_each_100_to_1000": 1e3 * slope, "ratio_without_start": 1 / rates["stock"] / slope,
        "controller_mb": memory / 1e6, "controller_mb_chatty": chatty / 1e6, "unchanged_1000_s": again, "gradebook_ms_each": write,
        "check_cold_s": cold, "check_imports_s": imports, "check_cold_beyond_imports_s": cold - imports, "check_warm_s": warm,
    }
    figures = json.loads(json.dumps(figures), parse_float=lambda x: float(f"{float(x):.3g}"))
    for name, value in figures.items():
        say(f"{name:28} {value}")
    if keep:
        Path(__file__).with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
