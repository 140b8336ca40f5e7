"""Put what a learning platform hands out into <class>/submitted/<student>/<chapter>/<stem>.ipynb.

canvas    a zip of files  doejane_12345_67890_losses.ipynb  (doejane_LATE_12345_... where late, losses-1.ipynb for a second try),
          or of zips so named; student: doejane_12345
moodle    a zip of folders  Jane Doe_12345_assignsubmission_file_/losses.ipynb, or of files  Jane Doe_12345_assignsubmission_file_losses.ipynb, where
          "Download submissions in folders" is off; student: Jane Doe_12345
zip       a zip or a folder tree  jane/mlp/losses.ipynb, jane/losses.ipynb, or a zip for each student; student: jane
exchange  nbgrader's inbound folder  jane+mlp+2026-01-31 12:00:00 UTC+random/losses.ipynb; the newest of each student

Only names that are made here are written, so nothing in an archive can choose a place.  The number at the end lets 'dlcourse report --roster' find the student.
"""
import os
import re
import shutil
import tempfile
import time
import unicodedata
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace

from dlcourse.grading.files import check_writable
from dlcourse.grading.identify import by_cells, marked, shares
from dlcourse.grading.members import MAX_NAME, Member, members
from dlcourse.grading.submissions import COPY, near, note_platform, plain, said_by_platform, student_id, worked_on

CANVAS = re.compile(r"(?P<who>.+?)(?P<late>_LATE)?_(?P<id>\d+|anon_\w+?)_(?:(?P<file>\d+)_(?P<name>.+)|(?:text|link)\.html)", re.I | re.S)
MOODLE = re.compile(r"(?P<who>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<name>.*))?", re.S)
PATTERNS = {"canvas": CANVAS, "moodle": MOODLE}
BY_TIME = "the latest time, then the highest number behind the name, then the later entry"
NEWEST = {  # which of several files of a student for one exercise is taken; one that was worked on comes before one as it was given out
    "canvas": "the highest number behind the name, then the highest file id",
    "moodle": BY_TIME,
    "zip": BY_TIME,
    "exchange": "the latest time in the folder's name, then the later entry",
}
KINDS = tuple(NEWEST)
TAKES = "--update takes the newer one"


def collect(source, class_dir, kind, known, chapter=None, update=False, timestamps=False, say=print, released=None):
    """Copy the notebooks of ``source`` into the class.

    known: set of (chapter, stem) of the course; chapter: for names that several chapters have; update: a newer file replaces the one that is there, which is
    kept in <class>/replaced/, but one that was worked on never gives way to one that was not; timestamps: a file gets the time in the archive (penalties for
    lateness go by it), else the time of collecting;
    released: folder of the notebooks that were given out, chapter/stem.ipynb, to tell a file that was worked on from one that was not, and which exercise
    a file is whose name says none or another
    -> namespace: written, same, kept (numbers), left (lines: what was not taken and why), late (lines), without (lines: who handed in no notebook),
    identified (lines: what was taken for what its cells say).
    Who is late or handed in no notebook, and what was left out of theirs, is also kept for the tables of 'dlcourse grade'.
    Raises ValueError for a source that cannot be read or is named as another platform names it, files.Unwritable for a class that cannot be written.
    """
    if kind not in KINDS:
        raise ValueError(f"the source is said to be from {kind!r}; expected one of {', '.join(KINDS)}")
    if chapter is not None and chapter not in {c for c, _ in known}:
        raise ValueError(f"no chapter {chapter!r}{near(chapter, sorted({c for c, _ in known}))}")
    if kind == "exchange" and not Path(source).is_dir():
        raise ValueError(f"{source} is no folder; expected the exchange's inbound folder, with student+assignment+time+random in it")
    done = SimpleNamespace(written=0, same=0, kept=0, left=[], late=[], without=[], identified=[], missed=[])
    check_writable(class_dir)
    best = choose(source, kind, known, chapter, done, released)
    lies, settled, orders = put_all(class_dir, best, kind, update, timestamps or kind == "exchange", done, released)
    done.late = [f"{s}: {c}/{n} is marked late by Canvas" for s, c, n in sorted(best) if lies.get(f"{s}/{c}/{n}")]
    if best or done.without or done.missed:
        without = dict(line.split(": ", 1) for line in done.without)
        note_platform(class_dir, Path(source).name, lies, without, {student for student, *_ in best}, done.missed, settled, orders)
    for line in done.identified:
        say(f"  {line}")
    say(f"{done.written} written, {done.same} already there and the same, {done.kept} there and kept; {len(done.left)} left out, {len(done.late)} late"
        + (f"; {len(done.without)} handed in no notebook" if done.without else ""))
    how = {True: "the time in the archive", False: "the time of collecting; --timestamps takes the archive's"}[timestamps or kind == "exchange"]
    say(f"the files' times (lateness goes by them): {how}{'; Canvas writes the time of the download there, not of the submission' if kind == 'canvas' else ''}")
    return done


