"""The report of a class: its numbers against NumPy's and SciPy's, its page in a browser, its text against hostile names."""
import csv
import html
import json
import re
import statistics
from types import SimpleNamespace

import numpy as np
import pytest
from book.browser import chromium, needs_browser
from grading.made_class import make_class, names
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from scipy import stats

from dlcourse.cli import main
from dlcourse.grading import item_analysis as items
from dlcourse.grading import report_page
from dlcourse.grading.gradebook import database
from dlcourse.grading.report import answer_of, gather, read_class, report

BAD = "<script>window.__xss=1</script><img src=x onerror=window.__xss=1>\u202etxt.\x1b[31mred\x00"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """40 students with random scores.  -> (course, class folder, dict (student, chapter, stem) -> Result)"""
    def odd(result, rng):
        if result.student == "student-0003":
            result.flags.append("reads frames: " + BAD)
            result.failed["test-double"] = "AssertionError: " + BAD
        if result.student == "student-0004":
            result.unread, result.notes = True, ["scores 0: the file is not JSON"]
        if result.student == "student-0005":
            result.empty = ["answer-double", "written-why"]
    return make_class(tmp_path_factory.mktemp("report"), names(40), seed=3, change=odd)


def rows(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


# the numbers, by hand and by others' code


def test_a_class_worked_by_hand():
    table = [[1, 0, 1], [1, 1, 1], [0, 0, 0], [1, 1, 0]]  # 4 students, 3 questions
    assert items.difficulty([r[0] for r in table], 1) == 0.75
    # question 0: x = 1 1 0 1, rest = 1 2 0 1: covariances 0.5 / sqrt(0.75 * 2), both sums over the four
    assert items.discrimination(table, 0) == pytest.approx(1 / np.sqrt(0.75 * 2))
    assert items.histogram([0, 0.05, 0.1, 0.999, 1, 1.2], 10) == [2, 1, 0, 0, 0, 0, 0, 0, 0, 3]


@settings(max_examples=50, deadline=None)
@given(st.integers(3, 30), st.integers(2, 6), st.integers(0, 10**6))
def test_discrimination_is_scipys_pearson_of_score_and_rest(n, k, seed):
    table = np.random.default_rng(seed).integers(0, 4, (n, k)).astype(float)
    for j in range(k):
        rest = np.delete(table, j, axis=1).sum(axis=1)
        got = items.discrimination(table.tolist(), j)
        if np.ptp(table[:, j]) == 0 or np.ptp(rest) == 0:
            assert got is None
        else:
            assert got == pytest.approx(stats.pearsonr(table[:, j], rest).statistic, abs=1e-9)


def test_discrimination_with_marks_that_are_missing():
    """Students without a mark leave their own question; a question with a missing mark leaves the others' rest."""
    table = [[1, 2, None], [0, 1, 3], [1, 3, 2], [0, 0, 4], [1, 1, None]]
    rest = [r[1] for r in table]
    assert items.discrimination(table, 0) == pytest.approx(stats.pearsonr([1, 0, 1, 0, 1], rest).statistic)
    assert items.discrimination(table, 2) == pytest.approx(stats.pearsonr([3, 2, 4], [1, 4, 0]).statistic)
    assert items.discrimination([[1, 1]] * 2, 0) is None and items.discrimination([[1], [0], [1]], 0) is None


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=2, max_size=50))
def test_summary_is_that_of_the_standard_library(values):
    got = items.summary(values)
    assert (got["n"], got["low"], got["high"]) == (len(values), min(values), max(values))
    assert got["mean"] == pytest.approx(statistics.fmean(values)) and got["sd"] == pytest.approx(statistics.stdev(values), abs=1e-9)
    assert (got["q1"], got["median"], got["q3"]) == pytest.approx(tuple(statistics.quantiles(values, method="inclusive")))


def test_tail_leaves_out_what_was_not_measured():
    values = [0, 5, 1, 2, 3, 4, 0]
    assert items.tail(values) == {"median": 3, "p95": pytest.approx(np.percentile([1, 2, 3, 4, 5], 95)), "most": 5}
    assert items.tail([0, 0]) == {"median": None, "p95": None, "most": None}


def test_nobody_and_one():
    assert items.summary([])["mean"] is None and items.summary([2])["sd"] is None and items.difficulty([None], 2) is None
    assert items.first_failures([{"b": 1, "a": 1}, {"b": 1}, {}], ["a", "b"]) == {"a": 1, "b": 1}
    assert items.common(["x", "y", "y", "z"], 2) == [("y", 2), ("x", 1)]


