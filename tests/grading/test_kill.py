"""Kill -9 what you like, when you like: the same command again ends where a run that nobody disturbed ends.

Chains of runs.  In each run some of its parts are killed at random moments, and mostly the controller at last; then the command runs once more, in
peace, and gradebook, table and graded notebooks must be those of a calm run.  The counts go to ``_build/kill-counts.json``.
"""
import hashlib
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
from grading import small_class
from grading.course import EXERCISE, write_course
from grading.descendants import adopting, left_after, parts
from grading.test_gradebook import mark
from nbgrader import api
from sqlalchemy import select

from dlcourse.grading import sandbox
from dlcourse.grading.gradebook import transaction
from dlcourse.grading.sample import write_class

pytestmark = pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox: {sandbox.available()}")
ROOT = Path(__file__).resolve().parents[2]
STUDENTS = ("reference", "untouched", "broken-file")
STARTS = ("fresh", "marked", "changed")
ENOUGH = {"controller": 40, "worker": 20, "parent": 14, "loader": 10, "S": 14, "T": 14}  # kills that hit; 112 in all
STAGES = {"start": "", "grading": r"\d+ notebooks? of ", "end": r"(\d+)/\1 done| 0 to grade"}  # a stage begins when the command says this
HEX = re.compile(r"[0-9a-f]{32}")


def command(course, folder):
    return [sys.executable, "-m", "dlcourse.cli", "grade", "--root", str(course), "--class", str(folder), "--workers", "2", "--seed", "test", "--no-feedback"]


class Running:
    """The command at work, and the stages that it has reached."""

    def __init__(self, course, folder, *more):
        self.said = folder.parent / "said.txt"
        self.begun = {"start": time.monotonic()}
        with open(self.said, "w") as out:
            self.process = subprocess.Popen([*command(course, folder), *more], cwd=folder.parent, stdout=out, stderr=out,
                                            env=os.environ | {"PYTHONPATH": str(course.parent), "TMPDIR": str(folder.parent)})

    def goes_on(self):
        """Look at it.  -> is it running?"""
        text = self.said.read_text()
        for stage, words in STAGES.items():
            if stage not in self.begun and re.search(words, text):
                self.begun[stage] = time.monotonic()
        return self.process.poll() is None

    def finish(self):
        """Let it end in peace.  -> dict stage -> seconds"""
        while self.goes_on():
            time.sleep(0.005)
        times = [*self.begun.values(), time.monotonic()]
        return {stage: b - a for stage, a, b in zip(self.begun, times, times[1:])}


def disturb(run, plan, rng, counts, nobody):
    """Carry out a plan, a list of (stage, seconds into it, part), and wait for the end.  A part that is not there is waited for."""
    while run.goes_on():
        for item in list(plan):
            stage, delay, part = item
            if stage not in run.begun or time.monotonic() < run.begun[stage] + delay:
                continue
            if part == "controller":
                run.process.kill()
                run.process.wait()
                counts[part] += 1
                plan.remove(item)
                break
            if victims := parts(run.process.pid)[part]:
                try:
                    rng.choice(victims).kill()
                except psutil.NoSuchProcess:
                    continue
                counts[part] += 1
                plan.remove(item)
        time.sleep(0.002)
    nobody.update(part for _, _, part in plan)


def plan_of(rng, seconds, counts, stages):
    """What to kill in the next run: parts that are still short of kills, of S and T one at most; the controller at last, in each stage equally often.

    -> (list of (stage, seconds into it, part), grade all again?)  The engine takes a second kill of one submission's process for the student's doing.
    """
    stage = min(STAGES, key=lambda s: stages[s])
    short = [p for p in ("worker", "parent", "loader", "S", "T") if counts[p] < ENOUGH[p]] if stage != "start" else []
    chosen = rng.sample(short, min(len(short), 3))
    chosen = [p for i, p in enumerate(chosen) if p not in "ST" or not any(q in "ST" for q in chosen[:i])]
    plan = [("grading", rng.uniform(0, 0.7 * seconds["grading"]), part) for part in chosen]
    at = rng.uniform(0.5 if chosen and stage == "grading" else 0, 1) * seconds[stage]
    return [*plan, (stage, at, "controller")], bool(chosen)


