"""Any bytes in, a safe notebook or a clear reason out."""
import copy
import json
import os
import resource
import time

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_output
from nbgrader.utils import compute_checksum

from dlcourse.grading import normalise as normalise_module
from dlcourse.grading.normalise import OLD, Unreadable, as_new, cut, defuse, for_display, normalise, parse, read_bytes, safe_outputs, take_outputs, visible_hash
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
                                  b'{"nbformat": 3, "worksheets": [[]]}', b'{"nbformat": 3, "worksheets": [{"cells": {}}]}',
                                  b'{"nbformat": 2, "worksheets": []}',
                                  json.dumps({"nbformat": 4, "cells": [{"source": "1"}] * 501}).encode()])
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
    (tmp_path / "folder").mkdir()
    assert read_bytes(tmp_path / "real") == b"x"
    for name in ("link", "pipe", "folder", "absent"):
        with pytest.raises(Unreadable):
            read_bytes(tmp_path / name)
    with pytest.raises(Unreadable, match="at most 0"):
        read_bytes(tmp_path / "real", 0)


def test_json_that_would_fill_the_memory_is_not_read(monkeypatch):
    monkeypatch.setattr(normalise_module, "MAX_PARTS", 5000)
    for part in ("[],", "{},", "-9,", '"",', '{"":[]},'):
        with pytest.raises(Unreadable, match="more than 5,000 lists and items"):
            parse(b'{"nbformat": 4, "cells": [' + part.encode() * 6000 + b"0]}")
    text = json.dumps({"nbformat": 4, "cells": [{"source": '[1, {"2": "\\"[,"}] \\' * 6000}]}).encode()
    assert len(parse(text)) == 1
    start = time.perf_counter()
    for text in (b'"' + b'\\"' * 1_000_000 + b"," * 5001, b"\\" * 1_000_000 + b"," * 5001):
        with pytest.raises(Unreadable):
            parse(text)
    assert time.perf_counter() - start < 5


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


def test_what_people_see_keeps_nobody_busy():
    code = nbformat.v4.new_code_cell("a = '''\n \t\n  b\n\n'''\n" + " \n" * 9)
    shown = for_display(nbformat.v4.new_notebook(cells=[code, nbformat.v4.new_markdown_cell("x" * 150_000)])).cells
    assert shown[0].source == "a = '''\n\n  b\n\n'''\n" + "\n" * 9
    assert len(shown[1].source) < 100_100 and shown[1].source.endswith("... cut here: 50,000 more characters")


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


def rewritten(name, text):
    """The submission with another text in one cell."""
    return submission(lambda cells: [{**cell, "source": text} if cell["id"] == name else cell for cell in cells])


def test_code_in_a_locked_cell_runs_after_the_original():
    mine = "import math as mx\n" + SPEC.cells[1].source
    result = normalise(rewritten("text-2", mine), SPEC)
    assert result.notes == ["code in the locked cell text-2 was changed: the original runs, and after it the changed one as a cell of the student's own"]
    assert [c.source for c in result.nb.cells[1:3]] == [SPEC.cells[1].source, mine] and names(result.nb)[1:3] == ["text-2", None]
    assert normalise(rewritten("text-2", SPEC.cells[1].source + "\n\n"), SPEC).notes == []
    assert normalise(rewritten("text-2", ""), SPEC).notes == []


def test_text_in_a_locked_cell_stays_for_who_marks_it():
    typed = SPEC.cells[0].source + "\n\nI would measure both."
    result = normalise(rewritten("text-1", typed), SPEC)
    assert [c.source for c in result.nb.cells[:2]] == [SPEC.cells[0].source, typed] and names(result.nb)[:2] == ["text-1", None]
    assert len(result.notes) == 1 and result.notes[0].startswith("the question ") and "look at it by hand" in result.notes[0]


@pytest.mark.parametrize("text, seen", [("I would measure both", True), ("\"\"\"I would measure both\"\"\"", True), ("# I would measure", True),
                                        ("x = 1", False), ("%matplotlib inline", False), ("", False)])
