"""Write a run's results into nbgrader's gradebook: in bulk, a transaction a batch, touching only what changed and never what a person entered."""
import json
from datetime import datetime, timezone
from uuid import uuid4

from nbgrader import api
from sqlalchemy import bindparam, insert, select, update

from dlcourse.grading.files import write_whole
from dlcourse.grading.gradebook import database, transaction

BATCH = 200  # submissions a transaction
STUDENT, SUBMISSION, NOTEBOOK, GRADE, COMMENT = (t.__table__ for t in (api.Student, api.SubmittedAssignment, api.SubmittedNotebook, api.Grade, api.Comment))


def write_gradebook(class_dir, results, url=None):
    """Put the scores into the gradebook; manual scores and comments are left alone.

    What a person has marked and what changed since waits for a second look: its names go to ``result.looks``.
    results: those of this run and kept ones of earlier runs
    """
    url = url or database(class_dir)
    seen_file = class_dir / ".seen.json"
    before = seen_file.read_text(encoding="utf8") if seen_file.exists() else "{}"
    seen, by_submission = json.loads(before), {}
    for result in results:
        by_submission.setdefault((result.student, result.chapter), {})[result.stem] = result
    places = sorted(by_submission)
    for start in range(0, len(places), BATCH):
        with transaction(url) as db:
            write_batch(db, {place: by_submission[place] for place in places[start:start + BATCH]}, seen)
    if (after := json.dumps(seen, sort_keys=True)) != before:
        write_whole(seen_file, after)  # after the commit: a kill in between flags once more, never once less
    write_times(class_dir, by_submission)


def write_batch(db, batch, seen):
    """Some submissions.  batch: dict (student, chapter) -> dict stem -> Result"""
    course, rows = read_course(db), read_rows(db, {student for student, _ in batch})
    new, changed = {t: [] for t in (STUDENT, SUBMISSION, NOTEBOOK, GRADE, COMMENT)}, {t: [] for t in (SUBMISSION, GRADE, COMMENT)}
    new[STUDENT] = [{"id": s} for s in sorted({s for s, _ in batch} - rows[STUDENT])]
    for (student, chapter), mine in batch.items():
        assignment, notebooks = course[chapter]
        stamp = stamp_of(mine.values())
        submission = row_of(rows, new, SUBMISSION, (assignment, student), assignment_id=assignment, student_id=student, timestamp=stamp)
        if submission["timestamp"] != stamp:
            changed[SUBMISSION].append({"key": submission["id"], "timestamp": stamp})
        for name, (notebook, graded, answers) in notebooks.items():
            sheet = row_of(rows, new, NOTEBOOK, (notebook, submission["id"]), notebook_id=notebook, assignment_id=submission["id"], flagged=False)["id"]
            write_notebook(rows, new, changed, sheet, graded, answers, mine.get(name), seen)
    for table, values in new.items():
        if values:
            db.execute(insert(table), values)
    for table, values in changed.items():
        if values:
            db.execute(update(table).where(table.c.id == bindparam("key")).values({k: bindparam(k) for k in values[0] if k != "key"}), values)


def stamp_of(results):
    """When a submission was handed in, as the gradebook keeps it: the time of its newest file, UTC, in whole seconds."""
    return datetime.fromtimestamp(int(max(r.submitted for r in results)), timezone.utc).replace(tzinfo=None)


def write_times(class_dir, by_submission):
    """Put the gradebook's time beside each graded submission, where formgrader looks for it (see config.py); a folder without one waits to be graded."""
    for (student, chapter), mine in by_submission.items():
        file, text = class_dir / "autograded" / student / chapter / "timestamp.txt", f"{stamp_of(mine.values())} UTC\n"
        if all(r.trouble for r in mine.values()):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.unlink(missing_ok=True)
        elif not file.exists() or file.read_text(encoding="utf8") != text:
            write_whole(file, text)


def write_notebook(rows, new, changed, sheet, graded, answers, result, seen):
    """One notebook's grades and comments.  graded, answers: (cell id, name) of its tests and of its answers"""
    no_result = result is not None and result.trouble  # which is no zero
    for cell, name in graded:
        grade = row_of(rows, new, GRADE, (cell, sheet), cell_id=cell, notebook_id=sheet, auto_score=None, manual_score=None, needs_manual_grade=True)
        if no_result:
            continue
        was = grade["auto_score"], grade["needs_manual_grade"]
        put_score(grade, name, result, seen)
        if was != (grade["auto_score"], grade["needs_manual_grade"]) and grade not in new[GRADE][-1:]:
            changed[GRADE].append({"key": grade["id"], "auto_score": grade["auto_score"], "needs_manual_grade": grade["needs_manual_grade"]})
    for cell, name in answers:
        comment = row_of(rows, new, COMMENT, (cell, sheet), cell_id=cell, notebook_id=sheet, auto_comment=None)
        text = comment["auto_comment"] if no_result else remark(name, result)
        if text != comment["auto_comment"]:
            comment["auto_comment"] = text
            if comment not in new[COMMENT][-1:]:
                changed[COMMENT].append({"key": comment["id"], "auto_comment": text})


