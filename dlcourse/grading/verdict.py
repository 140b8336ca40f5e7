"""``dlcourse check``: run a student's notebook from top to bottom and say what passes and what is missing."""
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

MARKS = {"passed": "✓", "failed": "✗", "empty": "·", "by hand": "✎"}
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def read(path):
    """The notebook at ``path``.  Raises ValueError that says what is wrong with the file."""
    path = Path(path)
    if not path.exists():
        near = ", ".join(sorted(str(p) for p in Path(".").glob(f"*/*/{path.name}"))[:3])
        raise ValueError(f"{path} does not exist{'; did you mean ' + near + '?' if near else ''}")
    try:
        return nbformat.read(path, 4)
    except Exception as error:
        raise ValueError(f"{path} is not a notebook that can be read ({type(error).__name__}); save it again in JupyterLab") from None


def run(nb, folder, seconds):
    """Execute all cells in a fresh kernel, going on after errors; a cell that runs too long ends with an error of its own."""
    timeout = {"ename": "Timeout", "evalue": f"still running after {seconds} s; is there an endless loop?", "traceback": []}
    client = NotebookClient(nb, timeout=seconds, allow_errors=True, interrupt_on_timeout=True, error_on_timeout=timeout,
                            extra_arguments=["--log-level=40"], resources={"metadata": {"path": str(folder)}})
    try:
        client.execute()
    except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
        print(f"the kernel stopped before the end: {str(error).splitlines()[0]}", file=sys.stderr)
    return nb


def outcome(cell, nb):
    """-> (state, points, message) of one graded cell"""
    meta = cell.metadata.nbgrader
    if cell.cell_type == "markdown":
        empty = "Write your answer here, in place of this line." in cell.source
        return ("empty" if empty else "by hand"), meta["points"], "not answered yet" if empty else "a person marks this"
    error = next((o for o in cell.outputs if o.output_type == "error"), None)
    if error is None and cell.execution_count is not None:
        return "passed", meta["points"], ""
    if error is None:
        return "failed", meta["points"], "did not run: an earlier cell stopped the kernel"
    text = ANSI.sub("", f"{error.evalue}".strip() or error.ename).splitlines()
    if error.ename == "NotImplementedError":
        return "empty", meta["points"], "not answered yet"
    message = " ".join(text)[:300]
    return "failed", meta["points"], message if error.ename == "AssertionError" else f"{error.ename}: {message}"


def verdict(path, seconds=30, say=print):
    """Print one line a question and a total.  -> 0 if all visible tests pass and every question is answered, else 1"""
    nb = run(read(path), Path(path).resolve().parent, seconds)
    graded = [c for c in nb.cells if isinstance(c.metadata.get("nbgrader"), dict) and c.metadata.nbgrader.get("grade")]
    if not graded:
        raise ValueError(f"{path} has no graded cells; expected one of the course's exercises")
    early = [c for c in nb.cells if c.cell_type == "code" and c not in graded and any(o.output_type == "error" for o in c.outputs)]
    for cell in early:
        error = next(o for o in cell.outputs if o.output_type == "error")
        say(f"✗ a cell of yours stops with {error.ename}: {ANSI.sub('', error.evalue)[:200]}\n    {(cell.source.strip().splitlines() or [''])[0][:80]}")
    won = most = 0
    clean = not early
    for cell in graded:
        state, points, message = outcome(cell, nb)
        name = cell.metadata.nbgrader["grade_id"].partition("-")[2]
        if cell.cell_type == "code":
            most += points
            won += points if state == "passed" else 0
        clean &= state in ("passed", "by hand")
        say(f"{MARKS[state]} {name} ({points:g} points){': ' + message if message else ''}")
    missing = missing_cells(path, nb)
    if missing:
        say(f"missing cells: {', '.join(missing)}; copy your answers into a fresh copy of the exercise")
    say(f"{path}: visible tests give {won:g} of {most:g} points; the grader also runs hidden tests on other inputs")
    return 0 if clean and not missing else 1


def missing_cells(path, nb):
    """Graded cells of the released notebook of the same name, where it lies nearby, that this one lacks."""
    path = Path(path).resolve()
    mine = {c.metadata.nbgrader.get("grade_id") for c in nb.cells if isinstance(c.metadata.get("nbgrader"), dict)}
    for parent in path.parents:
        released = parent / "notebooks" / path.parent.name / path.name
        if released.exists() and released != path:
            metas = [c.metadata.nbgrader for c in nbformat.read(released, 4).cells]
            return [m.grade_id for m in metas if (m.grade or m.solution) and m.grade_id not in mine]
    return []
