"""Grade one notebook of one student: bytes and the exercise in, a result and a notebook out.  No gradebook, no class folder, no student's neighbours.

What runs here may run anywhere: in a local worker process or on another machine.
"""
import functools
import hashlib
import json
import re
from dataclasses import dataclass, field, fields
from typing import NamedTuple

import nbformat
from nbgrader import utils

from dlcourse.grading import engine
from dlcourse.grading.normalise import MAX_BYTES, MAX_CELLS, MAX_TEXT, Unreadable, clean, cut, for_display, normalise, one_line, take_outputs
from dlcourse.grading.plan import defined, name_of, plan_of
from dlcourse.grading.preprocessors import StrictOutputs, error_output
from dlcourse.grading.source import functions


@dataclass(frozen=True)
class Policy:
    """What a submission may use.  Bytes and characters may be given as text with K, M or G: see `limits`."""

    cell_seconds: int = 30
    notebook_seconds: int = 120
    sandboxed: bool = True
    class_seed: str = ""  # feeds the hidden tests' inputs; empty: the class's own
    memory: int = 2 << 30  # bytes, all processes of a submission together
    processes: int = 64
    disk: int = 64 << 20  # bytes that a submission may write
    cell_output: int = 1_000_000  # characters
    notebook_output: int = 10_000_000
    file_size: int = MAX_BYTES  # bytes of the submitted file
    cells: int = MAX_CELLS
    text: int = MAX_TEXT  # characters in its cells


STOPPED = ("KeyboardInterrupt", "TimeLimit", "ProcessEnded")  # errors of a test that was ended, and did not judge
LIMITS = tuple(f.name for f in fields(Policy) if f.type in (int, "int"))


def limits(given):
    """Texts like "memory=4G" -> dict for Policy.  Raises ValueError for what is no limit or no number above 0."""
    found = {}
    for text in given:
        name, _, value = text.partition("=")
        number = re.fullmatch(r"(\d+)([KMG]?)", value.strip(), re.I)
        if name not in LIMITS or not number or int(number[1]) < 1:
            raise ValueError(f"limit {text!r}; expected NAME=NUMBER, K, M or G after it, with a name of {', '.join(LIMITS)}")
        found[name] = int(number[1]) << {"": 0, "K": 10, "M": 20, "G": 30}[number[2].upper()]
    return found


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
    flags: list = field(default_factory=list)  # what looks like tampering; a person decides
    seconds: float = 0.0  # wall-clock time of its run
    memory: int = 0  # bytes, the most that the student's process held
    trouble: str = ""  # the grader's own failure: there is no result
    cached: bool = False

    @property
    def place(self):
        return f"{self.student}/{self.chapter}/{self.stem}"

    @property
    def points(self):
        return sum(v for v in self.scores.values() if v is not None)


class Task(NamedTuple):
    """Everything that grading one notebook needs."""

    name: tuple  # (student, chapter, stem)
    key: str
    notes: tuple
    submitted: float
    data: bytes  # the submitted file
    unread: str  # why the file could not be read; then data is empty
    spec: str  # the exercise as nbformat JSON, hidden tests included
    policy: Policy


def grade_task(task):
    """Grade one notebook; never raises for what a student handed in.  -> (Result, graded notebook as text; '' where there is no result)"""
    spec = read_spec_text(task.spec)
    result = Result(*task.name, key=task.key, most=points_of(spec), spec=hash_text(task.spec), notes=list(task.notes), submitted=task.submitted)
    try:
        try:
            if task.unread:
                raise Unreadable(task.unread)
            sent = normalise(task.data, spec, task.policy.cells, task.policy.text)
            result.notes += sent.notes
            ran = engine.run(sent.nb, spec, task.policy, result)
            nb = take_outputs(ran, sent.nb, task.policy.cell_output)
        except Unreadable as error:
            result.unread = True
            result.notes.append(f"scores 0: the file {error}")
            nb = unread_notebook(spec, str(error))
        nb, _ = StrictOutputs().preprocess(nb, {})
        score(nb, result)
        result.notes += elsewhere(nb, spec, result)
        result.notes, result.flags = [one_line(n) for n in result.notes], [one_line(f) for f in result.flags]
        result.first_error, result.failed = one_line(result.first_error), {k: clean(v) for k, v in result.failed.items()}
        return result, nbformat.writes(for_display(nb))
    except Exception as error:
        result.trouble = f"no result: {type(error).__name__}: {error}; grade again, or report this"
        return result, ""


@functools.lru_cache(maxsize=64)
def read_spec_text(text):
    """The exercise; not to be changed by who reads it."""
    return nbformat.reads(text, 4)


def hash_text(text):
    """Hash of an exercise with its tests."""
    return hashlib.sha256(text.encode()).hexdigest()


def points_of(spec):
    """dict cell name -> most points, for tests and written questions, in the notebook's order."""
    return {c.metadata.nbgrader.grade_id: float(c.metadata.nbgrader.points) for c in spec.cells if c.metadata.nbgrader.grade}


def score(nb, result):
    """nbgrader's own rule for each graded cell, why a test gave less than it could, and where the notebook first went wrong."""
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        error = next((o for o in cell.get("outputs", []) if o.output_type == "error"), None)
        if utils.is_solution(cell) and cell.metadata.nbgrader.checksum == utils.compute_checksum(cell):
            result.empty.append(name)
        if not utils.is_grade(cell):
            if error is not None and not result.first_error:
                result.first_error = cut(f"first error, in {name or 'a cell of their own'}: {error.ename}: {error.evalue}", 200)
            continue
        result.scores[name] = utils.determine_grade(cell)[0]
        result.texts[name] = hashlib.sha256((cell.source if utils.is_solution(cell) else "").encode()).hexdigest()[:16]
        if result.scores[name] is not None and result.scores[name] < result.most[name] and cell.cell_type == "code":
            result.failed[name] = f"{error.ename}: {error.evalue}"[:500] if error is not None else "partial"
            if error is not None and error.ename in STOPPED and not result.first_error:
                result.first_error = cut(f"first stopped, in {name}: {error.ename}: {error.evalue}", 200)


def elsewhere(nb, spec, result):
    """Remarks on answers that lost points while another cell of the student's defines what the question's own cell, as given out, does not,
    or what the answer calls and a later cell defines."""
    of, notes = plan_of(spec).answer_of, []
    lost = {answer for test, answer in of.items() if test in result.failed} & set(result.empty)
    missing = {name for text in result.failed.values() for name in re.findall(r"NameError: name '(\w+)' is not defined", text)}
    mine = [(name_of(c), c.source) for c in nb.cells if c.cell_type == "code" and not c.metadata.get("nbgrader", {}).get("locked")]
    given = dict(mine)
    for answer in sorted(lost):
        found = {n for n in functions(given[answer]) for name, text in mine if name != answer and n in defined(text)}
        if found:
            notes.append(f"{answer} is as it was given out, but {', '.join(sorted(found))} is defined in another cell: look at it by hand")
    late = sorted(n for n in missing if any(n in defined(text) for _, text in mine))
    if late:
        notes.append(f"{', '.join(late)} is defined below the test that needs it: look at it by hand")
    return notes


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
