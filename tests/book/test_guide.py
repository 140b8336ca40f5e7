"""The instructor's guide: its commands can be called, its examples earn what it says, its tables hold what they are made from."""
import ast
import json
import re
import shlex
from pathlib import Path

import nbformat
import pytest
import yaml
from grading.course import write_course

from dlcourse.cli import parser
from dlcourse.grading import normalise, sandbox
from dlcourse.grading.grade import grade
from dlcourse.grading.one import Policy
from dlcourse.grading.release import release
from dlcourse.grading.sample import answered, blank_notebooks
from dlcourse.grading.source import expand
from dlcourse.grading.strict import RULES
from dlcourse.grading.verify import try_reference

ROOT = Path(__file__).parents[2]
PAGES = {p.stem: p.read_text(encoding="utf8") for p in sorted((ROOT / "book/instructors").glob("*.md"))}
AUTHORING = PAGES["authoring"]
EXAMPLES = dict(re.findall(r"```\{code-block\} python\n:name: example-(\w+)\n\n(.*?)```", AUTHORING, re.S))


def commands():
    """Every call of dlcourse on the pages -> list of its words"""
    lines = [line for text in PAGES.values() for block in re.findall(r"```console\n(.*?)```", text, re.S) for line in block.splitlines()]
    inline = [c for text in PAGES.values() for c in re.findall(r"`(dlcourse [a-z-]+ [^`]*)`", text)]
    return [line.removeprefix("$ ") for line in lines] + inline


def rows(title):
    """The cells of the first table after the place where ``title`` stands in the page on authoring -> (head, list of rows)"""
    after = AUTHORING[AUTHORING.index(title):]
    lines = re.search(r"(?:^\|.*\|\n)+", after, re.M)[0].splitlines()
    head, _, *body = [[c.strip() for c in line.strip("|").split("|")] for line in lines]
    return head, body


@pytest.mark.parametrize("line", commands())
def test_command_can_be_called(line):
    parser().parse_args(shlex.split(line)[1:])  # exits where a command or an option is not there


def test_there_is_something_to_test():
    assert len(commands()) >= 20 and set(EXAMPLES) == {"scale", "square", "double", "point"}


def bodies(stem):
    """(name of the student, body, dict test -> points that the page states) for each answer to an example"""
    head, body = rows(f":name: example-{stem}")
    return [(f"{stem}-{i}", cells[0].strip("`"), {f"test-{name}": float(cells[k]) for k, name in enumerate(head) if 0 < k < len(head) - 1})
            for i, cells in enumerate(body)]


def with_body(pair, body):
    """The released notebook with ``body`` in place of the reference's."""
    nb = answered(pair)
    for cell in nb.cells:
        if cell.id.startswith("answer-"):
            cell.source = re.sub(r"### BEGIN SOLUTION.*### END SOLUTION", lambda _: body, cell.source, flags=re.S)
    return nb


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """All answers of the page, graded as one class -> (dict student -> Result, the class's folder)"""
    base = tmp_path_factory.mktemp("guide")
    course = write_course(base / "course", next(iter(EXAMPLES.values())))
    for stem, text in EXAMPLES.items():
        (course / "solutions/mini" / f"{stem}.py").write_text(text, encoding="utf8")
    (course / "solutions/mini/small.py").unlink()
    release(course)
    pairs = blank_notebooks(course)
    for stem in EXAMPLES:
        for student, body, _ in bodies(stem):
            folder = base / "class/submitted" / student / "mini"
            folder.mkdir(parents=True)
            nbformat.write(with_body(pairs["mini", stem], body), folder / f"{stem}.ipynb")
    policy = Policy(sandboxed=sandbox.available() is None, class_seed="guide")  # the answers are ours: they may run without
    done = grade(base / "class", course, policy=policy, workers=1, say=lambda text: None)
    return {r.student: r for r in done.results}, base / "class"


@pytest.mark.parametrize("student, body, points", [row for stem in EXAMPLES for row in bodies(stem)])
def test_example_earns_what_the_page_says(student, body, points, graded):
    result = graded[0][student]
    assert not result.trouble and result.scores == points, result.failed


def test_messages_that_the_page_quotes(graded):
    assert "not allowed in this exercise" in graded[0]["scale-3"].failed["test-scale"]
    assert "detached" in graded[0]["square-2"].failed["test-square"]


def test_feedback_shows_the_hint_and_no_hidden_test(graded):
    page = (graded[1] / "feedback/scale-1/mini/scale.html").read_text(encoding="utf8")
    assert "Does it work for a negative factor?" in page and "class_rng" not in page


