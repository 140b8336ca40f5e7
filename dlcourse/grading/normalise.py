"""A submitted file, whatever it is, becomes a notebook that is safe to run and to show; or a reason why not.

Nothing here runs a student's code.  The exercise's own cells (text, tests) are always those of the specification.
"""
import base64
import hashlib
import json
import os
import re
import stat
from dataclasses import dataclass, field

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from dlcourse.grading.pictures import MOST, keep_pictures
from dlcourse.grading.source import HIDDEN_BEGIN, HIDDEN_END, functions

MAX_BYTES = 20_000_000
MAX_CELLS = 500
MAX_TEXT = 1_000_000  # characters in the cells of one notebook
MAX_SHOWN = 100_000  # characters of a text cell that people see
MAX_PARTS = 1_000_000  # lists, objects and items of its JSON
MAX_OUTPUT = 1_000_000
MANY = 1000  # outputs of one cell
SAFE_DATA = ("text/plain", "image/png", "image/jpeg")
MISSING = "# this cell was missing from the submission"
SAVE_AGAIN = "open it in JupyterLab, save it, and hand in the .ipynb file that lies on the disk then"
OLD = "was saved in the notebook format 3, of before 2015, and was read as it is; JupyterLab saves the present one"


class Unreadable(ValueError):
    """The submitted file cannot be graded; the text says what was found and what is expected."""


@dataclass
class Submission:
    """A notebook to run, and what had to be put right in it."""

    nb: nbformat.NotebookNode
    notes: list = field(default_factory=list)


def read_bytes(path, most=MAX_BYTES):
    """The bytes of a regular file of at most ``most``, links not followed.  Raises Unreadable."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise Unreadable(f"cannot be opened as a regular file ({error.strerror}); expected a notebook, not a link or a device") from None
    info = os.fstat(handle)
    if not stat.S_ISREG(info.st_mode):
        os.close(handle)
        raise Unreadable(f"is {'a folder' if stat.S_ISDIR(info.st_mode) else 'not a regular file'}; expected a notebook")
    with os.fdopen(handle, "rb") as file:
        if info.st_size > most:
            raise Unreadable(f"has {info.st_size:,} bytes; expected at most {most:,}: clear the outputs and submit again")
        return file.read(most + 1)


def parse(data, most=MAX_CELLS):
    """Bytes -> list of raw cells (dicts), ``most`` at the most.  Raises Unreadable for what is no notebook of version 4 or 3."""
    return read_notebook(data, most)[0]


def read_notebook(data, most=MAX_CELLS):
    """Bytes -> (list of raw cells, is it of the old format 3?).  Raises Unreadable."""
    if parts(data) > MAX_PARTS:
        raise Unreadable(f"has more than {MAX_PARTS:,} lists and items; expected a notebook: clear the outputs and submit again")
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"is not JSON ({cut(str(error), 120)}); expected a .ipynb file: save it again in JupyterLab") from None
    version = raw.get("nbformat") if isinstance(raw, dict) else None
    cells = raw.get("cells") if version == 4 else sheets(raw) if version == 3 else None
    if not isinstance(cells, list):
        said = f"of format {version}" if type(version) is int and 0 < version < 100 else "without a format"
        raise Unreadable(f"is not a notebook that can be read (it is {said}, or its cells are no list); expected a .ipynb file of format 4: {SAVE_AGAIN}")
    cells = [cell for cell in cells if isinstance(cell, dict) and not idle(cell)]
    if len(cells) > most:
        raise Unreadable(f"has {len(cells)} cells with something in them; expected at most {most}")
    return ([as_new(cell) for cell in cells], True) if version == 3 else (cells, False)


def idle(cell):
    """Is it an empty cell that is none of the exercise's?  A key held down makes hundreds."""
    meta = cell.get("metadata")
    return not (isinstance(meta, dict) and "nbgrader" in meta) and cell.get("source", cell.get("input")) in ("", [], None)


def parts(data):
    """The most lists, objects and items that JSON bytes hold: an empty list is two bytes there and sixty in memory."""
    if sum(map(data.count, (b",", b"[", b"{"))) > MAX_PARTS:
        data = re.sub(rb'"(?:[^"\\]++|\\.)*+"?', b"", data, flags=re.S)  # what stands in texts is none
    return sum(map(data.count, (b",", b"[", b"{")))


def sheets(raw):
    """The cells of a notebook of format 3, where they lie in worksheets; None where they do not."""
    found = raw.get("worksheets")
    if not isinstance(found, list) or not all(isinstance(sheet, dict) and isinstance(sheet.get("cells"), list) for sheet in found):
        return None
    return [cell for sheet in found for cell in sheet["cells"]]


