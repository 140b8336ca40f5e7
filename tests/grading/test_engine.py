"""Every exercise on the engine: what the quick way in one process says, the engine says too, with the tests outside the student's process."""
import copy
from pathlib import Path

import nbformat
import pytest
from assignments import blank, reference_answers
from assignments import grade as quick
from nbgrader import utils

from dlcourse.grading import one, sandbox
from dlcourse.grading.source import exercises, expand, read_cells

ROOT = Path(__file__).parents[2]
SOURCES = exercises(ROOT)
POLICY = one.Policy(class_seed="0", sandboxed=sandbox.available() is None)


def specification(path):
    spec = expand(path)
    for cell in spec.cells:
        cell.metadata.nbgrader["checksum"] = utils.compute_checksum(cell)
    return spec


def submit(path, spec, answers):
    nb = copy.deepcopy(spec)
    for cell in nb.cells:
        name = cell.id.partition("-")[2]
        if cell.id.startswith("answer-") and name in answers:
            cell.source = answers[name]
    task = one.Task(("s", path.parent.name, path.stem), "k", (), 0.0, nbformat.writes(nb).encode(), "", nbformat.writes(spec), POLICY)
    result, _ = one.grade_task(task)
    assert not result.trouble, result.trouble
    return result


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: f"{p.parent.name}/{p.stem}")
class TestExercise:
    def test_reference_and_untouched(self, path):
        spec = specification(path)
        full = submit(path, spec, {})
        assert full.points == sum(c.metadata.nbgrader.points for c in spec.cells if c.id.startswith("test-")), full.failed
        untouched = submit(path, spec, {name: blank(text) for name, text in reference_answers(path).items()})
        assert untouched.points == 0, untouched.scores

    def test_wrong_and_unusual_right_answers(self, path):
        """Points lost are those that the same answer loses inside one process (an independent, simple way to run the cells).

        Every right answer is tried and a spread of three wrong ones an exercise; in one process tests/test_assignments.py tries them all.
        """
        spec, given = specification(path), [(h, text) for _, h, text in read_cells(ROOT / "tests" / path.parent.name / "answers" / path.name)]
        tried = [x for x in given if "right" in x[0]]
        for name in reference_answers(path):
            wrong = [x for x in given if "wrong" in x[0] and x[0]["answer"] == name]
            tried += wrong[:: max(1, len(wrong) // 3)][:3]
        for head, text in tried:
            lost = {name.partition("-")[2] for name in submit(path, spec, {head["answer"]: text}).failed}
            expected = {name for name, (_, message) in quick(path, {head["answer"]: text}).items() if message}
            assert lost >= expected if "wrong" in head else lost == expected == set(), (head, lost, expected)
        assert tried


def test_no_exercise_needs_the_student_s_process():
    inside = [(p.stem, c.id) for p in SOURCES for c in expand(p).cells if c.metadata.get("dlcourse", {}).get("runs") == "inside"]
    assert not inside
