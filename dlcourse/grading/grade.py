"""Grade a class: this process finds, keeps and writes; workers run the notebooks; only this process opens the gradebook.

    submitted/<student>/<chapter>/<stem>.ipynb -> gradebook, autograded/, results/, feedback/, grades.csv, totals.csv

A result is kept under the hash of all that it depends on (submission, exercise, package, limits), so a rerun does what changed
and nothing else, also after a kill: the result is written last, in one rename.
"""
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import signal
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple

import nbformat

from dlcourse.grading import dispatch, engine, sandbox, tables
from dlcourse.grading.feedback import make_feedback
from dlcourse.grading.files import check_writable, package_hash, unwritable, write_whole
from dlcourse.grading.gradebook import clear_errors, database, prepare
from dlcourse.grading.normalise import Unreadable, read_bytes, visible_hash
from dlcourse.grading.one import Policy, Result, Task, grade_task, hash_text
from dlcourse.grading.scores import write_gradebook
from dlcourse.grading.source import exercises as exercises_of
from dlcourse.grading.submissions import chosen, find_jobs, is_newer, said_by_platform


class Graded(NamedTuple):
    """What a run of ``grade`` did."""

    results: list  # of Result: the notebooks of this run
    table: list  # of dict: all of the gradebook, and every folder without a grade
    left_out: dict  # student -> why nothing is graded


def grade(class_dir, root=".", exercises=None, students=None, policy=Policy(), workers=None, feedback=True, say=print, force=False,
          scheduler=None, db=None):
    """Grade what a class handed in.  exercises: names like "mlp" or "mlp/losses"; students: names; None for all.  -> Graded

    scheduler: address of a Dask scheduler, None for processes of this machine; db: the gradebook's URL, None for the class's own file.
    Raises ValueError for a folder without ``submitted/`` or a name that is not there, sandbox.NoSandbox where a sandbox is asked for and there is
    none, RuntimeError if another run is at work on this class, files.Unwritable where something cannot be written.
    """
    root, class_dir = Path(root).resolve(), Path(class_dir).resolve()
    check_call(class_dir, root, exercises, students, policy, workers, scheduler)
    if policy.sandboxed and not scheduler and (reason := sandbox.available()):
        raise sandbox.NoSandbox(f"{reason}. Student code would run with your rights; use --no-sandbox only for your own solutions.")
    from dlcourse.grading.release import unreleased

    url, workers = database(class_dir, db), workers or min(len(os.sched_getaffinity(0)), 8)
    with alone(class_dir), clear_errors(class_dir, url):
        policy = with_seed(class_dir, policy, say)
        specs = {name: nbformat.writes(nb) for name, nb in remember(class_dir, prepare(root, class_dir, say, url)).items()}
        for line in unreleased(root):
            say(line)
        jobs, left_out = find_jobs(class_dir / "submitted", specs, students, exercises)
        say(f"{count(len(jobs), 'notebook')} of {count(len({j.student for j in jobs}), 'student')}; "
            f"sandbox: {f'{sandbox.LAYERS}; {sandbox.INNER}' if policy.sandboxed else 'NONE'}")
        results = list(run_all(jobs, class_dir, specs, policy, workers, scheduler, say, force))
        results.sort(key=lambda r: (r.student, r.chapter, r.stem))
        kept = kept_results(class_dir, specs, results)
        write_gradebook(class_dir, results + kept, url)
        failed = make_feedback(class_dir, root, results, url, say, workers) if feedback else None
        if students or exercises:
            jobs, left_out = find_jobs(class_dir / "submitted", specs)
        done = {(r.student, r.chapter, r.stem): r for r in kept}
        files = {j.name: j.name in done and is_newer(j.path, done[j.name], record(class_dir, j.name)) for j in jobs}
        of_run = {(r.student, r.chapter, r.stem): r for r in results}
        files = {place: new for place, new in files.items() if place not in of_run}
        table = tables.rows(url, specs, done | of_run, left_out, files, said_by_platform(class_dir))
        tables.write(class_dir / "grades.csv", table)
        tables.write(class_dir / "totals.csv", tables.totals(table))
    if failed:
        raise unwritable(class_dir / "feedback", failed)
    return Graded(results, table, left_out)


