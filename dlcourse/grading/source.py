"""Read an exercise's text (``solutions/<chapter>/<stem>.py``) and expand its short cell headers to nbgrader's metadata.

    # %% answer="relu" forbid="torch"     a cell that the student completes, between BEGIN and END SOLUTION
    # %% tests="relu" points=2            its tests; text between BEGIN and END HIDDEN TESTS is not released
         hint="..."                         what a student reads when a hidden test fails
         partial=True                       the cell ends with an expression: the points that it gives
         changes=True                       the test needs what functions change in their arguments; see process/tester.py
         runs="inside"                      in the student's own process, where a test cannot run outside; such points are less safe
    # %% [markdown] written="why" points=2     a question that a person marks

Every cell gets an id made from these names, so that the same text always gives the same bytes.  What is misspelt is refused with file, line and the
nearest word that is known: a header that nobody reads would release an answer or lose points in silence.
"""
import ast
import difflib
import math
import re
from pathlib import Path
from typing import NamedTuple

import jupytext
from jupytext.stringparser import StringParser
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
HIDDEN_BEGIN, HIDDEN_END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
PAIRS = {BEGIN: END, HIDDEN_BEGIN: HIDDEN_END}
MARKERS = (*PAIRS, *PAIRS.values())
KINDS = {"answer": ("forbid",), "tests": ("of", "points", "hint", "partial", "runs", "changes"), "written": ("points",),
         "wrong": ("answer", "loses"), "right": ("answer",)}  # what a cell is -> the other words of its header
KNOWN = tuple(dict.fromkeys(word for kind, others in KINDS.items() for word in (kind, *others)))
HEADER = re.compile(r"\s*#\s*%%(?:\s+(.*))?$")
NEARLY = re.compile(rf"\s*#+\s*(?:%%%+(?:\s|$)|%%+\s*(?:\[|\w+\s*=)|%\s*(?:{'|'.join(KNOWN)})\s*=|<codecell>|In\[[\d ]*\]:?\s*$)")
WORD = re.compile(r"""\[(?P<cell>[^\]]*)\]|(?P<name>[^\s=,\[\]"']+)(?P<equals>\s*=\s*(?P<value>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s"']+)?)?""")
LOOKS_INSIDE = ("inspect.getsource", "inspect.signature", "inspect.getfullargspec", "globals", "locals", "vars", "get_ipython", "dis.dis")
KERNEL = {"display_name": "Python 3 (dlcourse)", "language": "python", "name": "python3"}


def exercises(root="."):
    """All exercise sources below ``root``, in a fixed order -> list of Path."""
    return sorted(Path(root, "solutions").glob("*/*.py"))


class Cell(NamedTuple):
    """A cell of the file."""

    line: int  # of its header, from 1
    kind: str  # "code" or "markdown"
    head: dict  # the header's words
    text: str


def read_cells(path):
    """The py:percent cells of ``path`` -> list of (cell_type, header dict, source).

    Raises ValueError for a file without cells, and with file and line for a header that is malformed.
    """
    return [cell[1:] for cell in _cells(path)]


def expand(path):
    """The instructor's notebook of one exercise, answers and hidden tests included.  path -> NotebookNode

    Raises ValueError, naming file and line, for a header or a marker that would release an answer or lose points silently.
    """
    path = Path(path)
    cells, answers, tests, lines = [], {}, {}, {}
    found = _cells(path)
    _check_markers(path, found)
    for i, (line, kind, head, text) in enumerate(found):
        where = f"{path}: line {line}"
        if "wrong" in head or "right" in head:
            raise ValueError(f"{where}: {'wrong' if 'wrong' in head else 'right'}=... in an exercise would be released; such cells stand in "
                             f"tests/<chapter>/answers/{path.name}")
        if head and kind == "code":
            _parse(where, head, text)
        _once(where, line, head, lines)
        if "answer" in head:
            cells.append(_answer(where, head, text))
            answers[head["answer"]] = (head.get("forbid", ""), functions(text))
        elif "tests" in head:
            of = head.get("of", head["tests"])
            if of not in answers:
                raise ValueError(f"{where}: tests={head['tests']!r} belong to answer {of!r}, which no earlier cell defines{_near(of, answers)}; "
                                 "write of=\"<answer>\"")
            tests[head["tests"]] = of
            cells.append(_tests(where, head, text, *answers[of]))
        elif "written" in head:
            cells.append(_written(where, head, text))
        else:
            cells.append(_plain(kind, text, f"text-{i + 1}"))
    idle = sorted(set(answers) - set(tests.values()))
    if idle:
        raise ValueError(f"{path}: line {lines['answer', idle[0]]}: no tests for answer {', '.join(idle)}")
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


