"""Scripts in every place that a student controls: the feedback pages and the report are opened in a real browser, and none runs."""
import base64
import copy
import html
import os
import re
from pathlib import Path

import nbformat
import pytest
from book.browser import chromium, needs_browser
from grading.course import EXERCISE
from grading.made_class import make_class
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.api import Gradebook
from playwright.sync_api import Error

from dlcourse.grading import feedback, feedback_page
from dlcourse.grading.gradebook import database
from dlcourse.grading.report import report
from dlcourse.grading.source import expand

ROOT = Path(__file__).parents[2]
RUN = "window.__xss=1;document.title='PWNED'"
B64 = base64.b64encode(f"<script>parent.{RUN}</script>".encode()).decode()
PAYLOADS = {
    "script": f"<script>{RUN}</script>",
    "script-from": "<script src=http://192.0.2.1/x.js></script>",
    "onerror": f'<img src=x onerror="{RUN}">',
    "picture": '<img src="http://192.0.2.1/pixel.png">',
    "svg": f'<svg onload="{RUN}"><script>{RUN}</script><a xlink:href="javascript:{RUN}"><text>x</text></a></svg>',
    "iframe": f'<iframe src="javascript:parent.{RUN}"></iframe><iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    "object": f'<object data="data:text/html;base64,{B64}"></object><embed src="data:text/html;base64,{B64}">',
    "refresh": '<meta http-equiv="refresh" content="0;url=http://192.0.2.1/gone">',
    "css": '<style>@import url(http://192.0.2.1/a.css);body{background:url(http://192.0.2.1/b.png)}</style><p style="background:url(http://192.0.2.1/c.png)">x</p>',
    "link-tag": '<link rel=stylesheet href="http://192.0.2.1/d.css"><base href="http://192.0.2.1/">',
    "handler": f'<details open ontoggle="{RUN}"><summary>x</summary></details><input autofocus onfocus="{RUN}"><body onload="{RUN}">',
    "markdown-link": f"[x](javascript:{RUN}) [y](JaVaScRiPt&#58;{RUN}) [z][ref]\n\n[ref]: javascript:{RUN}\n\n<javascript:{RUN}>",
    "markdown-picture": "![x](http://192.0.2.1/e.png) ![y](data:image/svg+xml;base64,PHN2Zy8+) ![z](attachment:a.svg) ![w](attachment:missing.png)",
    "tex": r"$\href{javascript:window.__xss=1}{x}$ $\text{<img src=x onerror=window.__xss=1>}$ $\unicode{<script>window.__xss=1</script>}$ "
           r"$$\require{html}\class{x}{y}$$",
    "closing": f"</pre></section></style></title></textarea>--><script>{RUN}</script>",
    "attribute": f"\" onmouseover=\"{RUN}\" autofocus onfocus=\"{RUN}\" x='",
    "template": "{{ 7*7 }}{% raw %}{{ ''.__class__ }}",
    "ansi": f"\x1b]8;;javascript:{RUN}\x07click\x1b]8;;\x07 \x1b[31m<script>{RUN}</script>",
    "bidi": "\u202e<script>\u2066\u200b window.__xss=1",
    "form": "<form action=http://192.0.2.1/f><button>x</button></form><marquee onstart=window.__xss=1>",
    "math": f'<math><maction actiontype="statusline" xlink:href="javascript:{RUN}">x</maction></math><mglyph><style><!--</style><img onerror={RUN} src=x>',
    "mermaid": f"```mermaid\ngraph TD; A[\"<img src=x onerror={RUN}>\"]\n```",
    "deep": "$" + "{" * 4000 + "}" * 4000 + "$ " + "> " * 500 + "[" * 500,
}
MIMES = ("text/html", "image/svg+xml", "application/javascript", "text/markdown", "text/latex", "application/json", "application/pdf", "text/vnd.mermaid",
         "application/vnd.jupyter.widget-view+json", "application/vnd.plotly.v1+json", "application/vnd.vega.v5+json", "image/gif")
HIDDEN = "CANARY-HIDDEN"