def as_new(cell):
    """A cell of format 3 as one of format 4, as far as we read cells: its kind, text and metadata, where nbgrader's name of it lies.

    nbformat's own converter is not for strangers' files: a heading of level 10**10 is a text of 10 GB there, and a cell without outputs an error.
    """
    kind = cell.get("cell_type")
    text = _source({"source": cell.get("input", "") if kind == "code" else cell.get("source", "")})
    if kind == "heading":
        level = cell.get("level", 1)
        text = f"{'#' * min(max(level, 1), 6) if type(level) is int else '#'} {' '.join(text.splitlines())}"
    return {"cell_type": kind, "source": text, "metadata": cell.get("metadata")}


def normalise(data, spec, most=MAX_CELLS, text=MAX_TEXT):
    """Submitted bytes and the instructor's notebook -> Submission whose locked cells are the specification's.

    The last copy of an answer counts, as in nbgrader; other copies stay as plain cells.  Missing cells come back where they belong.
    Raises Unreadable for what is no notebook, and for one of the old format 3 that holds no cell of this exercise.
    """
    known = {c.metadata.nbgrader.grade_id: c for c in spec.cells}
    cells, old = read_notebook(data, most)
    cells, lost = keep_pictures(cells)
    if (size := sum(len(_source(c)) for c in cells)) > text:
        raise Unreadable(f"holds {size:,} characters in its cells; expected at most {text:,}: take out what was pasted into them, and submit again")
    cells = [(_grade_id(c, known), c) for c in cells]
    bare = bool(cells) and not any(name for name, _ in cells)
    cells = by_what_they_define(cells, known) if bare else cells
    bare = bare and any(name for name, _ in cells)
    last = {name: i for i, (name, _) in enumerate(cells) if name}
    if old and not last:
        raise Unreadable(f"is a notebook of format 3 without a cell of this exercise; expected the exercise's own notebook, of format 4: {SAVE_AGAIN}")
    out, notes, copies, edited, older, locked = [], [OLD] if old else [], set(), [], [], []
    earlier = spec.metadata.get("dlcourse", {}).get("earlier", {})
    for i, (name, cell) in enumerate(cells):
        if name and last[name] == i:
            out.append((name, _own(known[name], cell)))
            if _changed(known[name], cell):
                out.append((None, _plain(cell, len(out))))
                locked += [name] if cell.get("cell_type") == "code" else []
            meta = known[name].metadata.nbgrader
            as_given = (known[name].source.split(), without_hidden(known[name].source).split())
            if meta.grade and meta.locked and _source(cell).split() not in as_given:
                (older if visible_hash(_source(cell)) in earlier.get(name, ()) else edited).append(name)
        elif name and known[name].metadata.nbgrader.locked:
            copies.add(name)
        else:
            copies |= {name} if name else set()
            out.append((None, _plain(cell, len(out))))
    missing = []
    for place, name in enumerate(known):
        if name not in last:
            missing += [name] if known[name].metadata.nbgrader.grade or known[name].metadata.nbgrader.solution else []
            before = list(known)[:place]
            at = max((i + 1 for i, (n, _) in enumerate(out) if n in before), default=0)
            out.insert(at, (name, _own(known[name], None)))
    if edited:
        notes.append(f"edited tests were replaced by the original: {', '.join(edited)}")
    if older:
        notes.append(f"tests of an earlier release were replaced by the present ones: {', '.join(older)}")
    if locked:
        notes.append(f"code in the locked cell {', '.join(locked)} was changed: the original runs, and after it the changed one as a cell of the student's own")
    if bare:
        notes.append("the cells had lost their metadata; answers were found by their cells' ids, or by the functions that they define: look at it by hand")
    if lost:
        notes.append(f"pictures in text cells that are not shown: {lost} (PNG and JPEG are, up to {MOST:,} characters of them in all): look at the file itself")
    if copies:
        notes.append(f"cells that stand more than once, of which the last counts: {', '.join(sorted(copies))}")
    graded = [n for n, c in known.items() if c.metadata.nbgrader.grade or c.metadata.nbgrader.solution]
    if missing:
        notes.append("all graded cells are missing: look at this notebook by hand" if missing == graded else
                     f"cells that were missing came back as released: {', '.join(missing)}")
    blank = [] if missing == graded else _blank_questions(known, out)
    if blank:
        notes.append(f"the question {', '.join(blank)} is as it was given out, but there are text cells of the student's own "
                     "(an answer counts only in the question's cell): look at it by hand")
    nb = nbformat.from_dict({"cells": [c for _, c in out], "metadata": spec.metadata, "nbformat": 4, "nbformat_minor": 5})
    return Submission(nb, notes)


def without_hidden(text):
    """A test cell's source without its hidden regions: what a student was given."""
    kept, hidden = [], False
    for line in text.splitlines():
        hidden = hidden or HIDDEN_BEGIN in line
        if not hidden:
            kept.append(line)
        hidden = hidden and HIDDEN_END not in line
    return "\n".join(kept)


