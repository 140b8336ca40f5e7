"""Grade any nbgrader course with nbgrader's own scores: what ``nbgrader autograde`` does, but shut in, side by side, and nobody stops the class.

    controller (opens the gradebook, runs no student's code)
        one worker process a submission in turn: nbgrader's own Autograde, with the instructor's configuration, on a private gradebook that holds
        the exercises and this student's own rows; it runs no student's code either
            sandbox: nbgrader's Execute runs the cells; it sees the student's folder, no gradebook, no source, no configuration
        the rows that Autograde changed go into the gradebook in one transaction; then the autograded folder is moved into its place

A kill in between leaves a submission that is not in ``autograded/``: the next run grades it again.
"""
import copy
import fcntl
import glob
import logging
import os
import re
import resource
import shutil
import stat
import subprocess
import tempfile
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from nbgrader.api import Gradebook
from nbgrader.apps import AutogradeApp
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import inspect
from sqlalchemy.engine import make_url
from traitlets.config import Config

from dlcourse.grading import dispatch, rows, sandbox
from dlcourse.grading.files import DEEPEST, check_writable
from dlcourse.grading.gradebook import clear_errors, shown, spec_database
from dlcourse.grading.normalise import MAX_BYTES, Unreadable
from dlcourse.grading.preprocessors import OnlyInTheSandbox
from dlcourse.grading.shut_in import ExecuteInSandbox, shut_in

MEMORY = 1 << 30  # bytes that a worker may take for one submission, whatever its file makes nbgrader do
MAX_FOLDER = 100_000_000  # bytes of all files of a submission, as in nbgrader's exchange
SCRATCH = ".dlcourse-scratch"
CONFIGS = {}  # course's folder -> the instructor's configuration; a forked worker finds it here


@dataclass
class Outcome:
    """What became of one submission."""

    student: str
    assignment: str
    state: str  # "graded", "kept" (graded before and not handed in again) or "failed"
    reason: str = ""

    @property
    def place(self):
        return f"{self.student}/{self.assignment}"


class Job(NamedTuple):
    """One try at a submission: all that a worker needs."""

    student: str
    assignment: str
    root: str
    scratch: str  # folder of this try: private gradebook, autograded folder
    sandboxed: bool


def grade_course(course_dir, students=None, assignments=None, sandboxed=True, workers=None, say=print, force=False):
    """Grade the submissions of an nbgrader course as ``nbgrader autograde`` would.  -> list of Outcome, by student and assignment

    students, assignments: names, None for all; force: also what was graded before.
    Raises ValueError for a folder that is no course, a class of the default engine or a name that is not there, sandbox.NoSandbox where a sandbox is
    asked for and there is none, RuntimeError if another run is at work on this course, files.Unwritable where something cannot be written.
    """
    root = Path(course_dir).resolve()
    if workers is not None and workers < 1:
        raise ValueError(f"workers is {workers}; expected at least 1")
    if not root.is_dir():
        raise ValueError(f"{root} is no folder; expected an nbgrader course, with its nbgrader_config.py")
    if sandboxed and (reason := sandbox.available()):
        raise sandbox.NoSandbox(f"{reason}. Student code would run with your rights; use --no-sandbox only for your own solutions.")
    CONFIGS[str(root)] = config = read_config(root)
    course = CourseDirectory(config=config, root=str(root))
    with clear_errors(root, course.db_url):
        check_course(root, course, config)
        found = find_submissions(course, students, assignments)
        check_writable(root)
        say(f"{len(found)} submissions; engine: nbgrader's Autograde; sandbox: {sandbox.LAYERS if sandboxed else 'NONE'}")
        with alone(root) as scratch:
            outcomes = run_all(course, found, scratch, sandboxed, workers or min(len(os.sched_getaffinity(0)), 8), force, say)
    return sorted(outcomes, key=lambda o: (o.student, o.assignment))


def read_config(root):
    """The instructor's configuration, as nbgrader reads it for a command run in the course's folder.  -> Config"""
    before = os.getcwd()
    os.chdir(root)
    try:
        app = AutogradeApp()
        app.log.setLevel(logging.ERROR)
        app.initialize([])
    finally:
        os.chdir(before)
    return app.config


