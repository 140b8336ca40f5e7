"""Archives of learning platforms, honest and hostile: what arrives, what is said, and that nothing is written elsewhere."""
import io
import json
import os
import stat
import struct
import time
import zipfile
from datetime import datetime, timezone

import pytest

from dlcourse.cli import main
from dlcourse.grading import collect as module
from dlcourse.grading import members
from dlcourse.grading.submissions import find_jobs, said_by_platform, said_of_students

KNOWN = {("mlp", "losses"), ("mlp", "som"), ("cnn", "pooling"), ("mlp", "twice"), ("cnn", "twice")}
NB = b'{"cells": [], "nbformat": 4}'


def archive(path, files, times=None, mode="w"):
    """A zip; files: dict name -> bytes (or ZipInfo keys)."""
    with zipfile.ZipFile(path, mode) as z:
        for name, data in files.items() if isinstance(files, dict) else files:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, (times or {}).get(name, (2026, 1, 31, 12, 0, 0)))
            info.compress_type = zipfile.ZIP_DEFLATED
            z.writestr(info, data)
    return path


def collected(folder):
    """dict path below submitted/ -> bytes"""
    base = folder / "submitted"
    return {str(p.relative_to(base)): p.read_bytes() for p in sorted(base.rglob("*")) if p.is_file()} if base.is_dir() else {}


def run(source, folder, kind, **options):
    return module.collect(source, folder, kind, KNOWN, say=lambda line: None, **options)


@pytest.fixture
def place(tmp_path):
    """A folder of its own for the class, so that a write beside it is seen."""
    (tmp_path / "out").mkdir()
    return tmp_path, tmp_path / "out" / "class"


def test_canvas(place):
    there, folder = place
    files = {"doejane_12345_67890_losses.ipynb": NB, "roejohn_LATE_777_68000_losses-1.ipynb": NB + b"1", "liwei_99_68001_SOM.ipynb": NB + b"2",
             "o_neill_5_70000_losses (1).ipynb": NB + b"3", "anna_8_70001_notes.pdf": b"%PDF", "anon_abC12_70002_som.ipynb": b"x"}
    done = run(archive(there / "a.zip", files), folder, "canvas")
    assert collected(folder) == {"doejane_12345/mlp/losses.ipynb": NB, "roejohn_777/mlp/losses.ipynb": NB + b"1", "liwei_99/mlp/som.ipynb": NB + b"2",
                                 "o_neill_5/mlp/losses.ipynb": NB + b"3"}
    assert done.written == 4 and done.late == ["roejohn_777: mlp/losses is marked late by Canvas"]
    assert len(done.left) == 1 and "anon_abC12" in done.left[0]
    assert done.without == ["anna_8: handed in notes.pdf, no notebook"]
    jobs, left_out = find_jobs(folder / "submitted", dict.fromkeys(KNOWN))
    assert len(jobs) == 4 and not left_out


def test_canvas_second_try_wins_whatever_the_order(place):
    there, folder = place
    for i, names in enumerate((["a_1_10_losses.ipynb", "a_1_11_losses-1.ipynb"], ["a_1_11_losses-1.ipynb", "a_1_10_losses.ipynb"])):
        done = run(archive(there / f"{i}.zip", {n: n.encode() for n in names}), folder / str(i), "canvas")
        assert collected(folder / str(i)) == {"a_1/mlp/losses.ipynb": b"a_1_11_losses-1.ipynb"}
        assert done.left == ["a_1_10_losses.ipynb: a_1 handed in losses.ipynb more than once; a_1_11_losses-1.ipynb is taken: the highest number behind the "
                             "name, then the highest file id"]


def test_of_several_the_one_that_is_taken_is_named_with_the_rule(place):
    there, folder = place
    canvas = {f"a_1_{n}.ipynb": NB + n.encode() for n in ("30_losses", "31_losses-2", "33_losses-1", "32_losses-2")}
    done = run(archive(there / "a.zip", canvas), folder / "canvas", "canvas")
    assert collected(folder / "canvas") == {"a_1/mlp/losses.ipynb": canvas["a_1_32_losses-2.ipynb"]}
    assert len(done.left) == 3 and all("a_1_32_losses-2.ipynb is taken: the highest number" in line for line in done.left)
    when = {"jane/losses.ipynb": (2026, 1, 31, 12, 0, 4), "jane/losses (1).ipynb": (2026, 1, 31, 12, 0, 2)}
    done = run(archive(there / "b.zip", dict.fromkeys(when, NB), when), folder / "zip", "zip")
    assert done.left == ["jane/losses (1).ipynb: jane handed in losses.ipynb more than once; jane/losses.ipynb is taken: the latest time, then the highest "
                         "number behind the name, then the later entry"]


def notebook(*answers):
    """A notebook with these answers; None: as it was given out."""
    cells = [{"cell_type": "code", "source": [text or "raise NotImplementedError"], "metadata": {"nbgrader": {"grade_id": f"answer-{i}", "solution": True}}}
             for i, text in enumerate(answers)]
    return json.dumps({"cells": cells, "nbformat": 4}).encode()


def test_a_file_that_was_worked_on_before_one_as_it_was_given_out(place):
    there, folder = place
    (there / "notebooks/mlp").mkdir(parents=True)
    (there / "notebooks/mlp/losses.ipynb").write_bytes(notebook(None, None))
    whole, blank = notebook("return 1", None), notebook(None, None)
    files = {"a_1_10_losses-Copy1.ipynb": whole, "a_1_11_losses-2.ipynb": blank, "b_2_12_losses.ipynb": whole, "b_2_13_losses-1.ipynb": NB}
    path = archive(there / "a.zip", files)
    done = run(path, folder / "one", "canvas", released=there / "notebooks")
    assert collected(folder / "one") == {"a_1/mlp/losses.ipynb": whole, "b_2/mlp/losses.ipynb": whole}
    assert [line.partition(" is taken: ")[::2] for line in done.left] == [
        (f"{lost}: {student} handed in losses.ipynb more than once; {taken}", "only its answers differ from what was given out")
        for student, lost, taken in (("a_1", "a_1_11_losses-2.ipynb", "a_1_10_losses-Copy1.ipynb"), ("b_2", "b_2_13_losses-1.ipynb", "b_2_12_losses.ipynb"))]
    assert collected(folder / "two") == {} and run(path, folder / "two", "canvas").written == 2  # nothing is known of what was given out: the rule alone
    assert collected(folder / "two")["a_1/mlp/losses.ipynb"] == blank


