"""Render formulas when the book is built: KaTeX in V8 (both from packages), so that a reader needs no script and no CDN.

Falls back to Jupyter Book's MathJax, and says so, when ``npm ci`` has not fetched KaTeX into ``book/_ext/node_modules``.
"""
import functools
import re
import shutil
from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

KATEX = Path(__file__).parent / "node_modules/katex/dist"
NUMBERED = re.compile(r"\\(begin|end)\{(align|gather|equation|alignat)\}")
log = logging.getLogger(__name__)


@functools.cache
def _engine():
    from py_mini_racer import MiniRacer

    engine = MiniRacer()
    engine.eval((KATEX / "katex.min.js").read_text(encoding="utf8"))
    engine.eval("function render(tex, o) { try { return [katex.renderToString(tex, o), ''] } catch (e) { return ['', e.message] } }")
    return engine


@functools.cache
def render(tex, display):
    """TeX -> (HTML with MathML inside, error message or '')."""
    return tuple(_engine().call("render", tex, {"displayMode": display, "strict": "ignore"}))


def _put(self, tex, display, node):
    html, error = render(tex, display)
    if error:
        log.warning("KaTeX: %s in %r", error, tex, location=node, type="katex")
        html = f"<code>{self.encode(tex)}</code>"
    self.body.append(html)


def visit_math(self, node):
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    _put(self, node.astext(), False, node)
    self.body.append("</span>")
    raise nodes.SkipNode


def visit_displaymath(self, node):
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight", tabindex="0"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    tex = NUMBERED.sub(r"\\\1{\2*}", node.astext())  # Sphinx numbers the block; KaTeX must not number its rows too
    if not node["nowrap"] and r"\\" in tex and r"\begin{" not in tex:
        tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"
    _put(self, tex, True, node)
    self.body.append("</div>\n")
    raise nodes.SkipNode


def _choose(app, config):
    if KATEX.is_dir():
        config.html_math_renderer = "katex_static"
    else:
        log.info("formulas: KaTeX is not here (npm ci in book/_ext brings it); readers will load MathJax from a CDN")


def _copy(app, error):
    if error or app.builder.format != "html" or not KATEX.is_dir():
        return
    target = Path(app.outdir) / "_static/vendor/katex"
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    shutil.copy(KATEX / "katex.min.css", target)
    for font in (KATEX / "fonts").glob("*.woff2"):
        shutil.copy(font, target / "fonts")


def setup(app):
    app.connect("config-inited", _choose, priority=100)
    app.connect("build-finished", _copy)
    app.add_html_math_renderer("katex_static", (visit_math, None), (visit_displaymath, None))
    if KATEX.is_dir():
        app.add_css_file("vendor/katex/katex.min.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