def _cells(path):
    """The cells of a file with the lines of their headers -> list of Cell"""
    text = Path(path).read_text(encoding="utf-8-sig")
    heads, quotes = {}, StringParser("python")
    for n, line in enumerate(text.splitlines(), 1):
        where, quoted = f"{path}: line {n}", quotes.is_quoted()
        quotes.read_line(line)
        if HEADER.match(line) and quoted:
            raise ValueError(f"{where}: a header inside a text; is a triple quote before it not closed?")
        if HEADER.match(line):
            heads[n] = _header(where, HEADER.match(line)[1] or "")
        elif NEARLY.match(line) and not quoted:
            raise ValueError(f"{where}: {line.strip()[:60]!r} is not read as a header; expected '# %%', a space, then the header's words")
    cells = jupytext.reads(text, fmt="py:percent").cells
    if not cells:
        raise ValueError(f"{path}: no cells; an exercise is a py:percent file whose cells start with '# %%'")
    if len(cells) == len(heads) + 1:  # what stands before the first header
        heads = {1: {}, **heads}
    if len(cells) != len(heads):
        raise ValueError(f"{path}: {len(heads)} headers, but {len(cells)} cells; does a line '# %%' stand inside a text or a ``` block?")
    return [Cell(n, c.cell_type, head, c.source.strip("\n")) for (n, head), c in zip(heads.items(), cells, strict=True)]


def _header(where, text):
    """The words of a header -> dict.  Raises ValueError for what is unknown, out of place or no value of its word."""
    head, cell, at = {}, "", 0
    text = text.strip()
    while at < len(text):
        found = WORD.match(text, at)
        end = found.end() if found else at
        if not found or text[end:end + 1].strip() and not (found["equals"] and found["value"] is None):
            raise ValueError(f"{where}: {text[end]!r} after {text[:end]!r}; expected words like points=2 with spaces between them")
        if found["cell"] is not None:
            cell = found["cell"]
            if cell not in ("markdown", "md"):
                raise ValueError(f"{where}: unknown kind of cell [{cell}]{_near(cell, ['[markdown]'])}; expected [markdown], or nothing for code")
        else:
            name = found["name"]
            if name in ("markdown", "md"):
                raise ValueError(f"{where}: the word {name!r} without brackets (did you mean '[markdown]'?)")
            if name not in KNOWN:
                raise ValueError(f"{where}: unknown word {name!r} in the header{_near(name, KNOWN)}; known are {', '.join(KNOWN)}")
            if name in head:
                raise ValueError(f"{where}: {name}= stands twice in one header")
            head[name] = _value(where, name, found["value"], text[end:])
        at = end + len(text[end:]) - len(text[end:].lstrip())
    return _fits(where, cell, head)


def _value(where, name, raw, rest):
    """The value of a header's word.  Raises ValueError for one of another type."""
    if raw is None:
        raise ValueError(f"{where}: {name}= has a quote that is never closed" if rest[:1] in ("'", '"') else f"{where}: {name} has no value; write {name}=...")
    try:
        value = {"true": True, "false": False}[raw] if raw in ("true", "false") else ast.literal_eval(raw)
    except (ValueError, SyntaxError):
        value = None
    if name == "points":
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
            raise ValueError(f"{where}: points={raw}; expected a positive number, like points=2")
    elif name in ("partial", "changes"):
        if not isinstance(value, bool):
            raise ValueError(f"{where}: {name}={raw}; expected True or False")
    elif not isinstance(value, str):
        raise ValueError(f"{where}: {name}={raw}; expected a text in quotes, like {name}=\"...\"")
    return value


