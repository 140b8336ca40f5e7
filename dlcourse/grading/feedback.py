"""Feedback pages, made by nbgrader: a stage of its own, in parallel, only for submissions whose page would say something new.

A page is stale when the hash of what it shows (the graded notebooks, scores, marks, comments, and the templates) is not the one in ``.feedback.json``.
"""
import hashlib
import json
import logging
import os
import signal
import time
from contextlib import contextmanager
from pathlib import Path

from nbgrader import api
from sqlalchemy import select

from dlcourse.grading import dispatch
from dlcourse.grading.files import pages_hash, write_whole
from dlcourse.grading.gradebook import transaction

EVERY = 10  # seconds between two notes of what is done
MOST = 60  # seconds of the processor for the pages of one student's chapter


def make_feedback(class_dir, root, results, url, say, workers):
    """Pages for every submission of this run that changed or has none.  -> None, or why pages could not be written"""
    stamp = class_dir / ".feedback.json"
    made = json.loads(stamp.read_text(encoding="utf8")) if stamp.exists() else {}
    shows = digests(url, results)
    stale = [pair for pair, digest in shows.items() if made.get("/".join(pair)) != digest or not (class_dir / "feedback" / Path(*pair)).is_dir()]
    if not stale:
        return None
    say(f"feedback for {len(stale)} student{'s' * (len(stale) != 1)}")
    failed, start, noted = None, time.monotonic(), time.monotonic()
    jobs = dispatch.local(stale, lambda pair: (str(root), str(class_dir), url, *pair), feedback_one, workers)
    for done, outcome in enumerate(jobs, 1):
        if error := outcome.trouble or outcome.output:
            say(f"  {'/'.join(outcome.job)}: no feedback: {error}")
            failed = failed or (error if "Errno" in error else None)
            made.pop("/".join(outcome.job), None)
        else:
            made["/".join(outcome.job)] = shows[outcome.job]
        if time.monotonic() > noted + EVERY or done == len(stale):
            noted = time.monotonic()
            say(f"  feedback {done}/{len(stale)}, about {(noted - start) / done * (len(stale) - done):.0f} s left")
            write_whole(stamp, json.dumps(made))
    return failed


def digests(url, results):
    """dict (student, chapter) -> hash of all that the pages of this submission show, for the submissions of these results"""
    parts = {}
    for r in results:
        if not r.trouble:
            parts.setdefault((r.student, r.chapter), []).append(f"{r.stem}:{r.key}")
    cells = api.BaseCell.__table__
    for table, shown in ((api.Grade.__table__, ("auto_score", "manual_score", "extra_credit")), (api.Comment.__table__, ("auto_comment", "manual_comment"))):
        query = (select(api.SubmittedAssignment.student_id, api.Assignment.name, api.Notebook.name, cells.c.name, *(table.c[n] for n in shown))
                 .select_from(table).join(cells, cells.c.id == table.c.cell_id)
                 .join(api.SubmittedNotebook.__table__, api.SubmittedNotebook.id == table.c.notebook_id)
                 .join(api.Notebook, api.Notebook.id == api.SubmittedNotebook.notebook_id)
                 .join(api.SubmittedAssignment, api.SubmittedAssignment.id == api.SubmittedNotebook.assignment_id)
                 .join(api.Assignment, api.Assignment.id == api.SubmittedAssignment.assignment_id))
        with transaction(url) as db:
            for student, chapter, *row in db.execute(query):
                if (student, chapter) in parts:
                    parts[student, chapter].append(f"{table.name}:{row}")
    return {pair: hashlib.sha256("\n".join([pages_hash(), *sorted(lines)]).encode()).hexdigest()[:16] for pair, lines in sorted(parts.items())}


MAKER = []  # this process's converter: its exporter, templates and configuration serve every student


def feedback_one(load):
    """Feedback of one student for one chapter.  load: (root, class folder, database, student, chapter) -> None, or what went wrong"""
    root, class_dir, url, student, chapter = load
    if not MAKER:
        MAKER.append(maker(root, class_dir, url))
    made = MAKER[0]
    made.coursedir.student_id, made.coursedir.assignment_id = student, chapter
    said = made.log.handlers[0].said
    said.clear()
    try:
        with no_longer_than(MOST):
            made.start()
    except Exception as error:
        found = next((line for text in said for line in reversed(text.strip().splitlines()) if "Error" in line), "")
        return found[:300] or f"{type(error).__name__}: {error}"[:300]
    return None


@contextmanager
def no_longer_than(seconds):
    """Raises TimeoutError in what takes more of the processor's time, and each second again: a text may be made to keep who reads it busy for years."""
    def stop(*_):
        raise TimeoutError(f"the page took longer than {seconds} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


class Said(logging.Handler):
    """Keeps what nbgrader says of a failure, instead of a page of it on the terminal."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.said = []

    def emit(self, line):
        self.said.append(line.getMessage())


def maker(root, class_dir, url):
    """nbgrader's converter for feedback, whose exporter is made once."""
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    from dlcourse.grading.config import configure

    class ManyPages(GenerateFeedback):
        """Keeps its exporter from one student to the next."""

        started = False

        def start(self):
            if not self.started:
                self.started = True
                return super().start()
            self.init_notebooks()
            self.convert_notebooks()

    c = configure(Config(), root, class_dir)
    c.CourseDirectory.db_url = url
    c.CourseDirectory.ignore.append("timestamp.txt")  # no page
    c.GenerateFeedback = c.ManyPages = c.GenerateFeedback
    c.ManyPages.force = True
    os.chdir(root)
    made = ManyPages(coursedir=CourseDirectory(config=c), config=c)
    made.permissions = 644
    made.log = logging.Logger("dlcourse.feedback", logging.ERROR)
    made.log.addHandler(Said())
    return made