def give_out(there, *exercises):
    """Released notebooks, each with four answers of its own.  -> their folder"""
    for chapter, stem in exercises:
        path = there / "notebooks" / chapter / f"{stem}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(work(f"{chapter}-{stem}", None))
    return there / "notebooks"


def work(name, text="return 1", count=4):
    """The answers of an exercise: ``text`` in each, None: as they were given out."""
    metas = [{"nbgrader": {"grade_id": f"answer-{name}-{i}", "solution": True}} for i in range(count)]
    return json.dumps({"cells": [{"cell_type": "code", "source": text or "pass", "metadata": meta} for meta in metas], "nbformat": 4}).encode()


@pytest.mark.parametrize("kind, name, data, lies", [
    ("canvas", "a_1_2_Copy of losses.ipynb", work("mlp-losses"), "mlp/losses"), ("canvas", "a_1_2_losses_final.ipynb", work("mlp-losses"), "mlp/losses"),
    ("zip", "a_1/mlp_losses.ipynb", work("mlp-losses"), "mlp/losses"), ("zip", "a_1/Untitled.ipynb", work("mlp-losses", count=2), "mlp/losses"),
    ("zip", "a_1/twice.ipynb", work("cnn-twice"), "cnn/twice"), ("zip", "a_1/cnn/twice.ipynb", work("mlp-twice"), "mlp/twice"),
    ("exchange", "a_1+cnn+2026-01-31 12:00:00 UTC+x/twice.ipynb", work("mlp-twice"), "mlp/twice"),
    ("zip", "a_1/losses.ipynb", work("mlp-som"), "mlp/som"), ("zip", "a_1/losses.ipynb", work("mlp-som", count=1), "mlp/losses"),
    ("zip", "a_1/Untitled.ipynb", work("mlp-losses", count=1), None), ("zip", "a_1/mine.ipynb", NB, None), ("zip", "a_1/mine.ipynb", b"x", None),
])
def test_a_file_of_another_name_is_known_by_its_cells(place, kind, name, data, lies):
    there, folder = place
    (there / "in" / name).parent.mkdir(parents=True)
    (there / "in" / name).write_bytes(data)
    said = []
    done = module.collect(there / "in", folder, kind, KNOWN, say=said.append, released=give_out(there, *KNOWN))
    assert collected(folder) == ({f"a_1/{lies}.ipynb": data} if lies else {})
    by_name = lies == "mlp/losses" and name.endswith("/losses.ipynb")
    assert done.identified == ([] if not lies or by_name else [f"{name}: its cells are those of {lies}: taken as that"])
    assert [f"  {line}" for line in done.identified] == said[:-2]
    assert lies or "is no exercise of the course, nor do its cells say which" in " ".join(done.left)


def test_two_exercises_that_fit_alike_are_not_guessed(place):
    there, folder = place
    both = json.dumps({"cells": [c for name in ("mlp-losses", "mlp-som") for c in json.loads(work(name))["cells"]], "nbformat": 4}).encode()
    done = run(archive(there / "a.zip", {"a/all.ipynb": both, "b/som.ipynb": both}), folder, "zip", released=give_out(there, *KNOWN))
    assert collected(folder) == {"b/mlp/som.ipynb": both} and "a/all.ipynb: all.ipynb is no exercise of the course" in done.left[0]


def test_of_several_names_the_one_that_was_worked_on_and_each_other_is_named(place):
    there, folder = place
    files = {"a_1_10_Copy of losses.ipynb": work("mlp-losses"), "a_1_11_losses.ipynb": work("mlp-losses", None), "a_1_9_my work.ipynb": work("mlp-losses", "2")}
    done = run(archive(there / "a.zip", files), folder, "canvas", released=give_out(there, *KNOWN))
    assert collected(folder) == {"a_1/mlp/losses.ipynb": files["a_1_10_Copy of losses.ipynb"]}
    assert sorted(line.partition(":")[0] for line in done.left) == ["a_1_11_losses.ipynb", "a_1_9_my work.ipynb"]


def test_a_chapter_that_does_not_fit_is_named(place):
    there, folder = place
    path = archive(there / "a.zip", {"jane/pooling.ipynb": NB, "jane/loses.ipynb": NB})
    assert run(path, folder, "zip", chapter="mlp").left == [
        "jane/pooling.ipynb: pooling.ipynb is no exercise of mlp, which --chapter asks for; an exercise of that name is in cnn",
        "jane/loses.ipynb: loses.ipynb is no exercise of the course, nor do its cells say which; did you mean 'losses'?"]
    (there / "inbound/jane+mlp+2026-01-31 12:00:00 UTC+x").mkdir(parents=True)
    (there / "inbound/jane+mlp+2026-01-31 12:00:00 UTC+x/pooling.ipynb").write_bytes(NB)
    assert "is no exercise of mlp, the assignment of its folder; an exercise of that name is in cnn" in run(there / "inbound", folder, "exchange").left[0]


