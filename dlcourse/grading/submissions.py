"""Find what a class handed in, the way classes hand things in: renamed copies, wrong folders, names in any script.  Nothing is left out in silence."""
import difflib
import json
import os
import re
from pathlib import Path
from typing import NamedTuple

from dlcourse.grading.files import walk, write_whole
from dlcourse.grading.identify import by_cells, marked, named_cells, shares
from dlcourse.grading.normalise import Unreadable, one_line, read_bytes

COPY = re.compile(r"(?:[ _-]*+(?:\(\d++\)|copy\d*+|\d++))++$", re.I)  # possessive: sixty digits and a letter would take years


class Job(NamedTuple):
    """One notebook to grade."""

    student: str
    chapter: str
    stem: str
    path: Path
    notes: tuple = ()

    @property
    def name(self):
        return self.student, self.chapter, self.stem


def student_id(name):
    """May a folder of this name be a student?  Letters and digits of any script, spaces and . _ @ - ' inside; 64 characters at most."""
    return len(name) <= 64 and name[:1].isalnum() and name == name.strip() and all(c.isalnum() or c in " ._@-'" for c in name)


def is_newer(path, result, record):
    """Was another file put at ``path`` after the one that ``result`` is of?  record: the file of the result, whose time is that of the last grading.

    The time of the file alone does not tell: 'collect --timestamps' sets it, and students can.
    """
    try:
        now, graded = path.lstat(), record.stat()
    except OSError:
        return False
    return now.st_ctime > graded.st_mtime and abs(now.st_mtime - result.submitted) > 1


def said_by_platform(class_dir):
    """What 'dlcourse collect' learned besides the files, as a dict

    late: {"student/chapter/stem": text}; without: {student: {archive: text}}; left: list of [student, "chapter/stem" or "", archive, file, why], notebooks
    that were left out; taken: {"student/chapter/stem": what orders Canvas's files}, of those in submitted/.
    """
    try:
        said = json.loads(Path(class_dir, ".collected.json").read_text(encoding="utf8"))
    except FileNotFoundError:
        said = {}
    return {"late": {}, "without": {}, "left": [], "taken": {}} | said


def note_platform(class_dir, archive, late, without, handed, left=(), settled=(), taken=None):
    """Keep that for the tables.

    late: {"student/chapter/stem": is it marked late?} of the files that lie in submitted/ now; without: {student: what came instead of a notebook};
    handed: students with a notebook in this archive: what was said of them before is over;
    left: (student, "chapter/stem" or "", file, why) of notebooks that were left out; settled: (student, "chapter/stem", "" or file) of which that is over;
    taken: {"student/chapter/stem": order, or None where it is not known}.
    """
    said = said_by_platform(class_dir)
    said["late"] = {k: v for k, v in said["late"].items() if k not in late} | {k: "marked late by Canvas" for k, marked in late.items() if marked}
    said["without"] = {k: v for k, v in said["without"].items() if k not in handed}
    for student, text in without.items():
        said["without"].setdefault(student, {})[archive] = text
    again = {(student, archive, file) for student, _, file, _ in left}
    said["left"] = [row for row in said["left"] if not {(row[0], row[1]), (row[0], row[3])} & set(settled) and (row[0], row[2], row[3]) not in again]
    said["left"] += [[student, place, archive, file, why] for student, place, file, why in left]
    said["taken"] = {k: v for k, v in (said["taken"] | (taken or {})).items() if v is not None}
    write_whole(Path(class_dir, ".collected.json"), json.dumps(said))


def said_of_students(platform):
    """Who sent no notebook, and whose were left out -> list of (student, text), each text once with all the archives that it came in"""
    found = {}
    said = [(student, archive, text) for student, texts in platform["without"].items() for archive, text in texts.items()]
    for student, archive, text in said + [(student, archive, f"left out {file}: {why}") for student, _, archive, file, why in platform["left"]]:
        found.setdefault((student, text), []).append(archive)
    return [(student, f"{', '.join(archives)}: {text}") for (student, text), archives in found.items()]


