"""Any bytes in, a safe notebook or a clear reason out."""
import json
import os

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_output

from dlcourse.grading.normalise import Unreadable, defuse, for_display, normalise, parse, read_bytes, safe_outputs, take_outputs, visible_hash
from dlcourse.grading.source import expand

SPEC = None


@pytest.fixture(scope="module", autouse=True)
def spec(tmp_path_factory):
    from grading.course import EXERCISE

    global SPEC
    path = tmp_path_factory.mktemp("spec") / "small.py"
    path.write_text(EXERCISE)
    SPEC = expand(path)
    return SPEC


def submission(change=lambda cells: cells):
    nb = json.loads(nbformat.writes(SPEC))
    nb["cells"] = change(nb["cells"])
    return json.dumps(nb).encode()


def names(nb):
    return [c.metadata.get("nbgrader", {}).get("grade_id") for c in nb.cells]


def test_untouched_comes_through():
    result = normalise(submission(), SPEC)
    assert result.notes == [] and names(result.nb) == names(SPEC)
    nbformat.validate(result.nb)


def test_missing_cells_come_back_in_place():
    for gone in range(len(SPEC.cells)):
        result = normalise(submission(lambda cells, gone=gone: cells[:gone] + cells[gone + 1:]), SPEC)
        assert names(result.nb) == names(SPEC)
    assert names(normalise(submission(lambda cells: []), SPEC).nb) == names(SPEC)


def test_last_answer_counts_extra_tests_go():
    def twice(cells):
        copy = json.loads(json.dumps(cells))
        for cell in copy:
            cell["source"] = "# later"
        return cells + copy

    result = normalise(submission(twice), SPEC)
    answers = [c for c in result.nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "answer-double"]
    assert [c.source for c in answers] == ["# later"]
    tests = [c for c in result.nb.cells if "assert double" in c.source]
    assert len(tests) == 1 and any("more than once" in n and "test-double" in n for n in result.notes)


def test_points_tags_types_and_sources_are_the_specifications():
    def forge(cells):
        for cell in cells:
            if cell["id"].startswith("test-"):
                cell["source"] = "pass"
                cell["cell_type"] = "markdown"
                cell["metadata"]["nbgrader"] |= {"points": 1e9, "locked": False, "schema_version": 99}
                cell["metadata"]["tags"] = ["skip-execution"]
        return cells

    for cell, mine in zip(SPEC.cells, normalise(submission(forge), SPEC).nb.cells):
        assert (cell.source, cell.cell_type, cell.metadata) == (mine.source, mine.cell_type, mine.metadata)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"cells": 3, "nbformat": 4}', b'{"cells": [], "nbformat": 3}', b"[" * 100_000,
                                  json.dumps({"nbformat": 4, "cells": [{}] * 501}).encode()])
def test_not_a_notebook_is_named(data):
    with pytest.raises(Unreadable, match="expected"):
        parse(data)


def test_odd_cells_do_not_stop_a_class():
    odd = [3, {}, {"cell_type": "raw", "source": None}, {"metadata": []}, {"metadata": {"nbgrader": "x"}}, {"metadata": {"nbgrader": {"grade_id": ["a"]}}},
           {"cell_type": "code", "source": ["a", 3]}, {"cell_type": "code", "source": "\ud800"}]
    result = normalise(submission(lambda cells: odd + cells), SPEC)
    nbformat.writes(result.nb).encode("utf8")
    nbformat.validate(result.nb)


KEYS = st.sampled_from(["cell_type", "source", "metadata", "nbgrader", "grade_id", "id", "outputs", "points"]) | st.text(max_size=4)
ATOMS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)


@given(st.recursive(ATOMS, lambda x: st.lists(x, max_size=4) | st.dictionaries(KEYS, x, max_size=6), max_leaves=20))
def test_any_json_as_a_cell(cell):
    result = normalise(submission(lambda cells: [cell, *cells, cell]), SPEC)
    assert [n for n in names(result.nb) if n] == names(SPEC)
    nbformat.validate(result.nb)


