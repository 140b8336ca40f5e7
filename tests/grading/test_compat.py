"""``nbgrader autograde`` itself against ``--engine nbgrader`` and our own scores, cell by cell: its documentation course, generated notebooks, odd ones."""
import collections
import json
import shutil

import nbformat
import pytest
from grading import generated
from grading.fidelity import (
    ABORTS,
    NOTEBOOKS,
    ODD,
    STUDENTS,
    cells,
    different,
    folders,
    gathered,
    grade_by_nbgrader,
    gradebook,
    graded_once,
    nbgrader,
    write_course,
)
from nbformat.v4 import new_code_cell

from dlcourse.cli import main
from dlcourse.grading import compat, one, sandbox
from dlcourse.grading.compat import grade_course
from dlcourse.grading.strict import RULES, strict_differences

pytestmark = pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox: {sandbox.available()}")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    return graded_once(tmp_path_factory.getbasetemp() / "compat-class")


def test_every_generated_cell_is_scored_as_by_nbgrader(graded):
    _, ours, _, roots = graded
    expected = gathered(roots)
    assert different(expected, cells(ours, assignment="gen")) == {}
    scores = [v[0] for v in expected.values() if len(v) == 5]
    assert len({place[:3] for place in expected}) >= 200  # notebooks handed in
    assert len(scores) > 1500 and {0, 0.5, 1, None, 2, 3} < set(scores)
    assert {v[0] for k, v in expected.items() if k[-1] == "comment"} == {None, "No response."}


def test_the_generated_class_holds_every_kind_of_test(graded):
    assert {k[3].split("-", 3)[3] for k in gathered(graded[3]) if k[3].count("-") >= 3} >= set(generated.TESTS)


def test_odd_submissions_end_as_with_nbgrader(graded):
    stock, ours, outcomes, _ = graded
    assert different(cells(stock, assignment="odd"), cells(ours, assignment="odd")) == {}
    assert folders(stock) == folders(ours)
    assert {p.split("/")[0] for p, o in outcomes.items() if o.state == "failed"} == (ODD | ABORTS) - {"fine", "late", "import"}
    assert cells(ours)["late", "odd", "odd", "late"][0] == 4 and cells(ours)["fine", "odd", "odd", "late"][0] is None


@pytest.mark.parametrize("student, says", [("dead", "DeadKernel"), ("over", "partial credit"), ("not-json", "JSON"), ("schema", "newer version")])
def test_a_failure_names_its_cause(graded, student, says):
    assert says in graded[2][f"{student}/odd"].reason


def test_warm_kernels_change_no_score(graded):
    """Stock nbgrader with the provisioner ``dlcourse-warm`` by configuration alone."""
    course = write_course(graded[0].parent / "course")
    warm = grade_by_nbgrader(course, "warm", kernels="dlcourse-warm")
    assert different(gathered(graded[3]), gathered(warm)) == {}


def test_marks_by_hand_survive_and_ask_for_a_second_look(graded, tmp_path):
    stock, ours = (shutil.copytree(p, tmp_path / p.name) for p in graded[:2])
    for root in (stock, ours):
        with gradebook(root) as gb:
            for name, mark in (("odd-text", 2.5), ("odd-value", 0.5)):
                grade = gb.find_grade(name, "odd", "odd", "fine")
                grade.manual_score, grade.needs_manual_grade, grade.extra_credit = mark, False, 0.25
            gb.find_comment("odd-text", "odd", "odd", "fine").manual_comment = "Well said."
            gb.db.commit()
    assert nbgrader(stock, "autograde", "odd", "--student", "fine", "--force") == 0
    outcomes = grade_course(ours, ["fine"], ["odd"], say=lambda text: None, force=True)
    assert [o.state for o in outcomes] == ["graded"]
    assert different(cells(stock, assignment="odd"), cells(ours, assignment="odd")) == {}
    assert cells(ours)["fine", "odd", "odd", "odd-value"][:4] == (1, 0.5, True, 0.25)
    assert cells(ours)["fine", "odd", "odd", "odd-text", "comment"][1] == "Well said."


