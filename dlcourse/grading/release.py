"""Make the student notebooks: expand the sources, let nbgrader take answers and hidden tests out, write what changed.

The same sources always give the same bytes; a notebook in which somebody has worked is kept aside, never overwritten silently.
"""
import hashlib
import json
import logging
import shutil
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from dlcourse.grading.config import STUB, configure
from dlcourse.grading.files import package_hash, write_whole
from dlcourse.grading.normalise import visible_hash
from dlcourse.grading.source import exercises, expand, total_points
from dlcourse.grading.verify import verify

EXPANDED = ".expanded.json"  # below write_sources' target: exercise -> hashes of what it was made from, and of what was made
RELEASED = "_build/released.json"  # exercise -> hash of its tests when it was last released here


def write_sources(root, target):
    """Write the instructor's notebooks below ``target``/<chapter>/.  -> list of (chapter, stem)

    An exercise that was expanded by this package before, and whose notebook is still the one that was written then, is not expanded again: that
    takes 50 ms each.
    """
    found, stamp = [], Path(target, EXPANDED)
    known, now = load(stamp), {}
    tools = " ".join([package_hash(), version("jupytext"), version("nbformat")])
    for path in exercises(root):
        name, file = f"{path.parent.name}/{path.stem}", Path(target, path.parent.name, f"{path.stem}.ipynb")
        now[name] = known.get(name)
        made_from = digest(path.read_bytes() + tools.encode())
        if not (file.exists() and now[name] == [made_from, digest(file.read_bytes())]):
            text = nbformat.writes(expand(path)) + "\n"
            write_whole(file, text)
            now[name] = [made_from, digest(text.encode())]
        found.append((path.parent.name, path.stem))
    if not found:
        raise ValueError(f"no exercises in {Path(root, 'solutions')}: expected solutions/<chapter>/<stem>.py")
    if now != known:
        write_whole(stamp, json.dumps(now))
    kept = {Path(target, c, f"{s}.ipynb") for c, s in found}
    for stale in set(Path(target).glob("*/*.ipynb")) - kept:
        stale.unlink()
    return found


def load(stamp):
    """What a stamp file says; nothing where there is none, or a spoiled one."""
    try:
        return dict(json.loads(stamp.read_text(encoding="utf8")))
    except (OSError, ValueError, TypeError):
        return {}


def digest(data):
    return hashlib.sha256(data).hexdigest()


def generate(root, source, release, db, chapter):
    """nbgrader's generate_assignment of one chapter; fills the gradebook ``db`` with the chapter's cells and points."""
    c = configure(Config(), root, Path(db).parent)
    c.CourseDirectory.source_directory, c.CourseDirectory.release_directory = str(source), str(release)
    c.CourseDirectory.db_url, c.CourseDirectory.assignment_id = f"sqlite:///{db}", chapter
    maker = GenerateAssignment(coursedir=CourseDirectory(config=c), config=c)
    maker.permissions = 644
    quiet(maker)
    try:
        maker.start()
    except NbGraderException as error:
        raise RuntimeError(f"nbgrader could not make assignment {chapter!r} in {db}: {error}") from error


def quiet(app):
    """Keep nbgrader's chatter out of the terminal; its failures are raised."""
    app.log = logging.getLogger("dlcourse.nbgrader")
    app.log.setLevel(logging.ERROR)


def worked_in(path):
    """Has somebody run or answered this notebook?  A released one has no outputs and every answer still raises the stub."""
    try:
        cells = nbformat.read(path, 4).cells
    except Exception:
        return True
    run = any(c.cell_type == "code" and (c.get("outputs") or c.get("execution_count")) for c in cells)
    return run or any(c.get("id", "").startswith("answer-") and STUB not in c.source for c in cells)


def release(root=".", target=None, say=print):
    """Write ``notebooks/`` (or ``target``) from ``solutions/``.  -> list of paths that changed"""
    root = Path(root).resolve()
    target = Path(target or root / "notebooks").resolve()
    verify(root, say)
    changed = []
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        found = write_sources(root, root / "_build/source")
        for chapter in sorted({chapter for chapter, _ in found}):
            generate(root, root / "_build/source", scratch / "release", scratch / "gradebook.db", chapter)
        for chapter, stem in found:
            text = nbformat.writes(nbformat.read(scratch / "release" / chapter / f"{stem}.ipynb", 4)) + "\n"
            if _put(target / chapter / f"{stem}.ipynb", text, root, say):
                changed.append(target / chapter / f"{stem}.ipynb")
        for stale in set(target.glob("*/*.ipynb")) - {target / c / f"{s}.ipynb" for c, s in found}:
            _keep(stale, root, say) if worked_in(stale) else stale.unlink()
    write_whole(root / RELEASED, json.dumps({"/".join(name): tests_of(_source(root, *name)) for name in found}))
    return changed


def unreleased(root):
    """A line for each exercise whose tests, as solutions/ has them now and ``write_sources`` wrote them, are not those of its last release.

    Grading reads solutions/, so such tests count; nobody was given them, and their reference was not tried.
    """
    known, found = load(root / RELEASED), []
    for path in exercises(root):
        name, now = f"{path.parent.name}/{path.stem}", _source(root, path.parent.name, path.stem)
        try:
            given, mine = visible_tests(nbformat.read(root / "notebooks" / f"{name}.ipynb", 4)), visible_tests(now)
        except Exception:  # never released, or elsewhere, or spoiled by hand
            continue
        seen = {test: text for test, (text, _) in given.items()} != {test: text for test, (text, _) in mine.items()}
        if given != mine or known.get(name) not in (None, tests_of(now)):
            what = "tests that students see" if seen else "hidden tests or points"
            found.append(f"{name}: {what} were edited in solutions/ and not released; this run grades by the edited ones: 'dlcourse release' tries them "
                         "and brings notebooks/ up to date")
    return found


