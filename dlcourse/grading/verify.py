"""Before an exercise is released: its reference answers must pass their tests where the tests will run, outside the student's process.

A test that passes in a notebook and fails outside is the author's trap; the release says which, why, and how to mark it.
"""
import hashlib
import json
import os
from pathlib import Path

import nbformat
from nbgrader import utils

from dlcourse.grading import one
from dlcourse.grading.files import package_hash
from dlcourse.grading.source import exercises, expand


def verify(root, say=print):
    """Run the references of all exercises that changed since they last passed.  Raises ValueError that names file and test."""
    if not hasattr(os, "fork"):
        say("the references were not tried: this system cannot fork")
        return
    stamp = Path(root, "_build/verified.json")
    known = json.loads(stamp.read_text()) if stamp.exists() else {}
    for path in exercises(root):
        name = f"{path.parent.name}/{path.stem}"
        digest = hashlib.sha256(path.read_bytes() + package_hash().encode()).hexdigest()
        if known.get(name) != digest:
            try_reference(path, say)
            known[name] = digest
            stamp.parent.mkdir(exist_ok=True)
            stamp.write_text(json.dumps(known))


def try_reference(path, say):
    """Grade the reference as a submission."""
    spec = expand(path)
    for cell in spec.cells:
        cell.metadata.nbgrader["checksum"] = utils.compute_checksum(cell)
    outside, inside = failures(path, spec), {}
    if outside:
        inside = failures(path, inside_only(spec))
    for test, reason in outside.items():
        if test in inside:
            raise ValueError(f"{path}: the reference fails its own test {test!r}: {inside[test]}")
        raise ValueError(f"{path}: {test!r} passes in a notebook, but not outside the student's process, where tests run: {reason}. "
                         "Give the answer's functions plain data, or write runs=\"inside\" in the cell's header (less safe: see the instructor's guide)")


def failures(path, spec):
    """dict test -> why the reference loses points"""
    text = nbformat.writes(spec)
    policy = one.Policy(cell_seconds=120, notebook_seconds=600, sandboxed=False)
    result, _ = one.grade_task(one.Task(("reference", path.parent.name, path.stem), "", (), 0.0, text.encode(), "", text, policy))
    if result.trouble:
        raise RuntimeError(f"{path}: {result.trouble}")
    return result.failed


def inside_only(spec):
    """The same exercise with every test in the student's process."""
    copy = nbformat.from_dict(json.loads(json.dumps(spec)))
    copy.metadata.pop("dlcourse")
    return copy
