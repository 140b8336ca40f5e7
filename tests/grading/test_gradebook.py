"""The gradebook: bulk writes touch what changed and nothing that a person entered; a file and a Postgres server hold the same."""
import contextlib
import os
import pwd
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from grading import small_class
from grading.course import EXERCISE
from nbgrader.api import Gradebook
from sqlalchemy import event
from sqlalchemy.engine import Engine

from dlcourse.grading import feedback, files, gradebook, scores
from dlcourse.grading.one import Result


@pytest.fixture
def tiny(tmp_path):
    return small_class.make(tmp_path, ["reference", "untouched", "honest-half"])


@pytest.fixture
def statements():
    """What is sent to databases while the test runs."""
    said = []

    def note(connection, cursor, statement, parameters, context, many):
        said.append((statement, len(parameters) if many else 1))

    event.listen(Engine, "before_cursor_execute", note)
    yield said
    event.remove(Engine, "before_cursor_execute", note)


def writes(said):
    return [(text.split("(")[0].split("SET")[0].split()[:3], n) for text, n in said if text.split()[0] in ("INSERT", "UPDATE", "DELETE")]


def mark(folder, student="reference", url=None):
    """Enter by hand what a person may enter."""
    with Gradebook(url or gradebook.database(folder), "dlcourse") as gb:
        grade = gb.find_grade("written-why", "small", "mini", student)
        grade.manual_score, grade.needs_manual_grade, grade.extra_credit = 3.5, False, 0.25
        gb.find_comment("written-why", "small", "mini", student).manual_comment = "Well said, “naïve” \t<b>"
        gb.find_student(student).email = "r@example.org"
        gb.db.commit()


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own relations, harmless
def test_rows_are_those_that_nbgrader_itself_would_make(tiny, tmp_path):
    """The oracle: nbgrader's own add_submission on a second, equal gradebook."""
    course, folder = tiny
    small_class.grade(folder, course)
    shutil.copy(gradebook.spec_database(folder), tmp_path / "theirs.db")
    with Gradebook(f"sqlite:///{tmp_path / 'theirs.db'}", "dlcourse") as gb:
        for student in ("reference", "untouched", "honest-half"):
            gb.add_student(student)
            gb.add_submission("mini", student)
    ours, theirs = (small_class.contents(url) for url in (gradebook.database(folder), f"sqlite:///{tmp_path / 'theirs.db'}"))
    assert ours["sheets"] == theirs["sheets"] and ours["students"] == theirs["students"] and ours["cells"] == theirs["cells"]
    for table in ("grade", "comment"):
        assert [eval(r)[:4] for r in ours[table]] == [eval(r)[:4] for r in theirs[table]]


def test_nothing_new_writes_nothing(tiny, statements):
    course, folder = tiny
    small_class.grade(folder, course)
    statements.clear()
    small_class.grade(folder, course)
    assert writes(statements) == []


def test_a_batch_costs_a_statement_a_table_and_only_changed_rows(tiny, statements):
    course, folder = tiny
    small_class.grade(folder, course)
    statements.clear()
    shutil.copy(folder / "submitted/reference/mini/small.ipynb", later := folder / "submitted/untouched/mini/small.ipynb")
    os.utime(later, (1_700_000_000, 1_700_000_000))
    small_class.grade(folder, course)
    found = writes(statements)
    assert [w[0][1] for w in found if w[0][0] == "UPDATE"] == ["submitted_assignment", "grade", "comment"]
    assert {w[0][1]: w[1] for w in found}["grade"] == 3  # two tests and the written question, of the one student
    assert not [w for w in found if w[0][0] == "INSERT"]


def test_many_submissions_are_a_few_statements(tiny, statements):
    course, folder = tiny
    small_class.grade(folder, course)
    n, most = 1000, {"test-double": 2.0, "test-triple": 3.0, "written-why": 4.0}
    made = [Result(f"s{i}", "mini", "small", scores={"test-double": 2.0, "test-triple": 0.0, "written-why": None}, most=most, submitted=1e9) for i in range(n)]
    statements.clear()
    scores.write_gradebook(folder, made)
    assert sum(count for (verb, *_), count in writes(statements) if verb == "INSERT") == n * (1 + 1 + 1 + 3 + 3)  # every row, in executemany
    assert len(statements) < n // 10
    with Gradebook(gradebook.database(folder), "dlcourse") as gb:
        sheet = gb.find_submission_notebook("small", "mini", "s999")
        assert (sheet.score, sheet.max_score, sheet.needs_manual_grade) == (2.0, 9.0, True)


