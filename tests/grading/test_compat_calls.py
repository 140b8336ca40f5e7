"""``--engine nbgrader`` on a small course: a worker that dies costs a try, and what this engine cannot do it refuses in one line, with the remedy."""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from grading import generated, small_class
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

from dlcourse.cli import main
from dlcourse.grading import compat, dispatch, gradebook, sandbox
from dlcourse.grading.compat import grade_course

pytestmark = pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox: {sandbox.available()}")
CONFIG = '''import os
import signal

from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, DeduplicateIds, NbGraderPreprocessor, OverwriteCells


class Dies(NbGraderPreprocessor):
    """Kills the worker over a notebook that says so, always or the first time."""

    def preprocess(self, nb, resources):
        word, _, path = nb.cells[0].source.splitlines()[0].partition(" ")
        if word == "#DIE" or word == "#DIE-ONCE" and not os.path.exists(path):
            if path:
                open(path, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        return nb, resources


c = get_config()
c.CourseDirectory.course_id = "tiny"
c.Autograde.sanitize_preprocessors = [ClearOutput, DeduplicateIds, OverwriteCells, CheckCellMetadata, Dies]
'''
STUDENTS = ("ann", "bob", "cyd")


def notebook(first=""):
    """The exercise, solved."""
    answer = f"{first}\ndef one():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
    return new_notebook(cells=[new_code_cell(answer, metadata=generated.meta("one", solution=True)),
                               new_code_cell("assert one() == 1", metadata=generated.meta("one-test", 2))],
                        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An nbgrader course with an assignment that three students handed in."""
    root = tmp_path_factory.mktemp("calls") / "course"
    (root / "source/ps").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    nbformat.write(notebook(), root / "source/ps/p.ipynb")
    env = dict(os.environ, PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    subprocess.run([sys.executable, "-m", "nbgrader", "generate_assignment", "ps"], cwd=root, env=env, capture_output=True, check=True, timeout=300)
    for student in STUDENTS:
        (root / f"submitted/{student}/ps").mkdir(parents=True)
        nbformat.write(notebook(), root / f"submitted/{student}/ps/p.ipynb")
    return root


@pytest.fixture
def course(made, tmp_path):
    return shutil.copytree(made, tmp_path / "course")


def points(root):
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "tiny") as gb:
        return {s.student_id: s.score for s in gb.find_assignment("ps").submissions}


def hand_in(course, student, first):
    nbformat.write(notebook(first), course / f"submitted/{student}/ps/p.ipynb")


def test_a_worker_that_was_killed_costs_a_try_and_nobody_else_anything(course, tmp_path):
    hand_in(course, "bob", f"#DIE-ONCE {tmp_path / 'died'}")
    outcomes = grade_course(course, workers=2, say=lambda text: None)
    assert (tmp_path / "died").exists()
    assert {o.student: o.state for o in outcomes} == dict.fromkeys(STUDENTS, "graded") and points(course) == dict.fromkeys(STUDENTS, 2)


def test_a_submission_that_kills_every_worker_is_named_and_the_others_are_graded(course):
    hand_in(course, "ann", "#DIE")
    outcomes = grade_course(course, workers=1, say=lambda text: None)
    assert {o.student: o.state for o in outcomes} == {"ann": "failed", "bob": "graded", "cyd": "graded"}
    assert f"died {dispatch.TRIES} times" in outcomes[0].reason and points(course) == {"bob": 2, "cyd": 2}
    assert not (course / "autograded/ann").exists() and not (course / compat.SCRATCH).exists()


DEEP = """import os
home = os.getcwd()
for place in {home, *(line.split()[4] for line in open("/proc/self/mountinfo") if ".dlcourse-scratch" in line)}:
    os.chdir(place)
    for _ in range(1500):
        os.mkdir("d")
        os.chdir("d")
os.chdir(home)"""


def test_folders_too_deep_for_python_stop_nobody_else_and_are_taken_away(course):
    hand_in(course, "ann", DEEP)
    for _ in range(2):
        outcomes = grade_course(course, workers=1, say=lambda text: None, force=True)
        assert {o.student: o.state for o in outcomes} == {"ann": "failed", "bob": "graded", "cyd": "graded"}
        assert not (course / "autograded/ann").exists() and not (course / compat.SCRATCH).exists()


def test_empty_files_count_on_the_disk(course, monkeypatch):
    monkeypatch.setattr(sandbox, "DISK", 3 << 20)
    hand_in(course, "ann", "import time\nfor i in range(4000):\n    open(f'f{i}', 'w').close()\ntime.sleep(5)")
    outcomes = grade_course(course, workers=1, say=lambda text: None)
    assert {o.student: o.state for o in outcomes} == {"ann": "failed", "bob": "graded", "cyd": "graded"}


def test_a_file_that_would_fill_the_memory_fails_alone(course, monkeypatch):
    """A heading of format 3 asks for any number of signs; nbformat makes them."""
    monkeypatch.setattr(compat, "MEMORY", 600 << 20)
    heading = {"cell_type": "heading", "level": 500_000_000, "source": "x", "metadata": {}}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": [heading], "metadata": {}}]}
    (course / "submitted/ann/ps/p.ipynb").write_text(json.dumps(old))
    outcomes = grade_course(course, workers=1, say=lambda text: None)
    assert {o.student: o.state for o in outcomes} == {"ann": "failed", "bob": "graded", "cyd": "graded"}
    assert "MemoryError" in outcomes[0].reason


def test_a_worker_that_is_not_forked_reads_the_configuration_itself(course, monkeypatch):
    """Where the calling process has threads, workers start afresh."""
    monkeypatch.setattr(dispatch.threading, "active_count", lambda: 2)
    assert [o.state for o in grade_course(course, ["cyd"], workers=1, say=lambda text: None)] == ["graded"]


def entries(folder):
    return sorted(p.name for p in folder.iterdir())


def refused(capsys, *words):
    """The one line that a refused call prints."""
    assert main(["grade", "--engine", "nbgrader", *map(str, words)]) == 2
    said = capsys.readouterr()
    assert not said.out and said.err.count("\n") == 1
    return said.err


@pytest.mark.parametrize("words, remedy", [
    (["--db", "sqlite:////tmp/other.db"], "c.CourseDirectory.db_url"), (["--scheduler", "tcp://host:8786"], "--workers"), (["--seed", "word"], "leave it out"),
    (["--limit", "memory=4G"], "leave it out"), (["--cell-timeout", "30"], "c.Execute.timeout"), (["--notebook-timeout", "0"], "c.Execute.timeout"),
    (["--root", "."], "--class")])
def test_an_option_of_the_default_engine_is_refused_with_the_remedy(course, capsys, words, remedy):
    before = entries(course)
    text = refused(capsys, "--class", course, *words)
    assert words[0] in text and remedy in text and entries(course) == before


def test_several_such_options_are_named_at_once(course, capsys):
    text = refused(capsys, "--class", course, "--seed", "x", "--db", "y")
    assert "--seed" in text and "--db" in text


def test_a_class_of_the_default_engine_is_refused_and_stays_as_it_is(tmp_path, capsys):
    root, folder = small_class.make(tmp_path, ["reference"])
    small_class.grade(folder, root)
    before = small_class.outcome(folder), entries(folder)
    (folder / "autograded/reference/mini/small.ipynb").rename(tmp_path / "graded.ipynb")  # so that there is something to grade
    assert "leave out --engine nbgrader" in refused(capsys, "--class", folder)
    (tmp_path / "graded.ipynb").rename(folder / "autograded/reference/mini/small.ipynb")
    assert (small_class.outcome(folder), entries(folder)) == before


def test_the_default_engines_repository_is_refused_too(tmp_path, capsys, monkeypatch):
    """Its nbgrader_config.py leads to a class that may have another gradebook and another folder."""
    root, folder = small_class.make(tmp_path, ["reference"])
    shutil.copy(Path(__file__).parents[2] / "nbgrader_config.py", root)
    monkeypatch.setenv("DLCOURSE_CLASS", "class")
    assert "leave out --engine nbgrader" in refused(capsys, "--class", root)
    assert entries(folder) == ["submitted"]


def test_a_folder_without_a_gradebook_gets_none(tmp_path, capsys):
    (tmp_path / "submitted/ann/mini").mkdir(parents=True)
    assert "no gradebook at" in (text := refused(capsys, "--class", tmp_path)) and "generate_assignment" in text
    assert entries(tmp_path) == ["submitted"]
    assert "no folder" in refused(capsys, "--class", tmp_path / "nowhere")


def test_a_gradebook_that_is_none_is_one_clear_line(course, capsys):
    (course / "gradebook.db").write_text("not a database, but long enough to be looked at " * 100)
    assert f"the gradebook {course / 'gradebook.db'} cannot be used" in refused(capsys, "--class", course)


def test_a_course_that_takes_no_file_is_one_clear_line(course, monkeypatch, capsys):
    def refuse(*args, **more):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(gradebook.tempfile, "TemporaryFile", refuse)
    text = refused(capsys, "--class", course)
    assert f"cannot write {course}: Read-only file system" in text and "copy" in text


def test_two_runs_on_one_course_do_not_meet(course):
    with compat.alone(course), pytest.raises(RuntimeError, match="another"):
        grade_course(course, say=lambda text: None)
    assert [o.state for o in grade_course(course, ["ann"], say=lambda text: None)] == ["graded"]


def test_the_report_says_what_to_use_instead(course, capsys):
    assert main(["report", "--class", str(course)]) == 2
    assert "nbgrader export" in capsys.readouterr().err