def choose(source, kind, known, chapter, done, released=None):
    """The newest notebook for each (student, chapter, stem) -> dict to (Member, order, marked late?)"""
    best, by_fold, lost, seen, others = {}, {}, [], [], []
    given = {job: marked(path.read_bytes()) for job in known if released and (path := Path(released, job[0], f"{job[1]}.ipynb")).is_file()}

    def refuse(name, why):
        leave(done, name, why, sender(kind, name, known, chapter))
        seen.append(tuple(part[:MAX_NAME] for part in name.split("/")))

    for member in members(source, refuse, others.append):
        name = "/".join(member.parts)
        seen.append(member.parts)
        try:
            student, late, file, order = place(kind, member, known)
            target = (student, *exercise(file, member, known, chapter, kind, given))
        except ValueError as error:
            refuse(name, str(error))
            continue
        if kind == "canvas" and target[1:] not in called(file, member, known, chapter, kind):
            order = (0, *order[1:])  # a number in a name of the student's own says nothing
        first = by_fold.setdefault(student.casefold(), student)
        if first != student:
            refuse(name, f"the student {student!r} differs from {first!r} in upper and lower case only; rename one")
            continue
        if target in best:
            old, old_order, _ = best[target]
            newer = (bool(touched(member, target, released)), order) >= (bool(touched(old, target, released)), old_order)  # the same time: the later entry
            lost.append((target, *((old, old_order) if newer else (member, order))))
            if not newer:
                continue
        best[target] = member, order, late
    other_platform(kind, known, seen)
    done.identified = [f"{show('/'.join(member.parts))}: its cells are those of {c}/{n}: taken as that" for (_, c, n), (member, *_) in sorted(best.items())
                       if called(place(kind, member, known)[2], member, known, chapter, kind) != [(c, n)]]
    for target, loser, order in lost:
        taken, taken_order, _ = best[target]
        better = touched(taken, target, released) and not touched(loser, target, released)
        why = "only its answers differ from what was given out" if better else NEWEST[kind]
        newer = order > taken_order  # an older one needs no remark in the tables
        leave(done, "/".join(loser.parts), f"{target[0]} handed in {target[2]}.ipynb more than once; {show('/'.join(taken.parts))} is taken: {why}",
              (target[0], "/".join(target[1:])) if newer else None)
    done.without = without_notebook(kind, known, seen, others)
    return best


def leave(done, name, why, sent):
    """Note a notebook that is not taken.  sent: whose it is and of which exercise, as `sender` says, for the tables; None: not for them"""
    done.left.append(f"{show(name)}: {why}")
    if sent:
        done.missed.append((*sent, show(name), why))


def sender(kind, name, known, chapter):
    """Whose is a file that is left out, and of which exercise, as far as its name says?  -> (student, "chapter/stem" or ""), None for nobody's"""
    parts = tuple(part[:MAX_NAME] for part in name.split("/"))
    member = Member((*parts[:-1], parts[-1][:-4], "") if name.lower().endswith(".zip") else parts, b"", 0.0)
    found = whose(kind, member.parts, known)
    if found is None or not found[0].strip():
        return None
    try:
        fits = called(place(kind, member, known)[2], member, known, chapter, kind)
    except ValueError:
        fits = []
    return show(unicodedata.normalize("NFC", found[0]).strip()), "/".join(fits[0]) if len(fits) == 1 else ""


