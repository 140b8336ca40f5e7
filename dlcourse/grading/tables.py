"""What the gradebook holds, as tables: grades.csv (a line a notebook), totals.csv (a line a student), and the same for the terminal."""
import csv
import io
from datetime import timedelta

from nbgrader import api
from sqlalchemy import case, func, select

from dlcourse.grading import spreadsheet
from dlcourse.grading.files import write_whole
from dlcourse.grading.gradebook import transaction
from dlcourse.grading.normalise import cut
from dlcourse.grading.submissions import said_of_students

UNGRADED = "handed in, not graded: grade the whole class"
NOTHING = "not handed in"
AGAIN = "a newer file was handed in and is not graded"
HEAD = ("student", "chapter", "notebook", "points", "of", "to mark by hand", "submitted", "remarks")


def rows(url, specs, results, left_out, files, platform):
    """All students of the gradebook and all folders without a grade -> list of dict with the keys of HEAD.

    results: dict (student, chapter, stem) -> Result, of this run and earlier ones; files: the same keys -> is the file in submitted/ another than the
    one that was graded?  For all that this run left out; platform: as `submissions.said_by_platform` gives it.
    """
    chapters = {c for c, _ in specs}
    points = case((api.Grade.needs_manual_grade, func.coalesce(api.GradeCell.__table__.c.max_score, api.TaskCell.__table__.c.max_score, 0.0)), else_=0.0)
    query = (select(api.SubmittedAssignment.student_id, api.Assignment.name, api.Notebook.name, api.SubmittedAssignment.timestamp,
                    api.SubmittedAssignment.extension, api.Assignment.duedate, func.coalesce(func.sum(api.Grade.score), 0.0),
                    func.coalesce(func.sum(points), 0.0))
             .select_from(api.SubmittedNotebook)
             .join(api.SubmittedAssignment, api.SubmittedAssignment.id == api.SubmittedNotebook.assignment_id)
             .join(api.Notebook, api.Notebook.id == api.SubmittedNotebook.notebook_id)
             .join(api.Assignment, api.Assignment.id == api.SubmittedAssignment.assignment_id)
             .outerjoin(api.Grade, api.Grade.notebook_id == api.SubmittedNotebook.id)
             .outerjoin(api.GradeCell.__table__, api.GradeCell.__table__.c.id == api.Grade.cell_id)
             .outerjoin(api.TaskCell.__table__, api.TaskCell.__table__.c.id == api.Grade.cell_id)
             .group_by(api.SubmittedNotebook.id, api.SubmittedAssignment.id, api.Assignment.id, api.Notebook.id))
    with transaction(url) as db:
        most = {(a, n): m for a, n, m in db.execute(select(api.Assignment.name, api.Notebook.name, api.Notebook.max_score).join(api.Notebook.assignment))}
        found = sorted((tuple(r) for r in db.execute(query) if r[1] in chapters), key=lambda r: r[:3])
        marks = remarks(db, platform)
    table = [row(r, most[r[1], r[2]], results.get(r[:3]), files.get(r[:3]), marks.get(r[:3], ())) for r in found]
    table += [dict.fromkeys(HEAD, "") | {"student": s, "chapter": c, "notebook": n, "of": most[c, n], "remarks": UNGRADED}
              for s, c, n in sorted(files.keys() - {r[:3] for r in found})]
    shown = {r["student"] for r in table}
    table += skipped(table, most)
    table.sort(key=lambda r: (r["student"], r["chapter"], r["notebook"]))
    others = {name: [why] for name, why in left_out.items() if name not in shown}
    for name, text in said_of_students(platform):
        others.setdefault(name, []).append(text)
    table += [dict.fromkeys(HEAD, "") | {"student": name, "remarks": "; ".join(why)} for name, why in sorted(others.items())]
    return sorted(table, key=lambda r: r["student"])


def skipped(table, most):
    """Lines for the chapters that a student left out and others did not: so every student's points are of the same sum -> list of dict"""
    there = {(r["student"], r["chapter"]) for r in table}
    chapters = {c for _, c in there}
    return [dict.fromkeys(HEAD, "") | {"student": s, "chapter": c, "notebook": n, "points": 0.0, "of": points, "to mark by hand": 0.0, "remarks": NOTHING}
            for s in sorted({s for s, _ in there}) for (c, n), points in sorted(most.items()) if c in chapters and (s, c) not in there]


