"""Grades in the CSV form that Canvas and Moodle import, made from the CSV that they export: all its columns stay, the grade's cells are filled.

Canvas (its source, lib/gradebook_exporter.rb and gradebook_importer.rb): columns Student, ID, SIS User ID (where the school shows it), SIS Login ID, Section,
then one column an assignment, named "Title (assignment's id)"; a row "Manual Posting" may follow, then a row "    Points Possible".  Students are found by ID,
SIS User ID or SIS Login ID; a column with a new name makes a new assignment; columns marked "(read only)" are not read back.

Moodle, grading worksheet of one assignment (mod/assign/feedback/offline/importgradeslib.php): Identifier ("Participant 123"), Full name, Email address,
Status, Grade, Maximum Grade, Last modified (submission), Last modified (grade), Feedback comments.  Import needs Identifier, Grade, Last modified (grade).
Moodle, gradebook export (docs: "Grade import", CSV): First name, Last name, ID number, ..., Email address and a column a grade item; any column can be mapped.
"""
import csv
import os
import re
import unicodedata

from dlcourse.grading import spreadsheet

CANVAS_FIXED = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
IDS = {
    "canvas": ("ID", "SIS User ID", "SIS Login ID", "Integration ID"),
    "moodle": ("Identifier", "ID number", "Username", "Email address"),
}
READ_ONLY = "(read only)"


def fill(kind, roster, out, students, grades):
    """Write ``out``: the roster with the grades in it, or without a roster a file of the same form that names students by our ids.

    kind: "canvas" or "moodle"; roster: path or None; students: dict id -> namespace first, last, email, lms;
    grades: dict chapter -> (most points, dict id -> points)
    -> list of lines: names that were found on one side only.  Raises ValueError for a file that is not that LMS's.
    """
    if kind not in IDS:
        raise ValueError(f"lms is {kind!r}; expected canvas or moodle")
    table = read(roster) if roster else blank(kind, students, grades)
    head, rows = table[0], table[1:]
    ids = [head.index(name) for name in IDS[kind] if name in head]
    if not ids or kind == "canvas" and "ID" not in head:
        raise ValueError(f"{roster} has the columns {', '.join(head)[:200]}; expected a file exported by {kind}, with {' or '.join(IDS[kind])}")
    people = [row for row in rows if any(row[i].strip() for i in ids)]
    index = known_as(people, ids, head)
    places, lost = {}, []
    for student in sorted({s for _, mine in grades.values() for s in mine}):
        row = find(student, students.get(student), index)
        if row is None:
            lost.append(f"{student}: graded here, not found in the roster" + (f" {os.path.basename(roster)}" if roster else ""))
        elif id(row) in (id(r) for r in places.values()):
            lost.append(f"{student}: the same line of the roster as {next(s for s, r in places.items() if r is row)}; left out")
        else:
            places[student] = row
    for chapter, (most, mine) in grades.items():
        column = grade_column(kind, head, rows, chapter, most, len(grades))
        for student, row in places.items():
            if student in mine:
                row[column] = number(mine[student])
    given = {id(row) for row in places.values()}
    lost += [f"{label(row, head)}: in the roster, not graded here" for row in people if id(row) not in given and "Student, Test" not in row]
    write(out, head, rows)
    return lost


def read(path):
    """A CSV file of an LMS: UTF-8 with or without a mark, UTF-16, comma, semicolon or tab -> list of rows, all of the first one's length."""
    data = open(path, "rb").read()
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 ({error.reason} at byte {error.start}); expected the file as the LMS exported it, not saved again by a "
                         "spreadsheet") from None
    first = text.partition("\n")[0]
    comma = max(",;\t", key=first.count)
    rows = [row for row in csv.reader(text.splitlines(keepends=True), delimiter=comma) if row]
    if len(rows) < 2:
        raise ValueError(f"{path} has {len(rows)} lines; expected a line of column names and a line a student")
    return [row + [""] * (len(rows[0]) - len(row)) for row in rows]


def blank(kind, students, grades):
    """A table of the LMS's form without its own ids: what can be made without a roster."""
    listed = sorted({s for _, mine in grades.values() for s in mine})
    info = {s: students.get(s) for s in listed}
    if kind == "canvas":
        rows = [[full(s, info[s], ", "), digits(s), "", getattr(info[s], "lms", "") or s, ""] for s in listed]
        return [list(CANVAS_FIXED), ["    Points Possible", "", "", "", ""], *rows]
    rows = [[f"Participant {digits(s)}" if digits(s) else s, full(s, info[s], " "), getattr(info[s], "email", "")] for s in listed]
    return [["Identifier", "Full name", "Email address"], *rows]