def hostile(spec, text):
    """The graded notebook of a student with one payload in every place there is, worse than the engine would let through."""
    nb = copy.deepcopy(spec)
    nb.metadata["title"] = nb.metadata["widgets"] = text
    for cell in nb.cells:
        line = " ".join(text.replace(",", ";").split())  # what nbformat takes as a tag
        cell.metadata["tags"], cell.metadata["name"], cell.metadata["alt"] = [line], line, text
        meta = cell.metadata.nbgrader
        if meta.solution:
            cell.source = f'"""{text}"""\n# {text}' if cell.cell_type == "code" else text
        if cell.cell_type == "markdown":
            cell["attachments"] = {"a.svg": {"image/svg+xml": base64.b64encode(text.encode()).decode()}, text: {"text/html": text}}
        else:
            cell.outputs = outputs(text)
    nb.cells += [new_markdown_cell(text, metadata={"nbgrader": {"grade_id": text, "locked": True, "grade": False, "solution": False, "schema_version": 3}}),
                 new_markdown_cell(text), new_code_cell(text, outputs=outputs(text)), nbformat.v4.new_raw_cell(text, metadata={"raw_mimetype": "text/html"})]
    return nb


def outputs(text):
    """Outputs of every kind, with the payload in each field."""
    data = {mime: text for mime in MIMES}
    found = [new_output("stream", name="stdout", text=text), new_output("stream", name="stderr", text=text), new_output("display_data", data=data),
             new_output("execute_result", data={"text/plain": text, "text/html": text}, metadata={"text/html": {"isolated": True}, "image/png": {"alt": text}})]
    found += [new_output("display_data", data={mime: text}, metadata={mime: {"width": text, "alt": text}}) for mime in (*MIMES, "image/png", "image/jpeg")]
    return [new_output("error", ename=text, evalue=text, traceback=[text, HIDDEN]), *found]


