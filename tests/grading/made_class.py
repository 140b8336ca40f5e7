"""A class with random scores, written as 'dlcourse grade' leaves it, without grading anything: a real gradebook, results and graded notebooks."""
import json
import shutil
import uuid
from dataclasses import asdict
from datetime import datetime

import nbformat
import numpy as np
from grading.course import write_course
from nbgrader import api
from nbgrader.api import Gradebook

from dlcourse.grading.gradebook import database, prepare
from dlcourse.grading.one import Result, points_of

MESSAGES = ("AssertionError: double(2) should be 4", "AssertionError: entry 0 is 3, expected 4", "TypeError: 'NoneType' object is not iterable")


def names(n):
    return [f"student-{i:04d}" for i in range(n)]


def make_class(folder, students, seed=0, change=lambda result, rng: None, notebook=None, text=None):
    """Write a course and the class ``folder``/class.

    students: names; change: may alter a Result in place; notebook: (student, chapter, stem, spec) -> graded notebook, None: none are written
    -> (course, class folder, dict (student, chapter, stem) -> Result)
    """
    course = folder / "c" if (folder / "c").exists() else write_course(folder / "c", *([text] if text else []))
    folder = folder / "class"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "submitted").mkdir(parents=True)
    specs = {k: nbformat.reads(s, 4) if isinstance(s, str) else s for k, s in prepare(course, folder, lambda line: None).items()}
    rng, results = np.random.default_rng(seed), {}
    for student in students:
        (folder / "submitted" / student).mkdir()
        for (chapter, stem), spec in specs.items():
            result = random_result(student, chapter, stem, points_of(spec), rng)
            change(result, rng)
            results[student, chapter, stem] = result
            path = folder / "results" / student / chapter / f"{stem}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(asdict(result)), encoding="utf8")
            if notebook:
                product = folder / "autograded" / student / chapter / f"{stem}.ipynb"
                product.parent.mkdir(parents=True, exist_ok=True)
                product.write_text(nbformat.writes(notebook(student, chapter, stem, spec)), encoding="utf8")
    fill_gradebook(folder, results)
    return course, folder, results


def random_result(student, chapter, stem, most, rng):
    """A student of some ability."""
    ability, scores, failed = rng.normal(), {}, {}
    for name, points in most.items():
        right = rng.random() < 1 / (1 + np.exp(-1.5 * ability - 0.5))
        scores[name] = None if name.startswith("written") else points if right else 0.0
        if not right and scores[name] is not None:
            failed[name] = MESSAGES[int(rng.integers(len(MESSAGES)))]
    seconds, memory = float(rng.gamma(2, 0.05)), int(rng.integers(80, 400) * 1_000_000)
    return Result(student, chapter, stem, scores=scores, most=dict(most), failed=failed, submitted=1.7e9, seconds=seconds, memory=memory)


def fill_gradebook(folder, results):
    """The scores as rows of nbgrader's tables, in a few statements."""
    with Gradebook(database(folder), "dlcourse") as gb:
        assignments = {a.name: a.id for a in gb.db.query(api.Assignment)}
        notebooks = {(n.assignment_id, n.name): n.id for n in gb.db.query(api.Notebook)}
        cells = {(c.notebook_id, c.name): c.id for c in gb.db.query(api.GradeCell)}
        answers = {}
        for cell in gb.db.query(api.SolutionCell):
            answers.setdefault(cell.notebook_id, []).append(cell.id)
        rows = {"comment": [], "student": [{"id": s} for s in dict.fromkeys(s for s, _, _ in results)], "submission": {}, "notebook": [], "grade": []}
        for (student, chapter, stem), result in results.items():
            whole = rows["submission"].setdefault((student, chapter), {"id": uuid.uuid4().hex, "assignment_id": assignments[chapter], "student_id": student,
                                                                        "timestamp": datetime(2026, 1, 1)})
            part, nb = uuid.uuid4().hex, notebooks[assignments[chapter], stem]
            rows["notebook"].append({"id": part, "assignment_id": whole["id"], "notebook_id": nb, "flagged": False, "late_submission_penalty": 0.0})
            rows["grade"] += [{"id": uuid.uuid4().hex, "notebook_id": part, "cell_id": cells[nb, name], "auto_score": value,
                               "needs_manual_grade": value is None} for name, value in result.scores.items()]
            rows["comment"] += [{"id": uuid.uuid4().hex, "notebook_id": part, "cell_id": cell} for cell in answers[nb]]
        for table, values in ((api.Student, rows["student"]), (api.SubmittedAssignment, list(rows["submission"].values())),
                              (api.SubmittedNotebook, rows["notebook"]), (api.Grade, rows["grade"]), (api.Comment, rows["comment"])):
            if values:
                gb.db.execute(table.__table__.insert(), values)
        gb.db.commit()
