"""Grades for Canvas and Moodle: the platform's own columns come back untouched, grades in their place, and no cell is a formula."""
import csv
import re
import unicodedata
from types import SimpleNamespace

import pytest
from grading.course import EXERCISE, write_course
from grading.made_class import make_class, names
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcourse.cli import main
from dlcourse.grading import lms, spreadsheet
from dlcourse.grading.lms import Options
from dlcourse.grading.release import release
from dlcourse.grading.report import keep, lms_grades, lms_names, read_class

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
    assert [r[5] for r in after] == ["mlp (4711)", "Manual Posting", "9.00", "7.25", "0", ""]
    assert [r[:5] + r[6:] for r in after] == [r[:5] + r[6:] for r in before]
    assert lost == ["ghost: graded here, not found in the roster roster.csv"]


def test_canvas_new_column_stands_before_its_totals(roster, tmp_path):
    lms.fill("canvas", roster(CANVAS), tmp_path / "out.csv", NOBODY, {"cnn": (4.0, {"doejane_12345": 3.0})})
    after = table(tmp_path / "out.csv")
    assert after[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "mlp (4711)", "Essay (4712)", "cnn", "Current Score"]
    assert after[2][7] == "4" and after[3][7] == "3" and after[3][8] == "90.00"


def test_canvas_with_other_points_is_refused(roster, tmp_path):
    with pytest.raises(ValueError, match="Canvas's maximum.* is 9, the exercises give 10.*--scale"):
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
    with pytest.raises(ValueError, match="Moodle's maximum.* is 9, the exercises give 8.*--scale"):
        lms.fill("moodle", roster(MOODLE), tmp_path / "out.csv", NOBODY, {"mlp": (8.0, {})})


def test_moodle_gradebook_export_semicolons_and_utf16(roster, tmp_path):
    text = '"First name";"Last name";"ID number";"Email address";"Assignment: mlp (Real)"\nJane;Doe;M1;jane@example.org;-\n'
    lost = lms.fill("moodle", roster(text, "utf-16"), tmp_path / "out.csv", NOBODY, {"mlp": (9.0, {"jane@example.org": 9.0})})
    assert table(tmp_path / "out.csv")[1] == ["Jane", "Doe", "M1", "jane@example.org", "9"] and not lost


def gradebook_export(*people):
    """Moodle's gradebook export: no participants' numbers.  people: (first name, last name, id number)"""
    rows = "".join(f'"{first}","{last}",{number},{i}@example.org,-\n' for i, (first, last, number) in enumerate(people))
    return "First name,Last name,ID number,Email address,Assignment: mlp (Real)\n" + rows


@pytest.mark.parametrize("folder", ["Jörg Müller_12345", "Jo\u0308rg Mu\u0308ller_12345", "müller JÖRG_12345", "Müller, Jörg_7", "Jörg Müller"])
def test_moodle_gradebook_export_by_a_name_that_nobody_shares(roster, tmp_path, folder):
    lines, text = [], gradebook_export(("Seán", "O'Brien", ""), ("Jörg", "Müller", ""), ("Jorg", "Muller", ""), ("王", "伟", ""))
    mine = {folder: 7.0, "Seán OBrien_2": 3.0, "王 伟_3": 4.0}
    lost = lms.fill("moodle", roster(text), tmp_path / "out.csv", NOBODY, {"mlp": (9.0, mine)}, say=lines.append)
    assert [r[4] for r in table(tmp_path / "out.csv")[1:]] == ["3", "7", "-", "4"] and lost == ["Jorg Muller 2@example.org: in the roster, not graded here"]
    assert any("no line of roster.csv is matched by number" in x and "grading worksheet matches by number" in x for x in lines)


def test_names_of_the_gradebook_match_too(roster, tmp_path):
    people = {"jd": SimpleNamespace(first="Jane", last="van der Berg", email="", lms="")}
    assert not lms.fill("moodle", roster(gradebook_export(("Jane", "van der Berg", ""))), tmp_path / "out.csv", people, {"mlp": (9.0, {"jd": 2.0})})


@pytest.mark.parametrize("students, people, also", [
    (["John Smith_1", "Smith John_2"], [("John", "Smith", "")], []),
    (["John Smith_1"], [("John", "Smith", ""), ("john", "smith", "")], []),
    (["John Smith_1"], [("John", "Smith", "")], ["John Smith_2"]),  # the other handed in another exercise
])
def test_shared_names_match_nobody_and_are_named(roster, tmp_path, students, people, also):
    known = {s: SimpleNamespace(first="", last="", email="", lms="") for s in also}
    lost = lms.fill("moodle", roster(gradebook_export(*people)), tmp_path / "out.csv", known, {"mlp": (9.0, dict.fromkeys(students, 2.0))})
    said = f"not matched by name: {len(students + also)} here and {len(people)} in the roster are called so"
    assert {r[4] for r in table(tmp_path / "out.csv")[1:]} == {"-"} and len(lost) == len(students) + len(people) and all(x.endswith(said) for x in lost)