def test_the_answer_a_test_is_about():
    answers = {"answer-softmax", "answer-soft", "written-why"}
    named = lambda name: answer_of(SimpleNamespace(name=name), answers)  # noqa: E731
    assert [named(n) for n in ("test-softmax", "test-softmax_scale", "written-why", "test-softer")] == ["answer-softmax", "answer-softmax", "written-why", None]


# a class


def test_class_numbers_are_those_of_the_results(graded):
    course, folder, results = graded
    done = report(folder, say=lambda line: None)
    assert done.students == 40 and done.waiting == 40 and done.missing == []
    double = np.array([r.scores["test-double"] for r in results.values()])
    triple = np.array([r.scores["test-triple"] for r in results.values()])
    asked = {r["question"]: r for r in rows(folder / "report/questions.csv")}
    assert list(asked) == ["test-double", "test-triple", "written-why"]  # the notebook's order
    assert float(asked["test-double"]["difficulty"]) == pytest.approx(double.mean() / 2)
    assert float(asked["test-triple"]["discrimination"]) == pytest.approx(np.corrcoef(double, triple)[0, 1])
    assert asked["written-why"]["difficulty"] == "" and asked["written-why"]["waiting"] == "40"
    assert (asked["test-double"]["tried"], asked["test-triple"]["tried"], asked["written-why"]["tried"]) == ("38", "39", "38")
    failed_first = sum(v == 0 for v in double)
    assert int(asked["test-double"]["failed first"]) == sum("test-double" in r.failed for r in results.values()) >= failed_first
    assert int(asked["test-triple"]["failed first"]) == sum("test-triple" in r.failed and "test-double" not in r.failed for r in results.values())
    line = rows(folder / "report/exercises.csv")[1]
    assert float(line["seconds p95"]) == pytest.approx(np.percentile([r.seconds for r in results.values()], 95))
    assert float(line["bytes most"]) == max(r.memory for r in results.values())
    students = rows(folder / "report/students.csv")
    assert [float(r["points"]) for r in students] == (double + triple).tolist()
    assert sum(int(rows(folder / "report/exercises.csv")[0][f"{10 * i}-{10 * i + 10} %"]) for i in range(10)) == 40
    common = [r for r in rows(folder / "report/failures.csv") if r["test"] == "test-triple"]
    texts = [r.failed["test-triple"] for r in results.values() if "test-triple" in r.failed]
    assert {r["message"]: int(r["students"]) for r in common} == {t: texts.count(t) for t in texts}


def test_marks_by_hand_and_penalties_count(graded):
    course, folder, results = graded
    with Gradebook(database(folder)) as gb:
        mark = gb.find_grade("written-why", "small", "mini", "student-0000")
        mark.manual_score, mark.extra_credit, mark.needs_manual_grade = 3.0, 0.5, False
        notebook = gb.find_submission_notebook("small", "mini", "student-0001")
        notebook.late_submission_penalty = 1.0
        gb.db.commit()
        expected = {s: gb.find_submission_notebook("small", "mini", s).score for s in names(40)}
    expected["student-0001"] = max(0, expected["student-0001"] - 1)
    facts = gather(read_class(folder))
    assert {s.id: s.points for s in facts.students} == pytest.approx(expected)
    assert len(facts.waiting) == 39
    with Gradebook(database(folder)) as gb:  # as it was, for the other tests
        mark = gb.find_grade("written-why", "small", "mini", "student-0000")
        mark.manual_score, mark.extra_credit, mark.needs_manual_grade = None, None, True
        gb.find_submission_notebook("small", "mini", "student-0001").late_submission_penalty = 0.0
        gb.db.commit()


def test_what_needs_a_person_is_named(graded):
    folder = graded[1]
    (folder / "submitted/never-came").mkdir(exist_ok=True)
    with Gradebook(database(folder)) as gb:
        gb.update_or_create_student("enrolled-only")
    report(folder, say=lambda line: None)
    found = {(r["what"], r["student"]) for r in rows(folder / "report/attention.csv")}
    assert {("no notebook handed in", "never-came"), ("no notebook handed in", "enrolled-only"), ("looks like tampering", "student-0003"),
            ("no grade or unreadable", "student-0004")} <= found
    with Gradebook(database(folder)) as gb:
        gb.remove_student("enrolled-only")
    (folder / "submitted/never-came").rmdir()


