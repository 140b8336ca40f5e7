"""Our own scores against nbgrader's on the same submissions: every difference has a rule that the docs print, and every rule is needed."""
import collections
import json

import nbformat
import pytest
from grading.test_compat import NOTEBOOKS, STUDENTS, cells, gradebook, graded  # noqa: F401  (graded: the class, graded by both)

from dlcourse.grading import one, sandbox
from dlcourse.grading.strict import RULES, strict_differences

pytestmark = pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox: {sandbox.available()}")


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


@pytest.fixture(scope="module")
def differences(graded):  # noqa: F811
    """One row for each cell that both grade: (place, nbgrader's score, ours, rule or None, what ours said)."""
    root, out = graded[0], []
    stock = cells(root)
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
            rule = None if theirs == ours else strict_differences(theirs, ours, mine, outputs)
            out.append(((student, assignment, name, cell), theirs, ours, rule, result.failed.get(cell)))
    return out


def test_every_difference_is_in_the_published_list(differences):
    unexplained = [row for row in differences if row[1] != row[2] and row[3] not in RULES]
    assert unexplained == []
    assert sum(row[1] == row[2] for row in differences) > len(differences) / 2  # the rules are exceptions


def test_every_rule_occurs(differences):
    assert set(collections.Counter(row[3] for row in differences if row[3])) == set(RULES)


@pytest.mark.parametrize("stock, strict, cell, outputs", [
    (1.0, 0.0, {"metadata": {}}, []), (1.0, 0.0, {"metadata": {}}, [{"output_type": "stream", "name": "stdout", "text": "1"}]),
    (0.0, 1.0, {"metadata": {}}, [{"output_type": "error"}]), (0.0, 1.0, {"metadata": {"tags": ["hide"]}}, []),
    (0.5, 0.0, {"metadata": {}}, [{"output_type": "execute_result", "data": {"text/plain": "0"}}])])
def test_a_wrong_score_is_not_explained_away(stock, strict, cell, outputs):
    assert strict_differences(stock, strict, cell, outputs) is None