def test_a_participants_number_is_no_id_number(roster, tmp_path):
    text = gradebook_export(("Ann", "Other", "12345"), ("Jane", "Doe", "9"))
    lms.fill("moodle", roster(text), tmp_path / "out.csv", NOBODY, {"mlp": (9.0, {"Jane Doe_12345": 2.0})})
    assert [r[4] for r in table(tmp_path / "out.csv")[1:]] == ["-", "2"]


def test_a_number_goes_before_a_name(roster, tmp_path):
    lines, text = [], MOODLE.replace("李 伟", "Jane Doe")
    assert not lms.fill("moodle", roster(text), tmp_path / "out.csv", NOBODY, {"mlp": (9.0, {"Jane Doe_12345": 1.0, "Jane Doe_777": 2.0})}, say=lines.append)
    assert [r[4] for r in table(tmp_path / "out.csv")[1:]] == ["1", "2"] and lines == []


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


# which column


def test_a_column_by_its_title(roster, tmp_path):
    lines = []
    for title in ("Essay (4712)", "essay", "mlp=Essay (4712)", "mlp/losses=Essay"):
        lms.fill("canvas", roster(CANVAS), tmp_path / "out.csv", NOBODY, {"mlp": (5.0, {"john": 3.5})}, options=Options((title,)), say=lines.append)
        after = table(tmp_path / "out.csv")
        assert after[0] == CANVAS.splitlines()[0].split(",") and [r[5:7] for r in after[3:]] == [["", "4.5"], ["3", "3.5"], ["", ""]]
    assert lines == []


def test_a_column_by_one_of_the_exercises_names(roster, tmp_path):
    for called in (["mlp/losses", "losses", "Essay"], ["mlp/essay", "essay", "Weighted essay"]):
        lms.fill("canvas", roster(CANVAS), tmp_path / "out.csv", NOBODY, {"mlp": (5.0, {"john": 3.5})}, {"mlp": called})
        after = table(tmp_path / "out.csv")
        assert len(after[0]) == 8 and after[4][5:7] == ["3", "3.5"]


def test_a_new_column_is_told_with_those_that_are_there(roster, tmp_path):
    lines = []
    lms.fill("canvas", roster(CANVAS), tmp_path / "out.csv", NOBODY, {"cnn": (4.0, {"jane": 3.0}), "rnn": (4.0, {})}, {"cnn": ["cnn/pooling", "pooling"]},
             say=lines.append)
    assert table(tmp_path / "out.csv")[0][5:] == ["mlp (4711)", "Essay (4712)", "cnn/pooling", "rnn", "Current Score"]
    assert len(lines) == 2 and all("makes a new assignment" in x and x.endswith("takes one that is there: mlp (4711), Essay (4712)") for x in lines)
    lms.fill("canvas", None, tmp_path / "out.csv", NOBODY, {"cnn": (4.0, {"jane": 3.0})}, options=Options(("Pooling (77)",)), say=lines.append)
    assert table(tmp_path / "out.csv")[0][5:] == ["Pooling (77)"] and len(lines) == 2  # who knows the id needs no roster


@pytest.mark.parametrize("kind, text, chapters, columns, says", [
    ("canvas", CANVAS, "m", ["Losses"], "no column 'Losses'.*one of: mlp .4711., Essay"),
    ("canvas", CANVAS, "m", ["Current Score"], "no column"),
    ("canvas", CANVAS.replace("(read only)", ""), "m", ["Current Score"], "no column"),
    ("canvas", CANVAS, "m", ["Section"], "no column"),
    ("canvas", CANVAS, "mc", ["mlp"], "CHAPTER=TITLE"),
    ("canvas", CANVAS, "m", ["mlp", "Essay"], "has 'mlp'"),
    ("canvas", CANVAS, "m", ["m="], "one title"),
    ("canvas", CANVAS, "mc", ["m=Essay", "c=Essay (4712)"], "grades of m and of c"),
    ("canvas", CANVAS.replace("Essay", "mlp"), "m", ["mlp"], "several columns for 'mlp': mlp .4711., mlp .4712."),
    ("moodle", MOODLE, "m", ["Losses"], "of: Grade"),
])
def test_columns_that_cannot_be_meant(roster, tmp_path, kind, text, chapters, columns, says):
    with pytest.raises(ValueError, match=says):
        lms.fill(kind, roster(text), tmp_path / "out.csv", NOBODY, {c: (5.0, {"jane": 1.0}) for c in chapters}, options=Options(tuple(columns)))
    assert not (tmp_path / "out.csv").exists()