def other_platform(kind, known, seen):
    """Raises ValueError where no notebook is named as the platform names them, and another platform's names fit.  seen: the parts of their paths"""
    seen = sorted(set(map(tuple, seen)))
    count = {k: sum(whose(k, parts, known) is not None for parts in seen) for k in KINDS}
    fits = next((k for k in ("canvas", "moodle", "exchange") if k != kind and count[k] > len(seen) / 2), "zip" if count["zip"] > len(seen) / 2 else kind)
    if seen and fits != kind and (kind == "zip" or not count[kind]):
        raise ValueError(f"{count[fits]} of {len(seen)} notebooks are named as --from {fits} expects, {'not' if kind == 'zip' else 'none'} as --from {kind} "
                         f"does, like {show('/'.join(seen[0]))}; nothing was collected: say --from {fits}")


def touched(member, target, released):
    """Was a notebook worked on, as far as the one that was given out can tell?  None: it cannot."""
    path = Path(released, target[1], f"{target[2]}.ipynb") if released else None
    return worked_on(member.data, path.read_bytes()) if path and path.is_file() else None


def without_notebook(kind, known, seen, others):
    """Who is in the archive without a notebook.  seen, others: the parts of the notebooks' paths, and of all others' -> list of lines

    In a zip or a folder tree students' folders stand where most notebooks say; a file above them is nobody's.
    """
    found, placed = {}, [place for parts in seen if (place := whose(kind, parts, known))]
    handed = {plain_name(student) for student, _ in placed}
    folders = {parts[:i] for parts in seen for i in range(1, len(parts) + 1)}
    level = Counter(at for _, at in placed).most_common(1)[0][0] if placed else None
    for parts in others:
        student, at = whose(kind, parts, known) or ("", 0)
        if kind == "zip" and level is not None:
            student = parts[level] if len(parts) > level + 1 and parts[:level + 1] not in folders else ""
        elif kind == "zip" and not parts[-1]:
            continue  # an empty folder, perhaps above the students'
        if student and plain_name(student) not in handed:
            own = PATTERNS[kind].fullmatch(parts[-1])["name"] if kind in PATTERNS and at == len(parts) - 1 else None
            found.setdefault(student, []).append(own or parts[-1])
    sent = {student: ", ".join(filter(None, files)) for student, files in sorted(found.items())}
    return [show(f"{student}: handed in {files}") + ", no notebook" if files else show(f"{student}: handed in nothing") for student, files in sent.items()]


def whose(kind, parts, known):
    """As `owner`, but None for nobody's."""
    try:
        return owner(kind, parts, known)
    except ValueError:
        return None


def plain_name(student):
    """A student's name for comparing."""
    return unicodedata.normalize("NFC", student).strip().casefold()


def owner(kind, parts, known):
    """Whose is a file, by its path?  -> (student, index of the part that says so).  Raises ValueError."""
    if kind == "canvas":
        at = next((i for i, p in enumerate(parts) if CANVAS.fullmatch(p)), None)  # the outermost: what is in a student's zip names nobody else
        if at is None:
            raise ValueError("is not named as Canvas does; expected name_12345_67890_notebook.ipynb")
        found = CANVAS.fullmatch(parts[at])
        return f"{found['who']}_{found['id']}", at
    if kind == "moodle":
        at = next((i for i, p in enumerate(parts) if MOODLE.fullmatch(p)), None)  # the outermost, as above
        if at is None:
            raise ValueError("lies in no folder of a participant and has no participant's name; expected "
                             "'First Last_12345_assignsubmission_file_/notebook.ipynb' or 'First Last_12345_assignsubmission_file_notebook.ipynb'")
        found = MOODLE.fullmatch(parts[at])
        return f"{found['who']}_{found['id']}", at
    if kind == "exchange":
        fields = parts[0].split("+")
        if len(parts) < 2 or len(fields) < 3:
            raise ValueError("is not in a folder student+assignment+time+random")
        return fields[0], 0
    folders = [i for i, p in enumerate(parts[:-1]) if p not in ("submitted", "autograded")]
    if folders and parts[folders[-1]] in {c for c, _ in known}:
        folders.pop()
    if not folders:
        raise ValueError("lies in no student's folder; expected student/notebook.ipynb or a zip for each student")
    return parts[folders[-1]], folders[-1]