def row_of(rows, new, table, key, **values):
    """The row with this key; a new one with these values where there is none."""
    if key not in rows[table]:
        rows[table][key] = {"id": uuid4().hex, **values}
        new[table].append(rows[table][key])
    return rows[table][key]


def read_course(db):
    """dict chapter -> (id, dict notebook -> (id, graded cells, answer cells)), the cells as (id, name)"""
    course, home = {}, {}
    for key, name in db.execute(select(api.Assignment.id, api.Assignment.name)):
        course[name] = home[key] = key, {}
    sheets = {}
    for key, name, assignment in db.execute(select(api.Notebook.id, api.Notebook.name, api.Notebook.assignment_id)):
        sheets[key] = home[assignment][1][name] = key, [], []
    cells = api.BaseCell.__table__
    for key, name, sheet, kind in db.execute(select(cells.c.id, cells.c.name, cells.c.notebook_id, cells.c.type)):
        if kind in ("GradeCell", "TaskCell"):
            sheets[sheet][1].append((key, name))
        if kind in ("SolutionCell", "TaskCell"):
            sheets[sheet][2].append((key, name))
    return course


def read_rows(db, students):
    """What the gradebook holds of these students: a set of students, and for the other tables dict key -> row as dict."""
    mine = SUBMISSION.c.student_id.in_(students)
    sheets = select(NOTEBOOK.c.id).where(NOTEBOOK.c.assignment_id.in_(select(SUBMISSION.c.id).where(mine)))
    queries = {
        SUBMISSION: ("assignment_id", "student_id", select(SUBMISSION.c["id", "assignment_id", "student_id", "timestamp"]).where(mine)),
        NOTEBOOK: ("notebook_id", "assignment_id", select(NOTEBOOK.c["id", "notebook_id", "assignment_id"]).where(NOTEBOOK.c.id.in_(sheets))),
        GRADE: ("cell_id", "notebook_id", select(GRADE.c["id", "cell_id", "notebook_id", "auto_score", "manual_score", "needs_manual_grade"])
                .where(GRADE.c.notebook_id.in_(sheets)).with_for_update()),
        COMMENT: ("cell_id", "notebook_id", select(COMMENT.c["id", "cell_id", "notebook_id", "auto_comment"]).where(COMMENT.c.notebook_id.in_(sheets))),
    }
    rows = {table: {(r[one], r[two]): dict(r) for r in db.execute(query).mappings()} for table, (one, two, query) in queries.items()}
    return rows | {STUDENT: set(db.execute(select(STUDENT.c.id).where(STUDENT.c.id.in_(students))).scalars())}


def remark(name, result):
    """The automatic comment on an answer, or None."""
    if result is None:
        return "Not submitted."
    if name in result.empty:
        return "No response."
    return "Waits to be marked by a person." if name in result.scores and result.scores[name] is None else None


def put_score(grade, name, result, seen):
    """nbgrader's rule: a test's score is written; a written answer, or a change under a manual score, waits for a person.

    grade: row as dict, changed here; seen: dict place -> hash of the answer that people could see since the last run, brought up to date here
    """
    new = 0.0 if result is None else result.scores.get(name, 0.0)
    first = grade["auto_score"] is None and grade["manual_score"] is None and new is None and not grade["needs_manual_grade"]
    other_text = False
    if result is not None and name in result.texts:
        place = f"{result.place}:{name}"
        other_text = seen.get(place, result.texts[name]) != result.texts[name]
        seen[place] = result.texts[name]
    other_score = grade["auto_score"] != new or first
    if grade["manual_score"] is not None and (other_text or other_score):
        grade["needs_manual_grade"] = True
    elif other_score:
        grade["needs_manual_grade"] = new is None
    grade["auto_score"] = new
    if grade["manual_score"] is not None and grade["needs_manual_grade"] and result is not None:
        result.looks.append(f"{name} was marked by hand and has changed since: look at it again")