# another maximum


@pytest.mark.parametrize("kind, text, who, cell", [("canvas", CANVAS, "jane", (3, 5)), ("moodle", MOODLE, "jane@example.org", (1, 4)),
                                                   ("moodle", MOODLE.replace("Maximum Grade", "Maximum grade"), "jane@example.org", (1, 4))])
def test_scaled_to_the_platforms_maximum(roster, tmp_path, kind, text, who, cell):
    lines = []
    for limit, value in (("9.00", "2.25"), ("9,00", "2.25"), ("1,800.00", "450"), ("1.800,00", "450")):
        lms.fill(kind, roster(text.replace("9.00", f'"{limit}"')), tmp_path / "out.csv", NOBODY, {"mlp": (36.0, {who: 9.0})},
                 options=Options(scale=True), say=lines.append)
        after = table(tmp_path / "out.csv")
        assert after[cell[0]][cell[1]] == value and limit in [after[2][5], after[1][5]]
    assert len(lines) == 4 and "multiplied by 0.25" in lines[0] and "multiplied by 50" in lines[3] and "exercises give 36" in lines[3]
    lms.fill(kind, roster(text), tmp_path / "out.csv", NOBODY, {"mlp": (9.0, {who: 8.5})}, options=Options(scale=True), say=lines.append)
    assert table(tmp_path / "out.csv")[cell[0]][cell[1]] == "8.5" and len(lines) == 4


def test_a_maximum_that_the_file_does_not_say(roster, tmp_path):
    moodle = "First name,Last name,ID number,Email address,Assignment: mlp (Real)\nJane,Doe,M1,jane@example.org,-\n"
    for kind, text in (("moodle", moodle), ("canvas", CANVAS.replace("9.00", ""))):
        lines = []
        lms.fill(kind, roster(text), tmp_path / "out.csv", NOBODY, {"mlp": (9.0, {"jane": 1.0, "jane@example.org": 1.0})}, say=lines.append)
        assert len(lines) == 1 and f"points are out of 9; {kind.title()}'s maximum for the item must be 9" in lines[0]
        with pytest.raises(ValueError, match="--scale.*does not say"):
            lms.fill(kind, roster(text), tmp_path / "out.csv", NOBODY, {"mlp": (9.0, {})}, options=Options(scale=True))


@pytest.mark.parametrize("limit, says", [("0", "above 0"), ("Good", "is Good; expected one number"), ("-", "expected one number")])
def test_a_maximum_that_nothing_can_be_scaled_to(roster, tmp_path, limit, says):
    with pytest.raises(ValueError, match=says):
        lms.fill("canvas", roster(CANVAS.replace("9.00", limit)), tmp_path / "out.csv", NOBODY, {"mlp": (8.0, {})}, options=Options(scale=True))


# what nobody has marked


def test_unmarked_grades_leave_the_rosters_cell(roster, tmp_path):
    grades = {"mlp": (9.0, {"jane": 5.0, "john": 6.0})}
    kept, lines = lms.marked(grades, {("john", "mlp"): 2}, False)
    assert not lms.fill("canvas", roster(CANVAS), tmp_path / "out.csv", NOBODY, kept)
    assert [r[5] for r in table(tmp_path / "out.csv")[3:]] == ["5", "3", ""]
    assert len(lines) == 2 and "2, of students: 1" in lines[0] and "--unmarked-zero" in lines[0] and lines[1] == "john: mlp: 2 not marked"
    zero, lines = lms.marked(grades, {("john", "mlp"): 2}, True)
    assert zero == grades and len(lines) == 2 and "count 0" in lines[0] and lms.marked(grades, {}, False) == (grades, [])


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


@pytest.fixture
def graded(tmp_path):
    """A class of three with two exercises, of which the third student's written questions wait.  -> (class folder, dict of Result, roster's text)"""
    course = write_course(tmp_path / "c")
    (course / "solutions/mini/other.py").write_text(EXERCISE.replace("# Small exercise", "# Pooling by hand"), encoding="utf8")
    release(course)
    _, folder, results = make_class(tmp_path, names(3), change=lambda r, rng: r.scores.update({"written-why": None if r.student.endswith("2") else 4.0}))
    rows = "".join(f'"S, {i}",{i},{s},,,1\n' for i, s in enumerate(names(4)))
    return folder, results, "Student,ID,SIS Login ID,Section,Pooling by hand (5),mini (6)\n    Points Possible,,,,9,18\n" + rows


