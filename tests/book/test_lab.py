"""JupyterLab and nbgrader's formgrader, opened in a browser as a student and an instructor would."""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from book.browser import chromium, needs_browser

from dlcourse.grading import sandbox
from dlcourse.grading.grade import Policy, grade
from dlcourse.grading.lab import QUIET, copy_new
from dlcourse.grading.sample import write_class

ROOT = Path(__file__).parents[2]


@contextmanager
def jupyter(folder, **environment):
    """A JupyterLab server on ``folder``.  -> base address"""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", f"--port={port}", f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=",
               "--ServerApp.password=", "--allow-root", "--ServerApp.disable_check_xsrf=True", *QUIET]
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **environment}
    log = open(Path(folder) / ".lab.log", "wb")
    server = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log, start_new_session=True)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{base}/api", timeout=2)
                break
            except OSError:
                assert server.poll() is None, (Path(folder) / ".lab.log").read_text()[-2000:]
                time.sleep(0.5)
        else:
            pytest.fail("JupyterLab did not answer within a minute")
        yield base
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)
        log.close()


@needs_browser
def test_a_student_opens_runs_and_answers_an_exercise(tmp_path):
    copied = copy_new(ROOT / "notebooks", tmp_path)
    name = next(p for p in copied if p.stem == "convolution").relative_to(tmp_path)  # JupyterLab draws what is in view: formulas stand early in this one
    with jupyter(tmp_path) as base, chromium() as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(f"{base}/lab/tree/{name}?reset", wait_until="domcontentloaded")
        page.wait_for_selector(".jp-Notebook .jp-MarkdownOutput h1", timeout=90_000)
        page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", timeout=90_000)
        page.get_by_text("Run", exact=True).first.click()
        page.get_by_text("Run All Cells", exact=True).first.click()
        page.wait_for_selector("text=Not answered yet", timeout=60_000)  # the sentence that says what to do
        assert page.locator(".jp-RenderedMarkdown details").count() >= 2  # folded hints
        page.wait_for_selector("mjx-container", timeout=30_000)  # formulas are drawn without a network
    assert copy_new(ROOT / "notebooks", tmp_path) == []


@needs_browser
@pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox: {sandbox.available()}")
def test_an_instructor_opens_formgrader_and_no_script_of_a_student_runs(tmp_path):
    course = tmp_path / "course"
    course.mkdir()
    for name in ("dlcourse", "solutions", "notebooks"):
        shutil.copytree(ROOT / name, course / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "nbgrader_config.py", course)
    write_class(course, course / "_grading", ["raw-html"])
    results = grade(course / "_grading", course, policy=Policy(10, 60), say=lambda text: None).results
    assert [r.trouble for r in results] == [""]
    chapter, stem = results[0].chapter, results[0].stem
    with jupyter(course, DLCOURSE_CLASS="_grading") as base, chromium() as browser:
        page = browser.new_page()
        page.goto(f"{base}/formgrader/gradebook/{chapter}/{stem}")
        page.wait_for_selector(f"text={stem}", timeout=60_000)
        page.wait_for_selector("a[href*='/formgrader/submissions/']", timeout=60_000)
        link = page.locator("a[href*='/formgrader/submissions/']").first.get_attribute("href")
        page.goto(f"{base}{link}" if link.startswith("/") else link, wait_until="load")
        page.wait_for_timeout(1500)
        assert "PWNED" not in page.title()
        body = page.content()
        assert "PWNED" in body  # shown as text
        assert not re.search(r"<img[^>]*onerror", body) and not re.search(r"<script>\s*document\.title", body)
        feedback = next((course / "_grading/feedback").rglob("*.html"))
        page.goto(feedback.as_uri(), wait_until="load")
        page.wait_for_timeout(500)
        assert "PWNED" not in page.title()
        for anchor in page.locator("a").all():
            assert not (anchor.get_attribute("href") or "").strip().lower().startswith("javascript")
