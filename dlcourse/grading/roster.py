"""Which line of a platform's roster is which student's: by id, login, e-mail address or the platform's number, else by a name that nobody shares."""
import os
import re
import unicodedata
from collections import Counter

NUMBERS = {"canvas": "ID", "moodle": "Identifier"}  # the column of the number that 'dlcourse collect' kept; in another column it means another thing
NAMES = (("First name", "Last name"), ("Full name",), ("Student",))
TAKEN_OUT = re.compile(r"[&<>\"`|':\\/]")  # by Moodle, from the name of a student's folder


def match(kind, students, graded, head, people, ids, roster):
    """Find the row of each student who has a grade.

    students: dict id -> namespace first, last, email, lms; graded: set of ids; people: the roster's rows; ids: indexes of the columns that identify
    -> (dict id -> row, list of lines on the students and rows that are not matched, was anybody found by the platform's number?)
    """
    index, numbers = known_as(people, ids, head), known_as(people, [i for i in ids if head[i] == NUMBERS[kind]], head)
    found = {s: by_id(s, students.get(s), index, numbers) for s in sorted(graded)}
    by_number = any(row is not None and numbers.get(digits(s)) is row for s, row in found.items())
    mine, theirs = {s: names_of(s, students.get(s)) for s in {*graded, *students}}, {id(row): names_in(row, head) for row in people}
    shared = shared_names(mine.values(), theirs.values())
    alone = {name: row for row in people for name in theirs[id(row)]}
    named = {s: by_name(mine[s], alone, shared) for s, row in found.items() if row is None}
    places, lost, taken = {}, [], {}
    for student, row in [*((s, row) for s, row in found.items() if row is not None), *named.items()]:
        if row is None:
            missing = "not found in the roster" + (f" {os.path.basename(roster)}" if roster else "")
            lost.append(f"{student}: graded here, {why(mine[student], shared) or missing}")
        elif id(row) in taken:
            lost.append(f"{student}: the same line of the roster as {taken[id(row)]}; left out")
        else:
            places[student], taken[id(row)] = row, student
    rest = [row for row in people if id(row) not in taken and "Student, Test" not in row]
    return places, sorted(lost) + [f"{label(row, head)}: in the roster, {why(theirs[id(row)], shared) or 'not graded here'}" for row in rest], by_number


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


def by_id(student, info, index, numbers):
    """The row of a student: by our id, the gradebook's LMS id or address, or the number that 'dlcourse collect' kept -> row or None"""
    named = [index.get(plain(name)) for name in (student, getattr(info, "lms", ""), getattr(info, "email", "")) if name]
    return next((row for row in [*named, numbers.get(digits(student))] if row is not None), None)


def by_name(names, alone, shared):
    """The only row that is called like a student, none of whose names may be shared -> row or None"""
    fits = {} if names & shared.keys() else {id(alone[name]): alone[name] for name in names & alone.keys()}
    return next(iter(fits.values())) if len(fits) == 1 else None


def shared_names(mine, theirs):
    """Names of both sides that two students or two rows have: nobody is matched by one -> dict name -> what to say of it"""
    here, there = (Counter(name for names in side for name in names) for side in (mine, theirs))
    return {name: f"not matched by name: {here[name]} here and {there[name]} in the roster are called so" for name in here.keys() & there.keys()
            if max(here[name], there[name]) > 1}


def why(names, shared):
    """Why nobody is matched by these names, or ''."""
    return "; ".join(sorted(shared[name] for name in names & shared.keys()))


def names_of(student, info):
    """A student's names as they are compared: the folder's without the platform's number, the gradebook's."""
    known = " ".join(getattr(info, part, "") for part in ("first", "last"))
    return {words(re.sub(r"_\d+$", "", student)), words(known)} - {""}


def names_in(row, head):
    """The names in a row of the roster, as they are compared."""
    return {words(" ".join(row[head.index(n)] for n in columns)) for columns in NAMES if all(n in head for n in columns)} - {""}


def words(name):
    """A name for comparing: accents kept, no case, its words in one order, without what Moodle takes out of a file's name."""
    return " ".join(sorted(TAKEN_OUT.sub("", plain(name)).replace("_", " ").replace(",", " ").split()))


def label(row, head):
    """Who a roster's row is, for a message."""
    names = [row[head.index(n)] for n in ("Student", "Full name", "First name", "Last name", "Email address", "ID") if n in head]
    return " ".join(filter(None, names[:3])) or row[0]
