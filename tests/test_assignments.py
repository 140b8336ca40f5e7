"""Every exercise: the reference gets full marks, an untouched notebook none, wrong answers lose points, unusual right ones do not."""
from pathlib import Path

import pytest
from assignments import blank, grade, reference_answers

from dlcourse.grading.source import exercises, read_cells, total_points

ROOT = Path(__file__).parents[1]
SOURCES = exercises(ROOT)


def stem(path):
    return f"{path.parent.name}/{path.stem}"


def written_answers(kind):
    """All cells of tests/<chapter>/answers/<stem>.py with the given header -> list of pytest parameters."""
    found = []
    for source in SOURCES:
        file = ROOT / "tests" / source.parent.name / "answers" / source.name
        for _, head, text in read_cells(file) if file.exists() else []:
            if kind in head:
                found.append(pytest.param(source, head, text, id=f"{stem(source)}:{head['answer']}:{head[kind]}"))
    return found


@pytest.mark.parametrize("source", SOURCES, ids=stem)
def test_reference_gets_full_marks(source):
    lost = {name: message for name, (_, message) in grade(source).items() if message}
    assert not lost


@pytest.mark.parametrize("source", SOURCES, ids=stem)
def test_untouched_gets_nothing(source):
    earned = grade(source, {name: blank(text) for name, text in reference_answers(source).items()})
    assert sum(points for points, _ in earned.values()) == 0, {n: e for n, e in earned.items() if e[0]}


@pytest.mark.parametrize("source, head, text", written_answers("wrong"))
def test_wrong_answer_loses_points(source, head, text):
    earned = grade(source, {head["answer"]: text})
    lost = {name for name, (_, message) in earned.items() if message}
    assert lost, f"{head['wrong']!r} got full marks"
    if "loses" in head:
        assert set(head["loses"].split()) <= lost, f"lost {lost}, expected {head['loses']}"


@pytest.mark.parametrize("source, head, text", written_answers("right"))
def test_unusual_right_answer_gets_full_marks(source, head, text):
    lost = {name: message for name, (_, message) in grade(source, {head["answer"]: text}).items() if message}
    assert not lost


@pytest.mark.parametrize("source", SOURCES, ids=stem)
def test_every_answer_has_wrong_and_right_ones(source):
    file = ROOT / "tests" / source.parent.name / "answers" / source.name
    heads = [h for _, h, _ in read_cells(file)]
    for name in reference_answers(source):
        assert sum("wrong" in h and h["answer"] == name for h in heads) >= 3, f"fewer than three wrong answers for {name}"
        assert any("right" in h and h["answer"] == name for h in heads), f"no unusual right answer for {name}"


@pytest.mark.parametrize("source", SOURCES, ids=stem)
def test_points_and_promises(source):
    by_tests, by_hand = total_points(source)
    text = source.read_text(encoding="utf8")
    assert by_tests > 0 and by_hand > 0
    for promise in ("**What it trains.**", "**Time.**", "**Read again if stuck.**", "Hint 1", "Hint 2", "Stretch"):
        assert promise in text, f"{stem(source)} lacks {promise!r}"