def test_an_update_keeps_what_was_worked_on(place):
    there, folder = place
    (there / "notebooks/mlp").mkdir(parents=True)
    (there / "notebooks/mlp/losses.ipynb").write_bytes(notebook(None, None))
    given = {"released": there / "notebooks", "update": True, "timestamps": True}
    for month, data, says in ((1, notebook("return 1", None), None), (2, notebook(None, None), "is as it was given out"), (3, NB, "holds no answer")):
        name = f"a_1_1{month}_losses.ipynb"
        done = run(archive(there / "a.zip", {name: data}), folder, "canvas", **given)
        assert done.left == ([f"{name}: {says}, the one that is there was worked on: kept"] if says else []) and done.kept == len(done.left)
        assert collected(folder) == {"a_1/mlp/losses.ipynb": notebook("return 1", None)} and not (folder / "replaced").exists()
        assert [row[:2] for row in said_by_platform(folder)["left"]] == [["a_1", "mlp/losses"]] * (month - 1)
    done = run(archive(there / "a.zip", {"a_1_14_losses.ipynb": notebook("return 2", None)}), folder, "canvas", **given)
    assert done.written == 1 and not done.left and not said_by_platform(folder)["left"]


def test_an_update_takes_what_was_worked_on_for_what_was_not_whatever_their_times(place):
    there, folder = place
    (there / "notebooks/mlp").mkdir(parents=True)
    (there / "notebooks/mlp/losses.ipynb").write_bytes(notebook(None, None))
    name, given = "a_1_10_losses.ipynb", {"released": there / "notebooks", "timestamps": True}
    run(archive(there / "a.zip", {name: notebook(None, None)}, {name: (2026, 3, 1, 0, 0, 0)}), folder, "canvas", **given)
    earlier = archive(there / "b.zip", {name: notebook("return 1", None)}, {name: (2026, 2, 1, 0, 0, 0)})
    assert "--update takes" in run(earlier, folder, "canvas", **given).left[0]
    assert run(earlier, folder, "canvas", update=True, **given).written == 1
    assert collected(folder) == {"a_1/mlp/losses.ipynb": notebook("return 1", None)} and len(list((folder / "replaced").rglob("*.ipynb"))) == 1


def test_a_zip_in_canvas_is_the_students_of_its_name(place):
    there, folder = place
    zips = {name: archive(io.BytesIO(), files).getvalue() for name, files in {
        "wuwen_LATE_123_9027_mlp.zip": {"losses.ipynb": b"old", "work/som.ipynb": NB}, "wuwen_123_9031_mlp-1.zip": {"losses.ipynb": b"new"},
        "eve_6_9099_mlp.zip": {"wuwen_123_9999_losses-7.ipynb": b"foreign"}, "li_7_9030_mlp.zip": {}, "loose.zip": {"losses.ipynb": NB}}.items()}
    done = run(archive(there / "a.zip", {**zips, "jonesjo_110_9014_losses.ipynb/readme.txt": b""}), folder, "canvas")
    assert collected(folder) == {"wuwen_123/mlp/losses.ipynb": b"new", "wuwen_123/mlp/som.ipynb": NB}
    assert len(done.late) == 1 and done.without == ["jonesjo_110: handed in readme.txt, no notebook", "li_7: handed in nothing"]
    assert [any(word in line for line in done.left) for word in ("both named", "loose/losses.ipynb: is not named", "more than once")] == [True] * 3


IN_MOODLE = ["Jane Doe_12345_assignsubmission_file_/essay.pdf", "Eva_3_assignsubmission_onlinetext_/onlinetext.html", "readme.txt",
             "Bob_4_assignsubmission_file_/losses.ipynb", "Bob_4_assignsubmission_file_/plot.png", "Bob_4_assignsubmission_onlinetext_/onlinetext.html",
             "Ann_5_assignsubmission_file_/", "Jim_6_assignsubmission_file_/.DS_Store",
             "Tom_7_assignsubmission_file_/homework.ipynb", "Tom_7_assignsubmission_file_/homework.pdf"]
IN_CANVAS = ["a_1_2_losses.ipynb", "a_1_3_plot.png", "doejane_LATE_7_text.html", "roe_8_9_a_b.pdf", "roe_8_10_c.pdf", "index.html"]
IN_FOLDERS = ["term/", "term/jane/", "term/jane/mlp/losses.ipynb", "term/jane/mlp/pictures/a.png", "term/eva/", "term/eva/work/essay.pdf", "term/tom/",
              "term/list.csv", "term/ann/homework.ipynb", "term/ann/data/x.csv", "__MACOSX/term/eva/._essay.pdf", "term/.git/config"]


@pytest.mark.parametrize("kind, files, says", [
    ("moodle", IN_MOODLE, ["Ann_5: handed in nothing", "Eva_3: handed in onlinetext.html, no notebook", "Jane Doe_12345: handed in essay.pdf, no notebook"]),
    ("canvas", IN_CANVAS, ["doejane_7: handed in doejane_LATE_7_text.html, no notebook", "roe_8: handed in a_b.pdf, c.pdf, no notebook"]),
    ("zip", IN_FOLDERS, ["eva: handed in essay.pdf, no notebook", "tom: handed in nothing"]),
    ("zip", ["eva/", "eva/essay.pdf", "tom/"], ["eva: handed in essay.pdf, no notebook"]),
    ("zip", ["jane/losses.ipynb", "tom/losses.ipynb", "group/eva/losses.ipynb", "group/list.csv"], []),
])
def test_who_handed_in_no_notebook(place, kind, files, says):
    there, folder = place
    done = run(archive(there / "a.zip", {name: b"" if name.endswith("/") else NB for name in files}), folder, kind)
    assert done.without == says
    if kind == "zip":
        with zipfile.ZipFile(there / "a.zip") as z:
            z.extractall(there / "tree")
        assert run(there / "tree", folder / "again", kind).without == says


