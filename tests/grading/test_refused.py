"""A call of ``dlcourse grade`` that is refused says why in one line and leaves nothing behind: no gradebook, no seed, no note."""
import subprocess
import sys

import pytest
from grading import small_class

from dlcourse.cli import main
from dlcourse.grading import files, sandbox
from dlcourse.grading.files import PACKAGE


@pytest.fixture
def tiny(tmp_path):
    return small_class.make(tmp_path, ["reference"])


def entries(folder):
    return sorted(p.name for p in folder.iterdir())


@pytest.mark.parametrize("words, says", [
    (["--student", "nobody"], "no student 'nobody'"), (["minni"], "did you mean 'mini'"), (["--limit", "memory=much"], "limit"),
    (["--cell-timeout", "0"], "cell timeout is 0"), (["--notebook-timeout", "0"], "notebook timeout is 0"), (["--workers", "0"], "workers is 0"),
    (["--db", "nowhere"], "no database address"), (["--seed", "word", "--student", "nobody"], "nobody")])
def test_a_refused_call_leaves_the_class_as_it_was(tiny, capsys, words, says):
    course, folder = tiny
    assert main(["grade", "--root", str(course), "--class", str(folder), *words]) == 2
    assert says in capsys.readouterr().err and entries(folder) == ["submitted"]


def test_half_an_option_is_none(tiny, capsys):
    course, folder = tiny
    with pytest.raises(SystemExit) as ended:
        main(["grade", "--root", str(course), "--clas", str(folder)])
    assert ended.value.code == 2 and "--clas" in capsys.readouterr().err


def test_a_limit_may_be_given_by_either_name(tiny, capsys):
    course, folder = tiny
    words = ["--limit", "cell_seconds=5", "--cell-timeout", "7", "--student", "nobody"]
    assert main(["grade", "--root", str(course), "--class", str(folder), *words]) == 2
    assert "nobody" in capsys.readouterr().err


def test_an_address_that_failed_binds_nobody(tiny, tmp_path):
    course, folder = tiny
    with pytest.raises(OSError, match="cannot be used"):
        small_class.grade(folder, course, db="postgresql://grader@127.0.0.1:9/x")
    assert not list(folder.glob("*gradebook*"))
    small_class.grade(folder, course)
    with pytest.raises(ValueError, match="give it with --db"):
        small_class.grade(folder, course, db=f"sqlite:///{tmp_path / 'other.db'}")


def test_another_gradebook_is_remembered(tiny, tmp_path):
    course, folder = tiny
    small_class.grade(folder, course, db=f"sqlite:///{tmp_path / 'other.db'}")
    with pytest.raises(ValueError, match="give it with --db"):
        small_class.grade(folder, course)
    assert not (folder / "gradebook.db").exists()


@pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox: {sandbox.available()}")
def test_a_read_only_class_is_one_clear_line(tiny):
    course, folder = tiny
    command = ["bwrap", "--dev-bind", "/", "/", "--ro-bind", str(folder), str(folder), "--", sys.executable, "-m", "dlcourse", "grade", "--root", str(course),
               "--class", str(folder)]
    done = subprocess.run(command, cwd=PACKAGE.parent, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (f"dlcourse grade: cannot write {folder}: Read-only file system; what is made is written into the class's folder: mend its "
                           "permissions, or work on a copy of it (cp -r)\n")


def test_a_lock_that_cannot_be_written_is_named(tmp_path):
    files.check_writable(tmp_path)
    (tmp_path / ".lock").mkdir()
    with pytest.raises(OSError, match=r"cannot write .*\.lock: .*copy"):
        files.check_writable(tmp_path)
    assert entries(tmp_path) == [".lock"]


def test_what_would_be_made_in_a_read_only_place_is_named(tmp_path):
    below = tmp_path / "not/there/yet"
    files.check_writable(below)
    (tmp_path / "not").write_text("a file")
    with pytest.raises(OSError, match="cannot write .*not: Not a directory"):
        files.check_writable(below)