def remarks(db, platform):
    """What a person should know besides the scores: dict (student, chapter, stem) -> list of remarks"""
    found = {tuple(place.split("/")): [text] for place, text in platform["late"].items()}
    for *place, name, mark, most in too_much(db):
        found.setdefault(tuple(place), []).append(f"the mark by hand for {name} is {mark:g} of {most:g}: is that meant?")
    return found


def too_much(db):
    """Marks by hand above what the question gives: list of (student, chapter, stem, question, mark, most)"""
    cell = api.GradeCell.__table__
    query = (select(api.SubmittedAssignment.student_id, api.Assignment.name, api.Notebook.name, api.BaseCell.name, api.Grade.manual_score, cell.c.max_score)
             .select_from(api.Grade).join(cell, cell.c.id == api.Grade.cell_id).join(api.BaseCell.__table__, api.BaseCell.__table__.c.id == cell.c.id)
             .join(api.SubmittedNotebook, api.SubmittedNotebook.id == api.Grade.notebook_id)
             .join(api.SubmittedAssignment, api.SubmittedAssignment.id == api.SubmittedNotebook.assignment_id)
             .join(api.Notebook, api.Notebook.id == api.SubmittedNotebook.notebook_id)
             .join(api.Assignment, api.Assignment.id == api.SubmittedAssignment.assignment_id).where(api.Grade.manual_score > cell.c.max_score))
    return [tuple(row) for row in db.execute(query)]


def row(found, most, result, newer, marks):
    """One line: a notebook of a student.  found: a row of the query above; newer: is another file there, None: no file; marks: remarks"""
    student, chapter, name, timestamp, extension, due, points, waiting = found
    late = max(0.0, (timestamp - due - (extension or timedelta())).total_seconds()) if timestamp and due else 0.0
    remarks = [NOTHING] if result is None else [*marks, *result.notes, *result.looks, *([result.first_error] if result.first_error else [])]
    if result is not None and newer:
        remarks.insert(0, AGAIN)
    remarks += [f"late by {late / 3600:.1f} h"] if late and result else []
    values = [student, chapter, name, points, most, waiting, str(timestamp or ""), "; ".join(remarks)]
    if result is None and newer is not None:
        values[3:6], values[7] = ["", most, ""], UNGRADED
    if result is not None and result.trouble:
        values[3:6] = ["", most, ""]
        values[7] = result.trouble
    return dict(zip(HEAD, values, strict=True))


def totals(table):
    """One dict a student: points, of, to mark, notebooks handed in, remarks."""
    students = {}
    for r in table:
        t = students.setdefault(r["student"], {"student": r["student"], "points": 0.0, "of": 0.0, "to mark by hand": 0.0, "handed in": 0, "of notebooks": 0,
                                               "remarks": []})
        if r["notebook"]:
            t["points"] += r["points"] or 0
            t["of"] += r["of"] or 0
            t["to mark by hand"] += r["to mark by hand"] or 0
            t["of notebooks"] += 1
            t["handed in"] += r["remarks"] != NOTHING
        if r["remarks"] and r["remarks"] != NOTHING:
            t["remarks"].append(f"{r['notebook']}: {r['remarks']}" if r["notebook"] else r["remarks"])
    return [t | {"remarks": " | ".join(t["remarks"])} for t in students.values()]


def write(path, table):
    """A CSV file, whole or not at all."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(table[0]) if table else HEAD)
    writer.writeheader()
    writer.writerows({k: spreadsheet.cell(v) for k, v in r.items()} for r in table)
    write_whole(path, file.getvalue())


def summary(table, width=100):
    """The totals as lines of text for a terminal."""
    found = totals(table)
    name = max([7, *(len(t["student"]) for t in found)])
    lines = [f"{'student':<{name}}  notebooks  points  of     to mark  remarks"]
    for t in found:
        handed = f"{t['handed in']}/{t['of notebooks']}" if t["of notebooks"] else "none"
        lines.append(f"{t['student']:<{name}}  {handed:>9}  {t['points']:>6g}  {t['of']:<5g}  {t['to mark by hand']:>7g}  {cut(t['remarks'], width)}".rstrip())
    return "\n".join(lines)
