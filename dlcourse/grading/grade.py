"""Grade a class: one sandboxed nbgrader run a notebook, in parallel; only this process opens the gradebook.

    submitted/<student>/<chapter>/<stem>.ipynb -> gradebook.db, autograded/, feedback/, grades.csv

A result is kept under the hash of all that it depends on (submission, exercise, package, limits), so a rerun does what changed
and nothing else, also after a kill: the result is written last, in one rename.
"""
import functools
import hashlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path

import nbformat
from nbgrader import utils

from dlcourse.grading import sandbox
from dlcourse.grading.gradebook import make_feedback, points_of, prepare, spec_database, write_csv, write_gradebook
from dlcourse.grading.normalise import Unreadable, for_display, normalise, read_bytes, student_folders, take_outputs
from dlcourse.grading.preprocessors import StrictOutputs, error_output

PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Policy:
    """What a submission may use."""

    cell_seconds: int = 30
    notebook_seconds: int = 120
    sandboxed: bool = True
    class_seed: str = "0"  # feeds the hidden tests' inputs


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
    notes: list = field(default_factory=list)
    trouble: str = ""  # the grader's own failure: there is no result
    cached: bool = False

    @property
    def place(self):
        return f"{self.student}/{self.chapter}/{self.stem}"

    @property
    def points(self):
        return sum(v for v in self.scores.values() if v is not None)


def grade(class_dir, root=".", chapters=None, students=None, policy=Policy(), workers=None, feedback=True, say=print, force=False):
    """Grade every submitted notebook of a class.  -> list of Result, in order of student, chapter, notebook

    Raises ValueError for a folder without ``submitted/``, sandbox.NoSandbox where a sandbox is asked for and there is none.
    """
    root, class_dir = Path(root).resolve(), Path(class_dir).resolve()
    if not (class_dir / "submitted").is_dir():
        raise ValueError(f"{class_dir} has no folder submitted/; expected submitted/<student>/<chapter>/<notebook>.ipynb")
    if policy.sandboxed and (reason := sandbox.available()):
        raise sandbox.NoSandbox(f"{reason}. Student code would run with your rights; use --no-sandbox only for your own solutions.")
    specs = prepare(root, class_dir, chapters, say)
    jobs, refused = find_jobs(class_dir, specs, students)
    for name, why in refused:
        say(f"left out: {name}: {why}")
    say(f"{len(jobs)} notebooks of {len({j[0] for j in jobs})} students; sandbox: {sandbox.LAYERS if policy.sandboxed else 'NONE'}")
    results = list(_run_all(jobs, class_dir, specs, policy, workers or min(len(os.sched_getaffinity(0)), 8), say, force))
    results.sort(key=lambda r: (r.student, r.chapter, r.stem))
    fresh = write_gradebook(class_dir, results + kept_results(class_dir, specs, results))
    if feedback:
        make_feedback(class_dir, root, results, fresh, say, workers)
    write_csv(class_dir / "grades.csv", class_dir, results)
    return results


def find_jobs(class_dir, specs, students=None):
    """-> (list of (student, chapter, stem), list of (name, reason) left out)"""
    names, refused = student_folders(class_dir / "submitted")
    jobs = []
    for student in names:
        if students and student not in students:
            continue
        for chapter, stem in specs:
            path = class_dir / "submitted" / student / chapter / f"{stem}.ipynb"
            if os.path.lexists(path):
                jobs.append((student, chapter, stem))
        known = {f"{stem}.ipynb" for _, stem in specs}
        for path in sorted((class_dir / "submitted" / student).rglob("*.ipynb")):
            if path.name not in known and ".ipynb_checkpoints" not in path.parts:
                refused.append((f"{student}: {ascii(path.name)}", "no exercise has this name"))
    return jobs, refused