def test_what_people_entered_survives_byte_for_byte(tiny):
    course, folder = tiny
    small_class.grade(folder, course)
    mark(folder)
    before = small_class.contents(gradebook.database(folder))
    small_class.grade(folder, course, force=True)
    assert small_class.contents(gradebook.database(folder)) == before
    assert any("3.5, 0.25, False" in row for row in before["grade"])


def test_a_mark_made_while_grading_ran_is_not_lost(tiny, monkeypatch):
    """A person marks between two batches, when a worse answer of that student has been graded but is not in the gradebook yet."""
    course, folder = tiny
    small_class.grade(folder, course)
    shutil.copy(folder / "submitted/honest-half/mini/small.ipynb", folder / "submitted/reference/mini/small.ipynb")
    monkeypatch.setattr(scores, "BATCH", 1)
    real, committed = scores.transaction, []

    @contextlib.contextmanager
    def transaction(url):
        with real(url) as db:
            yield db
        committed.append(url)
        if len(committed) == 1:  # honest-half is in; reference comes next
            mark(folder)
            with Gradebook(url, "dlcourse") as gb:
                grade = gb.find_grade("test-triple", "small", "mini", "reference")
                assert grade.auto_score == 3
                grade.manual_score, grade.needs_manual_grade = 1.0, False
                gb.db.commit()

    monkeypatch.setattr(scores, "transaction", transaction)
    done = small_class.grade(folder, course)
    assert len(committed) == 3
    with Gradebook(gradebook.database(folder), "dlcourse") as gb:
        grade, written = (gb.find_grade(name, "small", "mini", "reference") for name in ("test-triple", "written-why"))
        assert (grade.auto_score, grade.manual_score, grade.needs_manual_grade) == (0, 1.0, True)  # marked, and changed since: to look at again
        assert (written.manual_score, written.extra_credit) == (3.5, 0.25)
        assert gb.find_comment("written-why", "small", "mini", "reference").manual_comment.startswith("Well said")
    assert any("test-triple was marked by hand and has changed" in r["remarks"] for r in done.table if r["student"] == "reference")


def test_feedback_is_made_again_for_what_changed_also_by_hand(tiny):
    course, folder = tiny
    said = []
    small_class.grade(folder, course, feedback=True)
    pages = {s: (folder / "feedback" / s / "mini/small.html") for s in ("reference", "untouched", "honest-half")}
    times = {s: p.stat().st_mtime_ns for s, p in pages.items()}
    small_class.grade(folder, course, feedback=True, say=said.append)
    assert not [line for line in said if "feedback" in line]
    mark(folder)
    small_class.grade(folder, course, feedback=True, say=said.append)
    assert {s for s, p in pages.items() if p.stat().st_mtime_ns != times[s]} == {"reference"}
    assert "Well said" in pages["reference"].read_text() and "8.75" in pages["reference"].read_text()


def test_another_template_renews_the_pages(tiny, monkeypatch):
    course, folder = tiny
    said = []
    small_class.grade(folder, course, feedback=True)
    small_class.grade(folder, course, feedback=True, say=said.append)
    assert not [line for line in said if "feedback" in line]
    monkeypatch.setattr(feedback, "pages_hash", lambda: "another")
    small_class.grade(folder, course, feedback=True, say=said.append)
    assert "feedback for 3 students" in said


def test_templates_are_part_of_what_pages_depend_on(tmp_path, monkeypatch):
    shutil.copytree(files.PACKAGE / "grading/templates", tmp_path / "grading/templates")
    monkeypatch.setattr(files, "PACKAGE", tmp_path)
    before = files.pages_hash.__wrapped__()
    assert files.pages_hash.__wrapped__() == before
    with open(next((tmp_path / "grading/templates").glob("*/*.css")), "a") as file:
        file.write("p { color: red }")
    assert files.pages_hash.__wrapped__() != before


def test_a_class_has_one_gradebook(tiny, tmp_path):
    course, folder = tiny
    small_class.grade(folder, course)
    with pytest.raises(ValueError, match="give it with --db"):
        small_class.grade(folder, course, db=f"sqlite:///{tmp_path / 'other.db'}")
    with pytest.raises(ValueError, match="no database address"):
        small_class.grade(folder, course, db="nowhere")


