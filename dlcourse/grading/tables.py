"""What the gradebook holds, as tables: grades.csv (a line a notebook), totals.csv (a line a student), and the same for the terminal."""
import csv
import os
import warnings

from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.exc import SAWarning

HEAD = ("student", "chapter", "notebook", "points", "of", "to mark by hand", "submitted", "remarks")


def rows(database, specs, results, left_out):
    """All students of the gradebook and all folders without a grade -> list of dict with the keys of HEAD.

    results: dict (student, chapter, stem) -> Result, of this run and earlier ones
    """
    table = []
    with Gradebook(database, "dlcourse") as gb, warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=SAWarning)
        for student in sorted(s.id for s in gb.students):
            for chapter in sorted({c for c, _ in specs}):
                try:
                    submission = gb.find_submission(chapter, student)
                except MissingEntry:
                    continue
                late = submission.total_seconds_late
                for notebook in sorted(submission.notebooks, key=lambda n: n.name):
                    table.append(row(student, chapter, notebook, submission, late, results.get((student, chapter, notebook.name))))
    shown = {r["student"] for r in table}
    table += [dict.fromkeys(HEAD, "") | {"student": name, "remarks": why} for name, why in sorted(left_out.items()) if name not in shown]
    return table


def row(student, chapter, notebook, submission, late, result):
    """One line: a notebook of a student."""
    waiting = sum(g.max_score for g in notebook.grades if g.needs_manual_grade)
    remarks = ["not handed in"] if result is None else [*result.notes, *result.looks, *([result.first_error] if result.first_error else [])]
    remarks += [f"late by {late / 3600:.1f} h"] if late and result else []
    values = [student, chapter, notebook.name, notebook.score, notebook.max_score, waiting, str(submission.timestamp or ""), "; ".join(remarks)]
    if result is not None and result.trouble:
        values[3:6] = ["", notebook.max_score, ""]
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
            t["handed in"] += r["remarks"] != "not handed in"
        if r["remarks"] and r["remarks"] != "not handed in":
            t["remarks"].append(f"{r['notebook']}: {r['remarks']}" if r["notebook"] else r["remarks"])
    return [t | {"remarks": " | ".join(t["remarks"])} for t in students.values()]


def write(path, table):
    """A CSV file, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    with open(part, "w", newline="", encoding="utf8") as file:
        writer = csv.DictWriter(file, list(table[0]) if table else HEAD)
        writer.writeheader()
        writer.writerows({k: text(v) for k, v in r.items()} for r in table)
    os.replace(part, path)


def text(value):
    """A student's words must not become a spreadsheet's formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value


def summary(table, width=100):
    """The totals as lines of text for a terminal."""
    found = totals(table)
    name = max([7, *(len(t["student"]) for t in found)])
    lines = [f"{'student':<{name}}  notebooks  points  of     to mark  remarks"]
    for t in found:
        handed = f"{t['handed in']}/{t['of notebooks']}"
        lines.append(f"{t['student']:<{name}}  {handed:>9}  {t['points']:>6g}  {t['of']:<5g}  {t['to mark by hand']:>7g}  {t['remarks'][:width]}".rstrip())
    return "\n".join(lines)