def test_an_inner_zip_or_an_inbound_folder_without_a_notebook(place):
    there, folder = place
    inner = archive(io.BytesIO(), {"essay.pdf": NB})
    path = archive(there / "a.zip", {"eva.zip": inner.getvalue(), "jane/losses.ipynb": NB})
    assert run(path, folder, "zip").without == ["eva: handed in essay.pdf, no notebook"]
    for name, file in (("jane+mlp+2026-01-31 12:00:00 UTC+a", "x.pdf"), ("jane+mlp+2026-01-31 13:00:00 UTC+b", "losses.ipynb"), ("li+mlp+soon+c", "x.pdf")):
        (there / "inbound" / name).mkdir(parents=True)
        (there / "inbound" / name / file).write_bytes(NB)
    assert run(there / "inbound", folder, "exchange").without == ["li: handed in x.pdf, no notebook"]


def test_moodle(place):
    there, folder = place
    files = {"Jane Doe_12345_assignsubmission_file_/losses.ipynb": NB, "李 伟_7_assignsubmission_file_/losses-1.ipynb": NB,
             "Zoë Øst_8_assignsubmission_file/sub/pooling(2).ipynb": NB, "loose.ipynb": NB}
    done = run(archive(there / "a.zip", files), folder, "moodle")
    assert set(collected(folder)) == {"Jane Doe_12345/mlp/losses.ipynb", "李 伟_7/mlp/losses.ipynb", "Zoë Øst_8/cnn/pooling.ipynb"}
    assert len(done.left) == 1 and "loose.ipynb: lies in no folder" in done.left[0]


def test_moodle_without_folders(place):
    there, folder = place
    inner = archive(io.BytesIO(), {"Eve_6_assignsubmission_file_losses.ipynb": b"foreign", "som.ipynb": NB}).getvalue()
    files = {"Jane Doe_12345_assignsubmission_file_losses.ipynb": NB, "Bob_4_assignsubmission_file_Eve_6_assignsubmission_file_losses.ipynb": NB,
             "Li_7_assignsubmission_file_mlp.zip": inner, "Tom_8_assignsubmission_file_essay.pdf": b"",
             "Ann_9_assignsubmission_onlinetext_onlinetext.html": b""}
    done = run(archive(there / "a.zip", files), folder, "moodle")
    assert set(collected(folder)) == {"Jane Doe_12345/mlp/losses.ipynb", "Li_7/mlp/som.ipynb"} and len(done.left) == 2
    assert done.without == ["Ann_9: handed in onlinetext.html, no notebook", "Tom_8: handed in essay.pdf, no notebook"]


def test_plain_zip_folders_and_inner_zips(place):
    there, folder = place
    inner, deep = io.BytesIO(), io.BytesIO()
    archive(deep, {"losses.ipynb": NB})
    archive(inner, {"losses.ipynb": NB, "deeper.zip": deep.getvalue()})
    files = {"term/jane/mlp/losses.ipynb": NB, "john/som.ipynb": NB, "eva.zip": inner.getvalue(), "__MACOSX/john/._som.ipynb": b"", "alone.ipynb": NB,
             "jane/twice.ipynb": NB}
    done = run(archive(there / "a.zip", files), folder, "zip")
    assert set(collected(folder)) == {"jane/mlp/losses.ipynb", "john/mlp/som.ipynb", "eva/mlp/losses.ipynb"}
    assert [any(word in line for line in done.left) for word in ("one level", "alone.ipynb", "--chapter")] == [True] * 3 and len(done.left) == 3
    run(there / "a.zip", folder, "zip", chapter="cnn")
    assert "jane/cnn/twice.ipynb" in collected(folder)


def test_folder_tree_with_links_and_pipes(place):
    there, folder = place
    source = there / "source"
    (source / "jane/mlp").mkdir(parents=True)
    (source / "jane/mlp/losses.ipynb").write_bytes(NB)
    (there / "secret.ipynb").write_text("SECRET")
    (source / "john").mkdir()
    os.symlink(there / "secret.ipynb", source / "john/losses.ipynb")
    os.mkfifo(source / "john/som.ipynb")
    os.symlink(there, source / "loop")
    archive(source / "eva.zip", {"som.ipynb": NB})
    done = run(source, folder, "zip")
    assert set(collected(folder)) == {"jane/mlp/losses.ipynb", "eva/mlp/som.ipynb"}
    assert len(done.left) == 2 and not any(b"SECRET" in data for data in collected(folder).values())


def test_exchange_newest_of_each_student(place):
    there, folder = place
    inbound = there / "inbound"
    for name, data in (("jane+mlp+2026-01-31 12:00:00.500000 UTC+aa", b"old"), ("jane+mlp+2026-02-01 09:30:00 UTC+bb", b"new"),
                       ("john+cnn+2026-01-01 00:00:00 UTC", b"john"), ("odd", b"?"), ("eva+mlp+soon+x", b"?")):
        (inbound / name).mkdir(parents=True)
        (inbound / name / ("pooling.ipynb" if "cnn" in name else "losses.ipynb")).write_bytes(data)
    done = run(inbound, folder, "exchange")
    assert collected(folder) == {"jane/mlp/losses.ipynb": b"new", "john/cnn/pooling.ipynb": b"john"}
    when = (folder / "submitted/jane/mlp/losses.ipynb").stat().st_mtime
    assert datetime.fromtimestamp(when, timezone.utc) == datetime(2026, 2, 1, 9, 30, tzinfo=timezone.utc)
    assert len(done.left) == 3


def link(name, target):
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info, target


def device(name):
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFCHR | 0o666) << 16
    return info, b""


HOSTILE = {
    "../jane/losses.ipynb": "leads out", "/etc/jane/losses.ipynb": "leads out", "a/../../jane/losses.ipynb": "leads out", "C:/jane/losses.ipynb": "leads out",
    "..\\jane\\losses.ipynb": "leads out", "jane\u202e/losses.ipynb": "invisible", "ja\x1b[31mne/losses.ipynb": "invisible", "-rf/losses.ipynb": "no name for",
    "ja:ne/losses.ipynb": "no name for", f"{'j' * 200}/losses.ipynb": "no name for", "jane//losses.ipynb": "leads out", "$(id)/losses.ipynb": "no name for",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ["zip", "moodle", "canvas"])