def check_course(root, course, config):
    """Raises ValueError for a class of the default engine, and where there is no gradebook: nbgrader would make an empty one and grade nothing."""
    url = make_url(course.db_url)
    file = Path(url.database) if url.drivername.startswith("sqlite") and url.database else None
    ours = next((p for p in (root, *([file.parent] if file else [])) if spec_database(p).exists()), None)
    if ours or config.Autograde.get("exporter_class") is OnlyInTheSandbox:
        raise ValueError(f"{ours or root} belongs to the default engine, and nbgrader's scores would take the place of its own; leave out --engine nbgrader")
    there = file is None or file.exists()
    if there:
        with rows.transaction(course.db_url) as db:
            there = inspect(db).has_table("assignment")
    if not there:
        raise ValueError(f"there is no gradebook at {shown(course.db_url)}; expected the one that 'nbgrader generate_assignment' makes in a course with an "
                         "nbgrader_config.py. A class of this course's own exercises is graded without --engine nbgrader")


@contextmanager
def alone(root):
    """One run at a time on a course, whose folder itself is the lock; -> a folder for this run, swept out before and after."""
    scratch, handle = root / SCRATCH, os.open(root, os.O_RDONLY)
    dispatch.ONLY_PARENT.add(handle)  # a worker that outlives a killed controller for a moment must not hold the lock
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RuntimeError(f"another 'dlcourse grade' is at work on {root}; wait for it, or end it") from None
        take_away(scratch)
        scratch.mkdir(mode=0o700)
        try:
            yield scratch
        finally:
            take_away(scratch)
    finally:
        dispatch.ONLY_PARENT.discard(handle)
        os.close(handle)


def take_away(folder):
    """A folder with all that is in it, which a student's code may have made deeper than shutil.rmtree goes."""
    subprocess.run(["rm", "-rf", "--", str(folder)], stderr=subprocess.DEVNULL)


def find_submissions(course, students, assignments):
    """Every folder of a submission whose assignment is in the gradebook.  -> sorted list of (student, assignment)"""
    with Gradebook(course.db_url, course.course_id) as gb:
        known = sorted(a.name for a in gb.assignments)
    if not known:
        raise ValueError(f"{course.db_url} holds no assignment; expected what 'nbgrader generate_assignment' leaves")
    for name in assignments or []:
        if name not in known:
            raise ValueError(f"no assignment {name!r} in the gradebook; there are {', '.join(known)}")
    pattern = re.compile(course.format_path(course.submitted_directory, "(?P<student>[^/]*)", "(?P<assignment>[^/]*)", escape=True))
    matches = [pattern.fullmatch(path) for path in glob.glob(course.format_path(course.submitted_directory, "*", "*"))]
    left_out = set(filter(None, course.student_id_exclude.split(",")))
    found = sorted((m["student"], m["assignment"]) for m in matches if m and m["student"] not in left_out)
    for name in students or []:
        if name not in {s for s, _ in found}:
            raise ValueError(f"no submission of {name!r}; there are {', '.join(sorted({s for s, _ in found})[:20]) or 'none at all'}")
    wanted = set(assignments or known)
    return [(s, a) for s, a in found if a in wanted and (not students or s in students)]