def place(kind, member, known):
    """Whose file is it?  -> (student, late, file name, what orders several of them).  Raises ValueError."""
    name, late = member.parts[-1], False
    student, at = owner(kind, member.parts, known)
    if kind == "moodle" and at == len(member.parts) - 1:
        name = MOODLE.fullmatch(name)["name"] or ""
    order = (member.changed, copy_number(name))
    if kind == "canvas":
        found, inside = CANVAS.fullmatch(member.parts[at]), at < len(member.parts) - 1
        if inside and CANVAS.fullmatch(name):
            raise ValueError(f"and {show(member.parts[at])} around it are both named as Canvas names a student's file; expected one: rename the other")
        name, late = name if inside else found["name"], bool(found["late"])
        order = (copy_number(found["name"] or ""), int(found["file"] or 0), copy_number(name))  # the times in the zip are those of the download
    elif kind == "exchange":
        order = (exchange_time(member.parts[0].split("+")[2]),)
    student = unicodedata.normalize("NFC", student).strip()
    if not student_id(student):
        raise ValueError(f"would belong to {student!r}, no name for a student's folder: letters, digits, spaces and . _ @ - ' only, 64 at most")
    return student, late, name, order


def exercise(file, member, known, chapter, kind, given):
    """Which exercise is it?  Its name says, unless its cells say another.  given: dict exercise -> its marked cells -> (chapter, stem).  Raises ValueError."""
    fits, found = called(file, member, known, chapter, kind), shares(member.data, given)
    if len(fits) == 1 and (fits[0] in found or not by_cells(found)):
        return fits[0]
    if meant := by_cells(found):
        return meant
    stems, chapters = sorted(s for _, s in known), ", ".join(sorted(c for c, s in known if s == plain(Path(file).stem)))
    if fits:
        raise ValueError(f"{show(file)} is an exercise of {', '.join(sorted(c for c, _ in fits))}, and its cells do not say which; name one by --chapter")
    if chapters:
        named, how = asked(member, chapter, kind)
        raise ValueError(f"{show(file)} is no exercise of {show(named)}, {how}; an exercise of that name is in {chapters}")
    raise ValueError(f"{show(file)} is no exercise of the course, nor do its cells say which{near(plain(Path(file).stem), stems)}")


def called(file, member, known, chapter, kind):
    """The exercises that a file's name and place may mean -> list of (chapter, stem)"""
    stem, (named, _) = Path(file).stem, asked(member, chapter, kind)
    fits = [job for job in known if job[1].lower() in (stem.lower().strip(), plain(stem))]
    inside = [job for job in fits if job[0] == named or not named and job[0] in member.parts[:-1]]
    return inside or ([] if named else fits)


def asked(member, chapter, kind):
    """The chapter that a file must be of, and who says so; None: any."""
    return (chapter, "which --chapter asks for") if chapter else (member.parts[0].split("+")[1] if kind == "exchange" else None, "the assignment of its folder")


def put_all(class_dir, best, kind, update, timestamps, done, released):
    """Write what `choose` chose -> what `note_platform` keeps of the files that lie there now: late, settled, taken"""
    lies, settled, orders, taken = {}, set(), {}, said_by_platform(class_dir)["taken"]
    for target, (member, order, late) in sorted(best.items()):
        student, job = target[0], "/".join(target[1:])
        where, before = f"{student}/{job}", done.written
        newer = order > tuple(taken[where]) if kind == "canvas" and where in taken else None
        try:
            if not put(Path(class_dir).resolve(), target, member, newer, update, timestamps, done, released):
                continue
        except (OSError, ValueError) as error:
            leave(done, "/".join(member.parts), str(error), (student, job))
            continue
        lies[where] = late
        settled.add((student, show("/".join(member.parts))))
        if done.written > before:
            settled |= {(student, ""), (student, job)}
            orders[where] = order if kind == "canvas" else None
        elif kind == "canvas":
            orders[where] = max(order, tuple(taken.get(where, ())))
    return lies, settled, orders


