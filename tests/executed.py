"""Write every solution and every chapter as a notebook with outputs into _build/nbval; ``pytest --nbval`` then runs them a second time.

First run: any error fails here.  Second run: any number that changes from run to run fails there.  Chapters take their first run from
the book, so a stale page fails too.
"""
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book"))
import build  # noqa: E402

from dlcourse.grading.source import exercises, expand  # noqa: E402


def run(nb, folder, target):
    """Execute ``nb`` from top to bottom; an error in a cell is raised."""
    NotebookClient(nb, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, target)
    return target


def jobs(out):
    """-> list of (notebook, folder to run in, file to write)"""
    return [(expand(path), ROOT, out / "solutions" / f"{path.parent.name}-{path.stem}.ipynb") for path in exercises(ROOT)]


def chapters(out):
    """Copy the book's executed pages.  Raises FileNotFoundError for a page with code that the book has not run."""
    from jupyter_cache import get_cache

    cache = get_cache(str(build.cache_folder(ROOT)))
    count = 0
    for name in build.toc():
        page = ROOT / f"{name}.md"
        if not page.exists() or "{code-cell}" not in page.read_text(encoding="utf8"):
            continue
        record = cache.get_cached_project_nb(str(page))
        if record is None:
            raise FileNotFoundError(f"{name} has no outputs for this version of the package: run 'make book' first")
        nb = cache.get_cache_bundle(record.pk).nb
        nb.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        target = out / "chapters" / f"{name.replace('/', '-')}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nb, target)
        count += 1
    return count


def main():
    out, start = ROOT / "_build/nbval", time.monotonic()
    for old in out.rglob("*.ipynb"):
        old.unlink()
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda job: run(*job), jobs(out)))
    print(f"{len(done)} solutions run, {chapters(out)} chapters taken from the book, {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