def dump(url):
    """All rows of all tables of a gradebook; surrogate keys are replaced by a hash of what they stand for.  -> dict table -> sorted lines"""
    names, found = {}, {}
    with transaction(url) as db:
        for table in api.Base.metadata.sorted_tables:
            found[table.name] = []
            for row in db.execute(select(table)).mappings():
                own = row.get("id") if HEX.fullmatch(str(row.get("id"))) and row["id"] not in names else None
                line = repr(sorted((k, names.get(v, v)) for k, v in row.items() if k != "id" or own is None))
                if own:
                    names[own] = hashlib.sha256(f"{table.name}{line}".encode()).hexdigest()[:32].upper()
                found[table.name].append(line)
    return {name: sorted(lines) for name, lines in found.items()}


def entered(folder, scratch):
    """What people entered, out of a copy of a gradebook that a kill may have left in the middle of a write; its file is whole."""
    for name in ("gradebook.db", "gradebook.db-journal"):
        (scratch / name).unlink(missing_ok=True)
        if (folder / name).exists():
            shutil.copy(folder / name, scratch / name)
    if not (scratch / "gradebook.db").exists():
        return []
    with sqlite3.connect(scratch / "gradebook.db") as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
        marks = db.execute("select manual_score, extra_credit from grade where manual_score is not null or extra_credit is not null").fetchall()
        return sorted(map(repr, marks + db.execute("select cast(manual_comment as blob) from comment where manual_comment is not null").fetchall()))


def left_behind(folder):
    """All that a run leaves for people and for the next run."""
    products = {str(p.relative_to(folder)): p.read_bytes() for p in (folder / "autograded").rglob("*.ipynb")}
    tables = [(folder / name).read_bytes() for name in ("grades.csv", "totals.csv", "seed.txt", ".seen.json", ".exercises.json")]
    return dump(f"sqlite:///{folder / 'gradebook.db'}"), tables, products, small_class.records(folder)


def differences(found, expected):
    """Where two of them differ, as lines."""
    lines = [f"{table}: {side}{line}" for table in expected[0] for side, lines in
             (("- ", set(expected[0][table]) - set(found[0][table])), ("+ ", set(found[0][table]) - set(expected[0][table]))) for line in lines]
    lines += [f"- {a!r}\n+ {b!r}" for a, b in zip(expected[1], found[1]) if a != b]
    return lines + [f"{p}: - {e.get(p)}\n+ {f.get(p)}" for e, f in zip(expected[2:], found[2:]) for p in sorted({*e, *f}) if e.get(p) != f.get(p)]


def slow(course, folder, student, extra=""):
    """A right submission that takes a moment, so that there is somebody to kill."""
    small_class.own_cell(course, folder, student, f"import time\ntime.sleep(0.25)\nprint({student!r}){extra}")


@pytest.fixture(scope="module")
def starts(tmp_path_factory):
    """dict name -> (course, class folder): nothing graded yet; graded and marked, then handed in again; and the same after the exercise has changed."""
    base = tmp_path_factory.mktemp("kill")
    shutil.copytree(ROOT / "dlcourse", base / "dlcourse")  # a package that nobody edits meanwhile: its hash is part of every result
    course = write_course(base / "course")
    other = write_course(base / "other", EXERCISE.replace('"triple" points=3', '"triple" points=5'))
    fresh, marked = base / "fresh", base / "marked"
    write_class(course, fresh, STUDENTS)
    for student in ("slow-one", "slow-two", "slow-three"):
        slow(course, fresh, student)
    shutil.copytree(fresh, marked)
    assert Running(course, marked).finish()
    mark(marked, "reference")
    mark(marked, "slow-one")
    shutil.rmtree(marked / "results")
    shutil.rmtree(marked / "autograded")
    shutil.copy(marked / "submitted/reference/mini/small.ipynb", marked / "submitted/untouched/mini/small.ipynb")
    shutil.copy(marked / "submitted/untouched/mini/small.ipynb", marked / "submitted/slow-three/mini/small.ipynb")
    changed = base / "changed"
    shutil.copytree(marked, changed)
    return {"fresh": (course, fresh), "marked": (course, marked), "changed": (other, changed)}