def test_graded_before_is_kept_until_a_newer_one_comes(graded, tmp_path):
    ours = shutil.copytree(graded[1], tmp_path / "ours")
    assert {o.state for o in grade_course(ours, ["fine", "ann"], say=lambda text: None)} == {"kept"}
    (ours / "submitted/fine/odd/timestamp.txt").write_text("2020-01-01 12:00:00 UTC")
    assert [o.state for o in grade_course(ours, ["fine"], say=lambda text: None)] == ["graded"]


def test_nbgraders_documentation_course(tmp_path):
    """The example course of ``nbgrader quickstart``: solved, half, untouched, a notebook missing, broken."""
    assert nbgrader(tmp_path, "quickstart", "docs") == 0
    stock = tmp_path / "docs"
    assert nbgrader(stock, "generate_assignment", "ps1") == 0
    kinds = {"solved": ("source", "source"), "half": ("source", "release"), "untouched": ("release", "release"), "one": ("source", None),
             "broken": ("release", "text")}
    for student, parts in kinds.items():
        place = stock / f"submitted/{student}/ps1"
        place.mkdir(parents=True)
        for step, name in zip(parts, ("problem1.ipynb", "problem2.ipynb")):
            if step:
                (place / name).write_text("not a notebook" if step == "text" else (stock / step / "ps1" / name).read_text())
    ours = shutil.copytree(stock, tmp_path / "ours")
    nbgrader(stock, "autograde", "ps1")
    assert main(["grade", "--engine", "nbgrader", "--class", str(ours)]) == 1  # one could not be read
    expected = cells(stock, "docs")
    assert len(expected) > 80 and different(expected, cells(ours, "docs")) == {} and folders(stock) == folders(ours)


SPY = """
import os, socket, glob
places = ["{root}/" + name for name in ("gradebook.db", "source", "submitted", "nbgrader_config.py")] + ["/root/.cache", "/home"]
print("SEEN", [p for p in places if os.path.exists(p)])
try:
    socket.create_connection(("127.0.0.1", {port}), 1)
    print("NETWORK")
except OSError:
    print("no network")
open("mine.txt", "w").write("kept")
os.symlink("/etc/passwd", "link.txt")
os.symlink("/etc/passwd", "odd.ipynb.tmp")
open("nbgrader_config.py", "w").write("raise SystemExit('read')")
"""


def test_student_code_sees_its_own_folder_alone(graded, tmp_path):
    import socket

    ours = shutil.copytree(graded[1], tmp_path / "ours")
    path = ours / "submitted/fine/odd/odd.ipynb"
    nb = nbformat.read(path, 4)
    with socket.create_server(("127.0.0.1", 0)) as server:
        nb.cells.insert(0, new_code_cell(SPY.replace("{root}", str(ours)).replace("{port}", str(server.getsockname()[1]))))
        nbformat.write(nb, path)
        (ours / "submitted/fine/odd/nbgrader_config.py").write_text("raise SystemExit('read')")
        assert [o.state for o in grade_course(ours, ["fine"], force=True, say=lambda text: None)] == ["graded"]
    text = (ours / "autograded/fine/odd/odd.ipynb").read_text()
    assert "SEEN []" in text and "no network" in text and "NETWORK" not in text.replace("print(\\\"NETWORK", "")
    assert (ours / "autograded/fine/odd/mine.txt").read_text() == "kept"
    assert not [p for p in (ours / "autograded/fine").rglob("*") if p.is_symlink()]
    assert cells(ours, assignment="odd") == cells(graded[1], assignment="odd") and not (ours / compat.SCRATCH).exists()


def test_a_link_is_refused_and_nobody_else_is(graded, tmp_path):
    ours = shutil.copytree(graded[1], tmp_path / "ours")
    path = ours / "submitted/late/odd/odd.ipynb"
    path.unlink()
    path.symlink_to("../../fine/odd/odd.ipynb")
    outcomes = grade_course(ours, ["late", "fine"], force=True, say=lambda text: None)
    assert [o.state for o in outcomes] == ["graded", "failed"] and "link" in outcomes[1].reason


