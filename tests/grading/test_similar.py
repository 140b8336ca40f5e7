"""Copies are found under other names, comments and order; independent answers and short agreed ones are not."""
import copy
import re

import pytest
from assignments import reference_answers
from grading.made_class import make_class, names

from dlcourse.grading import similar
from dlcourse.grading.normalise import MISSING
from dlcourse.grading.one import unread_notebook
from dlcourse.grading.report import report
from dlcourse.grading.source import exercises, read_cells

ROOT = similar.Path(__file__).parents[2]


def variants():
    """dict (exercise, answer) -> texts that were written to be unlike each other and right: the reference and the unusual answers"""
    found = {}
    for path in exercises(ROOT):
        for name, text in reference_answers(path).items():
            found[f"{path.parent.name}/{path.stem}", name] = [re.sub(r".*### (BEGIN|END) SOLUTION\n?", "", text)]
        file = ROOT / "tests" / path.parent.name / "answers" / f"{path.stem}.py"
        for _, head, text in read_cells(file):
            if "right" in head:
                found[f"{path.parent.name}/{path.stem}", head["answer"]].append(text)
    found["mlp/backprop", "audit"].pop(2)  # one expression changed in the answer before it: that is a copy, and is listed
    for name in ("account", "resnet_macs"):
        found["cnn/architectures", name].pop(2)  # the reference with another type of number: a copy too
    return {k: v for k, v in found.items() if len(v) > 1}


VARIANTS = variants()


def strangers(key, n=30):
    """Answers to other exercises, one of each: the hardest setting, for what two answers to this question share is rare in such a class.

    One of each, since two questions of one exercise may have answers of one form (the largest and the mean number of a window).
    """
    first = {k[0]: texts[0] for k, texts in reversed(VARIANTS.items()) if key is None or k[0] != key[0]}
    return list(first.values())[:n]


def pairs(texts, given="", kind="code"):
    return {(p.first, p.second) for p in similar.compare(texts, given, "place", kind)}


@pytest.mark.parametrize("key", VARIANTS, ids="-".join)
def test_independent_right_answers_are_not_listed(key):
    texts = {f"v{i}": t for i, t in enumerate(VARIANTS[key])} | {f"s{i}": t for i, t in enumerate(strangers(key))}
    assert not pairs(texts)


ORIGINAL = '''def train(x, y, steps):
    """Train a perceptron."""
    w = np.zeros(x.shape[1])
    errors = []
    for step in range(steps):
        wrong = 0
        for row, target in zip(x, y):
            if target * (row @ w) <= 0:  # a mistake
                w = w + target * row
                wrong += 1
        errors.append(wrong / len(y))
        if not wrong:
            break
    return w, errors

def margin(w, x, y):
    scores = y * (x @ w) / np.sqrt((w ** 2).sum())
    return scores.min(), scores.argmin()

def novikoff(x, y, w):
    radius = np.sqrt((x ** 2).sum(axis=1)).max()
    return int(np.floor((radius / margin(w, x, y)[0]) ** 2))
'''
TOP = ORIGINAL.split("\n\n")
RENAMED = re.sub(r"\b(w|errors|step|wrong|row|target|scores|radius)\b", lambda m: f"my_{m[0]}_2", ORIGINAL)
DISGUISES = {
    "as it is": ORIGINAL,
    "renamed": RENAMED,
    "reordered": "\n\n".join([TOP[2].rstrip(), TOP[0], TOP[1]]),
    "comments": ORIGINAL.replace("# a mistake", "# here we update").replace('"""Train a perceptron."""', '"""My own text,\n    quite long."""')
                        .replace("    return", "    # done\n\n    return"),
    "all of it": "# mine\n" + "\n\n".join(RENAMED.split("\n\n")[::-1]).replace("    return", "\n    # there\n    return"),
}
PERCEPTRONS = ('''def train(x, y, steps):
    weights, history = np.zeros(x.shape[1]), []
    while len(history) < steps:
        before = weights.copy()
        misses = [i for i in range(len(x)) if update(weights, x[i], y[i])]
        history += [len(misses) / len(x)]
        if (before == weights).all(): return weights, history
    return weights, history
def update(weights, sample, label):
    if np.sign(weights.dot(sample)) == label: return False
    weights += label * sample
    return True
def margin(w, x, y):
    d = np.multiply(y, x.dot(w)); d /= np.linalg.norm(w)
    return d[np.argsort(d)[0]], int(np.argsort(d)[0])
def novikoff(x, y, w):
    return int((max(np.linalg.norm(v) for v in x) / margin(w, x, y)[0]) ** 2)
''',)


