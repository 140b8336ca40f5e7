"""Read an exercise's text (``solutions/<chapter>/<stem>.py``) and expand its short cell headers to nbgrader's metadata.

    # %% answer="relu" forbid="torch"     a cell that the student completes, between BEGIN and END SOLUTION
    # %% tests="relu" points=2            its tests; text between BEGIN and END HIDDEN TESTS is not released
         hint="..."                         what a student reads when a hidden test fails
         partial=True                       the cell ends with an expression: the points that it gives
         changes=True                       the test needs what functions change in their arguments; see process/tester.py
         runs="inside"                      in the student's own process, where a test cannot run outside; such points are less safe
    # %% [markdown] written="why" points=2     a question that a person marks

Every cell gets an id made from these names, so that the same text always gives the same bytes.
"""
import ast
import re
from pathlib import Path

import jupytext
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
HIDDEN_BEGIN, HIDDEN_END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
LOOKS_INSIDE = ("inspect.getsource", "inspect.signature", "inspect.getfullargspec", "globals", "locals", "vars", "get_ipython", "dis.dis")
KERNEL = {"display_name": "Python 3 (dlcourse)", "language": "python", "name": "python3"}


def exercises(root="."):
    """All exercise sources below ``root``, in a fixed order -> list of Path."""
    return sorted(Path(root, "solutions").glob("*/*.py"))


def read_cells(path):
    """The py:percent cells of ``path`` -> list of (cell_type, header dict, source).  Raises ValueError for a file without cells."""
    nb = jupytext.read(str(path), fmt="py:percent")
    if not nb.cells:
        raise ValueError(f"{path}: no cells; an exercise is a py:percent file whose cells start with '# %%'")
    keep = ("answer", "forbid", "tests", "of", "points", "hint", "partial", "runs", "changes", "written", "wrong", "right", "loses")
    return [(c.cell_type, {k: v for k, v in c.metadata.items() if k in keep}, c.source.strip("\n")) for c in nb.cells]


def expand(path):
    """The instructor's notebook of one exercise, answers and hidden tests included.  path -> NotebookNode

    Raises ValueError, naming file and cell, for a header or a marker that would release an answer or lose points silently.
    """
    path = Path(path)
    cells, answers, tests = [], {}, {}
    for i, (kind, head, text) in enumerate(read_cells(path)):
        where = f"{path}: cell {i + 1}"
        if "answer" in head:
            _once(where, answers, head["answer"], None)
            cells.append(_answer(where, head, text))
            answers[head["answer"]] = (head.get("forbid", ""), functions(text))
        elif "tests" in head:
            of = head.get("of", head["tests"])
            if of not in answers:
                raise ValueError(f"{where}: tests={head['tests']!r} belong to answer {of!r}, which no earlier cell defines; write of=\"<answer>\"")
            _once(where, tests, head["tests"], of)
            cells.append(_tests(where, head, text, *answers[of]))
        elif "written" in head:
            cells.append(_written(where, kind, head, text))
        else:
            cells.append(_plain(where, kind, text, f"text-{i + 1}"))
    idle = sorted(set(answers) - set(tests.values()))
    if idle:
        raise ValueError(f"{path}: no tests for answer {', '.join(idle)}")
    nb = new_notebook(cells=cells, metadata={"kernelspec": dict(KERNEL), "language_info": {"name": "python"}, "dlcourse": {"tests": "outside"}})
    nb.nbformat_minor = 5
    return nb


def functions(text):
    """Names of the functions and classes that a cell defines at its top level -> list of str."""
    return [n.name for n in ast.parse(text).body if isinstance(n, (ast.FunctionDef, ast.ClassDef))]


def prints_a_value(text):
    """Does the cell end with an expression that the notebook may show?  Checks that return None do not count."""
    last = ast.parse(text).body[-1]
    return isinstance(last, ast.Expr) and not re.fullmatch(r"check\.(close|shape|dtype|raises|forbid)\(.*\)", ast.unparse(last), re.S)


def total_points(path):
    """Points of one exercise: (by tests, by hand)."""
    heads = [h for _, h, _ in read_cells(path)]
    return sum(h["points"] for h in heads if "tests" in h), sum(h["points"] for h in heads if "written" in h)


def _once(where, seen, name, value):
    if not re.fullmatch(r"[a-z][a-z0-9_]*", str(name)):
        raise ValueError(f"{where}: name {name!r}; expected lower-case letters, digits and underscores")
    if name in seen:
        raise ValueError(f"{where}: the name {name!r} stands twice; each cell needs its own")
    seen[name] = value