def test_names_that_lead_elsewhere(place, name, kind):
    there, folder = place
    good = {"zip": "good/losses.ipynb", "moodle": "Good One_1_assignsubmission_file_/losses.ipynb", "canvas": "good_1_2_losses.ipynb"}[kind]
    bad = {"zip": name, "moodle": name.replace("/losses", "_1_assignsubmission_file_/losses"), "canvas": name.replace("/losses", "_1_2_losses")}[kind]
    before = {p for p in there.rglob("*")}
    path = archive(there / "a.zip", {bad: b"BAD", good: NB})
    done = run(path, folder, kind)
    assert list(collected(folder).values()) in ([NB], [b"BAD", NB], [NB, b"BAD"])
    if kind == "zip":
        assert list(collected(folder).values()) == [NB] and len(done.left) == 1 and HOSTILE[name] in done.left[0]
    assert "\x1b" not in done.left[0] if done.left else True
    new = {p for p in there.rglob("*")} - before - {path}
    assert all(folder in [p, *p.parents] for p in new)


def test_links_and_devices_in_a_zip(place):
    there, folder = place
    path = archive(there / "a.zip", [link("jane/losses.ipynb", b"/etc/passwd"), device("john/losses.ipynb"), ("eva/losses.ipynb", NB)])
    done = run(path, folder, "zip")
    assert set(collected(folder)) == {"eva/mlp/losses.ipynb"}
    assert len(done.left) == 2 and all("not a regular file" in line for line in done.left)


def test_a_link_in_the_class_is_not_followed(place):
    there, folder = place
    (there / "elsewhere").mkdir()
    (folder / "submitted").mkdir(parents=True)
    os.symlink(there / "elsewhere", folder / "submitted/jane")
    (folder / "submitted/john/mlp").mkdir(parents=True)
    (there / "target").write_text("keep")
    os.symlink(there / "target", folder / "submitted/john/mlp/losses.ipynb")
    done = run(archive(there / "a.zip", {"jane/losses.ipynb": NB, "john/losses.ipynb": NB}), folder, "zip", update=True)
    assert not list((there / "elsewhere").iterdir()) and (there / "target").read_text() == "keep"
    assert done.written == 0 and len(done.left) == 2


def test_bombs(place, monkeypatch):
    there, folder = place
    path = archive(there / "a.zip", {"jane/losses.ipynb": b"0" * 19_000_000, "john/losses.ipynb": b"0" * 21_000_000, "eva/losses.ipynb": NB})
    done = run(path, folder, "zip")
    assert set(collected(folder)) == {"eva/mlp/losses.ipynb"}
    assert any("zip bombs" in line for line in done.left) and any("21,000,000 bytes" in line for line in done.left)
    monkeypatch.setattr(members, "MAX_TOTAL", 100)
    done = run(archive(there / "b.zip", {f"s{i}/losses.ipynb": os.urandom(60) for i in range(3)}), folder, "zip")
    assert done.written == 1 and sum("in all" in line for line in done.left) == 2


def test_a_directory_that_would_not_fit_into_memory(place, monkeypatch):
    """A student's zip of a million empty names: it is not opened, the others are."""
    there, folder = place
    inner = archive(there / "i.zip", {f"{i}.ipynb": b"" for i in range(30)}).read_bytes()
    path = archive(there / "a.zip", {"jane/all.zip": inner, "eva/losses.ipynb": NB})
    opened, sizes = members.opened, []
    monkeypatch.setattr(members, "INNER", members.INNER | {"members": 20})
    monkeypatch.setattr(members, "opened", lambda file: sizes.append(1) or opened(file))
    done = run(path, folder, "zip")
    assert set(collected(folder)) == {"eva/mlp/losses.ipynb"} and len(sizes) == 1
    assert any("more than 20 members" in line for line in done.left)


def test_what_one_student_hands_in_takes_no_room_from_the_others(place, monkeypatch):
    there, folder = place
    monkeypatch.setattr(members, "MAX_MEMBERS", 40)
    monkeypatch.setattr(members, "MAX_TOTAL", 9000)
    many = archive(there / "i.zip", {f"{i}.txt": b"" for i in range(39)}).read_bytes()
    large = archive(there / "j.zip", {"losses.ipynb": b" " * 8000 + NB, "som.ipynb": b" " * 8000 + NB}).read_bytes()
    done = run(archive(there / "a.zip", {"jane/all.zip": many, "zoe/losses.ipynb": NB}), folder / "a", "zip")
    assert set(collected(folder / "a")) == {"zoe/mlp/losses.ipynb"} and not done.left
    run(archive(there / "b.zip", {"jane/all.zip": large, "zoe/losses.ipynb": NB + b" " * 500}), folder / "b", "zip")
    assert "zoe/mlp/losses.ipynb" in collected(folder / "b")
    for name in ("jane/losses.ipynb", "zoe/som.ipynb"):
        (there / "c" / name).parent.mkdir(parents=True)
        (there / "c" / name).write_bytes(b" " * 8000 + NB)
    run(there / "c", folder / "c", "zip")
    assert set(collected(folder / "c")) == {"jane/mlp/losses.ipynb", "zoe/mlp/som.ipynb"}


