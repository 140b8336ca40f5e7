"""What a class's results say: one HTML page that needs no network, and CSV files, in <class>/report/.

    results/, gradebook.db, autograded/ -> report/index.html, students.csv, exercises.csv, questions.csv, failures.csv, attention.csv, similar.csv

Scores are those of the gradebook (marks by hand count), times, flags and messages those of the kept results.
"""
import json
import os
import re
import warnings
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

from nbgrader import api
from nbgrader.api import Gradebook
from sqlalchemy.exc import SAWarning

from dlcourse.grading import item_analysis as items
from dlcourse.grading import lms, report_page, spreadsheet
from dlcourse.grading.files import at_work, check_writable
from dlcourse.grading.gradebook import database, spec_database
from dlcourse.grading.one import Result
from dlcourse.grading.similar import find_similar
from dlcourse.grading.submissions import chosen, is_newer, said_by_platform, said_of_students
from dlcourse.grading.tables import AGAIN, UNGRADED, too_much

EDITED = "edited tests were replaced"  # notes that a person should see: a sign of tampering, and others
ODD = ("cells that stand more than once", "all graded cells are missing", "code in the locked cell", "the question ",
       "the cells had lost their metadata", "pictures in text cells that are not shown", "met a time limit twice")
ELSEWHERE = "look at it by hand"  # how a note ends that asks for it
NO_SCORE = "the gradebook has no score: the exercise has changed since this was graded"


class Question(NamedTuple):
    """A graded cell of an exercise."""

    chapter: str
    stem: str
    name: str
    most: float
    kind: str  # "test" or "written"


class Class(NamedTuple):
    """All that the report is made from."""

    students: dict  # id -> namespace: first, last, email, lms
    questions: dict  # (chapter, stem) -> list of Question, in the notebook's order
    released: dict  # (chapter, stem, cell) -> released text of an answer cell
    marks: dict  # (student, chapter, stem) -> dict question -> (score or None, waits for a person)
    penalties: dict  # (student, chapter) -> points taken for lateness
    results: dict  # (student, chapter, stem) -> Result
    folders: tuple  # names in submitted/
    over: list  # (student, chapter, stem, question, mark, most): marks by hand above what the question gives
    platform: dict  # as `submissions.said_by_platform` gives it
    titles: dict  # (chapter, stem) -> the exercise's title


def report(class_dir, exercises=None, similar=True, lms_kind=None, roster=None, say=print, db=None, options=lms.Options()):
    """Write <class>/report/.  exercises: names like "mlp" or "mlp/losses", None for all; lms_kind: None, "canvas" or "moodle"; roster: the LMS's own CSV;
    db: the gradebook's address (default: gradebook.db); options: of the grades for the LMS.

    -> namespace: page (path), students, waiting and ungraded (numbers), missing (ids), unmatched (names that the roster or the gradebook lacks),
    unmarked (lines on what the grades for an LMS lack or hold that a person should see first, where they are written).
    Raises ValueError for a class that has not been graded and for names that are not there, files.Unwritable for a class that cannot be written.
    """
    class_dir = Path(class_dir).resolve()
    if at_work(class_dir):
        say(f"a 'dlcourse grade' is at work on {class_dir}: this is what it has written so far")
    whole = read_class(class_dir, db)
    check_writable(class_dir)
    data = keep(whole, exercises)
    facts = gather(data, ungraded(class_dir, data))
    facts.similar = find_similar(class_dir, data.released) if similar else None
    out = class_dir / "report"
    out.mkdir(exist_ok=True)
    facts.unmatched = facts.unmarked = []
    if lms_kind:
        file = out / lms.file_name(lms_kind, exercises)
        grades, facts.unmarked = lms.marked(lms_grades(data), unmarked(data), options.unmarked_zero)
        grades, late = lms.graded(grades, facts.ungraded)
        facts.unmarked = [*late, *facts.unmarked, *look_first(data, facts)]
        facts.unmatched = lms.fill(lms_kind, roster, file, data.students, grades, lms_names(data, whole), options, say)
        say(f"grades for {lms_kind}: {file}")
    for name, (head, rows) in tables(facts).items():
        spreadsheet.write(out / f"{name}.csv", head, rows)
    part = out / ".index.part"
    part.write_text(report_page.page(class_dir.name, facts), encoding="utf8")
    os.replace(part, out / "index.html")
    return SimpleNamespace(page=out / "index.html", students=len(data.students), waiting=len(facts.waiting), missing=list(facts.missing),
                           ungraded=len(facts.ungraded), unmatched=facts.unmatched, unmarked=facts.unmarked, similar=facts.similar)


