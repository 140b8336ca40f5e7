"""The built book: every page in a real browser, on a phone and on a desk, in both themes; and no answer anywhere in it."""
import json
import re
import sys
from pathlib import Path

import nbformat
import pytest
from book.browser import chromium, needs_browser, served, watch

from dlcourse.grading.source import BEGIN, END, HIDDEN_BEGIN, HIDDEN_END, exercises, read_cells

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build/html"
sys.path.insert(0, str(ROOT / "book"))
from build import toc  # noqa: E402

PAGES = toc()
EXERCISES = [p for p in PAGES if p.startswith("notebooks/")]
SECTIONS = [p for p in PAGES if f"notebooks/{p.removeprefix('book/')}" in EXERCISES]
pytestmark = pytest.mark.skipif(not (SITE / "index.html").exists(), reason="the book is not built: run 'make book'")


@pytest.fixture(scope="module")
def base():
    with served(SITE) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


def test_every_page_of_the_contents_is_there():
    assert [p for p in PAGES if not (SITE / f"{p}.html").exists()] == []


@needs_browser
@pytest.mark.parametrize("width, theme", [(390, "dark"), (1366, "light")])
@pytest.mark.parametrize("page", PAGES)
def test_page(page, width, theme, base, browser):
    context = browser.new_context(viewport={"width": width, "height": 844}, is_mobile=width < 500, color_scheme=theme)
    tab = context.new_page()
    foreign, errors = watch(tab, base)
    tab.goto(f"{base}{page}.html", wait_until="load")
    try:
        assert foreign == [], "the page asks strangers for files"
        assert errors == []
        assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "the page scrolls sideways"
        assert tab.evaluate("document.documentElement.dataset.theme") == theme
        assert tab.evaluate("document.querySelectorAll('.katex-error').length") == 0
        raw = "[...document.querySelectorAll('.math')].filter(e => !e.querySelector('.katex') && /\\\\[(\\[]/.test(e.textContent)).length"
        assert tab.evaluate(raw) == 0, "a formula that was not drawn"
        assert tab.evaluate("[...document.images].filter(i => !i.complete || !i.naturalWidth).length") == 0, "a broken image"
        bare = "[...document.querySelectorAll('article img')].filter(i => (i.alt || '').length < 20).map(i => i.src)"
        assert tab.evaluate(bare) == [], "a figure without alternative text"
    finally:
        context.close()


@needs_browser
def test_folded_answers_open(base, browser):
    tab = browser.new_page()
    tab.goto(f"{base}{SECTIONS[0]}.html")
    details = tab.locator("details.sd-dropdown").first
    assert details.get_attribute("open") is None
    details.locator("summary").click()
    assert details.get_attribute("open") is not None
    tab.close()


@needs_browser
def test_formulas_without_scripts(base, browser):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{base}{SECTIONS[0]}.html")
    assert tab.locator(".katex-mathml").count() > 5
    context.close()


@needs_browser
@pytest.mark.parametrize("word", ["perceptron", "感知机", "反向传播"])
def test_search_finds_both_languages(word, base, browser):
    tab = browser.new_page()
    tab.goto(f"{base}search.html?q={word}")
    tab.wait_for_selector("ul.search li a", timeout=15_000)
    assert tab.locator("ul.search li").count() >= 1
    tab.close()


@pytest.mark.parametrize("page", SECTIONS)
def test_equations_figures_and_exercises_are_numbered(page):
    text = (SITE / f"{page}.html").read_text(encoding="utf8")
    assert re.search(r'class="eqno">\(\d+', text) and re.search(r'caption-number">Fig\. \d+', text) and re.search(r"Exercise \d+", text)


@pytest.mark.parametrize("page", EXERCISES)
def test_exercise_downloads_as_the_released_notebook(page):
    released = ROOT / f"{page}.ipynb"
    offered = SITE / "_sources" / f"{page}.ipynb"
    assert offered.read_bytes() == released.read_bytes()
    nbformat.validate(nbformat.read(offered, 4))
    assert f"_sources/{page}.ipynb" in (SITE / f"{page}.html").read_text(encoding="utf8")


IDIOMS = re.compile(r"rng = np\.random\.default_rng\(\d*\)|with np\.errstate\(.*\):")  # anybody writes these


def distinctive(path):
    """Lines of an exercise that only its answers and hidden tests hold, long enough to be nobody else's -> set of str"""
    open_text, secret = [], set()
    for _, _, text in read_cells(path):
        inside = False
        for line in text.splitlines():
            if BEGIN in line or HIDDEN_BEGIN in line:
                inside = True
            elif END in line or HIDDEN_END in line:
                inside = False
            elif inside:
                secret.add(squeeze(line))
            else:
                open_text.append(squeeze(line))
    return {s for s in secret if len(s) >= 30 and not IDIOMS.fullmatch(s) and not any(s in line for line in open_text)}


def squeeze(text):
    return re.sub(r"\s+", " ", text).strip().strip("#").strip()


@pytest.fixture(scope="module")
def published():
    """All text that a reader or a student can get, spaces squeezed -> list of (name, text)"""
    found = []
    for folder in (SITE, ROOT / "notebooks"):
        for path in folder.rglob("*"):
            if path.is_file() and path.suffix in (".html", ".ipynb", ".md", ".txt", ".js", ".py", ".rst", ".inv") and "vendor" not in path.parts:
                text = path.read_text(encoding="utf8", errors="replace")
                if path.suffix == ".ipynb":
                    text = "\n".join(c.source for c in nbformat.reads(text, 4).cells) + text
                found.append((str(path.relative_to(ROOT)), squeeze(re.sub(r"<[^>]+>", "", text).replace("&lt;", "<").replace("&gt;", ">")
                                                                   .replace("&quot;", '"').replace("&#39;", "'").replace("&amp;", "&"))))
    return found


@pytest.mark.parametrize("path", exercises(ROOT), ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_no_answer_and_no_hidden_test_is_published(path, published):
    secrets = distinctive(path)
    assert len(secrets) >= 3
    public = (ROOT / f"dlcourse/{path.parent.name}").rglob("*.py")
    known = squeeze(" ".join(p.read_text(encoding="utf8") for p in public))  # the package is public: a line that stands there is no secret
    leaks = [(name, s) for s in secrets if s not in known for name, text in published if s in text]
    assert leaks == []


def test_search_index_is_readable_and_has_no_solution_folder():
    text = (SITE / "searchindex.js").read_text(encoding="utf8")
    names = json.loads(re.search(r'"docnames": ?(\[.*?\])', text).group(1))
    assert set(names) <= set(PAGES) | {"genindex"} and not any("solutions" in n for n in names)
