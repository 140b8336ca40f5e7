"""The report as one HTML page: no script, no network, charts as SVG with their numbers in a table beside them."""
import base64
import functools
import hashlib
import re
import unicodedata
from datetime import datetime
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from dlcourse.grading import item_analysis as items

TEMPLATES = Path(__file__).with_name("templates")
ANSI = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|.)", re.S)
JOINERS = "\u200c\u200d"  # part of ordinary words in several scripts
LINES = 40  # of an excerpt


def page(name, facts):
    """The whole page as text.  name: the class's, facts: namespace of report.gather"""
    env = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    env.filters |= {"see": see, "num": num, "percent": percent, "seconds": functools.partial(num, places=1), "megabytes": megabytes, "excerpt": excerpt}
    style = TEMPLATES.joinpath("report.css").read_text(encoding="utf8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    charts = {e.name: bars(items.histogram(e.shares), f"Share of points in {see(e.name)}", small=True) for e in facts.exercises}
    return env.get_template("report.html.j2").render(
        name=name, facts=facts, style=Markup(style), digest=digest, made=f"{datetime.now():%Y-%m-%d %H:%M}", charts=charts, tens=items.histogram(facts.shares),
        chart=bars(items.histogram(facts.shares), "Students by share of all points"), map=scatter(facts.questions))


def see(text, most=400):
    """A student's text as everybody may see it: control, bidi and other invisible characters become visible codes, ANSI colours go; still to be escaped."""
    text = ANSI.sub("", str(text).encode("utf8", "replace").decode("utf8"))
    shown = "".join(c if c in "\n\t" + JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") else f"⟨U+{ord(c):04X}⟩" for c in text)
    return shown if len(shown) <= most else shown[:most] + " …"


def excerpt(text):
    """The first lines of an answer."""
    lines = see(text, 6000).splitlines()
    return "\n".join(lines[:LINES] + ([f"… {len(lines) - LINES} more lines"] if len(lines) > LINES else []))


def num(value, places=2):
    """A number for people; a dash where there is none."""
    if value is None:
        return "–"
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value):
    """A share as a percentage."""
    return "–" if value is None else f"{100 * value:.0f} %"


def megabytes(value):
    """Bytes as megabytes."""
    return "–" if value is None else f"{value / 1e6:.0f}"


def bars(counts, title, small=False):
    """A bar chart of ten classes of 10 % -> SVG"""
    width, height, foot, left = (240, 90, 16, 4) if small else (640, 240, 36, 12)
    step, top = (width - 2 * left) / len(counts), max(counts) or 1
    parts = []
    for i, n in enumerate(counts):
        tall = (height - foot - 18) * n / top
        x, y = left + i * step, height - foot - tall
        said = f"<title>{10 * i} to {10 * i + 10} %: {n}</title>"
        parts.append(f'<rect class="bar" x="{x + 1:.1f}" y="{y:.1f}" width="{step - 2:.1f}" height="{tall:.1f}">{said}</rect>')
        if n:
            parts.append(f'<text class="count" x="{x + step / 2:.1f}" y="{y - 4:.1f}">{n}</text>')
    ticks = (0, 5, 10) if small else range(len(counts) + 1)
    parts += [f'<text class="tick" x="{min(max(left + i * step, left + 8), width - 16):.1f}" y="{height - foot + 12}">{10 * i}</text>' for i in ticks]
    parts.append(f'<line class="axis" x1="{left}" x2="{width - left}" y1="{height - foot}" y2="{height - foot}"/>')
    if not small:
        parts.append(f'<text class="label" x="{width / 2}" y="{height - 6}">share of points, %</text>')
    text = "; ".join(f"{10 * i} to {10 * i + 10} %: {n}" for i, n in enumerate(counts))
    return svg(width, height, title, text, parts)


def scatter(questions):
    """Difficulty against discrimination, a dot a question -> SVG"""
    width, height, left, foot = 640, 320, 52, 40
    to_x = lambda p: left + (width - left - 12) * p  # noqa: E731
    to_y = lambda r: 10 + (height - foot - 10) * (1 - r) / 2  # noqa: E731
    parts = [f'<line class="{"axis" if r in (0, -1) else "grid"}" x1="{left}" x2="{width - 12}" y1="{to_y(r):.1f}" y2="{to_y(r):.1f}"/>'
             f'<text class="tick" x="{left - 22}" y="{to_y(r) + 4:.1f}">{r:g}</text>' for r in (-1, -0.5, 0, 0.5, 1)]
    parts += [f'<text class="tick" x="{to_x(p):.1f}" y="{height - foot + 16}">{p:g}</text>' for p in (0, 0.25, 0.5, 0.75, 1)]
    parts.append(f'<text class="label" x="{width / 2}" y="{height - 4}">difficulty p (1: everybody has all points)</text>')
    parts.append(f'<text class="label" transform="translate(10 {height / 2}) rotate(-90)">discrimination r</text>')
    drawn = [q for q in questions if q.p is not None and q.r is not None]
    for q in drawn:
        words = escape(f"{see(q.exercise)} {see(q.name)}: p {q.p:.2f}, r {q.r:.2f}")
        at = f'cx="{to_x(min(1, max(0, q.p))):.1f}" cy="{to_y(q.r):.1f}"'
        parts.append(f'<circle class="{"low" if q.r < 0.2 else "dot"}" {at} r="5"><title>{words}</title></circle>')
    below = [f"{see(q.exercise)} {see(q.name)}" for q in drawn if q.r < 0.2]
    text = f"{len(drawn)} questions; r below 0.2: {', '.join(below) or 'none'}. The table of questions has all numbers."
    return svg(width, height, "Questions by difficulty and discrimination", text, parts)


def svg(width, height, title, text, parts):
    """A drawing that says what it shows."""
    head = f'<svg role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-label="{escape(title)}. {escape(text)}">'
    return Markup(f"{head}<title>{escape(title)}</title>{''.join(parts)}</svg>")