def read_class(class_dir, db=None):
    """Everything of a class folder.  Raises ValueError where nothing has been graded, or by nbgrader."""
    class_dir = Path(class_dir)
    refuse_nbgraders(class_dir)
    url = database(class_dir, db)
    if url == f"sqlite:///{class_dir / 'gradebook.db'}" and not (class_dir / "gradebook.db").exists():
        raise ValueError(f"{class_dir} has no gradebook.db; expected a class that 'dlcourse grade' has graded")
    results = {r.place: r for r in map(load, sorted((class_dir / "results").glob("*/*/*.json"))) if r is not None}
    if not results:
        raise ValueError(f"{class_dir / 'results'} holds no result: nobody has been graded yet; run 'dlcourse grade' first")
    results = {(r.student, r.chapter, r.stem): r for r in results.values()}
    sent = class_dir / "submitted"
    folders = tuple(sorted(p.name for p in sent.iterdir() if not p.name.startswith("."))) if sent.is_dir() else ()
    with Gradebook(url, "dlcourse") as gb, warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=SAWarning)
        return read_gradebook(gb.db, results, folders, said_by_platform(class_dir))


def refuse_nbgraders(class_dir):
    """Raises ValueError for an nbgrader course: there are no results to read."""
    if (class_dir / "gradebook.db").exists() and not spec_database(class_dir).exists() and not (class_dir / "results").exists():
        raise ValueError(f"{class_dir} is an nbgrader course; the report reads classes that the default engine has graded. For a course graded with "
                         "--engine nbgrader type 'nbgrader export' in its folder (grades.csv), or open formgrader there")


def load(path):
    """A kept result, also one that an earlier version wrote; None for what is none."""
    known = {f.name for f in fields(Result)}
    try:
        return Result(**{k: v for k, v in json.loads(path.read_text(encoding="utf8")).items() if k in known})
    except (ValueError, TypeError, AttributeError):
        return None


def read_gradebook(db, results, folders, platform):
    """The gradebook's tables in a few statements: its objects would need one for each score."""
    students = {s.id: SimpleNamespace(first=s.first_name or "", last=s.last_name or "", email=s.email or "", lms=s.lms_user_id or "")
                for s in db.query(api.Student)}
    cells = db.query(api.Assignment.name, api.Notebook.name, api.SourceCell.name, api.SourceCell.cell_type, api.SourceCell.locked, api.SourceCell.source) \
        .select_from(api.SourceCell).join(api.Notebook, api.SourceCell.notebook_id == api.Notebook.id) \
        .join(api.Assignment, api.Notebook.assignment_id == api.Assignment.id).order_by(api.SourceCell.id).all()
    released = {(c, n, cell): source or "" for c, n, cell, _, locked, source in cells if not locked}
    texts = sorted(((name, c, n, source or "") for c, n, name, kind, locked, source in cells if locked and kind == "markdown"), key=lambda t: (len(t[0]), t))
    titles = {(c, n): found[1].strip() for _, c, n, source in reversed(texts) if (found := re.match(r"# +(.+)", source))}  # the first one stays
    points = db.query(api.Assignment.name, api.Notebook.name, api.GradeCell.name, api.GradeCell.max_score, api.GradeCell.cell_type) \
        .select_from(api.GradeCell).join(api.Notebook, api.GradeCell.notebook_id == api.Notebook.id) \
        .join(api.Assignment, api.Notebook.assignment_id == api.Assignment.id).all()
    questions = {}
    for chapter, stem, name, most, kind in points:
        questions.setdefault((chapter, stem), []).append(Question(chapter, stem, name, most, "written" if kind == "markdown" else "test"))
    order = {}
    for (_, chapter, stem), result in results.items():  # a result names its questions in the notebook's order
        order.setdefault((chapter, stem), list(result.most))
    for key, found in questions.items():
        place = {name: i for i, name in enumerate(order.get(key, []))}
        found.sort(key=lambda q: (place.get(q.name, len(place)), q.name))
    marks, penalties = {}, {}
    notebook, base = api.SubmittedNotebook, api.BaseCell
    scores = db.query(api.SubmittedAssignment.student_id, api.Assignment.name, api.Notebook.name, base.name, api.Grade.auto_score, api.Grade.manual_score,
                      api.Grade.extra_credit, api.Grade.needs_manual_grade) \
        .select_from(api.Grade).join(notebook, api.Grade.notebook_id == notebook.id).join(api.Notebook, notebook.notebook_id == api.Notebook.id) \
        .join(api.SubmittedAssignment, notebook.assignment_id == api.SubmittedAssignment.id) \
        .join(api.Assignment, api.SubmittedAssignment.assignment_id == api.Assignment.id).join(base, api.Grade.cell_id == base.id)
    for student, chapter, stem, name, auto, manual, extra, waits in scores:
        score = manual if manual is not None else auto
        score = None if score is None else score + (extra or 0)
        marks.setdefault((student, chapter, stem), {})[name] = (score, bool(waits))
    late = db.query(api.SubmittedAssignment.student_id, api.Assignment.name, notebook.late_submission_penalty).select_from(notebook) \
        .join(api.SubmittedAssignment, notebook.assignment_id == api.SubmittedAssignment.id) \
        .join(api.Assignment, api.SubmittedAssignment.assignment_id == api.Assignment.id).filter(notebook.late_submission_penalty > 0)
    for student, chapter, penalty in late:
        penalties[student, chapter] = penalties.get((student, chapter), 0) + penalty
    return Class(students, dict(sorted(questions.items())), released, marks, penalties, results, folders, too_much(db), platform, titles)