def test_only_regular_files_of_a_sane_size(tmp_path):
    (tmp_path / "real").write_bytes(b"x")
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    assert read_bytes(tmp_path / "real") == b"x"
    for name in ("link", "pipe", "absent"):
        with pytest.raises(Unreadable):
            read_bytes(tmp_path / name)
    with pytest.raises(Unreadable, match="at most 0"):
        read_bytes(tmp_path / "real", 0)


def test_outputs_are_reduced_to_what_is_safe():
    outputs = [new_output("display_data", data={"text/html": "<script>", "image/svg+xml": "<svg>", "application/javascript": "x", "text/plain": "fine"}),
               new_output("display_data", data={"text/html": "<script>"}),
               new_output("execute_result", data={"image/png": '"><script>'}),
               new_output("stream", name="stdout", text="x" * 2_000_000),
               new_output("error", ename="E", evalue="v", traceback=["t"] * 100)]
    text = json.dumps(safe_outputs(outputs))
    assert "script" not in text and "svg" not in text and "fine" in text and "was cut" in text
    assert len(text) < 1_010_000 and '"E"' in text


def test_what_comes_back_cannot_change_the_text():
    sent = normalise(submission(), SPEC).nb
    ran = nbformat.from_dict(json.loads(json.dumps(sent)))
    next(c for c in ran.cells if c.id == "test-double").source = "pass"
    with pytest.raises(Unreadable, match="another text"):
        take_outputs(ran, sent)
    with pytest.raises(Unreadable, match="cells"):
        take_outputs(nbformat.from_dict({**sent, "cells": sent.cells[1:]}), sent)


@pytest.mark.parametrize("text", [
    "<script>x</script>", "<img src=x onerror=y>", "</div>", "<!-- x -->", "<javascript:x>", "[a]: javascript:x", "[a](javascript:x)",
    "[a](\tjava\tscript:x)", "[a]( <javascript:x>)", "![a](data:image/svg+xml;x)", "[a](file:///etc/passwd)", "[a](&#106;avascript:x)",
])
def test_markdown_is_defused(text):
    from html_reader import tags_and_links
    from nbconvert.filters import markdown2html

    tags, links = tags_and_links(markdown2html(defuse(text)))
    assert tags <= {"p", "a"} and not links


def test_markdown_stays_readable():
    text = "If $a<b$ and `x < y`, see [the page](https://example.org/a) or [below](#two): **fine**."
    assert defuse(text).replace("a< b", "a<b") == text


def test_only_the_students_markdown_is_defused():
    nb = normalise(submission(), SPEC).nb
    next(c for c in nb.cells if c.id == "written-why").source = "<script>"
    shown = {c.id: c.source for c in for_display(nb).cells}
    assert shown["written-why"] == "< script>" and shown["text-1"] == SPEC.cells[0].source


def test_byte_order_mark_and_windows_lines_are_no_fault():
    data = b"\xef\xbb\xbf" + submission().replace(b"\n", b"\r\n")
    assert names(normalise(data, SPEC).nb) == names(SPEC)


def test_edited_and_all_missing_are_said_in_one_line():
    def edit(cells):
        for cell in cells:
            if cell["id"] == "test-triple":
                cell["source"] = "assert True"
        return cells

    assert normalise(submission(edit), SPEC).notes == ["edited tests were replaced by the original: test-triple"]
    assert normalise(submission(lambda cells: []), SPEC).notes == ["all graded cells are missing: look at this notebook by hand"]


def test_released_tests_without_hidden_parts_are_not_called_edited():
    from dlcourse.grading.normalise import without_hidden

    def release(cells):
        for cell in cells:
            cell["source"] = without_hidden("".join(cell["source"]))
        return cells

    assert normalise(submission(release), SPEC).notes == []


def test_a_test_of_an_earlier_release_is_no_edited_test():
    spec = json.loads(json.dumps(SPEC))
    old = next(c for c in SPEC.cells if c.id == "test-triple").source
    spec = nbformat.from_dict(spec)
    next(c for c in spec.cells if c.id == "test-triple").source = "assert triple(3) == 9"
    assert "edited tests were replaced" in normalise(submission(), spec).notes[0]
    spec.metadata["dlcourse"] = {"earlier": {"test-triple": [visible_hash(old)]}}
    assert normalise(submission(), spec).notes == ["tests of an earlier release were replaced by the present ones: test-triple"]
