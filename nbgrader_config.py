"""nbgrader (and its formgrader in JupyterLab) reads this file.  DLCOURSE_CLASS names the class's folder; default: _grading."""
from pathlib import Path

from dlcourse.grading.config import class_folder, configure

ROOT = Path(__file__).resolve().parent
configure(get_config(), ROOT, ROOT / class_folder())  # noqa: F821  (nbgrader provides get_config)