def test_page_is_one_file_with_no_way_out(graded):
    page = report(graded[1], say=lambda line: None).page.read_text(encoding="utf8")
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1])
    assert "default-src 'none'" in policy and "script" not in policy and "unsafe" not in policy
    assert not re.search(r"<(script|link|iframe|object|embed|base|form|img)\b", page, re.I)
    assert not re.search(r"\b(src|srcset|action|poster|background)\s*=\s*[\"']|url\(|@import|http-equiv=.refresh", page, re.I)
    assert all(a.startswith("#") for a in re.findall(r'href="([^"]*)"', page)) and "style=" not in page
    assert "\u202e" not in page and "\x1b" not in page and "\x00" not in page and "⟨U+202E⟩" in page and "&lt;script&gt;" in page
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids)) and set(re.findall(r'href="#([^"]*)"', page)) <= set(ids)
    assert page.count("<svg role=\"img\"") == page.count("aria-label=\"Share of points in") + 2


@pytest.mark.parametrize("text, shown", [("a\u202eb", "a⟨U+202E⟩b"), ("\x1b[31mred\x1b[0m", "red"), ("\x1b]8;;http://x\x07link", "link"),
                                         ("a\x07", "a⟨U+0007⟩"),                                         
                                         ("\ud800", "?"), ("नमस्\u200dते", "नमस्\u200dते"), ("x" * 500, "x" * 400 + " …"), ("\ufeff\u2028", "⟨U+FEFF⟩⟨U+2028⟩")])
def test_strange_characters_become_visible(text, shown):
    assert report_page.see(text) == shown


def test_one_student_and_one_exercise(tmp_path):
    course, folder, results = make_class(tmp_path, ["only"])
    done = report(folder, ["mini/small"], say=lambda line: None)
    assert done.students == 1 and all(r["discrimination"] == "" for r in rows(folder / "report/questions.csv"))
    with pytest.raises(ValueError, match="did you mean 'mini'"):
        report(folder, ["minni"])


def test_empty_classes_say_so(tmp_path, capsys):
    with pytest.raises(ValueError, match="no gradebook.db"):
        report(tmp_path)
    course, folder, _ = make_class(tmp_path, [])
    with pytest.raises(ValueError, match="nobody has been graded yet"):
        report(folder)
    assert main(["report", "--class", str(folder)]) == 2 and "nobody has been graded yet" in capsys.readouterr().err


def test_results_of_other_versions_and_broken_ones(tmp_path):
    course, folder, _ = make_class(tmp_path, names(3))
    path = folder / "results/student-0000/mini/small.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"from_the_future": 1}))
    (folder / "results/student-0001/mini/small.json").write_text("{broken")
    assert report(folder, say=lambda line: None).missing == ["student-0001"]


def test_command(graded, capsys):
    assert main(["report", "--class", str(graded[1])]) == 0
    out = capsys.readouterr().out
    assert "40 students" in out and "index.html" in out
    assert main(["report", "--class", str(graded[1]), "--roster", "x.csv"]) == 2 and "--lms" in capsys.readouterr().err


def test_a_class_of_a_thousand(tmp_path):
    course, folder, _ = make_class(tmp_path, names(1000))
    done = report(folder, say=lambda line: None)
    assert done.students == 1000 and len(rows(folder / "report/students.csv")) == 1000 and done.page.stat().st_size < 3_000_000


def test_exercises_that_nobody_handed_in_are_one_line(graded):
    data = read_class(graded[1])
    facts = gather(data._replace(questions=data.questions | {("mini", "later"): next(iter(data.questions.values()))}))
    facts.similar = None
    text = report_page.page("class", facts)
    assert text.count("<section><h3>") == len(data.questions) and "Nobody handed in: mini/later." in text
    assert "Nobody handed in:" not in report_page.page("class", SimpleNamespace(**vars(gather(data)), similar=None))


@needs_browser
@pytest.mark.parametrize("width, theme", [(390, "dark"), (390, "light"), (1366, "dark"), (1366, "light")])
def test_in_a_browser(graded, width, theme):
    """Opened from the disk: nothing asked for, no error, no script, no sideways scroll; readable in both themes."""
    done = report(graded[1], say=lambda line: None)
    with chromium() as browser:
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=theme)
        asked, errors = [], []
        page.on("request", lambda r: asked.append(r.url))
        page.on("console", lambda m: errors.append(m.text))
        page.goto(f"file://{done.page}")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert asked == [f"file://{done.page}"] and not errors and page.evaluate("window.__xss") is None
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("[...document.querySelectorAll('.chart')].every(c => c.scrollWidth <= c.clientWidth)")  # no chart is cut
        colours = page.evaluate("(() => { const s = getComputedStyle(document.body); return [s.color, s.backgroundColor] })()")
        light = [sum(map(int, re.findall(r"\d+", c)[:3])) for c in colours]
        assert (light[0] > light[1] + 300) if theme == "dark" else (light[1] > light[0] + 300)
        assert page.evaluate("[...document.querySelectorAll('svg')].every(s => s.getAttribute('aria-label') && s.getBoundingClientRect().width > 100)")