def keep(data, exercises):
    """Only the exercises that are named.  Raises ValueError for a name that is none, with the nearest."""
    wanted = chosen(exercises, data.questions)
    pick = lambda table: {k: v for k, v in table.items() if k[-2:] in wanted}  # noqa: E731
    chapters = {c for c, _ in wanted}
    return data._replace(questions=pick(data.questions), marks=pick(data.marks), results=pick(data.results),
                         released={k: v for k, v in data.released.items() if k[:2] in wanted},
                         over=[row for row in data.over if row[1:3] in wanted], penalties={k: v for k, v in data.penalties.items() if k[1] in chapters})


def gather(data, without=()):
    """The numbers of the report -> namespace.  without: what `ungraded` found"""
    facts = SimpleNamespace(flags=flags(data), odd=odd(data), waiting=waiting(data), trouble=trouble(data), ungraded=list(without))
    handed = {}
    for student, *key in data.results:
        handed.setdefault(student, set()).add(tuple(key))
    left_out = [f for f in data.folders if f not in handed and f not in data.students]
    sent = {*handed, *(s for s, *_ in without)}
    facts.missing = missing(data, {s for s in {*data.students, *data.platform["without"], *left_out} if s not in sent})
    facts.students = [student_row(data, s, handed[s]) for s in sorted(handed)]
    facts.most = sum(q.most for found in data.questions.values() for q in found)
    facts.shares = [s.points / facts.most if facts.most else 0 for s in facts.students]
    facts.all = items.summary(facts.shares)
    facts.exercises = [exercise(data, key) for key in data.questions]
    facts.questions = [q for e in facts.exercises for q in e.questions]
    return facts


def student_row(data, student, handed):
    """A student's points over all exercises; a notebook that was not handed in counts 0."""
    by = {key: notebook_points(data, student, key) if key in handed else None for key in data.questions}
    waits = sum(w for key in handed for _, w in data.marks.get((student, *key), {}).values())
    info = data.students.get(student, SimpleNamespace(first="", last=""))
    penalty = sum(v for (s, _), v in data.penalties.items() if s == student)
    return SimpleNamespace(id=student, name=" ".join(filter(None, [info.first, info.last])), by=by, handed=len(handed), waits=waits,
                           penalty=penalty, points=max(0, sum(v or 0 for v in by.values()) - penalty))


def notebook_points(data, student, key):
    """Points of a notebook so far: what waits for a person counts 0."""
    return sum(score or 0 for score, _ in data.marks.get((student, *key), {}).values())


def exercise(data, key):
    """Numbers of one exercise, over those who handed it in."""
    who = [s for s, *k in data.results if tuple(k) == key and not data.results[s, *key].trouble]
    results = [data.results[s, *key] for s in who]
    found, most = data.questions[key], sum(q.most for q in data.questions[key])
    marks = [data.marks.get((s, *key), {}) for s in who]
    table = [[None if m.get(q.name, (None, True))[1] and q.kind == "written" else m.get(q.name, (None, True))[0] for q in found] for m in marks]  # (N, K)
    first = items.first_failures([r.failed for r in results], [q.name for q in found])
    answers = {cell for *k, cell in data.released if tuple(k) == key}
    rows = [question(q, k, table, results, first[q.name], answer_of(q, answers)) for k, q in enumerate(found)]
    points = [notebook_points(data, s, key) for s in who]
    return SimpleNamespace(name="/".join(key), n=len(who), most=most, stats=items.summary(points), shares=[p / most if most else 0 for p in points],
                           questions=rows, seconds=items.tail([r.seconds for r in results]), memory=items.tail([r.memory for r in results]))