def check_call(class_dir, root, exercises, students, policy, workers, scheduler):
    """What is refused leaves nothing behind, no gradebook and no seed.  Raises as `grade` does for a call that cannot be carried out."""
    if not (class_dir / "submitted").is_dir():
        raise ValueError(f"{class_dir} has no folder submitted/; expected submitted/<student>/<chapter>/<notebook>.ipynb")
    for name, value in (("workers", workers), ("cell timeout", policy.cell_seconds), ("notebook timeout", policy.notebook_seconds)):
        if value is not None and value < 1:
            raise ValueError(f"{name} is {value}; expected at least 1")
    known = {(p.parent.name, p.stem): p for p in exercises_of(root)}
    chosen(exercises, known)
    if students:
        find_jobs(class_dir / "submitted", known, students)
    check_writable(class_dir)
    if scheduler:
        dispatch.connect(scheduler).close()


def count(n, word):
    """'1 notebook', '2 notebooks'."""
    return f"{n} {word}{'s' * (n != 1)}"


@contextmanager
def alone(class_dir):
    """One run at a time on a class; what a killed run left behind is swept out; a polite kill, or a terminal that closes, is an interrupt."""
    with open(class_dir / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RuntimeError(f"another 'dlcourse grade' is at work on {class_dir}; wait for it, or end it") from None
        shutil.rmtree(class_dir / ".scratch", ignore_errors=True)
        dispatch.ONLY_PARENT.add(lock.fileno())  # a worker that outlives a killed controller for a moment must not hold the lock
        before = {}
        try:
            for kind in (signal.SIGTERM, signal.SIGHUP):
                if signal.getsignal(kind) is not signal.SIG_IGN:  # nohup's wish
                    before[kind] = signal.signal(kind, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        except ValueError:  # not the main thread
            pass
        try:
            yield
        finally:
            for kind, handler in before.items():
                signal.signal(kind, handler)
            dispatch.ONLY_PARENT.discard(lock.fileno())


def with_seed(class_dir, policy, say):
    """The class's seed: the one that was asked for, else the one of the last run, else a random one.  It is kept in ``seed.txt``."""
    file = class_dir / "seed.txt"
    kept = file.read_text(encoding="utf8").strip() if file.exists() else None
    seed = policy.class_seed or kept or secrets.token_hex(16)  # a student's process gets hashes of it: too long to try all
    if seed != kept:
        say(f"class seed {seed!r}, kept in {file}" + (f"; it was {kept!r}: everything is graded again" if kept else ""))
        write_whole(file, seed + "\n")
    return replace(policy, class_seed=seed)


def remember(class_dir, specs):
    """Keep the hash of every test as it was given out, so that work on an earlier release is not taken for an edited test.  -> specs, which now know"""
    file = class_dir / ".released.json"
    before = file.read_text(encoding="utf8") if file.exists() else "{}"
    known = json.loads(before)
    for name, nb in specs.items():
        mine = known.setdefault("/".join(name), {})
        for cell in nb.cells:
            if cell.metadata.nbgrader.grade and cell.metadata.nbgrader.locked:
                seen = mine.setdefault(cell.metadata.nbgrader.grade_id, [])
                if (now := visible_hash(cell.source)) not in seen:
                    seen.append(now)
        earlier = {test: hashes for test, hashes in mine.items() if len(hashes) > 1}
        if earlier:
            nb.metadata.setdefault("dlcourse", {})["earlier"] = earlier
    if (after := json.dumps(known)) != before:
        write_whole(file, after)
    return specs


def run_all(jobs, class_dir, specs, policy, workers, scheduler, say, force):
    """Yield a Result for each job, cached ones first, with progress and a line for each grade that fell."""
    builder, todo, before = Builder(specs, policy), [], {}
    for job in jobs:
        known = load_result(class_dir, job.name)
        if known and not force and known.key == builder.key(job) and not known.trouble and product(class_dir, job.name).exists():
            known.cached = True
            if is_newer(job.path, known, record(class_dir, job.name)):
                os.utime(record(class_dir, job.name))  # the same bytes again, with another time: these are graded
            yield known
        else:
            todo.append(job)
            if known:
                before["/".join(job.name)] = known.points
    if len(todo) < len(jobs):
        say(f"{len(jobs) - len(todo)} unchanged, {len(todo)} to grade")
    if not todo:
        return
    if scheduler:
        outcomes = dispatch.cluster(scheduler, todo, builder.task, grade_task, policy.sandboxed)
    else:
        outcomes = dispatch.local(todo, builder.task, grade_task, workers, limit=engine.longest(policy))
    yield from with_progress((keep(class_dir, outcome) for outcome in outcomes), len(todo), before, say)


def with_progress(results, total, before, say):
    """Pass results on; say what is wrong with one, and now and then how far it is.  before: place -> points by tests of its kept result"""
    start, none, unread, fell = time.monotonic(), 0, 0, 0
    for done, result in enumerate(results, 1):
        none, unread = none + bool(result.trouble), unread + result.unread
        rate = (time.monotonic() - start) / done
        for text in [*result.notes, *([result.trouble] if result.trouble else [])]:
            say(f"  {result.place}: {text}")
        if not result.trouble and result.points < (known := before.get(result.place, 0)) - 1e-9:  # no result is no zero
            fell += 1
            say(f"  {result.place}: {known:g} points before, {result.points:g} now")
        if done % max(1, total // 20) == 0 or done == total:
            zero = f"{count(unread, 'file')} unreadable and so 0 points, " if unread else ""
            say(f"  {done}/{total} done, {none} without a grade, {zero}about {rate * (total - done):.0f} s left")
        yield result
    if fell:
        say(f"{count(fell, 'grade')} fell: see the lines 'points before'")


class Builder:
    """Makes the Task of a job from the submitted file, as late as possible, and the key of its result."""

    def __init__(self, specs, policy):
        self.specs, self.policy = specs, policy
        self.hashes = {name: hash_text(text) for name, text in specs.items()}
        self.common = [asdict(policy), package_hash(), sys.version]

    def read(self, job):
        """-> (key, bytes, why they could not be read)"""
        try:
            data, unread = read_bytes(job.path, self.policy.file_size), ""
        except Unreadable as error:
            data, unread = b"", str(error)
        text = json.dumps([job.name, job.notes, *self.common, self.hashes[job.name[1:]], unread])
        return hashlib.sha256(data + b"\0" + text.encode()).hexdigest(), data, unread

    def key(self, job):
        """Hash of everything that the result of a job depends on."""
        return self.read(job)[0]

    def task(self, job):
        """The Task of a job, from the file as it is now."""
        key, data, unread = self.read(job)
        submitted = job.path.lstat().st_mtime if os.path.lexists(job.path) else 0.0
        return Task(job.name, key, job.notes, submitted, data, unread, self.specs[job.name[1:]], self.policy)


def keep(class_dir, outcome):
    """Write what came of a job to the class's folder, the record last.  -> Result"""
    if outcome.trouble:
        return Result(*outcome.job.name, notes=list(outcome.job.notes), trouble=f"no result: {outcome.trouble}; grade again, or report this")
    result, text = outcome.output
    if not result.trouble:
        write_whole(product(class_dir, outcome.job.name), text)
        write_whole(record(class_dir, outcome.job.name), json.dumps(asdict(result), indent=1))
    return result


def kept_results(class_dir, specs, results):
    """Results of earlier runs for submissions that this run left out, where the exercise is still the same: the gradebook shall hold them too."""
    done = {(r.student, r.chapter, r.stem) for r in results}
    hashes = {job: hash_text(text) for job, text in specs.items()}
    jobs = {(p.parts[-3], p.parts[-2], p.stem) for p in (class_dir / "results").glob("*/*/*.json")} - done
    kept = [r for r in (load_result(class_dir, job) for job in sorted(jobs)) if r and (r.chapter, r.stem) in hashes]
    for result in kept:
        result.cached = True
        if result.spec != hashes[result.chapter, result.stem] and not result.trouble:  # no result is no zero
            result.trouble = "the exercise has changed since this was graded: grade everybody again"
        if not (class_dir / "submitted" / result.student).is_dir():
            result.notes.append("no longer in submitted/; the grade is kept")
    return kept


def record(class_dir, job):
    """Where the result of a job is kept."""
    return class_dir / "results" / job[0] / job[1] / f"{job[2]}.json"


def product(class_dir, job):
    """Where the graded notebook of a job is kept."""
    return class_dir / "autograded" / job[0] / job[1] / f"{job[2]}.ipynb"


def load_result(class_dir, job):
    """The kept result of a job, or None."""
    try:
        return Result(**json.loads(record(class_dir, job).read_text(encoding="utf8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