def made(course, folder, student):
    """Make a student's page with a converter of its own; the process stays where it is.  -> None, or what went wrong"""
    feedback.MAKER.clear()
    here = os.getcwd()
    try:
        return feedback.feedback_one((course, folder, database(folder), student, "mini"))
    finally:
        os.chdir(here)
        feedback.MAKER.clear()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A class with a student for each payload.  -> (class folder, dict student -> feedback page, report page)"""
    students = list(PAYLOADS)

    def change(result, rng):
        text = PAYLOADS[result.student]
        result.failed = {"test-double": text, "test-triple": text}
        result.flags, result.notes, result.first_error = [text], ["scores 0: " + text], text
        result.scores |= {"test-double": 0.0, "test-triple": 0.0}
    course, folder, _ = make_class(tmp_path_factory.mktemp("safety"), students, change=change, text=EXERCISE,
                                   notebook=lambda student, chapter, stem, spec: hostile(spec, PAYLOADS[student]))
    for name in ("<svg onload=window.__xss=1>", '"><img src=x onerror=window.__xss=1>', "\u202eevil\x1b[31m"):
        (folder / "submitted" / name).mkdir()
    with Gradebook(database(folder)) as gb:
        for student in students:
            gb.find_comment("answer-double", "small", "mini", student).manual_comment = PAYLOADS[student]
            gb.update_or_create_student(student, first_name=PAYLOADS[student][:120], last_name="<b>")
        gb.db.commit()
    for student in students:
        assert made(course, folder, student) is None, student
    done = report(folder, say=lambda line: None)
    return folder, {s: folder / f"feedback/{s}/mini/small.html" for s in students}, done.page


def visit(browser, path):
    """Open a page from the disk, touch everything on it, and tell what happened -> list of what must not have"""
    page, bad = browser.new_page(), []
    page.on("dialog", lambda d: (bad.append(f"dialog {d.message}"), d.dismiss()))
    page.on("request", lambda r: bad.append(r.url) if r.url != path.as_uri() and not r.url.startswith("data:image/") else None)
    page.on("popup", lambda p: bad.append("popup"))
    page.route("http*://**", lambda r: r.abort())
    page.goto(path.as_uri())
    title = page.title()
    try:
        bad += touch(page, title, path)
    except Error:  # its context is gone: the page navigated
        bad.append("the page went away")
    page.close()
    return bad


def touch(page, title, path):
    """Hover, focus and click all of a page -> list of what must not be"""
    bad = []
    page.evaluate("""document.querySelectorAll('*').forEach(e => { if (e.tagName === 'DETAILS') e.open = true;
        for (const kind of ['mouseover', 'focus', 'click'])
            if (e.tagName !== 'A' || kind !== 'click' || e.protocol === 'javascript:') e.dispatchEvent(new MouseEvent(kind)) })""")
    page.wait_for_timeout(150)
    if page.evaluate("window.__xss") is not None or page.title() != title or "PWNED" in title or page.url.split("#")[0] != path.as_uri():
        bad.append("a script ran, or the page went away")
    bad += page.evaluate("""[...document.querySelectorAll('script,iframe,object,embed,form,link,base,a[href^="javascript" i]')].map(e => e.outerHTML)""")
    bad += page.evaluate("[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a => /^on/i.test(a.name)).map(a => a.name)")
    return bad


@needs_browser
def test_the_payloads_are_live(tmp_path):
    """Put on a page without care they do run: so the tests below can fail."""
    with chromium() as browser:
        for name in ("script", "onerror", "svg", "iframe", "handler", "closing", "picture", "css", "refresh"):
            path = tmp_path / f"{name}.html"
            path.write_text(f"<!DOCTYPE html><title>plain</title><p>{PAYLOADS[name]}")
            assert visit(browser, path), name


@needs_browser
def test_no_script_runs_on_a_feedback_page(pages):
    with chromium() as browser:
        for student, path in pages[1].items():
            assert visit(browser, path) == [], student


@needs_browser
def test_no_script_runs_on_the_report(pages):
    with chromium() as browser:
        assert visit(browser, pages[2]) == []


def test_feedback_loads_nothing_and_has_a_policy(pages):
    for student, path in pages[1].items():
        text = path.read_text(encoding="utf8")
        policy = html.unescape(re.search(r'<meta content="([^"]*)" http-equiv="Content-Security-Policy"/>', text)[1])
        assert "default-src 'none'" in policy and "script" not in policy and "unsafe" not in policy
        assert not re.search(r"<script|mathjax|cdn|<link|<iframe", re.sub(r"&lt;.*?&gt;", "", text), re.I) or student in ("deep",), student
        assert "\u202e" not in text and "\x1b" not in text and "49" not in re.findall(r"<title>(.*?)</title>", text)[0]


def test_hidden_tests_and_tracebacks_are_not_shown(pages):
    for path in pages[1].values():
        text = path.read_text(encoding="utf8")
        graded = text.split('id="cell-4"')[1].split("</section>")[0]
        assert HIDDEN not in graded and "check.class_rng" not in text


def test_failed_tests_say_their_message_and_hint_and_written_questions_wait(tmp_path):
    def notebook(student, chapter, stem, spec):
        nb = copy.deepcopy(spec)
        for cell in nb.cells:
            if cell.id == "test-double":
                cell.metadata["dlcourse"] = {"hint": "Look at <axis> 0."}
                cell.outputs = [new_output("error", ename="AssertionError", evalue="double(2) should be 4", traceback=["SECRET FRAME"])]
        return nb

    def change(result, rng):
        result.scores |= {"test-double": 0.0, "test-triple": 3.0, "written-why": None}
    course, folder, _ = make_class(tmp_path, ["a"], change=change, notebook=notebook)
    assert made(course, folder, "a") is None
    text = (folder / "feedback/a/mini/small.html").read_text()
    assert "This test did not pass: AssertionError: double(2) should be 4" in text and "Hint: Look at &lt;axis&gt; 0." in text
    assert "SECRET FRAME" not in text and "CANARY-HIDDEN" not in text
    assert "waits to be marked (of 4)" in text and "0 of 4" not in text and "3 of 9" in text
    with Gradebook(database(folder)) as gb:
        mark = gb.find_grade("written-why", "small", "mini", "a")
        mark.manual_score, mark.needs_manual_grade = 0.0, False
        gb.db.commit()
    assert made(course, folder, "a") is None
    text = (folder / "feedback/a/mini/small.html").read_text()
    assert "0 of 4" in text and "waits" not in text.split("<body>")[1]


def test_the_page_says_whose_it_is_when_it_was_handed_in_and_what_its_tests_are_about(tmp_path):
    text = EXERCISE.replace('# %% answer="double"', '# %% [markdown]\n# ## 1. Twice <x> (2 points)\n# ### A case \u202e\n\n# %% answer="double"')

    def notebook(student, chapter, stem, spec):
        nb = copy.deepcopy(spec)
        nb.cells.insert(0, new_markdown_cell("## A heading of the student's own"))
        cells = {c.id: c for c in nb.cells}
        line = "return np.asarray([" + ", ".join(f"value_{i}" for i in range(40))
        cells["test-double"].outputs = [new_output("error", ename="ValueError", evalue=f"no (line 3 of your cell: {line[:120]})", traceback=[])]
        stub = 'raise NotImplementedError("Not answered yet: replace this line with your own code, run this cell'
        cells["test-triple"].outputs = [new_output("error", ename="NotImplementedError", traceback=[],
                                                   evalue=f"{stub[27:]}, then run the tests. (line 6 of your cell: {stub})")]
        return nb

    course, folder, _ = make_class(tmp_path, ["o'neil 5"], change=lambda r, rng: r.scores.update({"test-double": 0.0, "test-triple": 0.0}), notebook=notebook,
                                   text=text)
    assert made(course, folder, "o'neil 5") is None
    path = folder / "feedback/o'neil 5/mini/small.html"
    page = path.read_text(encoding="utf8")
    shown = html.unescape(page)
    assert "<title>small, o'neil 5, files as of 2026-01-01 00:00 UTC: feedback</title>" in shown and "<h1 id=\"top\">small, o'neil 5, files as of 2026" in shown
    assert ">double (A case ⟨U+202E⟩)</a>" in shown and "Your answer double (A case" in shown and "why (A case" in shown
    assert "test-double" not in shown and "answer-double" not in shown and "\u202e" not in shown
    said = re.findall(r"This test did not pass: (.*?)</div>", shown, re.S)
    assert said[0].strip().endswith("value_9, value_10, …)")
    assert said[1].strip() == "NotImplementedError: Not answered yet: replace this line with your own code, run this cell, then run the tests."
    before = path.stat().st_mtime_ns
    path.unlink()
    assert made(course, folder, "o'neil 5") is None and path.stat().st_mtime_ns > before
    assert path.read_text(encoding="utf8") == page  # the same bytes again: no time of our own is on it


def test_marks_go_in_as_the_guide_says(tmp_path, monkeypatch):
    (recipe,) = re.findall(r"```python\n(.*?)```", (ROOT / "book/instructors/first-class.md").read_text(encoding="utf8"), re.S)
    name, stem, chapter, student = re.findall(r'"([^"]+)"', re.search(r"question = (.*)", recipe)[1])
    assert name in {c.id for c in expand(ROOT / f"solutions/{chapter}/{stem}.py").cells}  # a question of the course
    course, folder, _ = make_class(tmp_path, [student], notebook=lambda student, chapter, stem, spec: copy.deepcopy(spec))
    monkeypatch.chdir(tmp_path)
    for old, new in ((name, "written-why"), (f'"{stem}"', '"small"'), (f'"{chapter}"', '"mini"'), ("_grading", folder.name)):
        assert old in recipe
        recipe = recipe.replace(old, new)
    exec(recipe, {})
    assert made(course, folder, student) is None
    page = (folder / f"feedback/{student}/mini/small.html").read_text(encoding="utf8")
    assert "1.5 of 4" in page and "What would you <strong>measure</strong>?" in page and "waits" not in page.split("<body>")[1]


@pytest.mark.parametrize("heading, title", [("## 2. Kinks (3 points)", "a (2. Kinks)"), ("# The title", "a"), ("## One (1 point)\n\n### <Two>", "a (<Two>)")])
def test_titles_come_from_the_exercise_s_headings(heading, title):
    def cell(make, name, text="", **flags):
        return make(text, metadata={"nbgrader": {"grade_id": name, **flags}})

    nb = nbformat.v4.new_notebook(cells=[
        cell(new_markdown_cell, "text-1", heading, locked=True), new_markdown_cell("## Of a student's own"), new_code_cell("1"),
        cell(new_markdown_cell, "written-why", "## An answer", solution=True, locked=False), cell(new_code_cell, "test-a", grade=True)])
    feedback_page.titles(nb)
    assert nb.cells[-1].metadata.nbgrader.grade_id == title


@pytest.mark.parametrize("tex, holds", [(r"\frac{a}{b}", "<mfrac>"), ("a<b", "<mo>&lt;</mo>"), ("a&lt;b", "<mo>&lt;</mo>"), (r"\sum_i x_i", "<msub>"),
                                        (r"\begin{matrix}1&2\\3&4\end{matrix}", "<mtable>")])
def test_formulas_are_drawn(tex, holds):
    assert holds in feedback_page.formula(tex) and feedback_page.formula(tex).startswith("<math")


@pytest.mark.parametrize("tex", [r"\frac{", r"\text{<script>x</script>}", "x" * 4000, r"\href{javascript:x}{y}", "{" * 2000])
def test_formulas_that_are_none_stay_text(tex):
    shown = feedback_page.formula(tex)
    assert "<script" not in shown and "href=" not in shown and (shown.startswith('<code class="tex">') or shown.startswith("<math"))


def test_a_text_that_keeps_its_reader_busy_costs_its_own_page(tmp_path, monkeypatch):
    def notebook(student, chapter, stem, spec):
        nb = copy.deepcopy(spec)
        nb.cells.append(new_code_cell(" \n" * 200_000 if student == "a" else "1"))  # worse than normalise.for_display lets through
        return nb

    course, folder, _ = make_class(tmp_path, ["a", "b"], notebook=notebook)
    monkeypatch.setattr(feedback, "MOST", 2)
    assert made(course, folder, "a") == "TimeoutError: the page took longer than 2 s"
    monkeypatch.undo()
    assert made(course, folder, "b") is None and (folder / "feedback/b/mini/small.html").exists()


def test_a_long_output_ends_with_how_much_there_was():
    text = feedback_page.printed("x" * 1_000_000)
    assert len(text) < feedback_page.PRINTED + 100 and text.endswith("\n... cut here: 980,000 more characters, which are in the notebook ...")
    assert feedback_page.printed(["a", "b"]) == "ab" and feedback_page.printed("x" * 20_000) == "x" * 20_000


def test_markdown_keeps_what_is_harmless():
    text = feedback_page.markdown("# T\n\n**b** `c<d` <b>x</b> <b onclick=y>z</b>\n\n<details><summary>S</summary>\n\nin\n</details>\n\n"
                                  "| a | b |\n|---|---|\n| 1 | 2 |\n\n[web](https://example.org) [bad](data:text/html,x)")
    for part in ("<h1>T</h1>", "<strong>b</strong>", "c&lt;d", "<b>x</b>", "&lt;b onclick=y&gt;", "<summary>S</summary>", "<td>1</td>", 'href="https://example.org"'):
        assert part in text
    assert 'href="data' not in text


@needs_browser
@pytest.mark.parametrize("width, theme", [(390, "dark"), (1366, "light")])
def test_feedback_is_readable(pages, width, theme):
    with chromium() as browser:
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=theme)
        errors = []
        page.on("pageerror", lambda e: errors.append(str(e)))
        page.goto(pages[1]["script"].as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width and not errors
        assert page.evaluate("getComputedStyle(document.querySelector('.graded')).borderTopStyle") == "solid"  # the policy lets our own style through