def _points(where, head):
    points = head.get("points")
    if not isinstance(points, (int, float)) or points <= 0:
        raise ValueError(f"{where}: points={points!r}; expected a positive number")
    return points


def _meta(name, *, grade, solution, locked, points=None, kind="code"):
    meta = {"grade_id": name, "grade": grade, "solution": solution, "locked": locked, "task": False, "schema_version": 3, "cell_type": kind}
    return {"nbgrader": meta | ({"points": points} if grade else {})}


def _answer(where, head, text):
    regions = _regions(where, text, BEGIN, END)
    if not regions:
        raise ValueError(f"{where}: answer {head['answer']!r} has no '{BEGIN}' line: the whole cell would be lost in the release")
    inside = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]
    for first, last in regions:
        if not any(f.lineno < first and last <= f.end_lineno + 1 for f in inside):
            raise ValueError(f"{where}: '{BEGIN}' of answer {head['answer']!r} must stand inside a function, so that its signature stays")
    name = f"answer-{head['answer']}"
    return new_code_cell(text, id=name, metadata=_meta(name, grade=False, solution=True, locked=False))


def _tests(where, head, text, forbid, names):
    _regions(where, text, HIDDEN_BEGIN, HIDDEN_END)
    if runs(where, head) == "outside" and (reason := cannot_run_outside(text)):
        raise ValueError(f"{where}: tests {head['tests']!r} cannot run outside the student's process: {reason}; change that, or write runs=\"inside\"")
    if prints_a_value(text) and not head.get("partial"):
        raise ValueError(f"{where}: tests {head['tests']!r} end with a bare expression, whose value nbgrader would read as points; end with an assert, "
                         "or write partial=True")
    if forbid:
        text = f"check.forbid([{', '.join(names)}], {forbid!r})  # not allowed in this exercise\n" + text
    name = f"test-{head['tests']}"
    meta = _meta(name, grade=True, solution=False, locked=True, points=_points(where, head))
    ours = {"of": f"answer-{head.get('of', head['tests'])}", "runs": runs(where, head), "hint": head.get("hint", "")}
    ours |= {word: bool(head.get(word)) for word in ("changes", "partial")}
    return new_code_cell(text, id=name, metadata=meta | {"dlcourse": {k: v for k, v in ours.items() if v}})


def runs(where, head):
    """Where a test cell runs: "outside" the student's process (unless it says otherwise) or "inside"."""
    place = head.get("runs", "outside")
    if place not in ("outside", "inside"):
        raise ValueError(f"{where}: runs={place!r}; expected \"outside\" or \"inside\"")
    return place


def cannot_run_outside(text):
    """Why a test cell would not work in a process of its own, as far as its text tells.  -> text, or None"""
    if re.search(r"^\s*[%!]", text, re.M):
        return "it uses a magic or a shell command"
    for node in ast.walk(ast.parse(text)):
        name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        if name in LOOKS_INSIDE:
            return f"{name} looks at a function's code or at the notebook's names"
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            return "it awaits"
    return None


def _written(where, kind, head, text):
    if kind != "markdown":
        raise ValueError(f"{where}: written={head['written']!r} needs a '[markdown]' cell")
    if not _regions(where, text, BEGIN, END):
        raise ValueError(f"{where}: written={head['written']!r} has no '{BEGIN}' line: the model answer would be released")
    name = f"written-{head['written']}"
    return new_markdown_cell(text, id=name, metadata=_meta(name, grade=True, solution=True, locked=False, points=_points(where, head), kind="markdown"))


def _plain(where, kind, text, name):
    if BEGIN in text or HIDDEN_BEGIN in text:
        raise ValueError(f"{where}: a marker in a cell without a header: what stands there would not be treated as an answer")
    make = new_markdown_cell if kind == "markdown" else new_code_cell
    return make(text, id=name, metadata={"nbgrader": _meta(name, grade=False, solution=False, locked=True, kind=kind)["nbgrader"]})


def _regions(where, text, begin, end):
    """Line numbers (first, last) of each begin/end pair."""
    found, start = [], None
    for n, line in enumerate(text.splitlines(), 1):
        if begin in line:
            if start:
                raise ValueError(f"{where}: '{begin}' at line {n} inside another that opened at line {start}")
            start = n
        elif end in line:
            if not start:
                raise ValueError(f"{where}: '{end}' at line {n} without '{begin}'")
            found.append((start, n))
            start = None
    if start:
        raise ValueError(f"{where}: '{begin}' at line {start} is never closed")
    return found
