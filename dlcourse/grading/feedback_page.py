"""What a feedback page shows, and how a student's words get onto it: no script, no request, formulas drawn without either.

nbgrader makes the pages; ``config.configure`` points it to our template (templates/course_feedback) and to the functions here.
"""
import base64
import hashlib
import html
import re
import xml.etree.ElementTree as ET
from pathlib import Path

from jinja2 import pass_context
from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import NbGraderPreprocessor
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from traitlets import List

from dlcourse.grading.normalise import cut
from dlcourse.grading.report_page import see

TEMPLATES = Path(__file__).with_name("templates")
LONG = 10**7
TAGS = "p br em strong code pre ul ol li blockquote details summary sub sup table thead tbody tr td th h1 h2 h3 b i u hr".split()
BARE = re.compile(rf"</?({'|'.join(TAGS)})\s*/?>", re.I)  # without attributes, so that nothing can hide in one
LINK = re.compile(r"(https?://|mailto:|#)", re.I)
IMAGE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*")
MATH_TAGS = set("math mrow mi mo mn ms mtext mspace mfrac msqrt mroot msup msub msubsup mover munder munderover mtable mtr mtd mstyle mpadded mphantom "
                "menclose".split())
MATH_KEYS = set("display width height depth scriptlevel mathvariant minsize maxsize form stretchy fence displaystyle accent accentunder linebreak columnalign "
                "columnspacing rowspacing linethickness lspace rspace notation separator largeop movablelimits".split())
PRINTED = 20_000  # characters of an output that a page shows
MOST_TEX = 3000  # characters of one formula
MOST_FORMULAS = 400  # drawn in one text; a student could hand in a million
PLAIN = re.compile(r"[\w .%+-]*")
HEADING = re.compile(r"^##+ +(.+?)(?: +\([\d.]+ points?\))? *$", re.M)
QUOTED = re.compile(r" *\(line \d+ of your cell: (.*)\)$", re.S)  # how the tests' process names a line of the student's code
CODE_LINE = 120  # characters that it quotes of one


class Waits(NbGraderPreprocessor):
    """After nbgrader's GetGrades: marks the questions that nobody has marked yet, says whose page it is, and gives graded cells a title for people."""

    display_data_priority = List(help="set by nbconvert for every step of an HTML export; not used here").tag(config=True)

    def preprocess(self, nb, resources):
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gb:
            for cell in nb.cells:
                if utils.is_grade(cell):
                    cell.metadata.nbgrader["waits"] = waits(gb, cell.metadata.nbgrader.grade_id, about)
                    for output in cell.get("outputs", []):
                        if output.output_type == "error":
                            output.evalue = message(output.evalue)
            when = gb.find_submission(about["assignment"], about["student"]).timestamp
        titles(nb)
        # The head of the page.  It has the time of the chapter's newest file, often that of collecting; a date of grading would make a new
        # page of an unchanged one.
        about["notebook"] = f"{about['notebook']}, {about['student']}" + (f", files as of {when:%Y-%m-%d %H:%M} UTC" if when else "")
        about["waiting"] = sum(c.metadata.nbgrader.points for c in nb.cells if c.metadata.get("nbgrader", {}).get("waits"))
        return nb, resources


def waits(gb, name, about):
    """Has nobody marked this question, and no test either?"""
    try:
        grade = gb.find_grade(name, about["notebook"], about["assignment"], about["student"])
    except MissingEntry:
        return False
    return grade.needs_manual_grade and grade.manual_score is None and grade.auto_score is None


def titles(nb):
    """Calls each graded cell by its name and the heading of the exercise that it stands under, in place of nbgrader's id."""
    heading = ""
    for cell in nb.cells:
        meta = cell.metadata.get("nbgrader") or {}
        if cell.cell_type == "markdown" and meta.get("locked") and not meta.get("solution"):
            heading = [heading, *HEADING.findall(cell.source)][-1]
        elif meta.get("grade_id"):
            name = meta["grade_id"].partition("-")[2] or meta["grade_id"]
            meta["grade_id"] = see(f"{name} ({heading})" if heading else name)


def message(text):
    """Why a test failed: the quoted line of the student's code ends with a whole word, and is left out where it says the same again."""
    found = QUOTED.search(text)
    if not found:
        return text
    said = text[:found.start()]
    if said and said[:40] in found[1]:
        return said
    return text if len(found[1]) < CODE_LINE else f"{text[:found.start(1)]}{cut(found[1], CODE_LINE - 1)})"


