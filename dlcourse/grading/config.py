"""nbgrader's settings for this course: its folders, and all the hardening that settings alone can give.

``nbgrader_config.py`` at the top of the repository calls ``configure``; so the command line, formgrader and the workers agree.
"""
import os
import secrets
import sys
from pathlib import Path

from dlcourse.grading import preprocessors as ours

STUB = "Not answered yet: replace this line with your own code, run this cell, then run the tests below it."
SAFE_TAGS = "p br em strong code pre ul ol li blockquote details summary sub sup table tr td th h1 h2 h3".split()


def class_folder():
    """The folder of the class that is graded: environment DLCOURSE_CLASS, else ``_grading``."""
    return os.environ.get("DLCOURSE_CLASS", "_grading")


def configure(c, root, class_dir):
    """Fill a traitlets Config.  root: repository, class_dir: folder with ``submitted/``.  Nothing of nbgrader runs a student's code here."""
    from nbgrader import preprocessors as theirs

    tools = str(Path(sys.executable).parent)
    if tools not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = tools + os.pathsep + os.environ["PATH"]  # nbgrader calls alembic by name for a new gradebook
    root, class_dir = Path(root).resolve(), Path(class_dir).resolve()
    c.CourseDirectory.course_id = "dlcourse"
    c.CourseDirectory.root = str(root)
    c.CourseDirectory.source_directory = str(root / "_build/source")
    c.CourseDirectory.release_directory = str(root / "notebooks")
    # Formgrader takes a submission for graded if the gradebook's time is the one in timestamp.txt, beside what was handed in.  What students handed in
    # is not ours to write into, and a time that lies there may be forged; so it looks at what was graded.  Whoever collects gets the true folder.
    c.CourseDirectory.submitted_directory = str(class_dir / "autograded")
    c.CollectHandedIn.folder = c.ZipCollectApp.CourseDirectory.submitted_directory = str(class_dir / "submitted")
    c.ExchangeFactory.collect = "dlcourse.grading.exchange.CollectHandedIn"
    c.CourseDirectory.autograded_directory = str(class_dir / "autograded")
    c.CourseDirectory.feedback_directory = str(class_dir / "feedback")
    c.CourseDirectory.db_url = os.environ.get("DLCOURSE_DB") or f"sqlite:///{class_dir / 'gradebook.db'}"  # formgrader uses what grade wrote
    c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "*.json"]

    c.ClearSolutions.code_stub = {"python": f'raise NotImplementedError("{STUB}")'}
    c.ClearSolutions.text_stub = "*Write your answer here, in place of this line.*"
    c.ClearHiddenTests.begin_test_delimeter = "BEGIN HIDDEN TESTS"

    # A tag on a cell may switch its execution off, and a test that does not run keeps full marks: listen to a word that nobody knows.
    c.Execute.skip_cells_with_tag = secrets.token_hex(16)
    c.LimitOutput.max_lines = 300
    c.LimitOutput.max_traceback = 40
    c.OverwriteCells.add_missing_cells = True
    c.Autograde.exporter_class = ours.OnlyInTheSandbox

    from dlcourse.grading import feedback_page

    # Feedback is a page of our own template, which escapes everything and loads nothing; the nested section leaves formgrader's exporter alone.
    c.GenerateFeedback.preprocessors = [theirs.GetGrades, ours.HideTests, feedback_page.Waits]
    pages = c.GenerateFeedback.HTMLExporter
    pages.template_name, pages.extra_template_basedirs = "course_feedback", [str(feedback_page.TEMPLATES)]
    pages.filters, pages.sanitize_html = feedback_page.FILTERS, False

    # A student's HTML is neither the marker's nor another student's: bleach what formgrader shows.
    c.HTMLExporter.sanitize_html = True
    c.HTMLExporter.filters = {"markdown2html": feedback_page.for_the_marker}
    c.SanitizeHTML.tags = SAFE_TAGS
    c.SanitizeHTML.attributes = {}
    c.SanitizeHTML.strip = False
    return c