def find_jobs(submitted, specs, students=None, exercises=None):
    """-> (list of Job, dict student -> why nothing of theirs is graded)

    specs: dict (chapter, stem) -> the notebook as it was given out, as text, or anything else where that is not known;
    students, exercises: names to keep ("mlp" or "mlp/losses"), None for all; a student's name may lack the platform's number, where one student has it.
    Raises ValueError for a name that is not there.
    """
    folders = sorted(p for p in Path(submitted).iterdir() if not p.name.startswith("."))
    wanted = chosen(exercises, specs)
    known = [p.name for p in folders]
    students = {whole_name(name, known, submitted) for name in students or []}
    jobs, left_out = [], {}
    given = {name: marked(text.encode()) for name, text in specs.items() if isinstance(text, str)}
    for folder in folders:
        if students and folder.name not in students:
            continue
        if folder.is_symlink() or not folder.is_dir():
            left_out[folder.name] = "not a folder; expected submitted/<student>/<chapter>/<notebook>.ipynb"
        elif not student_id(folder.name):
            left_out[folder.name] = "the folder's name is not a student's: letters, digits, spaces and . _ @ - ' only, 64 at most"
        else:
            mine, notes = of_student(folder, specs, given)
            mine = [job for job in mine if job.name[1:] in wanted]
            if mine:
                jobs += [mine[0]._replace(notes=(*mine[0].notes, *notes)), *mine[1:]]
            elif not exercises:
                left_out[folder.name] = "; ".join(notes) or "the folder holds no notebook of an exercise"
    return [job._replace(notes=tuple(map(one_line, job.notes))) for job in jobs], {name: one_line(why) for name, why in left_out.items()}


def whole_name(name, known, place):
    """The folder of a student, who may be named without the number of Canvas or Moodle.  Raises ValueError."""
    fits = [k for k in known if k == name] or [k for k in known if re.fullmatch(rf"{re.escape(name)}_\d+", k)]
    if len(fits) != 1:
        raise ValueError(f"no student {name!r} in {place}{near(name, known)}" if not fits else f"{name!r} may be {' or '.join(fits)}; name one")
    return fits[0]


def chosen(exercises, specs):
    """The exercises that are named, as a set of (chapter, stem).  Raises ValueError for a name that is none."""
    if not exercises:
        return set(specs)
    found = set()
    for name in exercises:
        fits = {job for job in specs if name in (job[0], "/".join(job))}
        if not fits:
            known = sorted({c for c, _ in specs} | {"/".join(job) for job in specs})
            raise ValueError(f"no exercise {name!r}{near(name, known)}; chapters: {', '.join(sorted({c for c, _ in specs}))}")
        found |= fits
    return found


def near(name, known):
    """'; did you mean ...?' or nothing."""
    close = difflib.get_close_matches(name, known, 2)
    return f"; did you mean {' or '.join(map(repr, close))}?" if close else ""


