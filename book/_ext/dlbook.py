"""What the course asks of Jupyter Book beyond its settings: an execution cache that is never stale, pages without foreign scripts."""
import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FONTAWESOME_JS = re.compile(r'\s*<script defer src="[^"]*scripts/fontawesome\.js[^"]*"></script>')


def cache_key(root=ROOT):
    """Hash of all that a page's output depends on besides its own cells: the package (not the grader), pins, printed tables -> 12 hex digits."""
    digest = hashlib.sha256()
    package = [p for p in sorted((root / "dlcourse").rglob("*.py")) if p.parent.name != "grading" and p.name not in ("cli.py", "__main__.py")]
    printed = [root / "dlcourse/grading/strict.py", *sorted(root.glob("tests/attacks/*.py")), *sorted(root.glob("benchmarks/*.json"))]  # by the guide
    for path in [*package, *printed, root / "constraints.txt"]:
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def cache_folder(root=ROOT):
    """Folder of the executed pages for the package as it is now."""
    return root / "_build/executed" / cache_key(root)


def _cache(app, config):
    config.nb_execution_cache_path = str(cache_folder())


def _plain_docstring(app, what, name, obj, options, lines):
    """Docstrings are plain text with `names` in backticks: |x|, *args and trailing_ must not become markup; indented lines are code."""
    out, code = [], False
    for before, line in zip(["", *lines], list(lines)):
        if line.startswith("    ") and (code or not before.strip()):
            out += [] if code else ["::", ""]
            code = True
            out.append(line)
            continue
        code = code and not line.strip()
        parts = re.split(r"(`+[^`]+`+)", re.sub(r"(`[^`]+`)(?=\w)", r"\1 ", line))
        quoted = ["``" + p.strip("`") + "``" if i % 2 else re.sub(r"([*|\\]|(?<=\w)_(?=\W|$))", r"\\\1", p) for i, p in enumerate(parts)]
        out.append("".join(quoted))
    lines[:] = out


def _foreign(asset):
    name = str(getattr(asset, "filename", asset) or "")
    body = str(getattr(asset, "attributes", {}).get("body", "") or "")
    return "thebe" in name.lower() or "THEBE" in body


def _without_thebe(app, pagename, templatename, context, doctree):
    """Thebe needs Binder and a CDN, and its constants are emitted twice, which is an error on every page."""
    for kind in ("script_files", "css_files"):
        context[kind] = [asset for asset in context[kind] if not _foreign(asset)]


def _tidy(app, error):
    """Small repairs of the theme's output: no icon script (icons come from the font), no error on pages without contents."""
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    for page in out.rglob("*.html"):
        old = page.read_text(encoding="utf8")
        new = FONTAWESOME_JS.sub("", old)
        new = new.replace(' role="doc-biblioentry"', "").replace('<div role="list" class="citation-list">', '<div class="citation-list">')
        if new != old:
            page.write_text(new, encoding="utf8")
    script = out / "_static/scripts/sphinx-book-theme.js"
    text = script.read_text(encoding="utf8")
    script.write_text(text.replace('div.bd-sidebar-secondary").classList', 'div.bd-sidebar-secondary")?.classList'), encoding="utf8")
    for pattern in ("**/*.map", "scripts/fontawesome.js*", "sphinx-thebe.*"):
        for path in (out / "_static").glob(pattern):
            path.unlink()


def setup(app):
    app.add_css_file("book.css")
    app.connect("config-inited", _cache, priority=900)
    app.connect("autodoc-process-docstring", _plain_docstring)
    app.connect("html-page-context", _without_thebe, priority=900)
    app.connect("build-finished", _tidy, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
