"""A gradebook on a database server (Postgres): filled from, and changed by way of, SQLite files, so one way of carrying marks over serves both."""
import os
import shutil
from datetime import datetime

from nbgrader import api
from sqlalchemy import delete, insert, inspect, select
from traitlets.config import Config

from dlcourse.grading.config import configure
from dlcourse.grading.gradebook import carry_over, say_changed, shown, spec_database, transaction


def prepare_server(root, class_dir, url, changed, chapters, say):
    """Fill the server's gradebook, or make it anew where the exercises changed.  -> was it made?  Raises ValueError if it is another course's."""
    with transaction(url) as db:
        tables = set(inspect(db).get_table_names())
        held = set(db.execute(select(api.Assignment.name)).scalars()) if "assignment" in tables else set()
    if held and not changed:
        return False
    if not tables:
        configure(Config(), root, class_dir)  # nbgrader calls alembic by name for a new gradebook
        api.Gradebook(url, "dlcourse").close()
    if held and not held & set(chapters):
        raise ValueError(f"{shown(url)} holds another course's gradebook, with {', '.join(sorted(held))}; expected an empty database or one with "
                         f"{', '.join(chapters)}")
    part = class_dir / ".gradebook.part"
    shutil.copy(spec_database(class_dir), part)
    if held:
        old = class_dir / f"gradebook-until-{datetime.now():%Y-%m-%d_%H%M%S}.db"
        whole = old.with_name(f".{old.name}.part")
        shutil.copy(part, whole)
        copy_rows(url, f"sqlite:///{whole}")
        os.replace(whole, old)
        lost = carry_over(old, part)
    copy_rows(f"sqlite:///{part}", url)
    part.unlink()
    if held:
        say_changed(old, lost, say)
    return True


def copy_rows(source, target):
    """Make the tables of ``target`` hold what those of ``source`` hold, in one transaction."""
    tables = api.Base.metadata.sorted_tables
    with transaction(source) as db:
        rows = {table: [dict(r) for r in db.execute(select(table)).mappings()] for table in tables}
    with transaction(target) as db:
        for table in reversed(tables):
            db.execute(delete(table))
        for table in tables:
            if rows[table]:
                db.execute(insert(table), rows[table])