def question(q, k, table, results, first, answer):
    """One question: who tried, mean, difficulty, discrimination, failures."""
    scores = [row[k] for row in table]
    known = [s for s in scores if s is not None]
    messages = [r.failed[q.name] for r in results if q.name in r.failed]
    return SimpleNamespace(
        exercise=f"{q.chapter}/{q.stem}", name=q.name, kind=q.kind, most=q.most, n=len(known), waits=len(scores) - len(known),
        tried=sum(not r.unread and answer not in r.empty for r in results), mean=sum(known) / len(known) if known else None,
        p=items.difficulty(scores, q.most), r=items.discrimination(table, k), failed=len(messages), first=first, messages=items.common(messages))


def answer_of(q, answers):
    """The answer cell that a question is about: itself, the answer of its name, else the one whose name its own name begins with; None where none fits."""
    if q.name in answers:
        return q.name
    name = q.name.partition("-")[2]
    fits = [a for a in answers if f"{name}_".startswith(f"{a.partition('-')[2]}_")]
    return max(fits, key=len, default=None)


def flags(data):
    """What looks like tampering, for a person to judge -> sorted list of (student, exercise, text)"""
    found = [(s, f"{c}/{n}", text) for (s, c, n), r in data.results.items() for text in [*r.flags, *(t for t in r.notes if t.startswith(EDITED))]]
    return sorted(set(found))


def odd(data):
    """What a person should look at and is no sign of tampering -> sorted list of (student, exercise or '', text)"""
    found = [(s, f"{c}/{n}", text) for (s, c, n), r in data.results.items() for text in r.notes if text.startswith(ODD) or text.endswith(ELSEWHERE)]
    found += [(s, f"{c}/{n}", f"the mark by hand for {name} is {mark:g} of {most:g}") for s, c, n, name, mark, most in data.over]
    places = {f"{c}/{n}" for c, n in data.questions}
    found += [(s, where, text) for place, text in data.platform["late"].items() for s, _, where in [place.partition("/")] if where in places]
    handed = {s for s, *_ in data.results}
    found += [(s, "", text) for s, text in said_of_students(data.platform) if s in handed or s not in data.platform["without"]]
    return sorted(set(found))


def missing(data, students):
    """Students who handed in no notebook, and what came instead -> sorted dict student -> text or ''"""
    said = said_of_students(data.platform)
    return {s: "; ".join(sorted(text for student, text in said if student == s)) for s in sorted(students)}


def look_first(data, facts):
    """What grades for an LMS hold that a person should look at before an import -> list of lines"""
    blank = [(s, f"{c}/{n}", text) for (s, c, n), r in data.results.items() for text in r.notes if text.startswith("all graded cells are missing")]
    zero = sorted({row for row in facts.trouble if row[:2] not in {r[:2] for r in facts.ungraded}} | set(blank))
    lines = [f"notebooks without anything to grade, which count 0 in the file: {len(zero)}; look at them by hand before the import"] if zero else []
    lines += [f"{s}: {where}: {text}" for s, where, text in zero]
    over = [f"{s}: {c}/{n}: the mark by hand for {name} is {mark:g} of {most:g}" for s, c, n, name, mark, most in sorted(data.over)]
    return lines + ([f"marks by hand above what the question gives, which count in the file as they are: {len(over)}"] if over else []) + over


def trouble(data):
    """Files that could not be read, and notebooks without a result -> sorted list of (student, exercise, text)"""
    found = [(s, f"{c}/{n}", r.trouble or next((t for t in r.notes if t.startswith("scores 0")), "could not be read"))
             for (s, c, n), r in data.results.items() if r.trouble or r.unread]
    return sorted(found)


def waiting(data):
    """Notebooks with questions that a person must mark -> sorted list of (student, exercise, questions)"""
    found = [(s, f"{c}/{n}", ", ".join(name for name, (_, waits) in mine.items() if waits)) for (s, c, n), mine in data.marks.items()
             if (s, c, n) in data.results and any(waits for _, waits in mine.values())]
    return sorted(found)


