"""Grades in the CSV form that Canvas and Moodle import, made from the CSV that they export: all its columns stay, the grade's cells are filled.

Canvas (its source, lib/gradebook_exporter.rb and gradebook_importer.rb): columns Student, ID, SIS User ID (where the school shows it), SIS Login ID, Section,
then one column an assignment, named "Title (assignment's id)"; a row "Manual Posting" may follow, then a row "    Points Possible".  Students are found by ID,
SIS User ID or SIS Login ID; a column with a new name makes a new assignment; columns marked "(read only)" are not read back; an empty cell takes a grade away.

Moodle, grading worksheet of one assignment (mod/assign/feedback/offline/importgradeslib.php): Identifier ("Participant 123"), Full name, Email address,
Status, Grade, Maximum Grade, Last modified (submission), Last modified (grade), Feedback comments.  Import needs Identifier, Grade, Last modified (grade).
Moodle, gradebook export (docs: "Grade import", CSV): First name, Last name, ID number, ..., Email address and a column a grade item; any column can be mapped.
"""
import csv
import hashlib
import os
import re
from dataclasses import dataclass
from math import isclose

from dlcourse.grading import spreadsheet
from dlcourse.grading.roster import digits, match, plain

CANVAS_FIXED = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
IDS = {
    "canvas": ("ID", "SIS User ID", "SIS Login ID", "Integration ID"),
    "moodle": ("Identifier", "ID number", "Username", "Email address"),
}
NO_GRADE = {  # columns about people and dates, and Canvas's custom one; totals are found by CANVAS_TOTAL
    "canvas": {*CANVAS_FIXED, "Integration ID", "Root Account", "Notes"},
    "moodle": {"Identifier", "Full name", "First name", "Last name", "ID number", "Institution", "Department", "Username", "Email address", "Status",
               "Maximum Grade", "Maximum grade", "Grade can be changed", "Changeable", "Last modified (submission)", "Last modified (grade)", "Online text",
               "Feedback comments", "Comments", "Last downloaded from this course"},
}
CANVAS_TOTAL = re.compile(r"(Current|Final|Override) (Score|Points|Grade)|Override Status")
READ_ONLY = "(read only)"


@dataclass(frozen=True)
class Options:
    """What an instructor can say about an export."""

    columns: tuple = ()  # texts "TITLE", or "CHAPTER=TITLE" where several chapters are reported: the roster's column for a grade
    scale: bool = False  # to the platform's maximum, where that differs from the exercises' points
    unmarked_zero: bool = False  # a written question without a mark counts 0; otherwise its student gets no grade


def file_name(kind, exercises):
    """The export's file: what was reported is in its name, so that exports of several parts lie side by side."""
    names = "+".join(sorted(set(exercises or ()))).replace("/", "-")
    short = names if len(names) <= 150 else f"{names[:150]}-{hashlib.sha256(names.encode()).hexdigest()[:8]}"
    return f"{kind}-{short}.csv" if names else f"{kind}.csv"


def marked(grades, waits, unmarked_zero):
    """Grades without those of which a part is not marked yet: None, the platform keeps what it has.

    grades: as for `fill`; waits: dict (student, chapter) -> questions that nobody has marked -> (grades, list of lines, one for each of waits)
    """
    if not waits:
        return grades, []
    how = ("without any mark they count 0 in the file" if unmarked_zero else
           "these students get no grade in the file, their cells stay as they are in the roster; --unmarked-zero counts the questions 0")
    lines = [f"written questions that nobody has marked: {sum(waits.values())}, of students: {len({s for s, _ in waits})}; {how}; "
             "mark them by 'dlcourse formgrader'"]
    lines += [f"{student}: {chapter}: {n} not marked" for (student, chapter), n in sorted(waits.items())]
    kept = grades if unmarked_zero else {c: (most, {s: None if (s, c) in waits else v for s, v in mine.items()}) for c, (most, mine) in grades.items()}
    return kept, lines


