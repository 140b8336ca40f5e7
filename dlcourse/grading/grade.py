"""Grade a class: one sandboxed nbgrader run a notebook, in parallel; only this process opens the gradebook.

    submitted/<student>/<chapter>/<stem>.ipynb -> gradebook.db, autograded/, feedback/, grades.csv, totals.csv

A result is kept under the hash of all that it depends on (submission, exercise, package, limits), so a rerun does what changed
and nothing else, also after a kill: the result is written last, in one rename.
"""
import ctypes
import fcntl
import functools
import hashlib
import json
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbgrader import utils

from dlcourse.grading import sandbox, tables
from dlcourse.grading.gradebook import database, make_feedback, points_of, prepare, spec_database, write_gradebook
from dlcourse.grading.normalise import Unreadable, for_display, normalise, read_bytes, take_outputs
from dlcourse.grading.preprocessors import StrictOutputs, error_output
from dlcourse.grading.submissions import find_jobs

PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Policy:
    """What a submission may use."""

    cell_seconds: int = 30
    notebook_seconds: int = 120
    sandboxed: bool = True
    class_seed: str = ""  # feeds the hidden tests' inputs; empty: the class's own


@dataclass
class Result:
    """The outcome for one student's one notebook."""

    student: str
    chapter: str
    stem: str
    key: str = ""
    scores: dict = field(default_factory=dict)  # test -> points; None: waits for a person
    most: dict = field(default_factory=dict)  # test or question -> points it can give
    failed: dict = field(default_factory=dict)  # test -> why it gave less
    empty: list = field(default_factory=list)  # answers left as released
    spec: str = ""  # hash of the exercise it was graded with
    texts: dict = field(default_factory=dict)  # written question or test -> hash of what was graded
    submitted: float = 0.0  # time of the file
    unread: bool = False  # the file could not be read
    first_error: str = ""  # where the notebook first went wrong
    notes: list = field(default_factory=list)
    looks: list = field(default_factory=list)  # marks by hand that need a second look
    trouble: str = ""  # the grader's own failure: there is no result
    cached: bool = False

    @property
    def place(self):
        return f"{self.student}/{self.chapter}/{self.stem}"

    @property
    def points(self):
        return sum(v for v in self.scores.values() if v is not None)


class Graded(NamedTuple):
    """What a run of ``grade`` did."""

    results: list  # of Result: the notebooks of this run
    table: list  # of dict: all of the gradebook, and every folder without a grade
    left_out: dict  # student -> why nothing is graded


def grade(class_dir, root=".", exercises=None, students=None, policy=Policy(), workers=None, feedback=True, say=print, force=False):
    """Grade what a class handed in.  exercises: names like "mlp" or "mlp/losses"; students: names; None for all.  -> Graded

    Raises ValueError for a folder without ``submitted/`` or a name that is not there, sandbox.NoSandbox where a sandbox is asked for and there is
    none, RuntimeError if another run is at work on this class.
    """
    root, class_dir = Path(root).resolve(), Path(class_dir).resolve()
    if not (class_dir / "submitted").is_dir():
        raise ValueError(f"{class_dir} has no folder submitted/; expected submitted/<student>/<chapter>/<notebook>.ipynb")
    for name, value in (("workers", workers), ("cell timeout", policy.cell_seconds), ("notebook timeout", policy.notebook_seconds)):
        if value is not None and value < 1:
            raise ValueError(f"{name} is {value}; expected at least 1")
    if policy.sandboxed and (reason := sandbox.available()):
        raise sandbox.NoSandbox(f"{reason}. Student code would run with your rights; use --no-sandbox only for your own solutions.")
    with alone(class_dir):
        policy = with_seed(class_dir, policy, say)
        specs = prepare(root, class_dir, say)
        jobs, left_out = find_jobs(class_dir / "submitted", specs, students, exercises)
        say(f"{count(len(jobs), 'notebook')} of {count(len({j.student for j in jobs}), 'student')}; "
            f"sandbox: {sandbox.LAYERS if policy.sandboxed else 'NONE'}")
        results = list(_run_all(jobs, class_dir, specs, policy, workers or min(len(os.sched_getaffinity(0)), 8), say, force))
        results.sort(key=lambda r: (r.student, r.chapter, r.stem))
        kept = kept_results(class_dir, specs, results)
        fresh = write_gradebook(class_dir, results + kept)
        if feedback:
            make_feedback(class_dir, root, results, fresh, say, workers)
        if students or exercises:
            _, left_out = find_jobs(class_dir / "submitted", specs)
        table = tables.rows(database(class_dir), specs, {(r.student, r.chapter, r.stem): r for r in results + kept}, left_out)
        tables.write(class_dir / "grades.csv", table)
        tables.write(class_dir / "totals.csv", tables.totals(table))
    return Graded(results, table, left_out)