@pytest.mark.parametrize("line, reason", [r[:2] for r in rows("## What the release refuses")[1]])
def test_release_refuses(line, reason, tmp_path):
    source = tmp_path / "scale.py"
    source.write_text(EXAMPLES["scale"].partition("# %% tests")[0] + f'# %% tests="scale" points=2\n{line.strip("`")}\n', encoding="utf8")
    with pytest.raises(ValueError, match=re.escape(reason)):
        expand(source)


@pytest.mark.parametrize("example, line, reason", rows("Then it grades the reference")[1])
def test_release_tries_the_reference(example, line, reason, tmp_path):
    source = tmp_path / "mini/example.py"
    source.parent.mkdir()
    name = example.strip("`")
    source.write_text(EXAMPLES[name].partition("# %% tests")[0] + f'# %% tests="{name}" points=2\n{line.strip("`")}\nassert True\n', encoding="utf8")
    with pytest.raises(ValueError, match=re.escape(reason)):
        try_reference(source, print)


def test_limits_are_those_of_the_engine():
    p, text = Policy(), dict(r[:2] for r in rows("## Limits")[1])
    assert text["a file"].startswith(f"{normalise.MAX_BYTES // 10**6} MB, {normalise.MAX_CELLS} cells")
    assert text["a cell, a notebook"].startswith(f"{p.cell_seconds} s, {p.notebook_seconds} s")
    assert text["memory, processes"].startswith(f"{p.memory >> 30} GB of memory and {p.processes} processes")
    assert text["disk"].startswith(f"{p.disk >> 20} MB") and text["output"] == f"{p.cell_output // 10**6} MB a cell, {p.notebook_output // 10**6} MB a notebook"


def run_cells(page, folder, monkeypatch):
    """Run a page's code cells as the book does.  -> the tables that they show"""
    monkeypatch.chdir(folder)
    space, shown = {}, []
    for cell in re.findall(r"```\{code-cell\} ipython3\n---\n.*?---\n(.*?)```", PAGES[page], re.S):
        tree = ast.parse(cell)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, page, "exec"), space)
        if last:
            shown.append(eval(compile(ast.Expression(last.value), page, "eval"), space).data)
    return shown


def columns(table):
    """Number of cells in each line of a table: a bar that is not escaped would show."""
    return {len(re.findall(r"(?<!\\)\|", line)) - 1 for line in table.splitlines() if line.startswith("|")}


def test_tables_of_attacks_and_rules(monkeypatch):
    attacks, rules = run_cells("trust", ROOT / "book/instructors", monkeypatch)
    names = [f.stem.replace("_", " ") for f in (ROOT / "tests/attacks").glob("*.py")]
    assert len(names) >= 60 and all(f"| {name} |" in attacks for name in names) and columns(attacks) == {4}
    assert all(" ".join(text.split()[:4]) in rules for text in RULES.values()) and columns(rules) == {2}
    measured = ROOT / "benchmarks/attacks.json"
    known = json.loads(measured.read_text()) if measured.exists() else {}
    assert attacks.count("| not measured |") == len({n.replace(" ", "_") for n in names} - set(known))


def test_tables_are_tables_on_the_built_page():
    """Markdown out of a cell is shown as text with bars unless its cell asks for more."""
    site = ROOT / "_build/html/book/instructors/trust.html"
    if not site.exists():
        pytest.skip("the book is not built: run 'make book'")
    lines = re.findall(r"<tr.*?</tr>", site.read_text(encoding="utf8"), re.S)
    assert all(any(f.stem.replace("_", " ") in line for line in lines) for f in (ROOT / "tests/attacks").glob("*.py"))
    assert all(any(name.replace("_", " ") in line for line in lines) for name in RULES)


def test_table_of_speed(tmp_path, monkeypatch):
    """Made from a measurement of our own, so that the page is tested before there is one."""
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "_toc.yml").touch()
    (tmp_path / "inner").mkdir()
    assert "No measurement" in run_cells("scale", tmp_path / "inner", monkeypatch)[0]
    (tmp_path / "benchmarks/grading.json").write_text('{"ratio": 31.5, "seconds_of": {"10": 4.2, "1000": 66}, "two_over_one": null}')
    table = run_cells("scale", tmp_path / "inner", monkeypatch)[0]
    assert "| 31.5 |" in table and "| seconds for a class of 1000 | 66 |" in table and columns(table) == {2} and "two workers" not in table


def test_recipes_are_python_and_yaml():
    scale = PAGES["scale"]
    assert [ast.parse(block) for block in re.findall(r"```python\n(.*?)```", scale, re.S)][1:]
    tls = yaml.safe_load(re.search(r"```yaml\n(.*?)```", scale, re.S)[1])["distributed"]["comm"]["tls"]
    dask = pytest.importorskip("dask", reason="dask is not installed: its settings cannot be compared")
    import distributed  # noqa: F401  (adds its settings)

    assert set(tls) <= set(dask.config.get("distributed.comm.tls"))