def test_class_to_canvas_by_command(graded, roster, capsys):
    folder, results, text = graded
    call = ["report", "--class", str(folder), "--no-similar", "--lms", "canvas", "--roster", str(roster(text))]
    assert main(call) == 3
    err = capsys.readouterr().err
    assert "S, 3" in err and "nobody has marked: 2, of students: 1" in err and "student-0002: mini: 2 not marked" in err
    after = table(folder / "report/canvas.csv")
    both = [f"{sum(r.points for (s, _, _), r in results.items() if s == student):g}" for student in names(3)]
    assert after[0][4:] == ["Pooling by hand (5)", "mini (6)"] and [r[5] for r in after[1:]] == ["18", *both[:2], "1", "1"]
    assert {r[4] for r in after[2:]} == {""}
    assert main([*call, "--unmarked-zero"]) == 3
    assert [r[5] for r in table(folder / "report/canvas.csv")[1:]] == ["18", *both, "1"] and "they count 0" in capsys.readouterr().err
    assert lms_grades(read_class(folder)) == {"mini": (18.0, {s: float(v) for s, v in zip(names(3), both)})}


@pytest.mark.parametrize("mark, status", [(4.0, 0), (None, 3)])
def test_status_of_an_export(tmp_path, roster, capsys, mark, status):
    _, folder, _ = make_class(tmp_path, names(1), change=lambda r, rng: r.scores.update({"written-why": mark}))
    text = "Student,ID,SIS Login ID,Section,mini (6)\n    Points Possible,,,,9\nS,1,student-0000,,\n"
    assert main(["report", "--class", str(folder), "--no-similar", "--lms", "canvas", "--roster", str(roster(text))]) == status
    assert ("not marked" in capsys.readouterr().err) == bool(status)


def test_exports_of_parts_lie_side_by_side(graded, roster, capsys):
    folder, results, text = graded
    call = ["--class", str(folder), "--no-similar", "--unmarked-zero", "--lms", "canvas", "--roster", str(roster(text))]
    parts = {"canvas-mini-other.csv": ["mini/other"], "canvas-mini-small.csv": ["mini/small"], "canvas-mini.csv": ["mini"], "canvas.csv": []}
    said = {file: (main(["report", *part, *call]), capsys.readouterr().out)[1] for file, part in parts.items()}
    tables = {file: table(folder / "report" / file) for file in parts}
    points = [f"{results[s, 'mini', 'other'].points:g}" for s in names(3)]
    assert tables["canvas-mini-other.csv"][0][4:] == ["Pooling by hand (5)", "mini (6)"] and [r[4] for r in tables["canvas-mini-other.csv"][2:5]] == points
    assert tables["canvas-mini-small.csv"][0][4:] == ["Pooling by hand (5)", "mini (6)", "mini/small"]
    assert [file for file, text in said.items() if "a new column" in text] == ["canvas-mini-small.csv"]
    assert tables["canvas-mini.csv"] == tables["canvas.csv"] and tables["canvas.csv"][2][5] not in ("", "1")
    assert main(["report", "mini/small", *call, "--column", "mini"]) == 2 and "is 18, the exercises give 9" in capsys.readouterr().err
    assert main(["report", "mini/small", *call, "--column", "mini", "--scale"]) == 3 and "multiplied by 2" in capsys.readouterr().out
    assert [r[5] for r in table(folder / "report/canvas-mini-small.csv")[2:5]] == [f"{2 * results[s, 'mini', 'small'].points:g}" for s in names(3)]


def test_names_that_a_column_may_have(graded):
    data = read_class(graded[0])
    of = lambda *exercises: lms_names(keep(data, exercises), data)["mini"]  # noqa: E731
    assert of("mini") == ["mini"] and of("mini/other") == ["mini/other", "other", "Pooling by hand"]
    alone = keep(data, ["mini/small"])
    assert lms_names(alone, alone)["mini"] == ["mini", "mini/small", "small", "Small exercise"]  # the chapter's only exercise


def test_a_file_name_is_never_too_long():
    long = [f"chapter/exercise_{word * 9}" for word in "abcdefghijkl"]
    assert lms.file_name("moodle", ["mlp/losses", "cnn"]) == "moodle-cnn+mlp-losses.csv" and lms.file_name("canvas", None) == "canvas.csv"
    assert len(lms.file_name("canvas", long)) < 200 and lms.file_name("canvas", long) != lms.file_name("canvas", [*long, "mlp"])


@pytest.mark.parametrize("option", [["--column", "x"], ["--scale"], ["--unmarked-zero"], ["--roster", "x.csv"]])
def test_options_of_an_export_need_one(tmp_path, capsys, option):
    assert main(["report", "--class", str(tmp_path), *option]) == 2 and f"{option[0]} is given without --lms" in capsys.readouterr().err
