"""nbgrader's gradebook of a class: filled from the exercises, scores written in, feedback and tables read out."""
import hashlib
import json
import os
import shutil
import tempfile
import warnings
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timezone

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from dlcourse.grading.config import configure
from dlcourse.grading.release import generate, quiet, write_sources


def spec_database(class_dir):
    """A gradebook with the exercises and no student: what a worker may see."""
    return class_dir / ".exercises.db"


def database(class_dir):
    """The gradebook's address."""
    return f"sqlite:///{class_dir / 'gradebook.db'}"


def prepare(root, class_dir, say=print):
    """Fill the gradebook with the exercises' cells and points.  -> dict (chapter, stem) -> instructor's notebook

    Where the exercises of a chapter have changed since the gradebook was filled, it is made anew (nbgrader cannot change an assignment that has
    submissions): the old one is kept beside it, and all that people entered is carried over.
    """
    found = write_sources(root, root / "_build/source")
    wanted = sorted({c for c, _ in found})
    digests = {c: hashlib.sha256(b"".join(p.read_bytes() for p in sorted((root / "_build/source" / c).glob("*.ipynb")))).hexdigest() for c in wanted}
    stamp, db = class_dir / ".exercises.json", class_dir / "gradebook.db"
    known = json.loads(stamp.read_text()) if stamp.exists() and spec_database(class_dir).exists() else {}
    if known != digests:
        spec_database(class_dir).unlink(missing_ok=True)
        fill(root, spec_database(class_dir), wanted)
    if db.exists() and known != digests:
        old = class_dir / f"gradebook-until-{datetime.now():%Y-%m-%d_%H%M%S}.db"
        part = class_dir / ".gradebook.part"
        shutil.copy(spec_database(class_dir), part)
        lost = carry_over(db, part)
        shutil.copy(db, old)
        os.replace(part, db)
        say(f"the exercises changed: new gradebook; the old one is kept as {old.name}")
        for line in lost:
            say(f"  not carried over: {line}")
    elif not db.exists():
        shutil.copy(spec_database(class_dir), db)
    stamp.write_text(json.dumps(digests))
    return {(c, stem): read_spec(root, class_dir, c, stem) for c, stem in found}


def fill(root, db, chapters):
    """A new database with the cells and points of all chapters."""
    with tempfile.TemporaryDirectory() as scratch:
        for chapter in chapters:
            generate(root, root / "_build/source", scratch, db, chapter)


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


def read_spec(root, class_dir, chapter, stem):
    """The exercise as the gradebook knows it: every cell as released, hidden tests included, with nbgrader's checksums.  -> notebook"""
    nb = nbformat.read(root / "_build/source" / chapter / f"{stem}.ipynb", 4)
    with Gradebook(f"sqlite:///{spec_database(class_dir)}", "dlcourse") as gb:
        for cell in nb.cells:
            known = gb.find_source_cell(cell.metadata.nbgrader.grade_id, stem, chapter)
            cell.source, cell.metadata.nbgrader["checksum"] = known.source, known.checksum
    return nb


def points_of(spec):
    """dict cell name -> most points, for tests and written questions, in the notebook's order."""
    return {c.metadata.nbgrader.grade_id: float(c.metadata.nbgrader.points) for c in spec.cells if c.metadata.nbgrader.grade}


def write_gradebook(class_dir, results):
    """Put the scores into nbgrader's gradebook, in one transaction; manual scores and comments are left alone.

    What a person has marked and what changed since waits for a second look: its names go to ``result.looks``.
    results: those of this run and kept ones of earlier runs -> the (student, chapter) pairs whose scores changed
    """
    fresh, by_submission = set(), {}
    seen_file = class_dir / ".seen.json"
    seen = json.loads(seen_file.read_text()) if seen_file.exists() else {}
    for result in results:
        by_submission.setdefault((result.student, result.chapter), {})[result.stem] = result
    with Gradebook(database(class_dir), "dlcourse") as gb, warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=SAWarning)  # nbgrader's own relations, harmless
        for (student, chapter), mine in by_submission.items():
            gb.update_or_create_student(student)
            stamp = datetime.fromtimestamp(int(max(r.submitted for r in mine.values())), timezone.utc).replace(tzinfo=None)
            submission = gb.update_or_create_submission(chapter, student, timestamp=stamp)
            for notebook in submission.notebooks:
                result = mine.get(notebook.name)
                if result is None or not result.trouble:  # no result is no zero
                    changed = [_put_score(grade, result, seen) for grade in notebook.grades]
                    fresh |= {(student, chapter)} if any(changed) else set()
                    for comment in notebook.comments:
                        comment.auto_comment = _comment(comment.name, result)
        gb.db.commit()
    part = seen_file.with_name(".seen.part")
    part.write_text(json.dumps(seen))
    os.replace(part, seen_file)  # after the commit: a kill in between flags once more, never once less
    return fresh


def _comment(name, result):
    if result is None:
        return "Not submitted."
    if name in result.empty:
        return "No response."
    return "Waits to be marked by a person." if name in result.scores and result.scores[name] is None else None


def _put_score(grade, result, seen):
    """nbgrader's rule: a test's score is written; a written answer, or a change under a manual score, waits for a person.  -> changed?

    seen: dict place -> hash of the answer that people could see since the last run; brought up to date here
    """
    new = 0.0 if result is None else result.scores.get(grade.name, 0.0)
    first = grade.auto_score is None and grade.manual_score is None and new is None and not grade.needs_manual_grade
    other_text = False
    if result is not None and grade.name in result.texts:
        place = f"{result.place}:{grade.name}"
        other_text = seen.get(place, result.texts[grade.name]) != result.texts[grade.name]
        seen[place] = result.texts[grade.name]
    other_score = grade.auto_score != new or first
    if grade.manual_score is not None and (other_text or other_score):
        grade.needs_manual_grade = True
    elif other_score:
        grade.needs_manual_grade = new is None
    grade.auto_score = new
    if grade.manual_score is not None and grade.needs_manual_grade and result is not None:
        result.looks.append(f"{grade.name} was marked by hand and has changed since: look at it again")
    return other_score or other_text


def make_feedback(class_dir, root, results, fresh, say, workers=None):
    """nbgrader's feedback pages for every submission that changed or has none."""
    pairs = sorted({(r.student, r.chapter) for r in results if not r.trouble})
    stale = [p for p in pairs if p in fresh or any(not r.cached for r in results if (r.student, r.chapter) == p)
             or not (class_dir / "feedback" / p[0] / p[1]).is_dir()]
    if not stale:
        return
    say(f"feedback for {len(stale)} students")
    with ProcessPoolExecutor(workers or min(len(os.sched_getaffinity(0)), 8)) as pool:
        for (student, chapter), error in zip(stale, pool.map(feedback_one, *zip(*[(root, class_dir, s, c) for s, c in stale]))):
            if error:
                say(f"  {student}/{chapter}: no feedback: {error}")


def feedback_one(root, class_dir, student, chapter):
    """Feedback of one student for one chapter.  -> None, or what went wrong"""
    c = configure(Config(), root, class_dir)
    c.CourseDirectory.student_id, c.CourseDirectory.assignment_id = student, chapter
    c.GenerateFeedback.force = True
    maker = GenerateFeedback(coursedir=CourseDirectory(config=c), config=c)
    maker.permissions = 644
    quiet(maker)
    try:
        maker.start()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None
