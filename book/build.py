"""Build the book: run the pages that changed, side by side, then let Jupyter Book make the site; a warning is an error.

    python book/build.py [--serial]
"""
import os
import re
import subprocess
import sys
import threading
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
    start, before = time.monotonic(), len(cache.list_cache_records())
    done = threading.Event()
    threading.Thread(target=report, args=(cache, before, len(todo), done), daemon=True).start()
    executor = load_executor("local-parallel" if workers > 1 else "local-serial", cache)
    result = executor.run_and_cache(filter_uris=[r.uri for r in todo], timeout=120)
    done.set()
    print(f"ran {len(todo)} pages in {time.monotonic() - start:.0f} s", flush=True)
    for uri in result.errored + result.excepted:
        record = cache.get_project_record(uri)
        print(f"\n{Path(uri).relative_to(ROOT)}:\n{(record.traceback or '')[-3000:]}", file=sys.stderr)
    if result.errored or result.excepted:
        raise RuntimeError("pages that fail: " + ", ".join(str(Path(u).relative_to(ROOT)) for u in result.errored + result.excepted))


def report(cache, before, total, done, every=10):
    """Say every few seconds how many pages have run."""
    while not done.wait(every):
        print(f"  {len(cache.list_cache_records()) - before} of {total} pages have run", flush=True)


def build():
    """Jupyter Book, strict; its many words go to _build/book.log, its warnings here.  -> exit status"""
    command = [str(Path(sys.executable).parent / "jupyter-book"), "build", str(ROOT), "-W", "--keep-going", "-n", "--quiet"]
    run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "NO_COLOR": "1"})
    text = re.sub(r"\x1b\[[0-9;]*m", "", run.stdout)
    (ROOT / "_build/book.log").write_text(text, encoding="utf8")
    if run.returncode:
        marked = [line for line in text.splitlines() if "WARNING" in line or "ERROR" in line]
        print("\n".join(marked or text.splitlines()[-60:]), "\nall of it: _build/book.log", file=sys.stderr)
    return run.returncode


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
