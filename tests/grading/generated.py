"""Made-up nbgrader exercises and what students did to them, from a seed: the class on which engines are compared cell by cell."""
import copy
import random

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

STUB = "### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
RETURNS = ["1", "0", "0.5", "1.0", "-1", "float('nan')", "True", "False", "None", "'text'", "[1]", "np.float64(0.5)", "np.int64(1)", "np.float32(0.25)",
           "'0.5'", "1e-3", "-0.0", "np.array(0.5)", "{}", "float('-inf')", "'1'", "0.5 + 0j", "object"]
TESTS = {  # {f} is the student's function
    "assert": "assert {f}() == 1", "raise": "raise ValueError('always')", "value": "{f}()", "half": "0.5", "zero": "{f}()\n0", "print": "print({f}())",
    "print-value": "print('a line')\n{f}()", "stderr": "import sys\nprint('careful', file=sys.stderr)",
    "warn": "import warnings\nwarnings.warn('old call ' + str({f}))",
    "stderr-value": "import sys\nprint('x', file=sys.stderr)\n{f}()", "empty": "", "comment": "# nothing",
    "display": "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'))",
    "semicolon": "{f}();", "syntax": "assert {f}( ==",
    "hidden": "assert {f}() is not None\n### BEGIN HIDDEN TESTS\nassert {f}() == 1\n### END HIDDEN TESTS",
    "hidden-value": "### BEGIN HIDDEN TESTS\nscore = {f}()\n### END HIDDEN TESTS\nscore", "exit": "import sys\nsys.exit()",
    "value-error": "{f}()\nassert False",
    "name": "not_defined_anywhere", "traceback": "try:\n    {f}(3)\nexcept TypeError as error:\n    print(error)\n0.25",
}
VALUES = {"value", "half", "print-value", "stderr-value", "hidden-value", "traceback", "value-error"}  # may print 1: more than fewer points allow
OWN = ["print('mine')", "1 / 0", "import sys\nprint(1, file=sys.stderr)", "0.5", "", "get_ipython().ast_node_interactivity = 'all'"]
TAGS = ["skip-execution", "raises-exception", "hide", "nbgrader"]


def meta(name, points=None, solution=False, task=False, locked=None):
    """nbgrader's metadata of one cell."""
    grade = points is not None and not task
    made = {"grade_id": name, "grade": grade, "solution": solution, "task": task, "locked": not solution if locked is None else locked, "schema_version": 3}
    return {"nbgrader": made | ({} if points is None else {"points": points})}


def exercise(rng, name):
    """The instructor's cells of one exercise: a function, tests in random number and kind, sometimes written questions, tasks, locked and plain cells."""
    f = name.replace("-", "_")
    cells = [new_code_cell(f"import numpy as np\ndef {f}():\n    {STUB}", metadata=meta(f"{name}-answer", solution=True))]
    for i in range(rng.randint(1, 4)):
        kind = rng.choice(list(TESTS))
        points = rng.choice([1, 1, 2, 3, 1.5] + [0.5, 0] * (kind not in VALUES))
        cells.append(new_code_cell(TESTS[kind].replace("{f}", f), metadata=meta(f"{name}-{i}-{kind}", points)))
    extra = {
        "manual-code": new_code_cell("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", metadata=meta(f"{name}-code", 2, solution=True)),
        "manual-text": new_markdown_cell("### BEGIN SOLUTION\nBecause.\n### END SOLUTION", metadata=meta(f"{name}-text", 3, solution=True)),
        "task": new_markdown_cell("Make a table.", metadata=meta(f"{name}-task", 2, task=True)),
        "locked": new_code_cell("fixed = 1", metadata=meta(f"{name}-locked")),
        "plain": new_markdown_cell("Some words."), "plain-code": new_code_cell("y = 2\ny"),
    }
    for kind in rng.sample(list(extra), rng.randint(0, 3)):
        cells.insert(rng.randint(0, len(cells)), extra[kind])
    return cells


def notebook(rng, name, exercises):
    """One instructor's notebook of several exercises."""
    nb = new_notebook(cells=[c for i in range(exercises) for c in exercise(rng, f"{name}-{i}")])
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nb


def handed_in(rng, released):
    """A released notebook after a student: answers right, wrong, odd or none; tests edited, gone, tagged, re-typed; cells of their own."""
    nb, out = copy.deepcopy(released), []
    for cell in nb.cells:
        out += changed(rng, cell)
        if rng.random() < 0.08:
            out.append(new_code_cell(rng.choice(OWN)))
    nb.cells = out
    return nb


def changed(rng, cell):
    """What became of one cell.  -> list of cells"""
    info = cell.metadata.get("nbgrader", {})
    if info.get("solution") and info.get("grade"):
        cell.source = rng.choice([cell.source, "My own words.", "", "x = 2\nx"])
    elif info.get("solution"):
        head = cell.source.split("\n    ")[0]
        cell.source = rng.choice([cell.source, "", "1 +", f"{head}\n    raise KeyError('mine')"] + [f"{head}\n    return 1"] * 4
                                 + [f"{head}\n    return {value}" for value in rng.sample(RETURNS, 8)])
    elif info.get("grade") and rng.random() < 0.4:
        return tampered(rng, cell)
    elif info.get("task") and rng.random() < 0.5:
        cell.source += "\n\nDone."
    return [] if info and not info.get("grade") and rng.random() < 0.03 else [cell]


def tampered(rng, cell):
    """A test cell that its student did something to."""
    info, kind = cell.metadata["nbgrader"], rng.choice(["edit", "gone", "tag", "checksum", "points", "unlock", "type", "output", "empty-meta", "tag", "tag"])
    if kind == "gone":
        return []
    if kind == "edit":
        cell.source = rng.choice(["", "pass", "100", "print('passed')"])
    elif kind == "tag":
        cell.metadata["tags"] = rng.sample(TAGS, rng.randint(1, 2))
    elif kind == "checksum":
        info["checksum"] = "0" * 32
    elif kind == "points":
        info["points"] = 100
    elif kind == "unlock":
        info["locked"] = False
    elif kind == "type":
        return [new_markdown_cell(cell.source, metadata=cell.metadata)]
    elif kind == "output":
        cell.outputs, cell.execution_count = [new_output("execute_result", data={"text/plain": "1"}, execution_count=3)], 3
    else:
        cell.metadata = {}
    return [cell]


def seeded(*words):
    """A generator of its own for each place."""
    return random.Random(repr(words))