def run_all(course, found, scratch, sandboxed, workers, force, say):
    """Grade in worker processes; this one alone writes the gradebook and moves folders.  -> list of Outcome"""
    outcomes, jobs = [], []
    rows.copy_exercises(course.db_url, scratch / "exercises.db")
    for student, assignment in found:
        try:
            if kept(course, student, assignment) and not force:
                outcomes.append(Outcome(student, assignment, "kept"))
                continue
            check_files(Path(course.format_path(course.submitted_directory, student, assignment)))
            jobs.append((student, assignment))
        except Unreadable as error:
            outcomes.append(Outcome(student, assignment, "failed", str(error)))
    if outcomes:
        say(f"  {len(found) - len(jobs)} of them not to be graded: {sum(o.state == 'kept' for o in outcomes)} graded before")
    tries = dispatch.local(jobs, lambda job: prepare(course, scratch, sandboxed, *job), grade_submission, workers)
    for done, tried in enumerate(tries, 1):
        outcomes.append(last := take_over(course, tried))
        if last.state == "failed":
            say(f"  {last.place}: {last.reason}")
        if done % max(1, len(jobs) // 20) == 0 or done == len(jobs):
            say(f"  {done}/{len(jobs)} done, {sum(o.state == 'failed' for o in outcomes)} failed")
    return outcomes


def prepare(course, scratch, sandboxed, student, assignment):
    """A try at a submission, in a folder of its own: what a worker that died has left behind is not taken up.  -> Job"""
    folder = tempfile.mkdtemp(dir=scratch)
    shutil.copy(scratch / "exercises.db", f"{folder}/gradebook.db")
    rows.copy_student(course.db_url, f"{folder}/gradebook.db", student, assignment)
    return Job(student, assignment, course.root, folder, sandboxed)


def kept(course, student, assignment):
    """nbgrader's rule: a graded submission is graded again only if a newer one was handed in."""
    done = course.format_path(course.autograded_directory, student, assignment)
    if not os.path.exists(done):
        return False
    try:
        new = course.get_existing_timestamp(course.format_path(course.submitted_directory, student, assignment))
        old = course.get_existing_timestamp(done)
    except (AttributeError, OSError, ValueError):  # nbgrader stumbles on what is not a time
        return False
    return not (new is not None and old is not None and new > old)


def check_files(folder):
    """Regular files of a sane size only: a link would show a student what it points to, a pipe would wait for ever.  Raises Unreadable."""
    size = 0
    for place, folders, files in os.walk(folder):
        if len(Path(place).relative_to(folder).parts) > DEEPEST:
            raise Unreadable(f"the folder holds folders more than {DEEPEST} deep")
        for name in folders + files:
            info = os.lstat(os.path.join(place, name))
            if not stat.S_ISREG(info.st_mode) and not stat.S_ISDIR(info.st_mode):
                raise Unreadable(f"{name} is a link or a device; expected regular files")
            if name.endswith(".ipynb") and info.st_size > MAX_BYTES:
                raise Unreadable(f"{name} has {info.st_size:,} bytes; expected at most {MAX_BYTES:,}")
            size += info.st_size
    if size > MAX_FOLDER:
        raise Unreadable(f"the folder has {size:,} bytes; expected at most {MAX_FOLDER:,}")


def grade_submission(job):
    """In a worker: nbgrader's Autograde on one submission.  -> (job, None or why it failed)"""
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore")
    if job.root not in CONFIGS:  # a worker that was not forked
        CONFIGS[job.root] = read_config(job.root)
    config = copy.deepcopy(CONFIGS[job.root])
    step = os.path.relpath(os.path.join(job.scratch, "autograded"), job.root)
    config.CourseDirectory.merge({"root": job.root, "db_url": f"sqlite:///{job.scratch}/gradebook.db", "autograded_directory": step,
                                  "student_id": glob.escape(job.student), "assignment_id": glob.escape(job.assignment)})
    words = Words()
    grader = Autograde(coursedir=CourseDirectory(config=config), config=config)
    grader.log = words.logger
    grader.coursedir.log = words.logger
    grader.autograde_preprocessors = shut_in(grader.autograde_preprocessors)
    grader.update_config(Config({ExecuteInSandbox.__name__: {"sandboxed": job.sandboxed, "scratch": job.scratch}}))
    try:
        with little_memory():
            grader.start()
    except NbGraderException as error:
        return job, words.cause or str(error)
    except Exception as error:
        return job, f"{type(error).__name__}: {error}"
    return job, None


@contextmanager
def little_memory():
    """Past MEMORY more than now Python raises MemoryError; a student's own processes, below this one, are held to the sandbox's limits."""
    before, most = resource.getrlimit(resource.RLIMIT_DATA)
    end = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_DATA, (end if most == resource.RLIM_INFINITY else min(end, most), most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, most))


class Words(logging.Handler):
    """Remembers the last line of each traceback and the first error that nbgrader logged."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.said = []
        self.logger = logging.Logger("autograde", logging.WARNING)
        self.logger.addHandler(self)

    def emit(self, record):
        self.said.append(record.getMessage().strip())

    @property
    def cause(self):
        traced = [text.splitlines()[-1] for text in self.said if text.startswith("Traceback")]
        return " ".join((traced or self.said or [""])[0].split())[:500]


def take_over(course, tried):
    """Put the rows of a try that ended into the gradebook, its folder into place.  -> Outcome"""
    if tried.trouble:  # the worker itself broke
        return Outcome(*tried.job, "failed", f"no result: {tried.trouble}; grade again, or report this")
    job, reason = tried.output
    try:
        rows.take_over(f"{job.scratch}/gradebook.db", course.db_url, job.student, job.assignment)
        into_place(course, job, reason)
    except Exception as error:
        return Outcome(job.student, job.assignment, "failed", f"not written: {type(error).__name__}: {error}")
    finally:
        take_away(job.scratch)
    return Outcome(job.student, job.assignment, "failed" if reason else "graded", reason or "")


def into_place(course, job, failed):
    """The autograded folder takes the place of an earlier one; a failed submission has none, as with nbgrader."""
    step = os.path.relpath(os.path.join(job.scratch, "autograded"), job.root)
    new = course.format_path(step, job.student, job.assignment)
    place = course.format_path(course.autograded_directory, job.student, job.assignment)
    if os.path.lexists(place):
        os.rename(place, tempfile.mkdtemp(dir=job.scratch) + "/old")
    if os.path.isdir(new) and not failed:  # nbgrader leaves it there where it cannot take it away
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.rename(new, place)