def visible_hash(text):
    """Hash of what a student was given of a test cell, whatever its spaces."""
    return hashlib.sha256(" ".join(without_hidden(text).split()).encode()).hexdigest()[:16]


def _grade_id(cell, known):
    meta = cell.get("metadata")
    meta = meta.get("nbgrader") if isinstance(meta, dict) else None
    name = meta.get("grade_id") if isinstance(meta, dict) else None
    return name if isinstance(name, str) and name in known else None


def _source(cell):
    text = cell.get("source", "")
    text = "".join(str(line) for line in text) if isinstance(text, list) else str(text)
    return text.encode("utf8", "replace").decode("utf8")  # lone surrogates cannot be written


def _own(spec, cell):
    """A cell of the exercise with the specification's metadata; the student's source where it is theirs to write."""
    text = spec.source if cell is None or spec.metadata.nbgrader.locked else _source(cell)
    if cell is None and spec.metadata.nbgrader.solution:
        text = spec.source if spec.cell_type == "markdown" else MISSING
    make = new_code_cell if spec.cell_type == "code" else new_markdown_cell
    return make(text, id=spec.id, metadata=json.loads(json.dumps(spec.metadata)), **({} if spec.metadata.nbgrader.locked else _attached(cell)))


def _attached(cell):
    """The pictures of a text cell, as an argument for making it."""
    return {"attachments": cell["attachments"]} if cell and cell.get("cell_type") != "code" and cell["attachments"] else {}


def _changed(spec, cell):
    """Did the student write into a locked cell that is no test?  The checksum that nbgrader left in the cell knows an earlier release's text."""
    from nbgrader.utils import compute_checksum  # here: collecting does without nbgrader

    text, meta = _source(cell), spec.metadata.nbgrader
    if meta.grade or not meta.locked or text.split() == spec.source.split() or not text.strip():
        return False
    make = new_code_cell if spec.cell_type == "code" else new_markdown_cell
    given = cell["metadata"].get("nbgrader", {}).get("checksum")
    return given != compute_checksum(make(text, metadata=spec.metadata))


def by_what_they_define(cells, known):
    """Cells of a notebook that has lost all its metadata: by the ids that Jupyter gave them, else an answer by the functions that it defines.

    cells: list of (None, cell) -> list of (name or None, cell)
    """
    from dlcourse.grading.plan import defined

    wanted = {name: set(functions(c.source)) for name, c in known.items() if c.cell_type == "code" and c.metadata.nbgrader.solution}
    found = []
    for _, cell in cells:
        mine = set(defined(_source(cell))) if cell.get("cell_type") == "code" else set()
        fits = [name for name, theirs in wanted.items() if theirs and theirs <= mine]
        name = cell.get("id") if cell.get("id") in known else fits[0] if len(fits) == 1 else None
        found.append((name, {**cell, "metadata": {"nbgrader": {}}} if name else cell))
    return found


def _blank_questions(known, out):
    """Names of the written questions that are as given out, where text in a cell of the student's own, of either kind, may be their answer."""
    from dlcourse.grading.plan import is_code

    given = [c.source.split() for c in known.values()]
    if not any(n is None and c.source.split() and c.source.split() not in given and not (c.cell_type == "code" and is_code(c.source)) for n, c in out):
        return []
    return [n for n, c in out if n and c.cell_type == "markdown" and c.metadata.nbgrader.solution and c.source.split() == known[n].source.split()]


def _plain(cell, i):
    make = new_code_cell if cell.get("cell_type") == "code" else new_markdown_cell
    return make(_source(cell), id=f"own-{i}", metadata={}, **_attached(cell))


def take_outputs(ran, sent, most=MAX_OUTPUT):
    """Outputs of the notebook that came back, put on the notebook that was sent: sources and metadata cannot change on the way.

    ran: notebook from the sandbox (not trusted), sent: the normalised one -> notebook, or raises Unreadable
    """
    if len(ran.cells) != len(sent.cells):
        raise Unreadable(f"came back with {len(ran.cells)} cells; {len(sent.cells)} were sent")
    result = nbformat.from_dict(json.loads(json.dumps(sent)))
    for mine, theirs in zip(result.cells, ran.cells):
        if mine.cell_type == "code":
            if theirs.get("cell_type") != "code" or theirs.get("source") != mine.source:
                raise Unreadable("came back with another text than was sent")
            mine.execution_count = theirs.get("execution_count") if isinstance(theirs.get("execution_count"), int) else None
            mine.outputs = safe_outputs(theirs.get("outputs", []), most)
    return result


