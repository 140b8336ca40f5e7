"""Inside the sandbox: let nbgrader autograde one notebook of a folder laid out like a course.  Knows one student's one file.

    python -m dlcourse.grading.worker FOLDER CHAPTER CELL_SECONDS NOTEBOOK_SECONDS
"""
import asyncio
import logging
import sys
import warnings
from pathlib import Path

from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from dlcourse.grading.config import configure


def main(folder, chapter, cell_seconds, notebook_seconds):
    """Grade FOLDER/submitted/*/CHAPTER with FOLDER/gradebook.db; nbgrader writes FOLDER/autograded."""
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    asyncio.set_event_loop(asyncio.new_event_loop())
    folder = Path(folder)
    c = configure(Config(), folder, folder, int(cell_seconds), int(notebook_seconds), shut_in=True)
    c.CourseDirectory.source_directory, c.CourseDirectory.assignment_id = str(folder / "source"), chapter
    grader = Autograde(coursedir=CourseDirectory(config=c), config=c)
    grader.permissions = 644
    grader.log = logging.getLogger("worker")
    grader.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