@pytest.mark.parametrize("how", DISGUISES)
def test_a_copy_is_found(how):
    others = {f"s{i}": t for i, t in enumerate(strangers(None))}
    assert pairs({"a": ORIGINAL, "b": DISGUISES[how], "c": PERCEPTRONS[0]} | others) == {("a", "b")}


def test_what_the_class_agrees_on_flags_nobody():
    short = "def double(x):\n    return 2 * x\n"
    texts = {s: short if i % 10 else "def double(x):\n    return x + x\n" for i, s in enumerate(names(300))}
    assert not pairs(texts)
    assert not pairs({s: ORIGINAL for s in names(300)})  # everybody has the book's own code: nothing about it is rare


def test_the_released_text_does_not_count():
    texts = {s: ORIGINAL + f"\nresult_{i} = {i}\n" for i, s in enumerate(names(8))}
    assert not pairs(texts, given=ORIGINAL)
    assert not pairs({s: ORIGINAL for s in names(8)}, given=ORIGINAL)


def test_few_students_and_no_python():
    assert not pairs({"a": ORIGINAL, "b": ORIGINAL})
    others = {f"s{i}": t for i, t in enumerate(strangers(None))}
    broken = ORIGINAL + "\ndef (((\n'''"
    assert pairs({"a": broken, "b": broken.replace("wrong", "bad")} | others) == {("a", "b")}


def test_prose():
    text = ("The sigmoid saturates for large inputs, so its slope tends to zero and the gradient of the early layers vanishes as a product of many "
            "small factors; a rectifier keeps slope one on its active side.")
    other = "Because every layer multiplies by at most a quarter, after ten of them nothing is left of the signal that should train the first weights."
    students = {f"s{i}": f"{other.split()[i]} matters most to me because of point {i} in the chapter on {names(20)[i]}" for i in range(15)}
    assert pairs({"a": text, "b": text.replace("large", "big"), "c": other} | students, kind="markdown") == {("a", "b")}


def test_in_the_report_side_by_side(tmp_path):
    """300 students whose answers differ, one pair that does not; names of students are escaped."""
    others = strangers(None, 60)

    def notebook(student, chapter, stem, spec):
        nb, i = copy.deepcopy(spec), int(student[-4:])
        cell = next(c for c in nb.cells if c.id == "answer-double")
        cell.source = {7: ORIGINAL, 8: RENAMED}.get(i, f"{others[i % len(others)]}\n# {i}\nx_{i} = {i} * {i + 1}\n")
        return nb
    course, folder, _ = make_class(tmp_path, names(40), notebook=notebook)
    done = report(folder, say=lambda line: None)
    found = {(p.first, p.second) for p in done.similar.pairs if "answer-double" in p.place}
    assert ("student-0007", "student-0008") in found
    page = done.page.read_text(encoding="utf8")
    assert "A list for a person to look at, not a finding" in page and "my_errors_2.append" in page and "errors.append" in page
    assert report(folder, similar=False, say=lambda line: None).similar is None


def test_files_that_could_not_be_read_are_not_alike(tmp_path):
    """Their placeholders say the same; and an answer that looks like one is compared as what it is."""
    reason = "is not JSON (Expecting value: line 1 column 13 (char 12)); expected a .ipynb file: save it again in JupyterLab, and hand in what lies on the disk"
    broken, copies = {3, 4, 5, 6}, {"student-0007", "student-0008"}

    def change(result, rng):
        result.unread = int(result.student[-4:]) in broken

    def notebook(student, chapter, stem, spec):
        i = int(student[-4:])
        if i in broken:
            return unread_notebook(spec, reason)
        nb = copy.deepcopy(spec)
        cells = {c.id: c for c in nb.cells}
        cells["answer-double"].source = f"def double(x):\n    return x * {i}\n"
        cells["answer-triple"].source = MISSING
        cells["written-why"].source = f"The submitted file {reason}." if student in copies else f"Reason {i}, because of {names(40)[-i]}"
        return nb
    course, folder, _ = make_class(tmp_path, names(30), change=change, notebook=notebook)
    found = report(folder, say=lambda line: None).similar
    assert {(p.first, p.second) for p in found.pairs} == {tuple(sorted(copies))}
    assert found.compared == 26 * 2  # no broken file, no missing answer