def count(n, word):
    """'1 notebook', '2 notebooks'."""
    return f"{n} {word}{'s' * (n != 1)}"


@contextmanager
def alone(class_dir):
    """One run at a time on a class; what a killed run left behind is swept out; a polite kill is an interrupt."""
    with open(class_dir / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RuntimeError(f"another 'dlcourse grade' is at work on {class_dir}; wait for it, or end it") from None
        shutil.rmtree(class_dir / ".scratch", ignore_errors=True)
        (class_dir / ".scratch").mkdir()
        try:
            before = signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        except ValueError:  # not the main thread
            before = None
        try:
            yield
        finally:
            if before is not None:
                signal.signal(signal.SIGTERM, before)
            shutil.rmtree(class_dir / ".scratch", ignore_errors=True)


def with_seed(class_dir, policy, say):
    """The class's seed: the one that was asked for, else the one of the last run, else a random one.  It is kept in ``seed.txt``."""
    file = class_dir / "seed.txt"
    kept = file.read_text(encoding="utf8").strip() if file.exists() else None
    seed = policy.class_seed or kept or secrets.token_hex(4)
    if seed != kept:
        say(f"class seed {seed!r}, kept in {file}" + (f"; it was {kept!r}: everything is graded again" if kept else ""))
        _write(file, seed + "\n")
    return replace(policy, class_seed=seed)


def _run_all(jobs, class_dir, specs, policy, workers, say, force):
    """Yield a Result for each job, cached ones first, with progress."""
    todo, start, done, bad = [], time.monotonic(), 0, 0
    package = package_hash()
    for job in jobs:
        known = load_result(class_dir, job.name)
        key = job_key(job, specs[job.name[1:]], policy, package)
        if known and known.key == key and not force and not known.trouble and _product(class_dir, job.name).exists():
            known.cached = True
            yield known
        else:
            todo.append((job, key))
    if len(todo) < len(jobs):
        say(f"{len(jobs) - len(todo)} unchanged, {len(todo)} to grade")
    if not todo:
        return
    with ProcessPoolExecutor(workers, initializer=_die_with_parent) as pool:
        tasks = {pool.submit(grade_one, class_dir, job, key, specs[job.name[1:]], policy): job for job, key in todo}
        try:
            for task in as_completed(tasks):
                result = task.result()
                done += 1
                bad += bool(result.trouble or result.unread)
                rate = (time.monotonic() - start) / done
                for text in [*result.notes, *([result.trouble] if result.trouble else [])]:
                    say(f"  {result.place}: {text}")
                if done % max(1, len(todo) // 20) == 0 or done == len(todo):
                    say(f"  {done}/{len(todo)} done, {bad} without a grade, about {rate * (len(todo) - done):.0f} s left")
                yield result
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _die_with_parent():
    """In a worker: an interrupt is the controller's business, and nothing outlives it (its sandboxes die with the worker)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def grade_one(class_dir, job, key, spec, policy):
    """Grade one notebook; never raises for what a student handed in.  -> Result, whose notebook and record are on disk"""
    result = Result(*job.name, key=key, most=points_of(spec), spec=spec_hash(spec), notes=list(job.notes))
    try:
        result.submitted = job.path.lstat().st_mtime
        try:
            sent = normalise(read_bytes(job.path), spec)
            result.notes += sent.notes
            ran = run_sandboxed(sent.nb, job, class_dir, policy)
            nb = take_outputs(ran, sent.nb)
        except Unreadable as error:
            result.unread = True
            result.notes.append(f"scores 0: the file {error}")
            nb = unread_notebook(spec, str(error))
        nb, _ = StrictOutputs().preprocess(nb, {})
        score(nb, result)
        _write(_product(class_dir, job.name), nbformat.writes(for_display(nb)))
    except Exception as error:
        result.trouble = f"no result: {type(error).__name__}: {error}; grade again, or report this"
        return result
    _write(_record(class_dir, job.name), json.dumps(asdict(result), indent=1))
    return result


def run_sandboxed(nb, job, class_dir, policy):
    """Let nbgrader run the notebook in a folder of its own, without the student's name.  -> the notebook that came back.

    Raises Unreadable if none did because of what the student wrote, RuntimeError if the grader failed.
    """
    with tempfile.TemporaryDirectory(dir=class_dir / ".scratch") as scratch:
        scratch = Path(scratch)
        submitted = scratch / "submitted/student" / job.chapter
        submitted.mkdir(parents=True)
        (scratch / "source" / job.chapter).mkdir(parents=True)
        nbformat.write(nb, submitted / f"{job.stem}.ipynb")
        shutil.copy(spec_database(class_dir), scratch / "gradebook.db")
        command = [sys.executable, "-m", "dlcourse.grading.worker", str(scratch), job.chapter, str(policy.cell_seconds), str(policy.notebook_seconds)]
        limit = policy.notebook_seconds + policy.cell_seconds + 60
        status, log = sandbox.run(command, scratch, PACKAGE, limit, policy.sandboxed, DLCOURSE_CLASS_SEED=policy.class_seed)
        product = scratch / "autograded/student" / job.chapter / f"{job.stem}.ipynb"
        if status == -signal.SIGKILL:
            raise Unreadable(f"ran for more than {limit} s and could not be interrupted")
        try:
            return nbformat.reads(read_bytes(product).decode("utf8"), 4)
        except Unreadable:
            raise RuntimeError(f"nbgrader stopped with status {status}: {log[-600:]}") from None


def score(nb, result):
    """nbgrader's own rule for each graded cell, why a test gave less than it could, and where the notebook first went wrong."""
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        error = next((o for o in cell.get("outputs", []) if o.output_type == "error"), None)
        if utils.is_solution(cell) and cell.metadata.nbgrader.checksum == utils.compute_checksum(cell):
            result.empty.append(name)
        if not utils.is_grade(cell):
            if error is not None and not result.first_error:
                result.first_error = f"first error, in {name or 'a cell of their own'}: {error.ename}: {error.evalue}"[:200]
            continue
        result.scores[name] = utils.determine_grade(cell)[0]
        result.texts[name] = hashlib.sha256((cell.source if utils.is_solution(cell) else "").encode()).hexdigest()[:16]
        if result.scores[name] is not None and result.scores[name] < result.most[name] and cell.cell_type == "code":
            result.failed[name] = f"{error.ename}: {error.evalue}"[:500] if error is not None else "partial"


def unread_notebook(spec, reason):
    """What stands in for a file that could not be read: the exercise, every test failed with the reason."""
    nb = nbformat.from_dict(json.loads(json.dumps(spec)))
    for cell in nb.cells:
        meta = cell.metadata.nbgrader
        if meta.solution:
            cell.source = f"The submitted file {reason}." if cell.cell_type == "markdown" else f"# The submitted file {reason}."
        if cell.cell_type == "code" and meta.grade:
            cell.outputs, cell.execution_count = [error_output("NotGraded", f"the submitted file {reason}")], 1
        if cell.cell_type == "markdown" and meta.grade:
            meta["checksum"] = utils.compute_checksum(cell)  # nbgrader gives 0 where nothing was answered
    return nb


def spec_hash(spec):
    """Hash of an exercise with its tests."""
    return hashlib.sha256(nbformat.writes(spec).encode()).hexdigest()


def kept_results(class_dir, specs, results):
    """Results of earlier runs for submissions that this run left out, where the exercise is still the same: the gradebook shall hold them too."""
    done = {(r.student, r.chapter, r.stem) for r in results}
    hashes = {job: spec_hash(spec) for job, spec in specs.items()}
    jobs = {(p.parts[-3], p.parts[-2], p.stem) for p in (class_dir / "results").glob("*/*/*.json")} - done
    kept = [r for r in (load_result(class_dir, job) for job in sorted(jobs)) if r and r.spec == hashes.get((r.chapter, r.stem))]
    for result in kept:
        result.cached = True
        if not (class_dir / "submitted" / result.student).is_dir():
            result.notes.append("no longer in submitted/; the grade is kept")
    return kept


@functools.cache
def package_hash():
    """Hash of the package: tests call it, so its text is part of what a score depends on."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def job_key(job, spec, policy, package):
    """Hash of everything that the result of a job depends on."""
    try:
        data = read_bytes(job.path)
    except Unreadable as error:
        data = str(error).encode()
    text = json.dumps([job.name, job.notes, asdict(policy), package, sys.version]) + nbformat.writes(spec)
    return hashlib.sha256(data + b"\0" + text.encode()).hexdigest()


def _record(class_dir, job):
    return class_dir / "results" / job[0] / job[1] / f"{job[2]}.json"


def _product(class_dir, job):
    return class_dir / "autograded" / job[0] / job[1] / f"{job[2]}.ipynb"


def load_result(class_dir, job):
    """The kept result of a job, or None."""
    try:
        return Result(**json.loads(_record(class_dir, job).read_text(encoding="utf8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _write(path, text):
    """Write all or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf8")
    os.replace(part, path)