def test_an_answer_in_a_code_cell_is_seen(text, seen):
    own = {"cell_type": "code", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
    assert any(n.startswith("the question ") for n in normalise(submission(lambda cells: [*cells, own]), SPEC).notes) == seen


def test_empty_cells_are_not_counted():
    empty = {"cell_type": "code", "metadata": {}, "source": "", "outputs": [], "execution_count": None}
    assert names(normalise(submission(lambda cells: [*cells, *[empty] * 600]), SPEC).nb) == names(SPEC)
    with pytest.raises(Unreadable, match="with something in them; expected at most 500"):
        normalise(submission(lambda cells: [*cells, *[{**empty, "source": "1"}] * 600]), SPEC)


@pytest.mark.parametrize("ids", [True, False])
def test_answers_are_found_without_any_metadata(ids):
    def bare(cells):
        return [{**{k: v for k, v in c.items() if ids or k != "id"}, "metadata": {}, "source": c["source"]} for c in cells]
    result = normalise(submission(bare), SPEC)
    mine = {c.metadata.get("nbgrader", {}).get("grade_id"): c.source for c in result.nb.cells}
    for cell in SPEC.cells:
        if cell.metadata.nbgrader.solution and (ids or cell.cell_type == "code"):
            assert mine[cell.metadata.nbgrader.grade_id] == cell.source
    assert any("lost their metadata" in n and "by hand" in n for n in result.notes)


def test_a_locked_cell_of_an_earlier_release_is_no_edited_one():
    old = nbformat.from_dict(copy.deepcopy(SPEC))
    old.cells[1].source = "import numpy"
    old.cells[1].metadata.nbgrader["checksum"] = compute_checksum(old.cells[1])
    assert normalise(nbformat.writes(old).encode(), SPEC).notes == []
    old.cells[1].source = "import numpy, math"
    assert "text-2 was changed" in normalise(nbformat.writes(old).encode(), SPEC).notes[0]


def own_text(text, kind="markdown"):
    return [{"cell_type": kind, "source": text, "metadata": {}}]


def test_an_answer_below_its_question_is_pointed_out():
    for data in (submission(lambda cells: cells + own_text("Because.")), submission(lambda cells: cells[:-1] + own_text("Because."))):
        note = normalise(data, SPEC).notes[-1]
        assert note.startswith("the question written-why is as it was given out, but there are text cells") and note.endswith("look at it by hand")


def test_text_beside_an_answered_question_is_not_pointed_out():
    assert normalise(submission(lambda cells: [*cells[:-1], {**cells[-1], "source": "Because."}, *own_text("More.")]), SPEC).notes == []
    for cell in (*own_text(" \n"), *own_text("x = 1", "code"), *own_text(SPEC.cells[0].source)):
        assert normalise(submission(lambda cells, cell=cell: [*cells, cell]), SPEC).notes == []
    assert normalise(submission(lambda cells: own_text("Because.")), SPEC).notes == ["all graded cells are missing: look at this notebook by hand"]


def old_format(change=lambda nb: nb):
    """The submission in format 3, written by nbformat; ``change`` may spoil it."""
    nb = nbformat.v4.downgrade(nbformat.from_dict(copy.deepcopy(SPEC)))
    return json.dumps(change(json.loads(json.dumps(nb)))).encode()


def test_a_notebook_of_format_three_is_read_as_its_twin_of_format_four():
    def answer(nb):
        for cell in nb["worksheets"][0]["cells"]:
            if cell["metadata"]["nbgrader"]["grade_id"] == "answer-triple":
                cell["input"] = ["def triple(x):\n", "    return 3 * x"]
            if cell["metadata"]["nbgrader"]["grade_id"] == "written-why":
                cell["cell_type"], cell["source"], cell["level"] = "heading", "Because.", 2
        half = len(nb["worksheets"][0]["cells"]) // 2
        nb["worksheets"] = [{"cells": nb["worksheets"][0]["cells"][:half]}, {"cells": nb["worksheets"][0]["cells"][half:]}]
        return nb

    result, twin = normalise(old_format(answer), SPEC), normalise(submission(), SPEC)
    found = {c.id: c.source for c in result.nb.cells}
    assert names(result.nb) == names(SPEC) and result.notes == [OLD] and twin.notes == []
    assert found["answer-triple"] == "def triple(x):\n    return 3 * x" and found["written-why"] == "## Because."
    changed = ("answer-triple", "written-why")
    assert [c for c in result.nb.cells if c.id not in changed] == [c for c in twin.nb.cells if c.id not in changed]
    nbformat.validate(result.nb)


def test_the_reader_of_format_three_agrees_with_nbformat():
    """On what is no attack: kinds, texts and metadata are those of nbformat's own converter."""
    old = nbformat.v3.new_notebook(worksheets=[nbformat.v3.new_worksheet(cells=[
        nbformat.v3.new_code_cell("x = 1\nx", collapsed=False, outputs=[]), nbformat.v3.new_text_cell("markdown", source="*a*\nb"),
        nbformat.v3.new_heading_cell("Title", level=3), nbformat.v3.new_text_cell("markdown", source="$x$", metadata={"nbgrader": {"grade_id": "a"}})])])
    mine = [as_new(c) for sheet in json.loads(json.dumps(old))["worksheets"] for c in sheet["cells"]]
    for cell, theirs in zip(mine, nbformat.v4.upgrade(old).cells, strict=True):
        assert (cell["cell_type"].replace("heading", "markdown"), cell["source"]) == (theirs.cell_type, theirs.source)
        assert {"collapsed": False, **(cell["metadata"] or {})} == {"collapsed": False, **theirs.metadata}


def test_a_notebook_of_format_three_without_our_cells_is_refused_with_the_remedy():
    with pytest.raises(Unreadable, match="format 3 without a cell of this exercise.*open it in JupyterLab, save it"):
        normalise(old_format(lambda nb: nb | {"worksheets": [{"cells": [{"cell_type": "code", "input": "1"}]}]}), SPEC)


def test_tests_in_format_three_are_the_specifications():
    def forge(nb):
        for cell in nb["worksheets"][0]["cells"]:
            if cell["metadata"]["nbgrader"]["grade"]:
                cell["input"], cell["cell_type"] = "pass", "html"
                cell["metadata"]["nbgrader"] |= {"points": 1e9, "locked": False}
        return nb

    for cell, mine in zip(SPEC.cells, normalise(old_format(forge), SPEC).nb.cells, strict=True):
        assert (cell.cell_type, cell.metadata) == (mine.cell_type, mine.metadata) and (cell.source == mine.source or not cell.metadata.nbgrader.locked)


OLD_KEYS = st.sampled_from(["cell_type", "input", "source", "metadata", "nbgrader", "grade_id", "level", "worksheets", "cells", "outputs", "language"])
OLD_ATOMS = ATOMS | st.sampled_from(["code", "heading", "markdown", "html", "answer-double", "test-double", 10**12, -1, 1e308])
OLD_JSON = st.recursive(OLD_ATOMS, lambda x: st.lists(x, max_size=4) | st.dictionaries(OLD_KEYS | st.text(max_size=3), x, max_size=6), max_leaves=25)


@given(OLD_JSON, OLD_JSON, st.sampled_from(["worksheets", "sheet", "cells", "cell", "metadata", "level", "key"]), OLD_JSON)
def test_any_json_in_a_notebook_of_format_three(odd, other, where, version):
    def spoil(nb):
        cells = nb["worksheets"][0]["cells"]
        if where == "worksheets":
            nb["worksheets"] = odd
        elif where == "sheet":
            nb["worksheets"] += [odd, {"cells": [other], "worksheets": [{"cells": cells}]}]
        elif where == "cells":
            nb["worksheets"][0]["cells"] = odd
        elif where == "cell":
            cells[:0] = [odd, {"cell_type": "heading", "level": other, "source": odd}, {"cell_type": "code", "input": other, "metadata": odd}]
        elif where == "metadata":
            cells[2]["metadata"], nb["metadata"] = odd, other
        elif where == "key":
            nb |= {"cells": odd, "nbformat_minor": other, "orig_nbformat": version}
            cells[3].pop("input")
        else:
            cells[0] |= {"cell_type": "heading", "level": odd}
        return nb

    try:
        result = normalise(old_format(spoil), SPEC)
    except Unreadable as error:
        assert "expected" in str(error)
    else:
        assert [n for n in names(result.nb) if n] == names(SPEC) and OLD in result.notes
        nbformat.writes(result.nb).encode("utf8")
        nbformat.validate(result.nb)


def test_a_huge_heading_takes_no_memory():
    """nbformat's own converter writes as many # as the level says."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    normalise(old_format(lambda nb: nb["worksheets"][0]["cells"].append({"cell_type": "heading", "level": 10**8, "source": "x"}) or nb), SPEC)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes
    with pytest.raises(Unreadable, match="501 cells"):
        normalise(old_format(lambda nb: nb | {"worksheets": [{"cells": [{"source": "1"}]}] * 501}), SPEC)


@pytest.mark.parametrize("text, most, shown", [("one two", 7, "one two"), ("one two three", 9, "one two …"), ("one two three", 7, "one two …"),
                                               ("x" * 99, 5, "xxxxx …"),
                                               ("one " + "x" * 99, 60, "one " + "x" * 56 + " …")])
def test_a_text_is_cut_between_words(text, most, shown):
    assert cut(text, most) == shown