def test_calls_that_cannot_be_carried_out(graded, tmp_path, monkeypatch):
    for options, says in (({"workers": 0}, "workers"), ({"students": ["nobody"]}, "nobody"), ({"assignments": ["ps9"]}, "ps9")):
        with pytest.raises(ValueError, match=says):
            grade_course(graded[1], **options)
    monkeypatch.setattr(sandbox, "available", lambda: "bubblewrap is not installed")
    with pytest.raises(sandbox.NoSandbox, match="--no-sandbox"):
        grade_course(graded[1])
    outcomes = grade_course(graded[1], ["fine"], sandboxed=False, force=True, say=lambda text: None)
    assert [o.state for o in outcomes] == ["graded"]


def spec_of(root, assignment, name):
    """The exercise as the gradebook knows it, as nbformat JSON: the cells that nbgrader looks after, with sources and checksums."""
    nb = nbformat.read(root / "source" / assignment / f"{name}.ipynb", 4)
    nb.cells = [c for c in nb.cells if "nbgrader" in c.metadata]
    with gradebook(root) as gb:
        for cell in nb.cells:
            known = gb.find_source_cell(cell.metadata.nbgrader.grade_id, name, assignment)
            cell.source, cell.metadata.nbgrader["checksum"] = known.source, known.checksum
    return nbformat.writes(nb)


def by_name(path):
    """dict grade_id -> cell of a notebook, the last copy counts; None if it cannot be read"""
    try:
        nb = json.loads(path.read_text())
        return {c["metadata"]["nbgrader"]["grade_id"]: c for c in nb["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id")}
    except (ValueError, FileNotFoundError):
        return None


def rewritten(handed, sources):
    """Has a locked cell that is no test another text than the exercise?"""
    metas = ((c, c["metadata"]["nbgrader"]) for c in (handed or {}).values())
    return any(m.get("locked") and not m.get("grade") and "".join(c["source"]) != sources.get(m["grade_id"]) for c, m in metas)


@pytest.fixture(scope="module")
def differences(graded):
    """One row for each cell that both grade: (place, nbgrader's score, ours, rule or None, what ours said)."""
    root, out = graded[0], []
    stock = gathered(graded[3]) | cells(root, assignment="odd")
    jobs = [(s, "gen", f"e{i}") for s in STUDENTS for i in range(NOTEBOOKS)]
    jobs += [(p.parts[-3], "odd", "odd") for p in sorted(root.glob("submitted/*/odd/odd.ipynb"))]
    policy = one.Policy(cell_seconds=10, notebook_seconds=120, class_seed="test")
    for student, assignment, name in jobs:
        path = root / f"submitted/{student}/{assignment}/{name}.ipynb"
        spec = spec_of(root, assignment, name)
        result, _ = one.grade_task(one.Task((student, assignment, name), "", (), 0.0, path.read_bytes(), "", spec, policy))
        assert not result.trouble, result.trouble
        sources = {c.metadata.nbgrader.grade_id: c.source for c in nbformat.reads(spec, 4).cells}
        handed, auto = by_name(path), by_name(root / f"autograded/{student}/{assignment}/{name}.ipynb")
        for cell, ours in result.scores.items():
            theirs = stock[student, assignment, name, cell][0]
            outputs = None if auto is None else auto.get(cell, {}).get("outputs", [])
            mine = {} if handed is None else handed.get(cell)  # a file that is no notebook: what it held is not known
            mine = mine and {**mine, "source": sources[cell]}
            rule = None if theirs == ours else strict_differences(theirs, ours, mine, outputs, rewritten(handed, sources))
            out.append(((student, assignment, name, cell), theirs, ours, rule, result.failed.get(cell)))
    return out


def test_every_difference_is_in_the_published_list(differences):
    unexplained = [row for row in differences if row[1] != row[2] and row[3] not in RULES]
    assert unexplained == []
    assert sum(row[1] == row[2] for row in differences) > len(differences) / 2  # the rules are exceptions


def test_every_rule_occurs(differences):
    assert set(collections.Counter(row[3] for row in differences if row[3])) == set(RULES)
