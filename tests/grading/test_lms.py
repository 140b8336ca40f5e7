"""Grades for Canvas and Moodle: the platform's own columns come back untouched, grades in their place, and no cell is a formula."""
import csv
import re
import unicodedata
from types import SimpleNamespace

import pytest
from grading.made_class import make_class, names
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcourse.cli import main
from dlcourse.grading import lms, spreadsheet
from dlcourse.grading.report import lms_grades, read_class

CANVAS = '''Student,ID,SIS User ID,SIS Login ID,Section,mlp (4711),Essay (4712),Current Score
    ,,,,,Manual Posting,,
    Points Possible,,,,,9.00,5.00,(read only)
"Doe, Jane",12345,S1,jane,"Sec 1, A",,4.5,90.00
"Röe, John",777,S2,john,Sec 1,3,,60
"Student, Test",999,,abc,Sec 1,,,
'''
MOODLE = '''Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Changeable","Last modified (submission)","Last modified (grade)",Comments
"Participant 12345","Jane Doe",Jane@example.org,"Submitted for grading - ",,9.00,Yes,"Saturday, 31 January 2026, 11:00 AM",-,"<p>-</p>"
"Participant 777","李 伟",li@example.org,"No submission - ",,9.00,Yes,-,-,
'''
NOBODY = {}


def table(path):
    with open(path, newline="", encoding="utf8") as file:
        return list(csv.reader(file))


@pytest.fixture
def roster(tmp_path):
    def write(text, encoding="utf8"):
        path = tmp_path / "roster.csv"
        path.write_bytes(text.encode(encoding))
        return path
    return write


def test_canvas_keeps_every_column_and_fills_the_grade(roster, tmp_path):
    lost = lms.fill("canvas", roster(CANVAS), tmp_path / "out.csv", NOBODY, {"mlp": (9.0, {"doejane_12345": 7.25, "john": 0.0, "ghost": 1.0})})
    before, after = list(csv.reader(CANVAS.splitlines())), table(tmp_path / "out.csv")
    assert [r[5] for r in after] == ["mlp (4711)", "Manual Posting", "9", "7.25", "0", ""]
    assert [r[:5] + r[6:] for r in after] == [r[:5] + r[6:] for r in before]
    assert lost == ["ghost: graded here, not found in the roster roster.csv"]


def test_canvas_new_column_stands_before_its_totals(roster, tmp_path):
    lms.fill("canvas", roster(CANVAS), tmp_path / "out.csv", NOBODY, {"cnn": (4.0, {"doejane_12345": 3.0})})
    after = table(tmp_path / "out.csv")
    assert after[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "mlp (4711)", "Essay (4712)", "cnn", "Current Score"]
    assert after[2][7] == "4" and after[3][7] == "3" and after[3][8] == "90.00"


def test_canvas_with_other_points_is_refused(roster, tmp_path):
    with pytest.raises(ValueError, match="9.00 points.*give 10"):
        lms.fill("canvas", roster(CANVAS), tmp_path / "out.csv", NOBODY, {"mlp": (10.0, {"jane": 1.0})})


def test_without_a_roster_the_form_is_canvas_own(tmp_path):
    people = {"doejane_12345": SimpleNamespace(first="Jane", last="Doe", email="", lms="")}
    lms.fill("canvas", None, tmp_path / "out.csv", people, {"mlp": (9.0, {"doejane_12345": 7.0})})
    assert table(tmp_path / "out.csv") == [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "mlp"], ["    Points Possible", "", "", "", "", "9"],
                                           ["Doe, Jane", "12345", "", "doejane_12345", "", "7"]]


def test_moodle_worksheet(roster, tmp_path):
    people = {"wei": SimpleNamespace(first="", last="", email="LI@example.org", lms="")}
    lost = lms.fill("moodle", roster("\ufeff" + MOODLE), tmp_path / "out.csv", people, {"mlp": (9.0, {"Jane Doe_12345": 8.5, "wei": 2.0})})
    before, after = list(csv.reader(MOODLE.splitlines())), table(tmp_path / "out.csv")
    assert [r[4] for r in after] == ["Grade", "8.5", "2"] and not lost
    assert [r[0] for r in after] == [r[0] for r in before] and after[1][8] == "-"  # Moodle compares the time of its last change: it must come back as it was
    with pytest.raises(ValueError, match="one assignment"):
        lms.fill("moodle", roster(MOODLE), tmp_path / "out.csv", NOBODY, {"mlp": (9.0, {}), "cnn": (9.0, {})})
    with pytest.raises(ValueError, match="maximum grade is 9.00"):
        lms.fill("moodle", roster(MOODLE), tmp_path / "out.csv", NOBODY, {"mlp": (8.0, {})})


def test_moodle_gradebook_export_semicolons_and_utf16(roster, tmp_path):
    text = '"First name";"Last name";"ID number";"Email address";"Assignment: mlp (Real)"\nJane;Doe;M1;jane@example.org;-\n'
    lost = lms.fill("moodle", roster(text, "utf-16"), tmp_path / "out.csv", NOBODY, {"mlp": (9.0, {"jane@example.org": 9.0})})
    assert table(tmp_path / "out.csv")[1] == ["Jane", "Doe", "M1", "jane@example.org", "9"] and not lost