def copy_number(name):
    """The number that a platform or a browser put behind a name: 'losses-2.ipynb' -> 2, 'losses.ipynb' -> 0"""
    found = COPY.search(Path(name).stem)
    return int((re.findall(r"\d+", found[0]) or ["0"])[-1][:6]) if found else 0


def exchange_time(text):
    """'2026-01-31 12:00:00.123 UTC' -> seconds since 1970.  Raises ValueError."""
    try:
        stamp = datetime.fromisoformat(text.replace(" UTC", "").strip())
    except ValueError:
        raise ValueError(f"has the time {text!r} in its folder's name; expected like '2026-01-31 12:00:00 UTC'") from None
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=timezone.utc)).timestamp()


def put(class_dir, target, member, newer, update, timestamps, done, released=None):
    """Write one notebook, whole or not at all; what is there is never lost.  newer: is it, than the one that is there?  None: their times say.

    -> does it lie there now?  Raises ValueError for a link or a student's name that is there in other case.
    """
    student, chapter, stem = target
    stamp = exchange_time(member.parts[0].split("+")[2]) if "+" in member.parts[0] and len(member.parts[0].split("+")) > 2 else member.changed
    folder = class_dir / "submitted"
    folder.mkdir(parents=True, exist_ok=True)
    alike = next((n for n in os.listdir(folder) if n.casefold() == student.casefold() and n != student), None)
    if alike:
        raise ValueError(f"the class has a student {alike!r}, who differs from {student!r} in upper and lower case only; rename one")
    for part in (student, chapter):
        folder /= part
        folder.mkdir(exist_ok=True)
        if folder.is_symlink():
            raise ValueError(f"{folder} is a link; nothing is written through links")
    path = folder / f"{stem}.ipynb"
    if os.path.lexists(path):
        if path.is_symlink() or not path.is_file():
            raise ValueError(f"{'/'.join(target)}.ipynb is there already and no regular file; nothing is written through links")
        there = member._replace(data=path.read_bytes())
        if there.data == member.data:
            done.same += 1
            return True
        newer = stamp > path.lstat().st_mtime if newer is None else newer
        if (why := stays(there, member, target, newer, update, released)):
            done.kept += 1
            leave(done, "/".join(member.parts), why, (student, f"{chapter}/{stem}") if newer or TAKES in why else None)
            return False
        old = class_dir / "replaced" / student / chapter
        old.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, old / f"{stem}-{datetime.fromtimestamp(path.lstat().st_mtime):%Y-%m-%d_%H%M%S}-{time.time_ns()}.ipynb")
    handle, part = tempfile.mkstemp(dir=folder, prefix=".")
    with os.fdopen(handle, "wb") as file:
        file.write(member.data)
    os.chmod(part, 0o644)
    if timestamps and stamp:
        os.utime(part, (stamp, stamp))
    os.replace(part, path)
    done.written += 1
    return True


def stays(there, member, target, newer, update, released):
    """Why does the file that is there stay?  -> text, or '' where the other takes its place"""
    old, new = touched(there, target, released), touched(member, target, released)
    if old and not new:
        return f"{'is as it was given out' if new is False else 'holds no answer'}, the one that is there was worked on: kept"
    better = newer or old is False and new  # of one as it was given out the age says nothing
    if update and better:
        return ""
    return f"{'/'.join(target)}.ipynb is there already and differs; {TAKES if better else 'is not newer; to take it, remove that one and collect again'}"


def show(text):
    """A name from outside, safe for a terminal."""
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)[:200]