@pytest.fixture(scope="module")
def calm(starts):
    """dict name of a start -> (what an undisturbed run leaves, seconds of its stages)"""
    found = {}
    for name, (course, folder) in starts.items():
        copy = shutil.copytree(folder, folder.parent / f"calm-{name}/class")
        run = Running(course, copy)
        seconds = run.finish()
        assert run.process.returncode == 3, run.said.read_text()  # 3: look at the broken file
        found[name] = left_behind(copy), seconds
    return found


def test_the_comparison_sees_a_point_a_mark_and_a_byte(calm, starts):
    """The oracle can fail."""
    folder = starts["marked"][1].parent / "calm-marked/class"
    other = shutil.copytree(folder, folder.parent / "other")
    assert left_behind(other) == calm["marked"][0]
    for change in ("update grade set auto_score = auto_score + 1", "update comment set manual_comment = manual_comment || ' '"):
        with sqlite3.connect(other / "gradebook.db") as db:
            db.execute(change)
        assert left_behind(other) != calm["marked"][0]
        shutil.copy(folder / "gradebook.db", other / "gradebook.db")
    with open(next(other.glob("autograded/*/*/*.ipynb")), "a") as file:
        file.write(" ")
    assert left_behind(other) != calm["marked"][0]


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_stop_it_says_so_and_leaves_nobody(starts, tmp_path, kind):
    """Ctrl-C, a polite kill, a terminal that closes."""
    course, start = starts["fresh"]
    folder = tmp_path / "one/class"
    shutil.copytree(start, folder)
    with adopting():
        before = psutil.Process().children(recursive=True)
        run = Running(course, folder)
        while run.goes_on() and not parts(run.process.pid)["S"]:
            time.sleep(0.01)
        run.process.send_signal(kind)
        run.finish()
        assert run.process.returncode == 130 and "the same command goes on from there" in run.said.read_text()
        assert left_after(before) == [] and not list(folder.parent.glob("dlcourse-*"))


def test_killed_anywhere_it_ends_in_the_same_gradebook(starts, calm, tmp_path):
    rng, counts, nobody, stages, chains, begin = random.Random("kill"), Counter(), Counter(), Counter(), 0, time.monotonic()
    with adopting():
        before = psutil.Process().children(recursive=True)
        while any(counts[p] < n for p, n in ENOUGH.items()) and chains < 40:
            name = STARTS[min(2, chains % 5)] if chains % 5 < 3 else STARTS[chains % 2]  # "changed" costs most, so it comes once in five
            (course, start), (expected, seconds) = starts[name], calm[name]
            folder, scratch = tmp_path / f"{chains}/class", tmp_path / f"{chains}/look"
            shutil.copytree(start, folder)
            scratch.mkdir()
            people = entered(start, scratch)
            for _ in range(rng.randint(3, 5)):
                plan, again = plan_of(rng, seconds, counts, stages)
                run = Running(course, folder, *["--force"] * again)
                disturb(run, plan, rng, counts, nobody)
                stages[list(run.begun)[-1]] += run.process.returncode == -9
                assert run.process.returncode in (-9, 0, 1, 3), run.said.read_text()
                assert left_after(before) == [], f"chain {chains}"
                assert entered(folder, scratch) == people or not (folder / "gradebook.db").exists() and name == "fresh"
            run = Running(course, folder)
            run.finish()
            assert run.process.returncode == 3, f"chain {chains}, {name}: {run.said.read_text()}"
            found = left_behind(folder)
            assert found == expected, "\n".join([f"chain {chains}, {name}", *differences(found, expected)])
            assert not list(folder.rglob("*.part")) and not (folder / ".scratch").exists() and left_after(before) == []
            chains += 1
    report = {"kills": sum(counts.values()), "hit": dict(counts), "found nobody": dict(nobody), "controller killed in stage": dict(stages), "chains": chains,
              "seconds": round(time.monotonic() - begin)}
    (ROOT / "_build").mkdir(exist_ok=True)
    (ROOT / "_build/kill-counts.json").write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report))
    assert sum(counts.values()) >= 100 and all(counts[p] >= n for p, n in ENOUGH.items()) and min(stages[s] for s in STAGES) >= 5, report