def _fits(where, cell, head):
    """The header, if its words belong together."""
    if not head:
        return head
    kinds = [k for k in ("wrong", "right") if k in head] or [k for k in ("answer", "tests", "written") if k in head]
    if len(kinds) != 1:
        raise ValueError(f"{where}: {' and '.join(kinds) or ', '.join(head)} in one header; expected exactly one of answer, tests, written")
    kind = kinds[0]
    for word in (w for w in head if w not in (kind, *KINDS[kind])):
        owners = " or ".join(k for k, others in KINDS.items() if word in others)
        raise ValueError(f"{where}: {word}= does not belong to {kind}=, only to {owners}" if owners else f"{where}: {kind}= and {word}= exclude each other")
    if kind == "written" and not cell:
        raise ValueError(f"{where}: written={head['written']!r} needs a '[markdown]' cell; write # %% [markdown] written=...")
    if kind != "written" and cell:
        raise ValueError(f"{where}: {kind}={head[kind]!r} in a [{cell}] cell; expected a code cell: leave [{cell}] out")
    return head


def _near(word, known):
    """' (did you mean ...?)' or nothing."""
    close = difflib.get_close_matches(word.lower(), list(known), 1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _marker(where, line):
    """The marker that a line is, or None.  Raises ValueError for one that is misspelt or does not stand alone."""
    text = line.strip()
    if text.removeprefix("# ") in MARKERS:  # the sign before it: a Markdown cell is written as comments
        return text.removeprefix("# ")
    bare = {m.strip("# "): m for m in MARKERS}
    words = " ".join(re.findall(r"[A-Za-z]+", text)).upper()
    close = difflib.get_close_matches(words, bare, 1, 0.7 if "###" in text else 0.8) if text.startswith("#") else []
    if close and (words.startswith(("BEGIN", "END")) or difflib.get_close_matches(words.split()[0], ["BEGIN", "END"], 1)):
        raise ValueError(f"{where}: {text[:60]!r} is no marker (did you mean {bare[close[0]]!r}?); a marker stands alone, as it is written here")
    inside = next((m for name, m in bare.items() if name in text), None)
    if inside:
        raise ValueError(f"{where}: {text[:60]!r} holds a marker's words; expected {inside!r} alone in its line")
    return None


def _check_markers(path, cells):
    """Raises ValueError for a marker that is misspelt, has no partner, or stands in a cell of another kind."""
    heads, head, begun, start = {c.line: c.head for c in cells}, {}, None, 0
    lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    for n, line in enumerate([*lines, ""], 1):
        where = f"{path}: line {n}"
        if begun and (n in heads or n > len(lines)):
            raise ValueError(f"{path}: line {start}: {begun!r} is never closed; expected {PAIRS[begun]!r} before the cell ends")
        head = heads.get(n, head)
        marker = None if n in heads and HEADER.match(line) else _marker(where, line)
        if marker in PAIRS:
            kinds = ("answer", "written") if marker == BEGIN else ("tests",)
            if not head:
                raise ValueError(f"{where}: {marker!r} in a cell without a header: what stands there would not be treated as {' or '.join(kinds)}")
            if not set(kinds) & set(head):
                raise ValueError(f"{where}: {marker!r} does not belong to {next(iter(head))}=, only to {' or '.join(kinds)}")
            if begun:
                raise ValueError(f"{where}: {marker!r} inside another that opened at line {start}")
            begun, start = marker, n
        elif marker:
            opens = next(b for b, e in PAIRS.items() if e == marker)
            if begun != opens:
                raise ValueError(f"{where}: {marker!r} without {opens!r}" + (f"; line {start} opened {begun!r}" if begun else ""))
            begun = None


def _parse(where, head, text):
    """Raises ValueError for an answer or a test that is empty or that Python cannot read."""
    magic = uses_magic(text)
    if magic and "tests" in head and runs(where, head) == "outside":
        return  # `_tests` refuses it, with the reason
    try:
        if ast.parse(text).body:
            return
        reason = "the cell that starts here is empty"
    except SyntaxError as error:
        reason = f"Python cannot read the cell that starts here: {error.msg}, in {str(error.text).strip()[:60]!r}"
    raise ValueError(f"{where}: {'an answer or a test with a magic or a shell command' if magic else reason}; expected plain Python")


def _once(where, line, head, lines):
    """Raises ValueError for a name that is none or stands twice.  lines: dict (kind, name) -> line, brought up to date here"""
    for kind in {"answer", "tests", "written"} & set(head):
        name = head[kind]
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise ValueError(f"{where}: {kind}={name!r}; expected a name of lower-case letters, digits and underscores")
        if (kind, name) in lines:
            raise ValueError(f"{where}: the name {kind}={name!r} stands twice, first in line {lines[kind, name]}; each cell needs its own")
        lines[kind, name] = line


def _points(where, head):
    if "points" not in head:
        raise ValueError(f"{where}: points=None; expected a positive number, like points=2")
    return head["points"]


def _meta(name, *, grade, solution, locked, points=None, kind="code"):
    meta = {"grade_id": name, "grade": grade, "solution": solution, "locked": locked, "task": False, "schema_version": 3, "cell_type": kind}
    return {"nbgrader": meta | ({"points": points} if grade else {})}


def _answer(where, head, text):
    regions = _regions(text)
    if not regions:
        raise ValueError(f"{where}: answer {head['answer']!r} has no '{BEGIN}' line: the whole cell would be lost in the release")
    inside = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]
    for first, last in regions:
        if not any(f.lineno < first and last <= f.end_lineno + 1 for f in inside):
            raise ValueError(f"{where}: '{BEGIN}' of answer {head['answer']!r} must stand inside a function, so that its signature stays")
    name = f"answer-{head['answer']}"
    return new_code_cell(text, id=name, metadata=_meta(name, grade=False, solution=True, locked=False))