# --- a real Postgres

POSTGRES = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


def somebody():
    """A user that is not root: Postgres refuses root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of our own on loopback, made for these tests.  -> URL without the database's name"""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    if POSTGRES is None:
        pytest.skip("Postgres is not installed (Debian: apt install postgresql)")
    user = somebody() if os.getuid() == 0 else None
    base = Path("/tmp" if user else tmp_path_factory.mktemp("pg")) / f"dlcourse-pg-{os.getpid()}"
    base.mkdir(mode=0o700)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    how = {"cwd": base, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    if user:
        os.chown(base, user.pw_uid, user.pw_gid)
        how |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    subprocess.run([POSTGRES / "initdb", "-D", base / "data", "-A", "trust", "-U", "grader", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"], check=True, **how)
    process = subprocess.Popen([POSTGRES / "postgres", "-D", base / "data", "-p", str(port), "-h", "127.0.0.1", "-k", base, "-F"], **how)
    for line in process.stderr:
        if "ready to accept connections" in line:
            break
    yield f"postgresql://grader:secret@127.0.0.1:{port}"
    process.terminate()
    process.communicate()
    shutil.rmtree(base)


@pytest.fixture
def url(server, request):
    """An empty database of the server's."""
    import psycopg

    name = f"t{abs(hash(request.node.name))}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as db:
        db.execute(f"create database {name}")
    return f"{server}/{name}"


def test_postgres_and_sqlite_hold_the_same(url, tmp_path, tiny):
    course, folder = tiny
    other = small_class.twin(folder, course / "server")
    for _ in range(2):
        small_class.grade(folder, course, feedback=True)
        small_class.grade(other, course, feedback=True, db=url)
        assert small_class.outcome(folder) == small_class.outcome(other, gradebook.database(other, url))
    assert not (other / "gradebook.db").exists()
    pages = [sorted(p.relative_to(f) for p in f.glob("feedback/*/*/*.html")) for f in (folder, other)]
    assert pages[0] == pages[1] and len(pages[0]) == 3
    mark(folder)
    mark(other, url=gradebook.database(other, url))
    shutil.copy(folder / "submitted/reference/mini/small.ipynb", folder / "submitted/untouched/mini/small.ipynb")
    shutil.copy2(folder / "submitted/untouched/mini/small.ipynb", other / "submitted/untouched/mini/small.ipynb")
    small_class.grade(folder, course)
    small_class.grade(other, course, db=url)
    assert small_class.outcome(folder) == small_class.outcome(other, gradebook.database(other, url))


def test_exercises_that_change_are_carried_over_on_postgres_too(url, tiny):
    course, folder = tiny
    other = small_class.twin(folder, course / "server")
    for place, db in ((folder, None), (other, url)):
        small_class.grade(place, course, db=db)
        mark(place, url=gradebook.database(place, db))
    (course / "solutions/mini/small.py").write_text(EXERCISE.replace('"triple" points=3', '"triple" points=5'))
    said = [], []
    small_class.grade(folder, course, say=said[0].append)
    small_class.grade(other, course, say=said[1].append, db=url)
    assert small_class.outcome(folder) == small_class.outcome(other, gradebook.database(other, url))
    assert any("new gradebook" in line for line in said[1]) and len(list(other.glob("gradebook-until-*.db"))) == 1
    assert any("3.5, 0.25, False" in row for row in small_class.contents(gradebook.database(other, url))["grade"])


def test_the_password_stays_out_of_files_and_messages(url, tiny):
    course, folder = tiny
    small_class.grade(folder, course, db=url)
    assert "secret" not in gradebook.shown(gradebook.database(folder, url))
    for path in folder.rglob("*"):
        assert not path.is_file() or b"grader:secret" not in path.read_bytes(), path
    with pytest.raises(ValueError, match="not .*gradebook.db") as error:
        small_class.grade(folder, course)
    assert "secret" not in str(error.value)


def test_a_server_that_is_away_is_one_clear_line(tiny):
    course, folder = tiny
    with pytest.raises(OSError, match=r"^the gradebook postgresql\+psycopg://grader:\*\*\*@127.0.0.1:9/x cannot be used: .*refused"):
        small_class.grade(folder, course, db="postgresql://grader:secret@127.0.0.1:9/x")
