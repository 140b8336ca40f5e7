"""``dlcourse check``: run a student's notebook from top to bottom and say what passes and what is missing.

Where the exercise as released lies nearby (``notebooks/``), its own tests are used, as the grader will: a test that was edited or deleted is
restored and named.
"""
import difflib
import os
import re
import signal
import socket
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from dlcourse.grading import engine, one
from dlcourse.grading.normalise import Unreadable, normalise, read_bytes
from dlcourse.grading.process import spaces, student

MARKS = {"hidden": "?", "passed": "✓", "failed": "✗", "empty": "·", "by hand": "✎"}
PLACEHOLDER = "Write your answer here, in place of this line."
ANSI = re.compile(r"\x1b\[[0-9;]*m")
FRAME = re.compile(r"Cell In\s*\[(\d+)\],? line (\d+)")


def notebooks(path):
    """The notebooks that a student means by ``path``: a file, or all of a folder.  Raises ValueError that says what is wrong."""
    path = Path(path)
    if path.is_dir():
        found = sorted(p for p in path.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)
        if not found:
            raise ValueError(f"{path} holds no notebooks; 'dlcourse lab' copies the exercises to work/")
        return found
    if not path.exists():
        names = {str(p): p for p in [*Path("work").rglob("*.ipynb"), *Path("notebooks").rglob("*.ipynb")]}
        near = difflib.get_close_matches(str(path), names, 3, 0.6) or [n for n in names if path.stem and path.stem in Path(n).stem][:3]
        advice = f"; did you mean {' or '.join(near)}?" if near else "; 'dlcourse lab' copies the exercises to work/"
        raise ValueError(f"{path} does not exist{advice}")
    if path.suffix != ".ipynb":
        raise ValueError(f"{path} is not a notebook; expected a file that ends in .ipynb")
    return [path]


def released(path, nb):
    """The exercise as released that ``nb`` was made from, looked for in notebooks/ of the folders above it.  -> notebook, or None"""
    mine = {c.metadata.nbgrader.get("grade_id") for c in graded_cells(nb)}
    for parent in Path(path).resolve().parents:
        found = sorted((parent / "notebooks").glob("*/*.ipynb"), key=lambda p: (p.name != Path(path).name, p))
        for candidate in found:
            theirs = nbformat.v4.reads(candidate.read_text(encoding="utf8"))
            known = {c.metadata.nbgrader.grade_id for c in graded_cells(theirs)}
            if len(mine & known) > len(known) / 2 and (len(mine & known) > 1 or candidate.name == Path(path).name):
                return theirs
    return None


def graded_cells(nb):
    """Cells that are an answer, a test or a written question of an exercise."""
    metas = [(c, c.metadata.get("nbgrader")) for c in nb.cells]
    return [c for c, m in metas if isinstance(m, dict) and (m.get("grade") or m.get("solution"))]


def prepare(path):
    """-> (notebook to run, list of remarks).  Raises ValueError for what is no exercise."""
    try:
        data = read_bytes(path)
        nb = nbformat.reads(data.decode("utf8"), 4)
    except Unreadable as error:
        raise ValueError(f"{path} {error}") from None
    except Exception as error:
        raise ValueError(f"{path} is not a notebook that can be read ({type(error).__name__}); save it again in JupyterLab") from None
    if not graded_cells(nb):
        raise ValueError(f"{path} has no graded cells; expected one of the course's exercises")
    original = released(path, nb)
    if original is None:
        return nb, ["the exercise as released is not in a folder notebooks/ nearby: edited or deleted tests cannot be noticed"]
    sent = normalise(data, original)
    return sent.nb, sent.notes


def run(nb, folder, seconds):
    """Execute all cells in a fresh kernel, going on after errors; a cell that runs too long ends with an error of its own."""
    client = NotebookClient(nb, timeout=seconds, allow_errors=True, interrupt_on_timeout=True,
                            extra_arguments=["--log-level=40"], resources={"metadata": {"path": str(folder)}})
    try:
        client.execute()
    except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
        print(f"the kernel stopped before the end: {str(error).splitlines()[0]}", file=sys.stderr)
    return nb