def of_student(folder, specs, given):
    """One student's notebooks -> (list of Job, notes on files that are not graded).

    The exact place comes first, then a file that is called like the exercise, then one that holds its cells.  given: dict exercise -> its marked cells
    """
    files = sorted(Path(base, name) for base, dirs, names in walk(folder) for name in names
                   if not any(part.startswith(".") for part in Path(base).relative_to(folder).parts) and not name.startswith("."))
    notebooks = [f for f in files if f.suffix.lower() == ".ipynb"]
    jobs, used = [], set()
    there = {c for c in {c for c, _ in specs} if os.path.lexists(folder / c)}
    linked = sorted(c for c in there if (folder / c).is_symlink())
    for chapter, stem in (name for name in specs if name[0] in there):
        exact = folder / chapter / f"{stem}.ipynb"
        if os.path.lexists(exact) and chapter not in linked:
            jobs.append(Job(folder.name, chapter, stem, exact))
            used.add(exact)
    names = {f: by_name(f, specs) for f in notebooks if f not in used}
    cells = {f: by_cells(shares(content(f), given)) for f, name in names.items() if not name}
    for chapter, stem in (name for name in specs if name in {*names.values(), *cells.values()}):
        alike, held = ([f for f, name in found.items() if name == (chapter, stem)] for found in (names, cells))
        done = next((i for i, job in enumerate(jobs) if job.name[1:] == (chapter, stem)), None)
        if done is not None:
            copy = meant(jobs[done].path, alike + held, specs[chapter, stem])
            why = [f"graded {copy.relative_to(folder)}, as {chapter}/{stem}.ipynb is as it was given out"] if copy else []
            others = ", ".join(str(f.relative_to(folder)) for f in [jobs[done].path, *alike, *held] if f != (copy or jobs[done].path))
            jobs[done] = jobs[done]._replace(path=copy or jobs[done].path, notes=(*jobs[done].notes, *why, f"also handed in, not graded: {others}"))
        else:
            jobs.append(instead(folder, chapter, stem, alike, held, specs[chapter, stem]))
        used |= {*alike, *held}
    notes = [f"the folder {c} is a link; expected a folder" for c in linked]
    unknown = [str(f.relative_to(folder)) for f in notebooks if f not in used]
    others = [str(f.relative_to(folder)) for f in files if f.suffix.lower() != ".ipynb"]
    if unknown:
        notes.append(f"no exercise has this name: {', '.join(unknown)[:200]}")
    if others:
        notes.append(f"other files are not available to the notebook: {', '.join(others)[:200]}")
    return jobs, notes


def by_name(file, specs):
    """The exercise that a file is called like, in the chapter's folder, or anywhere if no other chapter has one of this name; None for none."""
    called = [name for name in specs if name[1] == plain(file.stem)]
    return next((name for name in called if len(called) == 1 or file.parent.name.lower() == name[0]), None)


def instead(folder, chapter, stem, alike, held, released):
    """The Job of an exercise whose own place is empty.  alike: files that are called like it; held: others that hold its cells"""
    best = max(alike, key=last_changed) if alike else max(held, key=lambda f: (bool(worked_on(content(f), released.encode())), last_changed(f)))
    why = f"graded {best.relative_to(folder)}, {'as' if alike else 'which holds its cells, as'} {chapter}/{stem}.ipynb is missing"
    others = ", ".join(str(f.relative_to(folder)) for f in [*alike, *held] if f != best)
    return Job(folder.name, chapter, stem, best, (why, *([f"also handed in, not graded: {others}"] if others else [])))


def meant(exact, copies, released):
    """The copy that a student worked on while the file of the right name stayed as it was given out (JupyterLab's Duplicate) -> path or None"""
    if not isinstance(released, str) or worked_on(content(exact), released.encode()) is not False:
        return None
    return max((f for f in copies if worked_on(content(f), released.encode())), key=last_changed, default=None)


def worked_on(data, released):
    """Does a file's bytes hold another answer than the notebook that was given out?  None: it is no notebook, or has none of the answers' cells."""
    given = answers(released)
    mine = {name: words for name, words in answers(data).items() if name in given}
    return any(words != given[name] for name, words in mine.items()) if mine else None


def answers(data):
    """The words in each answer's cell of a notebook, the last of a name as in grading -> dict name -> list of str; {} for what is no notebook"""
    return {name: "".join(map(str, cell["source"])).split() for name, meta, cell in named_cells(data)
            if meta.get("solution") and isinstance(cell.get("source"), str | list)}


def content(path):
    """A file's bytes; none where it is no regular file of a fair size."""
    try:
        return read_bytes(path)
    except Unreadable:
        return b""


def last_changed(path):
    """For choosing the newest file."""
    return path.lstat().st_mtime


def plain(stem):
    """A file's stem without what browsers and JupyterLab append to a copy: 'losses (1)', 'losses-Copy1' -> 'losses'."""
    return COPY.sub("", stem).strip().lower()
