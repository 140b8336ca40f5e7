"""Which exercise is a notebook?  Its cells say so, whatever its file is called: each has the name that nbgrader gave it."""
from dlcourse.grading.normalise import Unreadable, parse


def named_cells(data):
    """The cells of a notebook that bear a name of nbgrader's -> list of (name, nbgrader's metadata, cell); none for what is no notebook"""
    try:
        cells = parse(data)
    except Unreadable:
        return []
    metas = [(cell["metadata"].get("nbgrader"), cell) for cell in cells if isinstance(cell.get("metadata"), dict)]
    return [(str(meta.get("grade_id")), meta, cell) for meta, cell in metas if isinstance(meta, dict)]


def marked(data):
    """The cells of a notebook that students complete or that are graded -> set of names"""
    return {name for name, meta, _ in named_cells(data) if meta.get("grade") or meta.get("solution")}


def shares(data, given):
    """given: dict exercise -> its marked cells -> dict exercise -> share of them that a notebook holds, at least a half"""
    mine = marked(data)
    return {job: len(mine & names) / len(names) for job, names in given.items() if names and 2 * len(mine & names) >= len(names)}


def by_cells(found):
    """The exercise that `shares` finds most of; None where none is the only one."""
    best = [job for job, share in found.items() if share == max(found.values())]
    return best[0] if len(best) == 1 else None
