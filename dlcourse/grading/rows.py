"""Rows of nbgrader's gradebook on their way to and from the private copy that one submission is graded with."""
from contextlib import contextmanager

from nbgrader.api import Base
from sqlalchemy import bindparam, create_engine, select

STUDENTS = ("student", "submitted_assignment", "submitted_notebook", "grade", "comment")
EXERCISES = [t.name for t in Base.metadata.sorted_tables if t.name not in STUDENTS]  # parents before children
WRITTEN = {  # what autograding changes; marks and comments by hand are in other columns, which nobody here writes
    "submitted_assignment": ("timestamp",),
    "submitted_notebook": ("late_submission_penalty",),
    "grade": ("auto_score", "needs_manual_grade"),
    "comment": ("auto_comment",),
}


def table(name):
    """A table of nbgrader's schema."""
    return Base.metadata.tables[name]


@contextmanager
def transaction(url):
    """A connection whose changes are all written at the end, or none."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def copy_exercises(url, file):
    """A new gradebook file with all assignments of the gradebook at ``url`` and no student."""
    with transaction(url) as old, transaction(f"sqlite:///{file}") as new:
        Base.metadata.create_all(new)
        for name in EXERCISES:
            put(new, name, old.execute(select(table(name))).mappings().all())


def copy_student(url, file, student, assignment):
    """Add one student's rows of one assignment, marks by hand included, to a gradebook file."""
    with transaction(url) as old, transaction(f"sqlite:///{file}") as new:
        for name, found in rows_of(old, student, assignment).items():
            put(new, name, found)


def rows_of(connection, student, assignment):
    """dict table -> rows of one student's submission of one assignment"""
    people, handed, exercise = table("student"), table("submitted_assignment"), table("assignment")

    def get(name, condition):
        return connection.execute(select(table(name)).where(condition)).mappings().all()

    found = {"student": get("student", people.c.id == student)}
    which = connection.execute(select(exercise.c.id).where(exercise.c.name == assignment)).scalar_one()
    found["submitted_assignment"] = get("submitted_assignment", (handed.c.student_id == student) & (handed.c.assignment_id == which))
    parents = [row["id"] for row in found["submitted_assignment"]]
    found["submitted_notebook"] = get("submitted_notebook", table("submitted_notebook").c.assignment_id.in_(parents))
    parents = [row["id"] for row in found["submitted_notebook"]]
    for name in ("grade", "comment"):
        found[name] = get(name, table(name).c.notebook_id.in_(parents))
    return found


def take_over(file, url, student, assignment):
    """Write what autograding changed in the file into the gradebook at ``url``, in one transaction."""
    with transaction(f"sqlite:///{file}") as private:
        found = rows_of(private, student, assignment)
    with transaction(url) as real:
        for name, changed in found.items():
            key, ids = table(name).c.id, [row["id"] for row in changed]
            there = set(real.execute(select(key).where(key.in_(ids))).scalars())
            put(real, name, [row for row in changed if row["id"] not in there])
            columns = WRITTEN.get(name, ())
            old = [{"the_id": row["id"], **{c: row[c] for c in columns}} for row in changed if row["id"] in there]
            if columns and old:
                real.execute(table(name).update().where(key == bindparam("the_id")), old)


def put(connection, name, found):
    """Insert rows."""
    if found:
        connection.execute(table(name).insert(), [dict(row) for row in found])