def test_packed_by_lzma_and_broken(place):
    there, folder = place
    path = archive(there / "a.zip", {"eva/losses.ipynb": NB})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_LZMA) as z:
        z.writestr("jane/losses.ipynb", os.urandom(3000))
    data = bytearray(path.read_bytes())
    at = data.index(b"jane/losses.ipynb") + len("jane/losses.ipynb")
    data[at + 9:at + 40] = b"\xff" * 31
    path.write_bytes(data)
    done = run(path, folder, "zip")
    assert set(collected(folder)) == {"eva/mlp/losses.ipynb"} and len(done.left) == 1 and "cannot be unpacked" in done.left[0]


@pytest.mark.parametrize("name", ["1" * 60 + "x.ipynb", "a_1_2_" + "1" * 60 + "x.ipynb", "anon_" * 13_000 + ".ipynb", "1" * 65_000 + "x.ipynb"])
@pytest.mark.parametrize("kind", ["canvas", "moodle", "zip"])
def test_names_that_a_pattern_could_read_in_many_ways(place, kind, name):
    there, folder = place
    outer = {"canvas": "jane_1_2_all.zip", "moodle": "Jane Doe_1_assignsubmission_file_/all.zip", "zip": "jane/all.zip"}[kind]
    inner = archive(there / "i.zip", {name: NB, "losses.ipynb": NB}).read_bytes()
    start = time.perf_counter()
    done = run(archive(there / "a.zip", {outer: inner}), folder, kind)
    assert done.written == 1 and time.perf_counter() - start < 5


def test_a_header_that_lies_about_the_size(place):
    """The central directory says 10 bytes, 5 million come: reading stops at what was promised."""
    there, folder = place
    path = archive(there / "a.zip", {"jane/losses.ipynb": os.urandom(50_000), "eva/losses.ipynb": NB})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\1\2")
    data[at + 24:at + 28] = struct.pack("<I", 10)
    path.write_bytes(data)
    done = run(path, folder, "zip")
    assert set(collected(folder)) == {"eva/mlp/losses.ipynb"} and len(done.left) == 1


def test_encrypted_broken_and_odd_members(place):
    there, folder = place
    path = archive(there / "a.zip", {"jane/losses.ipynb": NB * 10, "john/losses.ipynb": NB * 20, "eva/losses.ipynb": NB, "lee/losses.ipynb": NB})
    data = bytearray(path.read_bytes())
    first = data.index(b"PK\1\2")
    data[first + 8] |= 1  # jane: encrypted
    second = data.index(b"PK\1\2", first + 4)
    local = struct.unpack("<I", data[second + 42:second + 46])[0]
    data[local + 30 + len("john/losses.ipynb")] ^= 0xFF  # john: the packed bytes are broken
    fourth = data.rindex(b"PK\1\2")
    data[fourth + 10:fourth + 12] = struct.pack("<H", 97)  # lee: a way of packing that nobody knows
    path.write_bytes(data)
    done = run(path, folder, "zip")
    assert set(collected(folder)) == {"eva/mlp/losses.ipynb"}
    assert sorted(line.split("/")[0] for line in done.left) == ["jane", "john", "lee"] and any("encrypted" in line for line in done.left)


def test_names_in_bad_encodings(place):
    there, folder = place
    path = archive(there / "a.zip", {"Zo\u00eb/losses.ipynb": NB, "\u674e/losses.ipynb": NB, "eva/losses.ipynb": NB})
    data = path.read_bytes().replace("Zo\u00eb".encode(), b"Zo\xeb\xeb")  # Latin-1 bytes under a mark of UTF-8
    path.write_bytes(data)
    done = run(path, folder, "zip")
    assert set(collected(folder)) == {"\u674e/mlp/losses.ipynb", "eva/mlp/losses.ipynb"}
    assert len(done.left) == 1 and "UTF-8" in done.left[0]
    unmarked = archive(there / "b.zip", {"Zo\u00eb/som.ipynb": NB})  # macOS: UTF-8 without the mark
    data = bytearray(unmarked.read_bytes())
    for at in (data.index(b"PK\3\4") + 7, data.index(b"PK\1\2") + 9):
        data[at] &= ~0x08
    unmarked.write_bytes(data)
    run(unmarked, folder, "zip")
    assert "Zo\u00eb/mlp/som.ipynb" in collected(folder)


def test_duplicates_and_case(place):
    there, folder = place
    with pytest.warns(UserWarning, match="Duplicate"):
        path = archive(there / "a.zip", [("jane/losses.ipynb", b"first"), ("jane/losses.ipynb", b"second"), ("Jane/som.ipynb", NB),
                                            ("jane/LOSSES.ipynb", b"3")])
    done = run(path, folder, "zip")
    assert collected(folder) == {"jane/mlp/losses.ipynb": b"3"}
    assert sum("more than once" in line for line in done.left) == 2 and sum("upper and lower case" in line for line in done.left) == 1
    done = run(archive(there / "b.zip", {"JANE/som.ipynb": NB}), folder, "zip")
    assert done.written == 0 and "upper and lower case" in done.left[0]


def test_what_is_there_is_kept_unless_newer_and_asked_for(place):
    there, folder = place
    old = archive(there / "a.zip", {"jane/losses.ipynb": b"old"}, {"jane/losses.ipynb": (2026, 1, 1, 0, 0, 0)})
    new = archive(there / "b.zip", {"jane/losses.ipynb": b"new"}, {"jane/losses.ipynb": (2026, 2, 1, 0, 0, 0)})
    assert run(old, folder, "zip", timestamps=True).written == 1 and run(old, folder, "zip").same == 1
    done = run(new, folder, "zip")
    assert done.kept == 1 and "--update" in done.left[0] and collected(folder) == {"jane/mlp/losses.ipynb": b"old"}
    assert run(new, folder, "zip", update=True, timestamps=True).written == 1
    assert collected(folder) == {"jane/mlp/losses.ipynb": b"new"}
    assert [p.read_bytes() for p in (folder / "replaced/jane/mlp").iterdir()] == [b"old"]
    assert run(old, folder, "zip", update=True).kept == 1 and collected(folder) == {"jane/mlp/losses.ipynb": b"new"}