def graded(grades, ungraded):
    """Leave out the grades of students whose work is not all graded: a part of it would be imported as the whole.

    grades: as for `fill`; ungraded: list of (student, "chapter/exercise", why) -> (grades, list of lines)
    """
    if not ungraded:
        return grades, []
    places = {(s, where.partition("/")[0]) for s, where, _ in ungraded}
    lines = [f"files that were handed in and are not graded: {len(ungraded)}, of students: {len({s for s, _ in places})}; these students get no grade in the "
             "file; run 'dlcourse grade' first", *(f"{s}: {where}: {why}" for s, where, why in ungraded)]
    return {c: (most, {s: None if (s, c) in places else v for s, v in mine.items()}) for c, (most, mine) in grades.items()}, lines


def fill(kind, roster, out, students, grades, names=None, options=Options(), say=print):
    """Write ``out``: the roster with the grades in it, or without a roster a file of the same form that names students by our ids.

    kind: "canvas" or "moodle"; roster: path or None; students: dict id -> namespace first, last, email, lms;
    grades: dict chapter -> (most points, dict id -> points, None for a cell that stays);
    names: dict chapter -> names that its column may have, the first one for a new column (default: the chapter's)
    -> list of lines: names that were found on one side only.  What an import would do besides is told by ``say``: a new column, a factor, an unknown maximum.
    Raises ValueError for a file that is not that LMS's, a column that is not there, a maximum that differs from the points.
    """
    if kind not in IDS:
        raise ValueError(f"lms is {kind!r}; expected canvas or moodle")
    table = read(roster) if roster else blank(kind, students, grades)
    head, rows = table[0], table[1:]
    ids = [head.index(name) for name in IDS[kind] if name in head]
    if not ids or kind == "canvas" and "ID" not in head:
        raise ValueError(f"{roster} has the columns {', '.join(head)[:200]}; expected a file exported by {kind}, with {' or '.join(IDS[kind])}")
    people = [row for row in rows if any(row[i].strip() for i in ids)]
    graded = {s for _, mine in grades.values() for s in mine}
    places, lost, by_number = match(kind, students, graded, head, people, ids, roster)
    wanted, used, there = wanted_columns(options.columns, grades), {}, [head[i] for i in free(kind, head, rows)]
    for chapter, (most, mine) in grades.items():
        title = wanted.get(chapter)
        called = [title] if title else (names or {}).get(chapter, (chapter,))
        column = find_column(kind, head, rows, called)
        if column is None and title and roster:
            raise ValueError(f"{roster} has no column {title!r} for a grade; expected one of: {', '.join(there) or '(it has none)'}")
        if column is None and kind == "moodle" and "Grade" in head:
            if len(grades) > 1:
                raise ValueError(f"a grading worksheet holds one assignment, but {len(grades)} chapters were asked for; name one: dlcourse report {chapter}")
            column = head.index("Grade")
        if column is None:
            column = new_column(kind, head, rows, called[0], most)
            if not title:
                say(about_new(kind, called[0], there, roster))
        if (other := used.setdefault(head[column], chapter)) != chapter:
            raise ValueError(f"the column {head[column]!r} would get the grades of {other} and of {chapter}; name another by --column {chapter}=TITLE")
        times = factor(kind, head[column], most_possible(kind, head, rows, column), most, options.scale, say)
        for student, row in places.items():
            if mine.get(student) is not None:
                row[column] = number(mine[student] * times)
    if kind == "moodle" and roster and not by_number and any(map(digits, graded)):
        say(f"no line of {os.path.basename(roster)} is matched by number, only by login, e-mail or name: the assignment's grading worksheet matches by number")
    write(out, head, rows)
    return lost


def read(path):
    """A CSV file of an LMS: UTF-8 with or without a mark, UTF-16, comma, semicolon or tab -> list of rows, all of the first one's length."""
    if not os.path.isfile(path):
        raise ValueError(f"--roster {path} {'is no file' if os.path.exists(path) else 'does not exist'}; expected the CSV file that the platform exports")
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


def wanted_columns(texts, grades):
    """Texts of --column, as in `Options` -> dict chapter -> title of its column.  Raises ValueError for one that does not say which chapter's."""
    found = {}
    for text in texts:
        before, equals, title = text.partition("=")
        chapter = before.strip().partition("/")[0]
        if not equals or chapter not in grades:
            chapter, title = next(iter(grades)), text
            if len(grades) > 1:
                raise ValueError(f"--column {text!r} for {len(grades)} chapters; expected CHAPTER=TITLE with one of {', '.join(grades)}")
        if chapter in found or not title.strip():
            raise ValueError(f"--column {text!r}: expected one title for {chapter}" + (f", which has {found[chapter]!r} already" if chapter in found else ""))
        found[chapter] = title.strip()
    return found