def safe_outputs(outputs, most=MAX_OUTPUT):
    """Only what can be shown without trust: text, errors, PNG and JPEG; at most ``most`` characters and 1,000 outputs a cell.

    What decides a test's points, an error or the first result that it shows, is kept beyond them, in short.
    """
    kept, size, cut, shown = [], 0, False, False
    for output in outputs if isinstance(outputs, list) else []:
        kind = output.get("output_type") if isinstance(output, dict) else None
        if cut and kind != "error" and (shown or kind != "execute_result"):
            continue
        new = _safe(kind, output, most)
        if new is None:
            continue
        size += length(new)
        if size > most + 2000 or len(kept) >= MANY:
            if not cut:
                kept.append(nbformat.from_dict({"output_type": "stream", "name": "stdout", "text": f"... output beyond {most:,} characters was cut ...\n"}))
            cut = True
            if kind == "error":
                return [*kept, nbformat.from_dict({"output_type": "error", "ename": new.ename, "evalue": new.evalue[:500], "traceback": []})]
            if kind != "execute_result" or shown:
                continue
            new.data = nbformat.from_dict({"text/plain": new.data.get("text/plain", "")[:500]})
        shown |= kind == "execute_result"
        kept.append(new)
    return kept


def length(output):
    """Characters of an output, and a hundred for what is around them."""
    return 100 + sum(len(v) for v in (output.get("text"), output.get("evalue"), *output.get("traceback", ()), *output.get("data", {}).values()) if v)


def _safe(kind, output, most):
    """One output with nothing in it but text and pictures, or None for a kind that is not known."""
    if kind == "stream":
        made = {"output_type": kind, "name": "stderr" if output.get("name") == "stderr" else "stdout", "text": shorten(clean(output.get("text", "")), most)}
    elif kind == "error":
        lines = output.get("traceback")
        made = {"output_type": kind, "ename": clean(output.get("ename"))[:200], "evalue": cut(clean(output.get("evalue")), 5000),
                "traceback": [clean(t)[:5000] for t in lines[:40]] if isinstance(lines, list) else []}
    elif kind in ("display_data", "execute_result"):
        given = output.get("data") if isinstance(output.get("data"), dict) else {}
        data = {k: clean(v) for k, v in given.items() if k in SAFE_DATA and isinstance(v, str) and (k == "text/plain" or _is_base64(v))}
        made = {"output_type": kind, "data": data or {"text/plain": "(output of a kind that is not shown)"}, "metadata": {}}
        made |= {"execution_count": None} if kind == "execute_result" else {}
    else:
        return None
    return nbformat.from_dict(made)


def shorten(text, most):
    """At most so many characters, and a note where there were more."""
    return text if len(text) <= most + 1000 else f"{text[:most]}\n... output beyond {most:,} characters was cut ...\n"


def cut(text, most):
    """At most so many characters, the last word whole, and a mark where there were more."""
    if len(text) <= most:
        return text
    return re.sub(r"(?<=\S)\s+\S{0,40}$", "", text[:most + 1])[:most] + " …"


def clean(text):
    """Text that any file and any database takes: no lone surrogates, no null characters."""
    return str(text).encode("utf8", "replace").decode("utf8").replace("\x00", "\ufffd")


def one_line(text):
    """Text for a line on a terminal: nothing in it moves the cursor."""
    return "".join(c if c.isprintable() else " " for c in clean(text))


def _is_base64(text):
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return False
    return True


def defuse(text, pictures=()):
    """A student's Markdown with tags and script links made harmless, otherwise as written.  ``a<b`` in a formula stays readable.

    pictures: names of the attachments that may be shown
    """
    text = re.sub(r"<(?=[A-Za-z/!?])", "< ", text)
    text = re.sub(r"\\(?=(?:href|style|class|cssId|require|unicode|data)\b)", r"\\ ", text)  # formulas that make links or load extensions
    may = "".join(rf"|attachment:{re.escape(name)}[ )]" for name in pictures)
    return re.sub(rf"\](?=[(:](?!\s*<?(?:https?://|mailto:|#{may})))", "] ", text)  # other links become plain text


def for_display(nb):
    """The graded notebook as people will see it: Markdown that a student wrote is defused, and nothing keeps those busy who draw it.

    Pygments looks at each line of white space for all of those that follow, and the Markdown of Jupyter at each open formula for its end.
    """
    shown = nbformat.from_dict(json.loads(json.dumps(nb)))
    for cell in shown.cells:
        if cell.metadata.get("nbgrader", {}).get("locked"):
            continue
        if cell.cell_type == "code":
            cell.source = re.sub(r"^[^\S\n]+$", "", cell.source, flags=re.M)
        else:
            text, more = cell.source[:MAX_SHOWN], len(cell.source) - MAX_SHOWN
            cell.source = defuse(text, cell.get("attachments", ())) + (f"\n\n... cut here: {more:,} more characters" if more > 0 else "")
    return shown
