"""nbgrader's gradebook of a class, a SQLite file or a database on a server: filled from the exercises, scores written in.

Bulk reads and writes go through nbgrader's own tables by SQLAlchemy's core: an object a row would cost seconds for a class.
"""
import hashlib
import json
import os
import shutil
import tempfile
import warnings
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import nbformat
import nbgrader
from nbgrader import api
from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy import create_engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SAWarning

from dlcourse.grading.files import RESUME, Unwritable, package_hash, remove, unwritable, write_whole


def spec_database(class_dir):
    """A gradebook with the exercises and no student."""
    return class_dir / ".exercises.db"


def database(class_dir, db=None):
    """The gradebook's address: the one given, else environment DLCOURSE_DB, else a file in the class's folder.  Raises ValueError for no address."""
    given = db or os.environ.get("DLCOURSE_DB") or f"sqlite:///{class_dir / 'gradebook.db'}"
    try:
        url = make_url(given)
    except ArgumentError:
        raise ValueError(f"{given!r} is no database address; expected like postgresql://user:password@host/name") from None
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)


def shown(url):
    """A database's address for people: without its password; a file's path."""
    parsed = make_url(url)
    return parsed.database if parsed.drivername == "sqlite" else parsed.render_as_string(hide_password=True)


@contextmanager
def transaction(url):
    """A connection in one transaction.  On SQLite it has the write lock from the start: what was read stays true until it is written."""
    lite = make_url(url).drivername == "sqlite"
    engine = create_engine(url, connect_args={"timeout": 60} if lite else {})
    if lite:
        event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
        event.listen(engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def clear_errors(class_dir, url):
    """A disk or a database that fails is one clear line that names it."""
    try:
        yield
    except Unwritable:
        raise
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error).__name__
        raise Unwritable(f"the gradebook {shown(url)} cannot be used: {reason}; {RESUME}") from error
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        if "psycopg" not in str(error) and not isinstance(error, NoSuchModuleError):
            raise
        raise RuntimeError(f"the gradebook {shown(url)} needs a driver that is not here ({error}); for Postgres: "
                           "pip install -c constraints.txt 'psycopg[binary]'") from error
    except OSError as error:
        if isinstance(error, (ConnectionError, TimeoutError, FileNotFoundError)) or error.errno is None:
            raise
        raise unwritable(error.filename or class_dir, error) from error


def prepare(root, class_dir, say=print, url=None):
    """Fill the gradebook with the exercises' cells and points.  -> dict (chapter, stem) -> instructor's notebook

    Where the exercises of a chapter have changed since the gradebook was filled, it is made anew (nbgrader cannot change an assignment that has
    submissions): the old one is kept beside it, and all that people entered is carried over.
    """
    from dlcourse.grading.release import write_sources

    url = url or database(class_dir)
    found = write_sources(root, root / "_build/source")
    wanted = sorted({c for c, _ in found})
    digests = {c: hashlib.sha256(b"".join(p.read_bytes() for p in sorted((root / "_build/source" / c).glob("*.ipynb")))).hexdigest() for c in wanted}
    same_place(class_dir, url)
    stamp = class_dir / ".exercises.json"
    known = json.loads(stamp.read_text()) if stamp.exists() and spec_database(class_dir).exists() else {}
    if known != digests:
        fill(root, spec_database(class_dir), digests)
    if make_url(url).drivername == "sqlite":
        fresh = prepare_file(class_dir, Path(make_url(url).database), known != digests, say)
    else:
        from dlcourse.grading.server import prepare_server

        fresh = prepare_server(root, class_dir, url, known != digests, wanted, say)
    keep_place(class_dir, url)
    if fresh or known != digests:
        write_whole(stamp, json.dumps(digests))
    return read_specs(root, class_dir, found)


def place_note(class_dir):
    """The file that names a gradebook which is not in its usual place."""
    return class_dir / ".gradebook.txt"


def same_place(class_dir, url):
    """A class has one gradebook.  Raises ValueError where an earlier run used another: its marks would be missing in silence."""
    note = place_note(class_dir)
    kept = note.read_text(encoding="utf8").strip() if note.exists() else f"{class_dir / 'gradebook.db'}"
    if kept != shown(url) and (note.exists() or Path(kept).exists()):
        raise ValueError(f"the gradebook of this class is {kept}, not {shown(url)}: give it with --db (or DLCOURSE_DB); to start a new one on "
                         f"purpose, move {note.name if note.exists() else kept} away first")


