"""Pictures in a student's text reach who marks it, whichever way they were put there; nothing else of an attachment does."""
import base64
import json

import nbformat
import pytest
from grading.course import EXERCISE, write_course

from dlcourse.grading import pictures
from dlcourse.grading.grade import grade
from dlcourse.grading.normalise import for_display, normalise
from dlcourse.grading.one import Policy
from dlcourse.grading.source import expand

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0 a photograph").decode()
SVG = base64.b64encode(b"<svg onload='window.x=1'/>").decode()


@pytest.fixture(scope="module")
def spec(tmp_path_factory):
    path = tmp_path_factory.mktemp("pictures") / "small.py"
    path.write_text(EXERCISE)
    return expand(path)


def sent(spec, text, attachments=None, own=False):
    """The graded cell of a student's text, as people see it, and the remarks."""
    nb = json.loads(nbformat.writes(spec))
    cell = next(c for c in nb["cells"] if c["cell_type"] == "markdown" and c["metadata"]["nbgrader"]["solution"])
    if own:
        nb["cells"].append(cell := {"cell_type": "markdown", "metadata": {}})
    cell["source"], cell["attachments"] = text, attachments or {}
    found = normalise(json.dumps(nb).encode(), spec)
    nbformat.validate(found.nb)
    shown = for_display(found.nb)
    return shown.cells[-1] if own else next(c for c in shown.cells if c.cell_type == "markdown" and c.metadata.nbgrader.solution), found.notes


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("text, attachments, kind", [
    (f"see ![a](data:image/png;base64,{PNG}) there", {}, "image/png"),
    (f'see ![a](data:image/png;base64,{PNG} "title") there', {}, "image/png"),
    (f"see ![a](data:image/jpeg;base64,{JPEG}) there", {}, "image/jpeg"),
    ("see ![a](attachment:b.png) there", {"b.png": {"image/png": PNG}}, "image/png"),
    ("see ![a](attachment:b%20%281%29.png) there", {"b (1).png": {"image/png": PNG}}, "image/png"),
    ("see ![a](attachment:b%20(1).png) there", {"b (1).png": {"image/png": PNG}}, "image/png"),
    ("see ![a](attachment:b.png) there", {"b.png": {"image/png": [PNG[:20], PNG[20:]]}}, "image/png"),
])
def test_png_and_jpeg_are_kept(spec, text, attachments, kind, own):
    cell, notes = sent(spec, text, attachments, own)
    ((name, bundle),) = cell.attachments.items()
    assert f"![a](attachment:{name}" in cell.source and "data:" not in cell.source and cell.source.startswith("see ")
    assert bundle == {kind: PNG if kind == "image/png" else JPEG} and not any("pictures" in n for n in notes)


@pytest.mark.parametrize("text, attachments", [
    (f"![a](data:image/svg+xml;base64,{SVG})", {}),
    (f"![a](data:image/png;base64,{SVG})", {}),
    ("![a](data:image/png;base64,%%%)", {}),
    ("![a](attachment:b.svg)", {"b.svg": {"image/svg+xml": SVG}}),
    ("![a](attachment:b.png)", {"b.png": {"image/png": SVG}}),
    ("![a](attachment:b.png)", {"b.png": {"image/png": 7}}),
    ("![a](attachment:b.png)", {"b.png": 7}),
    ("![a](attachment:b.png)", 7),
    ("![a](attachment:picture-0123456789ab.png)", {}),
])
def test_what_is_no_picture_is_not(spec, text, attachments):
    cell, notes = sent(spec, text, attachments)
    assert "attachments" not in cell and "](data" not in cell.source and "](attachment" not in cell.source


def test_what_is_not_shown_is_counted(spec):
    text = f"![a](data:image/svg+xml;base64,{SVG}) ![b](attachment:b.gif) ![c](data:image/png;base64,{PNG})"
    assert any("pictures in text cells that are not shown: 2" in n for n in sent(spec, text, {"b.gif": {"image/gif": "R0lG"}})[1])


def test_there_is_room_for_some(spec, monkeypatch):
    monkeypatch.setattr(pictures, "MOST", len(PNG) + 10)
    cell, notes = sent(spec, f"![a](data:image/png;base64,{PNG}) ![a](data:image/jpeg;base64,{JPEG})")
    assert len(cell.attachments) == 1 and any("not shown: 1" in n for n in notes)


def test_a_pasted_picture_is_no_text(spec):
    big = base64.b64encode(base64.b64decode(PNG) + bytes(1_500_000)).decode()
    cell, notes = sent(spec, f"The derivation: ![a](data:image/png;base64,{big})")
    assert len(cell.attachments) == 1 and notes == [] and len(cell.source) < 100


def test_it_is_on_the_page_and_another_picture_is_another_answer(tmp_path):
    course = write_course(tmp_path / "course")
    nb = json.loads((course / "_build/source/mini/small.ipynb").read_text())
    cell = next(c for c in nb["cells"] if c["cell_type"] == "markdown" and c["metadata"]["nbgrader"]["solution"])
    file = tmp_path / "class/submitted/ann/mini/small.ipynb"
    file.parent.mkdir(parents=True)
    texts = []
    for picture in (PNG, JPEG):
        cell["source"], cell["attachments"] = "Drawn: ![a](attachment:b.png)", {"b.png": {"image/png" if picture is PNG else "image/jpeg": picture}}
        file.write_text(json.dumps(nb))
        done = grade(tmp_path / "class", course, policy=Policy(sandboxed=False), workers=1, say=lambda line: None)
        page = (tmp_path / "class/feedback/ann/mini/small.html").read_text()
        assert f"base64,{picture}" in page and "Drawn:" in page
        texts.append(done.results[0].texts)
    assert texts[0] != texts[1]