def full(student, info, between):
    """A name for people: 'Last, First' for Canvas, 'First Last' for Moodle, else the id."""
    first, last = getattr(info, "first", ""), getattr(info, "last", "")
    return between.join(filter(None, (last, first) if between == ", " else (first, last))) or student


def digits(student):
    """The LMS's number at the end of a collected student's name: 'doejane_12345' -> '12345', else ''."""
    found = re.search(r"_(\d+)$", student)
    return found[1] if found else ""


def plain(text):
    """For comparing: one Unicode form, no case, no outer spaces."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def known_as(people, ids, head):
    """dict id as the LMS writes it -> row, or None where two rows share it"""
    index = {}
    for row in people:
        names = {plain(row[i]) for i in ids} | {plain(row[i].rpartition(" ")[2]) for i in ids if head[i] == "Identifier"}
        for name in names - {""}:
            index[name] = row if name not in index else None
    return index


def find(student, info, index):
    """The row of a student: by our id, the gradebook's LMS id or address, or the number that 'dlcourse collect' kept -> row or None"""
    for name in (student, getattr(info, "lms", ""), getattr(info, "email", ""), digits(student)):
        if name and index.get(plain(name)) is not None:
            return index[plain(name)]
    return None


def grade_column(kind, head, rows, chapter, most, chapters):
    """The column of a chapter's grade: one of its name, Moodle's 'Grade' for a single chapter, else a new one -> index"""
    title = re.compile(rf"(assignment: *)?{re.escape(chapter)} *(\(\d+\)|\(real\))?", re.I)
    found = next((i for i, name in enumerate(head) if title.fullmatch(name.strip()) and name not in CANVAS_FIXED), None)
    if found is None and kind == "moodle" and "Grade" in head:
        if chapters > 1:
            raise ValueError(f"a grading worksheet holds one assignment, but {chapters} chapters were asked for; name one: dlcourse report {chapter} ...")
        found = head.index("Grade")
    if found is None:
        read_only = [i for i, name in enumerate(head) if any(row[i].strip() == READ_ONLY for row in rows[:2])] if kind == "canvas" else []
        found = min(read_only, default=len(head))  # before Canvas's own totals
        head.insert(found, chapter)
        for row in rows:
            row.insert(found, "")
    for row in rows[:2]:
        if kind == "canvas" and row[0].strip() == "Points Possible":
            possible = row[found].replace(",", ".").strip()
            if possible and float(possible) != most:
                raise ValueError(f"Canvas has {possible} points for {head[found]!r}, the exercises give {most:g}; make them equal, or percentages go wrong")
            row[found] = number(most)
    if kind == "moodle" and "Maximum Grade" in head and head[found] == "Grade":
        limit = {row[head.index("Maximum Grade")].strip() for row in rows} - {""}
        if any(float(v.replace(",", ".")) != most for v in limit):
            raise ValueError(f"Moodle's maximum grade is {', '.join(sorted(limit))}, the exercises give {most:g}; make them equal in the assignment's settings")
    return found


def number(value):
    """A grade as both import it: a point, at most two places."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def label(row, head):
    """Who a roster's row is, for a message."""
    names = [row[head.index(n)] for n in ("Student", "Full name", "First name", "Last name", "Email address", "ID") if n in head]
    return " ".join(filter(None, names[:3])) or row[0]


def write(path, head, rows):
    """The table, all cells quoted and none a formula; numbers of the LMS stay as they were."""
    part = path.with_name(f".{path.name}.part")
    with open(part, "w", newline="", encoding="utf8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows([[keep(v) for v in row] for row in [head, *rows]])
    os.replace(part, path)


def keep(text):
    """A cell as the LMS wrote it, unless a spreadsheet would run it ('    Points Possible' keeps its spaces, Moodle's '-' for nothing stays)."""
    if text == "-":
        return text
    safe = spreadsheet.cell(text)
    return safe if isinstance(safe, str) and safe.startswith("'") or any(ord(c) < 32 for c in text) else text