def keep_place(class_dir, url):
    """Note where the gradebook is, once it is there: an address that failed binds nobody."""
    if shown(url) != f"{class_dir / 'gradebook.db'}" and not place_note(class_dir).exists():
        write_whole(place_note(class_dir), shown(url) + "\n")


def prepare_file(class_dir, db, changed, say):
    """A gradebook in a file.  -> was it made?"""
    if db.exists() and not changed:
        return False
    part = class_dir / ".gradebook.part"
    try:
        shutil.copy(spec_database(class_dir), part)
        if db.exists():
            lost = carry_over(db, part)
            old = class_dir / f"gradebook-until-{datetime.now():%Y-%m-%d_%H%M%S}.db"
            shutil.copy(db, old)
            say_changed(old, lost, say)
        os.replace(part, db)
    except OSError as error:
        remove(part)
        raise unwritable(db, error) from error
    return True


def say_changed(old, lost, say):
    """Tell that there is a new gradebook, and what it lacks."""
    say(f"the exercises changed: new gradebook; the old one is kept as {old.name}")
    for line in lost:
        say(f"  not carried over: {line}")


def fill(root, db, digests):
    """A new database with the cells and points of all chapters, put in place when it is whole.

    digests: dict chapter -> hash of its exercises.  nbgrader takes 3 s to make one, so the course keeps it for its next class.
    """
    from dlcourse.grading.release import generate

    kept = root / "_build/exercises" / f"{hashlib.sha256(json.dumps([digests, package_hash(), nbgrader.__version__]).encode()).hexdigest()[:16]}.db"
    if not kept.exists():
        with tempfile.TemporaryDirectory() as scratch:
            for chapter in sorted(digests):
                generate(root, root / "_build/source", scratch, Path(scratch, "new.db"), chapter)
            shutil.rmtree(kept.parent, ignore_errors=True)  # of exercises that have changed since
            write_whole(kept, Path(scratch, "new.db").read_bytes())
    write_whole(db, kept.read_bytes())


def carry_over(old, new):
    """Copy students and all that people entered (marks, comments, extra credit, extensions) from one gradebook file to another.

    -> list of what has no place any more
    """
    lost = []
    with Gradebook(f"sqlite:///{old}", "dlcourse") as a, Gradebook(f"sqlite:///{new}", "dlcourse") as b, warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=SAWarning)
        for student in a.students:
            b.update_or_create_student(student.id, first_name=student.first_name, last_name=student.last_name, email=student.email,
                                       lms_user_id=student.lms_user_id)
        known = {x.name for x in b.assignments}
        for assignment in a.assignments:
            for theirs in assignment.submissions if assignment.name in known else []:
                b.update_or_create_submission(assignment.name, theirs.student_id, timestamp=theirs.timestamp, extension=theirs.extension)
                for notebook in theirs.notebooks:
                    for entered in [*notebook.grades, *notebook.comments]:
                        lost += _copy_entry(b, assignment.name, theirs.student_id, notebook.name, entered)
        b.db.commit()
    return lost


def _copy_entry(gb, assignment, student, notebook, entered):
    values = {k: getattr(entered, k) for k in ("manual_score", "extra_credit", "manual_comment") if getattr(entered, k, None) is not None}
    if not values:
        return []
    find = gb.find_comment if "manual_comment" in values else gb.find_grade
    try:
        mine = find(entered.name, notebook, assignment, student)
    except MissingEntry:
        return [f"{student}/{assignment}/{notebook}: {entered.name}: {values}"]
    for name, value in values.items():
        setattr(mine, name, value)
    if "manual_score" in values:
        mine.auto_score, mine.needs_manual_grade = entered.auto_score, entered.needs_manual_grade
    return []


def read_specs(root, class_dir, found):
    """The exercises as the gradebook knows them: every cell as released, hidden tests included, with nbgrader's checksums.  -> dict of notebooks"""
    cells = api.SourceCell.__table__
    query = (select(api.Assignment.name, api.Notebook.name, cells.c.name, cells.c.source, cells.c.checksum)
             .select_from(cells).join(api.Notebook).join(api.Assignment))
    with transaction(f"sqlite:///{spec_database(class_dir)}") as db:
        known = {(a, n, c): (source, checksum) for a, n, c, source, checksum in db.execute(query)}
    specs = {}
    for chapter, stem in found:
        nb = nbformat.from_dict(json.loads((root / "_build/source" / chapter / f"{stem}.ipynb").read_text(encoding="utf8")))
        for cell in nb.cells:
            cell.source, cell.metadata.nbgrader["checksum"] = known[chapter, stem, cell.metadata.nbgrader.grade_id]
        specs[chapter, stem] = nb
    return specs
