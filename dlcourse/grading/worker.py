"""Inside the sandbox: run the cells of one notebook as nbgrader's Execute does.  Knows no gradebook, no other file of the course.

    python -P -m dlcourse.grading.worker ORDER ANSWER

ORDER: JSON {"folder", "notebook", "settings"} where settings are the traits of Execute that the instructor chose.
ANSWER: JSON {"notebook"} or {"error": [exception's name, text]}.
"""
import asyncio
import json
import sys
import warnings
from pathlib import Path

sys.modules.setdefault("rfc3987_syntax", None)  # a second of every start for a check of addresses that notebooks do not have

import nbformat  # noqa: E402
from nbgrader.preprocessors import Execute  # noqa: E402


def main(order, answer):
    """Run the notebook of the file ORDER, write what came of it to the file ANSWER."""
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    asyncio.set_event_loop(asyncio.new_event_loop())
    order = json.loads(Path(order).read_text(encoding="utf8"))
    nb = nbformat.from_dict(order["notebook"])
    try:
        nb, _ = Execute(**order["settings"]).preprocess(nb, {"metadata": {"path": order["folder"]}})
        said = {"notebook": nb}
    except Exception as error:
        said = {"error": [type(error).__name__, str(error)[-2000:]]}
    Path(answer).write_text(json.dumps(said), encoding="utf8")


if __name__ == "__main__":
    main(*sys.argv[1:])