def _tests(where, head, text, forbid, names):
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
        raise ValueError(f"{where}: runs={place!r}{_near(place, ['inside', 'outside'])}; expected \"outside\" or \"inside\"")
    return place


def uses_magic(text):
    """Does a line start with % or !, which only IPython understands?"""
    return re.search(r"^\s*[%!]", text, re.M) is not None


def cannot_run_outside(text):
    """Why a test cell would not work in a process of its own, as far as its text tells.  -> text, or None"""
    if uses_magic(text):
        return "it uses a magic or a shell command"
    for node in ast.walk(ast.parse(text)):
        name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        if name in LOOKS_INSIDE:
            return f"{name} looks at a function's code or at the notebook's names"
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            return "it awaits"
    return None


def _written(where, head, text):
    if not _regions(text):
        raise ValueError(f"{where}: written={head['written']!r} has no '{BEGIN}' line: the model answer would be released")
    name = f"written-{head['written']}"
    return new_markdown_cell(text, id=name, metadata=_meta(name, grade=True, solution=True, locked=False, points=_points(where, head), kind="markdown"))


def _plain(kind, text, name):
    make = new_markdown_cell if kind == "markdown" else new_code_cell
    return make(text, id=name, metadata={"nbgrader": _meta(name, grade=False, solution=False, locked=True, kind=kind)["nbgrader"]})


def _regions(text):
    """Line numbers (first, last) of each answer in a cell whose markers have been checked."""
    lines = text.splitlines()
    return list(zip(*([n for n, line in enumerate(lines, 1) if marker in line] for marker in (BEGIN, END)), strict=True))