class Fork:
    """What `engine.Run` needs of a pre-loaded parent, where this process is one itself: for a student's own notebook, not shut in."""

    def __init__(self, folder):
        self.folder, self.pid = folder, None

    def fork(self, ends, limits):
        self.pid = os.fork()
        if self.pid:
            return
        try:
            fds = [e.fileno() for e in ends]
            spaces.close_others(fds)
            os.setsid()
            spaces.die_with_parent()
            os.chdir(self.folder)
            null = os.open(os.devnull, os.O_RDWR)
            for fd in (0, 1, 2):
                os.dup2(null, fd)
            student.main(*[socket.socket(fileno=fd) for fd in fds])
        finally:
            os._exit(0)

    def interrupt(self):
        os.kill(self.pid, signal.SIGINT)

    def stop(self, ended=False):
        for kill in (os.killpg, os.kill):
            try:
                kill(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return {"memory": os.wait4(self.pid, 0)[2].ru_maxrss * 1024, "why": "", "status": 0, "killed": False, "ran": 0.0, "waited": 0.0}


def run_forked(nb, folder, seconds):
    """Execute all cells in a fork of this process, tests included: the student's own notebook, unchanged."""
    plain = nbformat.from_dict({**nb, "metadata": {k: v for k, v in nb.metadata.items() if k != "dlcourse"}})
    policy = one.Policy(cell_seconds=seconds, notebook_seconds=1_000_000, sandboxed=False)
    return engine.Run(nb, plain, policy, Fork(folder), None).go(one.Result("", "", ""))


def explain(error, nb, seconds):
    """One sentence about an error output: what, and in which line of the student's own cells."""
    text = " ".join(ANSI.sub("", error.evalue).split())[:300]
    if error.ename in ("KeyboardInterrupt", "ProcessEnded") and ("endless" in text or not text or "interrupted" in text):
        return f"still running after {seconds} s and stopped; is there an endless loop? (--timeout changes the limit)"
    if error.ename == "AssertionError":
        return text or "a test failed"
    place = "" if error.ename == "NameError" else where(error, nb)
    if error.ename == "SyntaxError":
        text = re.sub(r"\s*\([^()]*\.py, line \d+\)", "", text)
    return f"{error.ename}: {text}{place}"


def where(error, nb):
    """The last line of the student's own cells that the traceback passes -> text, or ''"""
    ran = {c.execution_count: c for c in nb.cells if c.cell_type == "code" and c.get("execution_count")}
    text = ANSI.sub("", "\n".join(error.traceback))
    frames = [(ran.get(int(count)), int(line)) for count, line in FRAME.findall(text)]
    frames = [(c, n) for c, n in frames if c is not None and not c.metadata.get("nbgrader", {}).get("locked") and n <= len(c.source.splitlines())]
    return f" (line {frames[-1][1]} of your cell: {frames[-1][0].source.splitlines()[frames[-1][1] - 1].strip()[:80]})" if frames else ""


def outcome(cell, nb, seconds):
    """-> (state, points, message) of one graded cell"""
    points = cell.metadata.nbgrader["points"]
    if cell.cell_type == "markdown":
        lines = [line for line in cell.source.splitlines() if line.strip() and "Your answer" not in line]
        if any(PLACEHOLDER in line for line in lines):
            return "empty", points, "not answered yet" if len(lines) == 1 else "take out the line 'Write your answer here ...'"
        return ("by hand", points, "a person marks this") if lines else ("empty", points, "not answered yet")
    if not any(line.strip() and not line.strip().startswith("#") for line in cell.source.splitlines()):
        return "hidden", points, "hidden tests only; the grader runs them"
    error = next((o for o in cell.outputs if o.output_type == "error"), None)
    if error is None and cell.execution_count is not None:
        return "passed", points, ""
    if error is None:
        return "failed", points, "did not run: an earlier cell stopped the kernel"
    if error.ename == "NotImplementedError":
        return "empty", points, "not answered yet"
    return "failed", points, explain(error, nb, seconds)


def verdict(path, seconds=30, say=print, run=run):
    """Print one line a test and a total.  -> 0 if all visible tests pass and every question is answered, else 1

    run: `run` starts a kernel of its own, `run_forked` uses what this process has loaded
    """
    nb, remarks = prepare(path)
    say(f"{path}: running it from top to bottom ...")
    run(nb, Path(path).resolve().parent, seconds)
    for remark in remarks:
        say(f"! {remark}")
    clean, won, most, written, heading = not remarks, 0, 0, 0, None
    for cell in nb.cells:
        title = re.search(r"^## (.+)$", cell.source, re.M) if cell.cell_type == "markdown" else None
        heading = title.group(1) if title else heading
        meta = cell.metadata.get("nbgrader", {})
        error = next((o for o in cell.get("outputs", []) if o.output_type == "error"), None)
        if meta.get("grade"):
            state, points, message = outcome(cell, nb, seconds)
            if heading:
                say(heading)
                heading = None
            won, most = won + points * (state == "passed"), most + points * (cell.cell_type == "code" and state != "hidden")
            written += points * (cell.cell_type == "markdown")
            clean &= state in ("passed", "by hand", "hidden")
            say(f"  {MARKS[state]} {meta['grade_id'].partition('-')[2]} ({points:g} point{'s' * (points != 1)}){': ' + message if message else ''}")
        elif error is not None:
            clean = False
            say(f"  ✗ a cell of yours stops: {explain(error, nb, seconds)}")
    say(f"visible tests: {won:g} of {most:g} points; {written:g} more for written answers, marked by a person")
    say("the visible tests are examples: the grader also runs hidden tests on other inputs")
    return 0 if clean else 1
