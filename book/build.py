"""Build the book: run the pages that changed, side by side, then let Jupyter Book make the site; a warning is an error.

    python book/build.py [--serial]
"""
import subprocess
import sys
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book/_ext"))
from dlbook import cache_folder  # noqa: E402


def pages(entry):
    """All files that ``_toc.yml`` names, in reading order -> list of str."""
    found = [entry[k] for k in ("root", "file") if k in entry]
    for key in ("parts", "chapters", "sections"):
        for child in entry.get(key, []):
            found += pages(child)
    return found


def toc():
    return pages(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf8")))


def execute(workers=2):
    """Run every page with code that the cache lacks.  Raises RuntimeError that names the pages that failed."""
    from jupyter_cache import get_cache
    from jupyter_cache.executors import load_executor

    folder = cache_folder(ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    cache = get_cache(str(folder))
    for record in cache.list_project_records():
        cache.remove_nb_from_project(record.pk)
    names = [p for p in toc() if (ROOT / f"{p}.md").exists() and "{code-cell}" in (ROOT / f"{p}.md").read_text(encoding="utf8")]
    for name in names:
        cache.add_nb_to_project(str(ROOT / f"{name}.md"), read_data={"name": "myst_nb_md", "type": "plugin"})
    todo = cache.list_unexecuted()
    print(f"{len(names)} pages with code, {len(names) - len(todo)} already run with this version of the package", flush=True)
    if not todo:
        return
    start = time.monotonic()
    executor = load_executor("local-parallel" if workers > 1 else "local-serial", cache)
    result = executor.run_and_cache(filter_uris=[r.uri for r in todo], timeout=120)
    print(f"ran {len(todo)} pages in {time.monotonic() - start:.0f} s", flush=True)
    for uri in result.errored + result.excepted:
        record = cache.get_project_record(uri)
        print(f"\n{Path(uri).relative_to(ROOT)}:\n{(record.traceback or '')[-3000:]}", file=sys.stderr)
    if result.errored or result.excepted:
        raise RuntimeError("pages that fail: " + ", ".join(str(Path(u).relative_to(ROOT)) for u in result.errored + result.excepted))


def build():
    """Jupyter Book, strict.  -> exit status"""
    jupyter_book = Path(sys.executable).parent / "jupyter-book"
    command = [str(jupyter_book), "build", str(ROOT), "-W", "--keep-going", "-n", "--quiet"]
    return subprocess.run(command, cwd=ROOT).returncode


def main():
    """-> exit status: 0 only if every page of the table of contents is there"""
    try:
        execute(1 if "--serial" in sys.argv else 2)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    start = time.monotonic()
    status = build()
    missing = [p for p in toc() if not (ROOT / "_build/html" / f"{p}.html").exists()]
    if missing:
        print(f"pages that were not written: {', '.join(missing)}", file=sys.stderr)
    print(f"site: {len(toc())} pages, {time.monotonic() - start:.0f} s -> _build/html/index.html")
    return status or bool(missing)


if __name__ == "__main__":
    sys.exit(main())