def find_column(kind, head, rows, names):
    """The column that has the first of ``names`` that one has, as it is written or without its id -> index or None.  Raises ValueError for several."""
    columns = free(kind, head, rows)
    for name in names:
        title = re.compile(rf"(assignment: *)?{re.escape(plain(name))} *(\(\d+\)|\(real\))?")
        fits = [i for i in columns if plain(head[i]) == plain(name)] or [i for i in columns if title.fullmatch(plain(head[i]))]
        if len(fits) > 1:
            raise ValueError(f"the roster has several columns for {name!r}: {', '.join(head[i] for i in fits)}; say which by --column \"TITLE\"")
        if fits:
            return fits[0]
    return None


def free(kind, head, rows):
    """Indexes of the columns that may hold a grade."""
    return [i for i, name in enumerate(head) if name.strip() not in NO_GRADE[kind] and not is_total(kind, name, rows, i)]


def is_total(kind, name, rows, i):
    """Is it a column that Canvas reckons itself and does not read back?"""
    return kind == "canvas" and bool(any(row[i].strip() == READ_ONLY for row in rows[:2]) or CANVAS_TOTAL.search(name))


def about_new(kind, title, there, roster):
    """The line that a column is added, which none of the roster's is."""
    does = "importing it makes a new assignment" if kind == "canvas" else "map it to a grade item when you import it"
    choice = f"--column \"TITLE\" takes one that is there: {', '.join(there)}" if there else "the roster has none to choose from"
    return f"a new column {title!r}: {does}; {choice if roster else 'with --roster FILE one that is there is filled'}"


def new_column(kind, head, rows, title, most):
    """Put in an empty column, before Canvas's own totals and with its points -> index"""
    at = min((i for i, name in enumerate(head) if is_total(kind, name, rows, i)), default=len(head))
    head.insert(at, title)
    for i, row in enumerate(rows):
        row.insert(at, number(most) if kind == "canvas" and i < 2 and row[0].strip() == "Points Possible" else "")
    return at


def most_possible(kind, head, rows, column):
    """The platform's maximum for a column -> number, None where the file does not say.  Raises ValueError."""
    if kind == "canvas":
        said = {row[column].strip() for row in rows[:2] if row[0].strip() == "Points Possible"} - {""}
    else:
        at = [i for i, name in enumerate(head) if plain(name) == "maximum grade" and head[column] == "Grade"]  # "Maximum Grade" in Moodle's earlier versions
        said = {row[i].strip() for row in rows for i in at} - {""}
    if any(not re.fullmatch(r"[\d.,]*\d", text) for text in said) or len(said) > 1:
        raise ValueError(f"{kind.title()}'s maximum for {head[column]!r} is {', '.join(sorted(said))}; expected one number: grades here are points")
    return next((float(re.sub(r"[.,](?=.*[.,])", "", text).replace(",", ".")) for text in said), None)


def factor(kind, title, limit, most, scale, say):
    """What points are multiplied by: 1, or with ``scale`` the platform's maximum over ours.  Raises ValueError where they differ and may not be scaled."""
    its = f"{kind.title()}'s maximum for {title!r}"
    if limit is None and scale:
        raise ValueError(f"--scale: the file does not say {its}; expected Canvas's row 'Points Possible' or Moodle's grading worksheet with 'Maximum Grade', "
                         f"else set the maximum to {most:g} there and leave --scale out")
    if limit is None:
        say(f"{title}: points are out of {most:g}; {kind.title()}'s maximum for the item must be {most:g}")
        return 1
    if isclose(limit, most):
        return 1
    if not (limit and most):
        raise ValueError(f"{its} is {limit:g}, the exercises give {most:g}; expected numbers above 0")
    if not scale:
        raise ValueError(f"{its} is {limit:g}, the exercises give {most:g}; make them equal in the assignment's settings, or let --scale multiply the points")
    say(f"{title}: points are multiplied by {limit / most:.6g}: {its} is {limit:g}, the exercises give {most:g}")
    return limit / most


def number(value):
    """A grade as both import it: a point, at most two places."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


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