def test_names_not_found_either_way_are_listed(roster, tmp_path):
    lost = lms.fill("canvas", roster(CANVAS), tmp_path / "out.csv", NOBODY, {"mlp": (9.0, {"jane": 1.0, "doejane_12345": 2.0, "nobody": 3.0})})
    assert len(lost) == 3 and any("the same line" in x for x in lost) and any(x.startswith("nobody:") for x in lost)
    assert any("Röe, John" in x and "not graded here" in x for x in lost) and not any("Student, Test" in x for x in lost)


def test_ambiguous_ids_match_nobody(roster, tmp_path):
    text = CANVAS.replace("777,S2,john", "777,S2,jane")
    lost = lms.fill("canvas", roster(text), tmp_path / "out.csv", NOBODY, {"mlp": (9.0, {"jane": 1.0})})
    assert any(x.startswith("jane: graded here, not found") for x in lost)


@pytest.mark.parametrize("text, says", [("a,b\n1,2\n", "columns a, b"), ("Student,ID\n", "1 lines"), ("Student,ID\n\xe9,1\n", "not UTF-8")])
def test_files_that_are_no_roster(roster, tmp_path, text, says):
    with pytest.raises(ValueError, match=says):
        lms.fill("canvas", roster(text, "latin-1"), tmp_path / "out.csv", NOBODY, {"mlp": (9.0, {})})


# no formulas

FORMULAS = ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "  +a", "'=1", '"=1', "''=1", "＝1+1", "＋a", "－a", "＠a",
            "\u00a0=1", "\u200b=1", "\ufeff=1", "\u3000=1", "=\u202e1", "|calc", "%0A=1", "\x00=1", "\u201c=1", "--1", "-x", "+", "=", "\x0b=1", ";=1", ",=1"]


def runs(text):
    """Would some spreadsheet run it?  Written apart from the code under test: what stands first once folded, unquoted and stripped."""
    folded = unicodedata.normalize("NFKC", text)
    first = re.sub(r"^[\s\"'`\u2018-\u201d\u200b\ufeff\x00-\x1f,;]+", "", folded)[:1]
    return first in "=+-@|%" and first != ""


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_get_an_apostrophe(text):
    assert runs(text)
    safe = spreadsheet.cell(text)
    assert safe.startswith("'") and not any(c in safe for c in "\t\r\n\x00")


@pytest.mark.parametrize("text", ["-1", "-1.5", "+2", "1e-3", "-1e5", "90.00", "-3,5", "50%", "-.5"])
def test_numbers_stay_numbers(text):
    assert spreadsheet.cell(text) == text


@pytest.mark.parametrize("value", ["Jane", "O'Neill", "a=b", "x-y", "李 伟", "<b>", ""])
def test_plain_texts_stay(value):
    assert spreadsheet.cell(value) == value


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("=+-@|%\t\r\n '\"＝＋－＠\u00a0\u200b\ufeff\u202e\u2018\u201da1,;\x00"), max_size=8))
def test_nothing_that_runs_gets_through(text):
    safe = spreadsheet.cell(text)
    assert safe.startswith("'") or not runs(safe) or spreadsheet.NUMBER.fullmatch(safe)


def test_written_file_reads_back_as_one_cell_each(tmp_path):
    values = [*FORMULAS, 'a"b', "a,b", "-1", -1.5, None, 3]
    spreadsheet.write(tmp_path / "x.csv", ["name"], [[v] for v in values])
    with open(tmp_path / "x.csv", newline="", encoding="utf-8-sig") as file:
        back = [r[0] for r in csv.reader(file)][1:]
    assert len(back) == len(values) and back[-6:] == ['a"b', "a,b", "-1", "-1.5", "", "3"]
    assert all(b.startswith("'") for b in back[:len(FORMULAS)])


def test_hostile_names_in_a_roster_cannot_run(roster, tmp_path):
    text = CANVAS.replace('"Doe, Jane"', "\"=HYPERLINK(\"\"http://x\"\")\"").replace("Sec 1\n", "@SUM(A1)\n")
    lms.fill("canvas", roster(text), tmp_path / "out.csv", NOBODY, {"mlp": (9.0, {"jane": 1.0})})
    after = table(tmp_path / "out.csv")
    assert after[3][0].startswith("'=") and after[2][0] == "    Points Possible"
    assert not any(runs(c) and not spreadsheet.NUMBER.fullmatch(c) and not c.startswith("'") for row in after for c in row)


def test_class_to_canvas_by_command(tmp_path, roster, capsys):
    course, folder, results = make_class(tmp_path, names(3))
    text = "Student,ID,SIS Login ID,Section\n    Points Possible,,,\n" + "".join(f'"S, {i}",{i},{s},\n' for i, s in enumerate(names(4)))
    assert main(["report", "--class", str(folder), "--lms", "canvas", "--roster", str(roster(text))]) == 3
    assert "S, 3" in capsys.readouterr().err
    after = table(folder / "report/canvas.csv")
    expected = [f"{r.points:g}" for r in results.values()]
    assert after[0][-1] == "mini" and after[1][-1] == "9" and [r[-1] for r in after[2:]] == [*expected, ""]
    assert lms_grades(read_class(folder)) == {"mini": (9.0, {s: r.points for (s, _, _), r in results.items()})}
