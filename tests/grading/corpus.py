"""The attack corpus as a class: each file of tests/attacks/ becomes one student, between two honest ones.

A file has a docstring that says what is tried, and some of
    CELL            code before the first answer, or in its place where it defines the answer itself
    ANSWER          code in place of both answers
    change(nb)      changes the untouched notebook
    write(path, nb) writes the submitted file
    more(folder)    adds files beside it
"""
import copy
import json
import runpy
from pathlib import Path

import nbformat

from dlcourse.grading.sample import answered, before_first_answer, blank_notebooks

ATTACKS = sorted((Path(__file__).parents[1] / "attacks").glob("*.py"))
HONEST = ("aaa-honest", "zzz-honest")


def write_class(course, folder, port=9, names=None):
    """Write folder/submitted/<attack>/mini/small.ipynb for every attack, and two honest students.  -> names of the attacks"""
    pair = blank_notebooks(course)["mini", "small"]
    for name in HONEST:
        _target(folder, name).write_text(nbformat.writes(answered(pair)))
    for file in ATTACKS:
        if names is None or file.stem in names:
            submit(file, pair, folder, {"@ROOT@": str(course), "@CLASS@": str(folder), "@PORT@": str(port)})
    return [f.stem for f in ATTACKS if names is None or f.stem in names]


def submit(file, pair, folder, places):
    text = file.read_text(encoding="utf8")
    for mark, value in places.items():
        text = text.replace(mark, value)
    attack = runpy.run_path(_copy(folder, file.name, text))
    nb = answered(pair, lambda i, c: False)
    cells = {c.id: c for c in nb.cells}
    if "ANSWER" in attack:
        cells["answer-double"].source, cells["answer-triple"].source = attack["ANSWER"], "# above"
    if "def double" in attack.get("CELL", ""):
        cells["answer-double"].source = attack["CELL"]
    elif "CELL" in attack:
        nb = before_first_answer(nb, attack["CELL"])
    attack.get("change", lambda nb: None)(nb)
    path = _target(folder, file.stem)
    attack.get("write", lambda path, nb: path.write_text(json.dumps(nb)))(path, copy.deepcopy(nb))
    attack.get("more", lambda folder: None)(path.parent)


def _target(folder, student):
    path = Path(folder) / "submitted" / student / "mini/small.ipynb"
    path.parent.mkdir(parents=True)
    return path


def _copy(folder, name, text):
    place = Path(folder).parent / "attack-sources" / name
    place.parent.mkdir(exist_ok=True)
    place.write_text(text, encoding="utf8")
    return str(place)
