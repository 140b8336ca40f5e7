"""Open JupyterLab for a student, on copies of the exercises that are the student's own."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

from dlcourse.grading import warm

# no news, no check for updates: nothing leaves this computer, and no box covers the page
QUIET = ("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate")


def copy_new(notebooks, folder):
    """Copy the released notebooks that ``folder`` lacks; never touch one that is there.  -> list of new paths

    Raises ValueError if there are no released notebooks.
    """
    found = sorted(Path(notebooks).glob("*/*.ipynb"))
    if not found:
        raise ValueError(f"no notebooks in {notebooks}; run this in the course's folder")
    new = []
    for path in found:
        target = Path(folder) / path.parent.name / path.name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
            new.append(target)
    return new


def open_lab(notebooks, folder, options=()):
    """Become JupyterLab in ``folder``, with the Python that runs this command as its kernel.  -> its exit status, where it could not"""
    new = copy_new(notebooks, folder)
    warm.prepare()  # so that the first check of this session answers at once
    print(f"{len(new)} new exercises copied to {folder}; your earlier work there is untouched", flush=True)
    return become_lab(folder, options)


def open_formgrader(root, class_dir, options=()):
    """Become JupyterLab with nbgrader's formgrader on the class in ``class_dir``.  Raises ValueError if it has no gradebook yet."""
    if not (Path(class_dir) / "gradebook.db").exists():
        raise ValueError(f"{class_dir} has no gradebook yet; 'dlcourse grade --class {class_dir}' makes it")
    os.environ["DLCOURSE_CLASS"] = str(Path(class_dir).resolve())
    os.chdir(root)  # nbgrader reads nbgrader_config.py from here
    return become_lab(root, ["--LabApp.default_url=/formgrader", *options])


def become_lab(folder, options):
    """Replace this process by JupyterLab, so that who stops this command stops the server.  -> exit status, where a process cannot be replaced"""
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # a container's only user
    command = [sys.executable, "-m", "jupyter", "lab", f"--ServerApp.root_dir={Path(folder).resolve()}", *QUIET, *root, *options]
    if os.name == "posix":
        os.execv(command[0], command)
    return subprocess.call(command)