def test_times(place):
    there, folder = place
    path = archive(there / "a.zip", {"jane/losses.ipynb": NB}, {"jane/losses.ipynb": (2026, 1, 31, 12, 0, 0)})
    run(path, folder, "zip", timestamps=True)
    assert datetime.fromtimestamp((folder / "submitted/jane/mlp/losses.ipynb").stat().st_mtime) == datetime(2026, 1, 31, 12)
    info = zipfile.ZipInfo("john/losses.ipynb", (2000, 1, 1, 0, 0, 0))
    info.extra = struct.pack("<HHBI", 0x5455, 5, 1, 1_700_000_000)  # what Unix zips add: seconds, UTC
    run(archive(there / "b.zip", [(info, NB)]), folder, "zip", timestamps=True)
    assert (folder / "submitted/john/mlp/losses.ipynb").stat().st_mtime == 1_700_000_000


@pytest.mark.parametrize("make, says", [(lambda p: p.write_bytes(b"no zip"), "no zip archive"), (lambda p: None, "not there")])
def test_sources_that_are_none(place, make, says):
    there, folder = place
    make(there / "a.zip")
    with pytest.raises(ValueError, match=says):
        run(there / "a.zip", folder, "zip")


def test_truncated_archive_is_one_line(place):
    there, folder = place
    inner = io.BytesIO()
    archive(inner, {"losses.ipynb": NB * 50})
    path = archive(there / "a.zip", {"jane.zip": inner.getvalue()[:-30], "eva/losses.ipynb": NB})
    done = run(path, folder, "zip")
    assert set(collected(folder)) == {"eva/mlp/losses.ipynb"} and len(done.left) == 1 and "cannot be read as a zip" in done.left[0]


@pytest.mark.parametrize("kind, names, fits", [
    ("moodle", ["doejane_1_2_losses.ipynb", "roe_3_4_som.ipynb"], "canvas"),
    ("canvas", ["Jane Doe_12_assignsubmission_file_/losses.ipynb"], "moodle"),
    ("zip", ["Jane Doe_12_assignsubmission_file_/losses.ipynb", "Li Wei_7_assignsubmission_file_/losses.ipynb"], "moodle"),
    ("zip", ["doejane_1_2_losses.ipynb"], "canvas"),
    ("zip", ["Jane Doe_12_assignsubmission_file_losses.ipynb"], "moodle"),
    ("canvas", ["Jane Doe_12_assignsubmission_file_losses.ipynb"], "moodle"),
    ("canvas", ["jane/mlp/losses.ipynb", "eve/losses.ipynb"], "zip"),
])
def test_an_archive_of_another_platform_is_one_line(place, kind, names, fits):
    there, folder = place
    with pytest.raises(ValueError, match=f"{len(names)} of {len(names)} notebooks .* nothing was collected: say --from {fits}"):
        run(archive(there / "a.zip", dict.fromkeys(names, NB)), folder, kind)
    assert not collected(folder) and not folder.exists()
    assert run(there / "a.zip", folder, fits).written == len(names)


def test_what_the_platform_said_stands_in_the_tables(place):
    there, folder = place
    run(archive(there / "a.zip", {"doejane_LATE_1_2_losses.ipynb": NB, "roe_3_4_essay.pdf": b"", "li_5_6_essay.pdf": b""}), folder, "canvas")
    said = {"late": {"doejane_1/mlp/losses": "marked late by Canvas"}, "without": {s: {"a.zip": "handed in essay.pdf, no notebook"} for s in ("li_5", "roe_3")}}
    assert said_by_platform(folder) == {**said, "left": [], "taken": {"doejane_1/mlp/losses": [0, 2, 0]}}
    run(archive(there / "b.zip", {"roe_3_8_losses.ipynb": NB}), folder, "canvas")
    assert said_by_platform(folder)["without"] == {"li_5": {"a.zip": "handed in essay.pdf, no notebook"}}


def said_of(folder):
    return said_of_students(said_by_platform(folder))


def test_what_was_left_out_is_remembered_for_the_tables(place):
    there, folder = place
    bad = archive(io.BytesIO(), {"losses.ipynb": NB * 50}).getvalue()[:-30]
    files = {"a_1_10_losses.ipynb": NB, "a_1_11_losses-1.ipynb": b"0" * 21_000_000, "b_2_12_notes.ipynb": NB, "c_3_13_all.zip": bad, "d_4_14_losses.ipynb": NB,
             "d_4_13_losses.ipynb": b"old", "stray.ipynb": NB}
    path = archive(there / "a.zip", files)
    for _ in range(2):  # the same archive again says nothing twice
        done = run(path, folder, "canvas")
        assert [(s, text.partition(": ")[2].partition(": ")[0]) for s, text in said_of(folder)] == [
            ("a_1", "left out a_1_11_losses-1.ipynb"), ("b_2", "left out b_2_12_notes.ipynb"), ("c_3", "left out c_3_13_all.zip")]
    assert len(done.left) == 5 and done.without == []
    run(archive(there / "b.zip", {"a_1_15_som.ipynb": NB, "b_2_16_som.ipynb": NB}), folder, "canvas")
    assert [s for s, _ in said_of(folder)] == ["a_1", "c_3"]  # a's other exercise is not what was left out
    run(archive(there / "c.zip", {"a_1_17_losses-2.ipynb": b"new"}), folder, "canvas")
    assert said_of(folder)[2][1] == ("c.zip: left out a_1_17_losses-2.ipynb: a_1/mlp/losses.ipynb is there already and differs; "
                                     "--update takes the newer one") and len(said_of(folder)) == 3
    assert run(path, folder, "canvas").same == 2 and {s for s, _ in said_of(folder)} == {"a_1", "b_2", "c_3"}  # an older one again settles nothing
    run(there / "c.zip", folder, "canvas", update=True)
    assert sorted(s for s, _ in said_of(folder)) == ["b_2", "c_3"]


