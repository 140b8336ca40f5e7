"""Open JupyterLab for a student, on copies of the exercises that are the student's own."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

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
    print(f"{len(new)} new exercises copied to {folder}; your earlier work there is untouched", flush=True)
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # a container's only user
    command = [sys.executable, "-m", "jupyter", "lab", f"--ServerApp.root_dir={Path(folder).resolve()}", *QUIET, *root, *options]
    if os.name == "posix":
        os.execv(command[0], command)  # one process: who stops this command stops the server
    return subprocess.call(command)