def tests_of(nb):
    """Hash of what decides on points in an exercise: tests with their hidden parts, the code they rely on, points."""
    cells = [(c.id, c.source if c.metadata.nbgrader.locked else "", c.metadata) for c in nb.cells if c.cell_type == "code" or c.metadata.nbgrader.grade]
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()


def visible_tests(nb):
    """dict test -> hash of what students see of it, and its points"""
    metas = ((c, c.metadata.get("nbgrader", {})) for c in nb.cells)
    return {m["grade_id"]: (visible_hash(c.source), m.get("points")) for c, m in metas if m.get("grade") and m.get("locked")}


def _source(root, chapter, stem):
    return nbformat.read(root / "_build/source" / chapter / f"{stem}.ipynb", 4)


def _put(file, text, root, say):
    if file.exists():
        if file.read_text(encoding="utf8") == text:
            return False
        if worked_in(file):
            _keep(file, root, say)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf8")
    return True


def _keep(file, root, say):
    kept = root / "_build/kept" / time.strftime("%Y-%m-%d_%H%M%S") / file.parent.name / file.name
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(file, kept)
    say(f"kept: {file.name} held somebody's work; it now lies in {kept}")


def student_repo(root, target, say=print):
    """Copy what students get: notebooks, the package, the environment; no solutions, no tests.  -> Path

    Raises ValueError if ``target`` exists and is not empty.
    """
    root, target = Path(root).resolve(), Path(target)
    if target.exists() and any(target.iterdir()):
        raise ValueError(f"{target} is not empty; give a new folder")
    if not (root / "dlcourse").is_dir():
        raise ValueError(f"{root} has no folder dlcourse/; expected the course's repository, whose package the students need")
    release(root, say=say)
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "*.pyc")
    shutil.copytree(root / "notebooks", target / "notebooks", ignore=ignore)
    shutil.copytree(root / "dlcourse", target / "dlcourse", ignore=ignore)
    for name in ("pyproject.toml", "constraints.txt", "environment.yml", "LICENSE", "LICENSE-TEXT"):
        if (root / name).exists():
            shutil.copy(root / name, target / name)
    book = (root / "_build/html/index.html").exists()
    if book:
        shutil.copytree(root / "_build/html", target / "book")
    else:
        say("the book is not built (make book), so the copy is without it: students need another way to read it")
    table = "\n".join(f"{i}. `work/{c}/{stem}.ipynb`: {title(root, c, stem)}" for i, (c, stem) in enumerate(in_reading_order(root), 1))
    (target / "README.md").write_text(STUDENT_README.format(table=table, book=THE_BOOK if book else ""), encoding="utf8")
    return target


def in_reading_order(root):
    """(chapter, stem) of every exercise, in the order of ``_toc.yml`` where there is one."""
    found = [(p.parent.name, p.stem) for p in exercises(root)]
    toc = root / "_toc.yml"
    text = toc.read_text(encoding="utf8") if toc.exists() else ""
    return sorted(found, key=lambda job: (text.find(f"notebooks/{job[0]}/{job[1]}") % (1 << 30), job))


def title(root, chapter, stem):
    """The first heading of a released notebook."""
    cells = nbformat.read(root / "notebooks" / chapter / f"{stem}.ipynb", 4).cells
    return next(line[2:] for c in cells if c.cell_type == "markdown" for line in c.source.splitlines() if line.startswith("# "))


THE_BOOK = "- The book lies in `book/` (open `book/index.html`), where \"Read again if stuck\" sends you.\n"
STUDENT_README = """# Exercises of the deep-learning course

You need Python 3.11, 3.12 or 3.13 and about 2 GB of disk (on Linux PyTorch's usual build takes several GB more). Once (1 to 5 minutes):

    python3 -m venv .venv
    .venv/bin/pip install -c constraints.txt -e '.[student]'

On Windows write `.venv\\Scripts\\` for `.venv/bin/` here and below. Then:

    .venv/bin/dlcourse lab                               # JupyterLab in the browser; stop it with Ctrl-C in the terminal
    .venv/bin/dlcourse check work/mlp/neurons.ipynb      # what passes, what is missing (save the notebook first)
    .venv/bin/dlcourse check work/mlp                    # the same for all of a chapter

- `lab` copies each exercise to `work/` the first time. What lies in `work/` is yours: nothing ever overwrites it.
{book}- Write your code where a cell says `raise NotImplementedError(...)`. Hints are folded: click the small triangle. Do not edit the tests.
- `check` prints ✓ passed, ✗ failed, · not answered yet, ✎ answered in words, for a person to mark. It runs the *visible* tests, which are examples; the
  grader runs more, on other inputs. Test your functions on cases of your own. Its exit status is 0 when everything passes and is answered.
- Hand in the notebooks from `work/`, with their file names as they are, in the way that your course says.

In this order:

{table}
"""


def points_table(root="."):
    """One line an exercise: (chapter, stem, points by tests, points by hand)."""
    return [(p.parent.name, p.stem, *total_points(p)) for p in exercises(root)]