class Safe(IPythonRenderer):
    """Markdown to HTML in which only plain tags, plain links and drawn formulas come through."""

    def __init__(self, pictures=None):
        super().__init__(escape=False, allow_harmful_protocols=False, exclude_anchor_links=True)
        self.pictures = pictures or {}  # the cell's attachments: name -> dict kind -> base64
        self.drawn = 0

    def block_html(self, html):
        return bare(html) + "\n"

    def inline_html(self, html):
        return bare(html)

    def link(self, text, url, title=None):
        return f'<a rel="noreferrer noopener" href="{html.escape(url)}">{text}</a>' if LINK.match(url) else f"{text} ({html.escape(url)})"

    def image(self, text, url, title=None):
        if url.startswith("attachment:"):
            kind, data = next(iter(self.pictures.get(url.partition(":")[2], {}).items()), ("", ""))
            url = f"data:{kind};base64,{picture(data)}"
        return f'<img alt="{html.escape(text)}" src="{html.escape(url)}">' if IMAGE.fullmatch(url) else f"[picture: {html.escape(text)}]"

    def block_code(self, code, info=None):
        return f"<pre><code>{html.escape(code)}</code></pre>\n"

    def inline_math(self, body, display="inline"):
        self.drawn += 1
        return formula(body, display) if self.drawn <= MOST_FORMULAS else html.escape(html.unescape(body))

    def block_math(self, body):
        return self.inline_math(body, "block")

    def latex_environment(self, name, body):
        return self.inline_math(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")


def markdown(text, pictures=None):
    """Markdown of anybody as HTML that cannot do anything.  pictures: the cell's attachments"""
    try:
        return Markup(MarkdownWithMath(renderer=Safe(pictures)).render(see(text or "", LONG)))
    except (RecursionError, ValueError, KeyError, IndexError, AttributeError, TypeError):  # a text made to break the reader is still a text
        return Markup("<pre>{}</pre>").format(see(text, LONG))


@pass_context
def for_the_marker(context, text):
    """Markdown as formgrader shows it: formulas without a script from the network, and pictures within their box."""
    return str(markdown(text, (context.get("cell") or {}).get("attachments"))).replace("<img ", '<img style="max-width: 100%; border: 0" ')


def bare(text):
    """HTML in which every tag but the plain ones is text."""
    parts, at = [], 0
    for tag in BARE.finditer(text):
        parts += [html.escape(html.unescape(text[at:tag.start()])), tag[0]]
        at = tag.end()
    return "".join(parts) + html.escape(html.unescape(text[at:]))


def formula(tex, display="inline"):
    """A formula as MathML, which browsers draw by themselves; as it was typed where it cannot be drawn."""
    import latex2mathml.converter

    tex = html.unescape(tex)
    typed = f'<code class="tex">{html.escape(tex)}</code>'
    if len(tex) > MOST_TEX:
        return typed
    try:
        tree = ET.fromstring(latex2mathml.converter.convert(tex, display=display))
    except Exception:  # a student's formula may be anything, and the converter's errors are of many kinds
        return typed
    for node in tree.iter():
        node.tag = node.tag.rpartition("}")[2]
        if node.tag not in MATH_TAGS:
            return typed
        node.attrib = {k: v for k, v in node.attrib.items() if k in MATH_KEYS and PLAIN.fullmatch(v)}
    return ET.tostring(tree, encoding="unicode")


def code(text):
    """Python source in colours; invisible characters made visible."""
    return Markup(highlight(see(text, LONG), PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)))


def words(text):
    """Anybody's text, for a place that escapes it."""
    return see("".join(map(str, text)) if isinstance(text, list) else text or "", LONG)


def printed(text):
    """What a cell put out: its beginning, and how much more there was."""
    text = words(text)
    return text if len(text) <= PRINTED else f"{text[:PRINTED]}\n... cut here: {len(text) - PRINTED:,} more characters, which are in the notebook ..."


def picture(data):
    """A picture's base64, or nothing."""
    text = "".join(str(data).split())
    return text if re.fullmatch(r"[A-Za-z0-9+/=]+", text) else ""


def points(value):
    """Points for people."""
    return f"{float(value or 0):.2f}".rstrip("0").rstrip(".")


def style(_=None):
    """The page's only style sheet."""
    light, dark = (HtmlFormatter(style=name).get_style_defs("pre.code") for name in ("default", "github-dark"))
    text = f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n{TEMPLATES.joinpath('course_feedback/page.css').read_text(encoding='utf8')}"
    return Markup(text)


def digest(_=None):
    """The style sheet's hash, for the page's policy: no other style counts."""
    return base64.b64encode(hashlib.sha256(str(style()).encode()).digest()).decode()


FILTERS = {"course_markdown": markdown, "course_code": code, "course_words": words, "course_printed": printed,
           "course_picture": picture, "course_points": points, "course_style": style,
           "course_digest": digest}