@pytest.mark.parametrize("kind, name, who", [
    ("zip", "term/jane.zip", "jane"), ("moodle", "Jane Doe_12_assignsubmission_file_/all.zip", "Jane Doe_12"), ("zip", "jane.ipynb", None),
    ("moodle", "Jane Doe_12_assignsubmission_file_all.zip", "Jane Doe_12"), ("zip", "jane/mlp/losses.ipynb", "jane"), ("canvas", "jane_1_all.zip", None),
    ("zip", " /losses.ipynb", None),
])
def test_whose_a_file_is_that_cannot_be_read(place, kind, name, who):
    there, folder = place
    data = archive(io.BytesIO(), {"losses.ipynb": NB * 50}).getvalue()[:-30] if name.endswith(".zip") else b"0" * 21_000_000
    good = {"zip": "eva/losses.ipynb", "moodle": "Eva_1_assignsubmission_file_/losses.ipynb", "canvas": "eva_1_2_losses.ipynb"}[kind]
    done = run(archive(there / "a.zip", {name: data, good: NB}), folder, kind)
    assert len(done.left) == 1 and [s for s, _ in said_of(folder)] == ([who] if who else [])


def test_of_several_a_newer_one_as_it_was_given_out_is_remembered(place):
    there, folder = place
    files = {"a_1_10_losses.ipynb": work("mlp-losses"), "a_1_11_losses-1.ipynb": work("mlp-losses", None), "a_1_9_losses.ipynb": work("mlp-losses", None)}
    done = run(archive(there / "a.zip", files), folder, "canvas", released=give_out(there, *KNOWN))
    assert len(done.left) == 2 and len(said_of(folder)) == 1 and "left out a_1_11_losses-1.ipynb" in said_of(folder)[0][1]


def test_late_is_said_of_the_file_that_lies_there(place):
    there, folder = place
    one, two = archive(there / "a.zip", {"a_1_10_losses.ipynb": NB}), archive(there / "b.zip", {"a_LATE_1_11_losses-1.ipynb": b"2"})
    run(one, folder, "canvas")
    done = run(two, folder, "canvas")
    assert done.kept == 1 and done.late == [] and said_by_platform(folder)["late"] == {}
    assert run(two, folder, "canvas", update=True).late == ["a_1: mlp/losses is marked late by Canvas"]
    assert run(one, folder, "canvas", update=True).kept == 1 and said_by_platform(folder)["late"] == {"a_1/mlp/losses": "marked late by Canvas"}


def test_an_update_from_canvas_goes_by_its_numbers_not_by_the_time_of_the_download(place):
    there, folder = place
    old, new = ({f"a_1_{end}_losses{number}.ipynb": NB + number.encode()} for end, number in ((10, ""), (11, "-1")))
    run(archive(there / "a.zip", new, dict.fromkeys(new, (2026, 2, 1, 0, 0, 0))), folder, "canvas", timestamps=True)
    late = archive(there / "b.zip", old, dict.fromkeys(old, (2026, 3, 1, 0, 0, 0)))
    done = run(late, folder, "canvas", update=True)
    assert collected(folder) == {"a_1/mlp/losses.ipynb": NB + b"-1"} and said_of(folder) == []
    assert done.left == ["a_1_10_losses.ipynb: a_1/mlp/losses.ipynb is there already and differs; is not newer; to take it, remove that one and collect again"]
    (folder / ".collected.json").write_text('{"late": {}, "without": {}}')  # of an earlier version: the times decide
    assert run(late, folder, "canvas", update=True).written == 1
    early = archive(there / "c.zip", new, dict.fromkeys(new, (2020, 2, 1, 0, 0, 0)))
    assert run(early, folder, "canvas", update=True).written == 1
    run(archive(there / "d.zip", {"a_1/losses.ipynb": b"by hand"}), folder, "zip", update=True)
    assert said_by_platform(folder)["taken"] == {"a_1/mlp/losses": [1, 11, 1]}
    when = {"a_1/losses.ipynb": (2036, 2, 1, 0, 0, 0)}
    assert run(archive(there / "d.zip", {"a_1/losses.ipynb": b"by hand"}, when), folder, "zip", update=True).written == 1
    assert said_by_platform(folder)["taken"] == {}


def test_the_same_words_of_two_archives_are_said_once(place):
    there, folder = place
    for name in ("a.zip", "b.zip"):
        run(archive(there / name, {"a_1_2_losses.ipynb.txt": b""}), folder, "canvas")
    assert said_of(folder) == [("a_1", "a.zip, b.zip: handed in losses.ipynb.txt, no notebook")]


def test_command_line(place, capsys):
    there, folder = place
    course = there / "course"
    (course / "solutions/mlp").mkdir(parents=True)
    (course / "solutions/mlp/losses.py").write_text("")
    path = archive(there / "a.zip", {"doejane_LATE_12345_67890_losses.ipynb": NB, "x_1_2_lossess.ipynb": NB})
    assert main(["collect", str(path), "--class", str(folder), "--from", "canvas", "--root", str(course)]) == 3
    out, err = capsys.readouterr()
    assert "1 written" in out and "marked late" in out and "did you mean 'losses'" in err
    path = archive(there / "b.zip", {"doejane_12345_67890_losses.ipynb": NB, "roe_2_3_essay.pdf": b""})
    assert main(["collect", str(path), "--class", str(folder), "--from", "canvas", "--root", str(course)]) == 3
    out, err = capsys.readouterr()
    assert "0 left out, 0 late; 1 handed in no notebook" in out and err == "  roe_2: handed in essay.pdf, no notebook\n"
    assert main(["collect", str(path), "--class", str(folder), "--from", "exchange", "--root", str(course)]) == 2