def _run_all(jobs, class_dir, specs, policy, workers, say, force):
    """Yield a Result for each job, cached ones first, with progress."""
    todo, start, done, bad = [], time.monotonic(), 0, 0
    package = package_hash()
    for job in jobs:
        known = load_result(class_dir, job)
        key = job_key(class_dir, job, specs[job[1:]], policy, package)
        if known and known.key == key and not force and not known.trouble and _product(class_dir, job).exists():
            known.cached = True
            yield known
        else:
            todo.append((job, key))
    if len(todo) < len(jobs):
        say(f"{len(jobs) - len(todo)} unchanged, {len(todo)} to grade")
    if not todo:
        return
    with ProcessPoolExecutor(workers, initializer=_ignore_interrupt) as pool:
        tasks = {pool.submit(grade_one, class_dir, job, key, specs[job[1:]], policy): job for job, key in todo}
        try:
            for task in as_completed(tasks):
                result = task.result()
                done += 1
                bad += bool(result.trouble)
                rate = (time.monotonic() - start) / done
                for text in [*result.notes, *([result.trouble] if result.trouble else [])]:
                    say(f"  {result.place}: {text}")
                if done % max(1, len(todo) // 20) == 0 or done == len(todo):
                    say(f"  {done}/{len(todo)} graded, {bad} in trouble, about {rate * (len(todo) - done):.0f} s left")
                yield result
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _ignore_interrupt():
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def grade_one(class_dir, job, key, spec, policy):
    """Grade one notebook; never raises for what a student handed in.  -> Result, whose notebook and record are on disk"""
    student, chapter, stem = job
    result = Result(student, chapter, stem, key=key, most=points_of(spec), spec=spec_hash(spec))
    path = class_dir / "submitted" / student / chapter / f"{stem}.ipynb"
    try:
        try:
            sent = normalise(read_bytes(path), spec)
            result.notes += sent.notes
            ran = run_sandboxed(sent.nb, job, class_dir, policy)
            nb = take_outputs(ran, sent.nb)
        except Unreadable as error:
            result.notes.append(f"scores 0: the file {error}")
            nb = unread_notebook(spec, str(error))
        nb, _ = StrictOutputs().preprocess(nb, {})
        score(nb, result)
        _write(_product(class_dir, job), nbformat.writes(for_display(nb)))
    except Exception as error:
        result.trouble = f"no result: {type(error).__name__}: {error}; grade again, or report this"
        return result
    _write(_record(class_dir, job), json.dumps(asdict(result), indent=1))
    return result


def run_sandboxed(nb, job, class_dir, policy):
    """Let nbgrader run the notebook in a folder of its own.  -> the notebook that came back.  Raises Unreadable if none did."""
    student, chapter, stem = job
    with tempfile.TemporaryDirectory(prefix="dlcourse-") as scratch:
        scratch = Path(scratch)
        submitted = scratch / "submitted" / student / chapter
        submitted.mkdir(parents=True)
        (scratch / "source" / chapter).mkdir(parents=True)
        nbformat.write(nb, submitted / f"{stem}.ipynb")
        shutil.copy(spec_database(class_dir), scratch / "gradebook.db")
        command = [sys.executable, "-m", "dlcourse.grading.worker", str(scratch), chapter, str(policy.cell_seconds), str(policy.notebook_seconds)]
        limit = policy.notebook_seconds + policy.cell_seconds + 60
        status, log = sandbox.run(command, scratch, PACKAGE, limit, policy.sandboxed, DLCOURSE_CLASS_SEED=policy.class_seed)
        product = scratch / "autograded" / student / chapter / f"{stem}.ipynb"
        if status == -signal.SIGKILL:
            raise Unreadable(f"ran for more than {limit} s and could not be interrupted")
        try:
            return nbformat.reads(read_bytes(product).decode("utf8"), 4)
        except Unreadable:
            raise RuntimeError(f"nbgrader stopped with status {status}: {log[-600:]}") from None


def score(nb, result):
    """nbgrader's own rule for each graded cell, and why a test gave less than it could."""
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if utils.is_solution(cell) and cell.metadata.nbgrader.checksum == utils.compute_checksum(cell):
            result.empty.append(name)
        if not utils.is_grade(cell):
            continue
        result.scores[name] = utils.determine_grade(cell)[0]
        if result.scores[name] is not None and result.scores[name] < result.most[name] and cell.cell_type == "code":
            errors = [o for o in cell.outputs if o.output_type == "error"]
            result.failed[name] = f"{errors[0].ename}: {errors[0].evalue}"[:500] if errors else "partial"


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
    kept = [load_result(class_dir, job) for job in sorted(jobs) if (class_dir / "submitted" / job[0] / job[1] / f"{job[2]}.ipynb").exists()]
    return [r for r in kept if r and r.spec == hashes.get((r.chapter, r.stem))]


@functools.cache
def package_hash():
    """Hash of the package: tests call it, so its text is part of what a score depends on."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def job_key(class_dir, job, spec, policy, package):
    """Hash of everything that the result of a job depends on."""
    path = class_dir / "submitted" / job[0] / job[1] / f"{job[2]}.ipynb"
    try:
        data = read_bytes(path)
    except Unreadable as error:
        data = str(error).encode()
    text = json.dumps([job, asdict(policy), package, sys.version]) + nbformat.writes(spec)
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