def lms_grades(data):
    """dict chapter -> (most points, dict student -> points less the late penalty, at least 0, as nbgrader's own export)"""
    grades = {}
    for chapter in sorted({c for c, _ in data.questions}):
        keys = [k for k in data.questions if k[0] == chapter]
        who = {s for s, c, _ in data.results if c == chapter}
        mine = {s: max(0.0, sum(notebook_points(data, s, k) for k in keys) - data.penalties.get((s, chapter), 0)) for s in who}
        grades[chapter] = (sum(q.most for k in keys for q in data.questions[k]), mine)
    return grades


def lms_names(data, whole):
    """dict chapter -> names that its column may have on a platform: the chapter's where all of it is reported, an exercise's where it is reported alone"""
    names = {}
    for chapter in sorted({c for c, _ in data.questions}):
        mine, every = ([n for c, n in questions if c == chapter] for questions in (data.questions, whole.questions))
        alone = [f"{chapter}/{mine[0]}", mine[0], data.titles.get((chapter, mine[0]), mine[0])] if len(mine) == 1 else []
        names[chapter] = [*([] if alone and len(every) > 1 else [chapter]), *alone]
    return names


def unmarked(data):
    """dict (student, chapter) -> questions that wait for a person"""
    found = {}
    for (s, c, n), mine in data.marks.items():
        if (s, c, n) in data.results and (waits := sum(w for _, w in mine.values())):
            found[s, c] = found.get((s, c), 0) + waits
    return found


def ungraded(class_dir, data):
    """Files in submitted/ that no result is of, new ones and newer ones; results that the gradebook lacks -> sorted list of (student, exercise, text)"""
    found = [(s, f"{c}/{n}", NO_SCORE) for (s, c, n) in data.results if (tests := [q.name for q in data.questions[c, n] if q.kind == "test"])
             and all(data.marks.get((s, c, n), {}).get(name, (None,))[0] is None for name in tests)]
    for path in Path(class_dir, "submitted").glob("*/*/*.ipynb"):
        place = (*path.parts[-3:-1], path.stem)
        if place[1:] in data.questions:
            result = data.results.get(place)
            late = result is not None and is_newer(path, result, Path(class_dir, "results", *place[:-1], f"{place[-1]}.json"))
            found += [(place[0], "/".join(place[1:]), AGAIN if late else UNGRADED)] if late or result is None else []
    return sorted(found)


def tables(facts):
    """The CSV files: dict name -> (column names, rows)"""
    names = [e.name for e in facts.exercises]
    students = [[s.id, s.name, s.points, facts.most, s.points / facts.most if facts.most else None, s.penalty, s.waits, s.handed,
                 *(s.by[tuple(n.split("/"))] for n in names)] for s in facts.students]
    stat = ("n", "mean", "sd", "low", "q1", "median", "q3", "high")
    sums = [["all (share of points)", 1, *(facts.all[k] for k in stat), *items.histogram(facts.shares), *[None] * 6]]
    sums += [[e.name, e.most, *(e.stats[k] for k in stat), *items.histogram(e.shares), *e.seconds.values(), *e.memory.values()] for e in facts.exercises]
    asked = [[q.exercise, q.name, q.kind, q.most, q.tried, q.n, q.waits, q.mean, q.p, q.r, q.failed, q.first] for q in facts.questions]
    failures = [[q.exercise, q.name, q.first, q.failed, n, text] for q in facts.questions for text, n in q.messages]
    attention = [["no notebook handed in", s, "", why] for s, why in facts.missing.items()]
    listed = {"not graded": facts.ungraded, "looks like tampering": facts.flags, "look at it": facts.odd, "no grade or unreadable": facts.trouble,
              "waits for a person": facts.waiting}
    attention += [[kind, *row] for kind, rows in listed.items() for row in rows]
    pairs = [[p.first, p.second, p.place, p.cosine, p.evidence, p.excerpts[0], p.excerpts[1]] for p in facts.similar.pairs] if facts.similar else []
    tens = [f"{10 * i}-{10 * i + 10} %" for i in range(10)]
    return {
        "students": (["student", "name", "points", "of", "share", "late penalty", "questions that wait", "notebooks", *names], students),
        "exercises": (["exercise", "of", *stat, *tens, "seconds median", "seconds p95", "seconds most", "bytes median", "bytes p95", "bytes most"], sums),
        "questions": (["exercise", "question", "kind", "of", "tried", "marked", "waiting", "mean", "difficulty", "discrimination", "failed", "failed first"],
                      asked),
        "failures": (["exercise", "test", "failed first", "failed", "students", "message"], failures),
        "attention": (["what", "student", "exercise", "why"], attention),
        "similar": (["student", "other student", "answer", "cosine", "shared rarity (bits)", "excerpt", "other excerpt"], pairs),
    }
