"""Answers that are alike where the class is not: a list for a person to look at, never a verdict.

Each answer becomes a set of shingles, runs of SIZE tokens after taking away comments, docstrings, layout and the student's own names.  A shingle
weighs log2(N / n) bits where n of N students have it: what everybody writes weighs nothing, so short answers on which the class agrees flag nobody.
A pair is listed if the cosine of the weighted sets is high and the shared shingles weigh much.  scikit-learn counts the shingles and SciPy multiplies
the sparse matrices (both are dependencies of the course already; copydetect compares whole files by unweighted fingerprints, which flags every short answer).
"""
import builtins
import functools
import io
import json
import keyword
import re
import tokenize
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

from dlcourse.grading.normalise import MISSING

SIZE = 5  # tokens a shingle
WORDS = 3  # words a shingle of prose
FEWEST = 5  # students; among fewer nothing is rare
COSINE = 0.75  # answers to one question that were written to differ reach 0.6, copies under new names 0.95: tests/grading/test_similar.py
BITS = 60.0
MOST = 200  # pairs on the page
MODULES = ("np", "numpy", "torch", "nn", "F", "math", "plt", "scipy", "itertools", "functools", "random", "dlcourse")
LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER)
BUILTIN = frozenset(dir(builtins))


class Pair(NamedTuple):
    """Two students' alike answers."""

    first: str
    second: str
    place: str  # chapter/stem: answer
    cosine: float
    evidence: float  # bits
    excerpts: tuple  # the two answers


def find_similar(class_dir, released, cosine=COSINE, bits=BITS):
    """Pairs of alike answers of a class, by autograded/<student>/<chapter>/<stem>.ipynb.

    released: dict (chapter, stem, cell) -> the text that everybody got -> namespace: pairs (list of Pair, most telling first), left (pairs not listed),
    compared (answers).  What stands in for an answer that could not be read, or is missing, is nobody's and takes no part.
    """
    answers = {}
    for path in sorted(Path(class_dir, "autograded").glob("*/*/*.ipynb")):
        student, chapter, stem = path.parts[-3], path.parts[-2], path.stem
        if unreadable(Path(class_dir, "results", student, chapter, f"{stem}.json")):
            continue
        for cell, kind, text in student_cells(path, chapter, stem, released):
            answers.setdefault((chapter, stem, cell, kind), {})[student] = text
    pairs = []
    for (chapter, stem, cell, kind), texts in answers.items():
        given = released.get((chapter, stem, cell), "")
        pairs += compare(texts, given, f"{chapter}/{stem}: {cell}", kind, cosine, bits)
    pairs.sort(key=lambda p: (-p.evidence, p.first, p.second, p.place))
    return SimpleNamespace(pairs=pairs[:MOST], left=max(0, len(pairs) - MOST), compared=sum(map(len, answers.values())))


def unreadable(record):
    """Does the kept result of a notebook say that the submitted file could not be read?"""
    try:
        return json.loads(record.read_bytes())["unread"] is True
    except (OSError, ValueError, KeyError, TypeError):
        return False


def student_cells(path, chapter, stem, released):
    """What a student wrote -> list of (cell's name, "code" or "markdown", text); cells of their own are one piece, "own cells"."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
    except (ValueError, KeyError, TypeError):
        return []
    found, own = [], []
    for cell in cells:
        text = "".join(cell.get("source", ""))
        name = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
        if text == MISSING:
            continue
        if (chapter, stem, name) in released:
            found.append((name, cell["cell_type"], text))
        elif name is None and cell["cell_type"] == "code":
            own.append(text)
    return found + ([("own cells", "code", "\n".join(own))] if own else [])


def compare(texts, given, place, kind, cosine=COSINE, bits=BITS):
    """The alike pairs among the answers to one question.  texts: dict student -> text; given: the released text -> list of Pair"""
    students = [s for s in texts if texts[s].split() != given.split()]
    if len(students) < FEWEST:
        return []
    cut = shingles if kind == "code" else word_shingles
    free = set(cut(given))
    bags = [set(cut(texts[s])) - free for s in students]
    if not any(bags):
        return []
    X = CountVectorizer(analyzer=lambda bag: bag, binary=True, dtype=np.float64).fit_transform(bags)  # (N, shingles)
    weight = np.log2(len(students) / np.asarray(X.sum(axis=0)).ravel())  # (shingles,)
    shared = X.multiply(weight).tocsr() @ X.T  # (N, N), bits
    size = np.sqrt(np.asarray(X @ weight**2).ravel())  # (N,)
    alike = (X.multiply(weight**2).tocsr() @ X.T).tocoo()  # (N, N)
    shared, pairs = shared.tocsr(), []
    for i, j, value in zip(alike.row, alike.col, alike.data, strict=True):
        if i < j and size[i] and size[j] and value / (size[i] * size[j]) >= cosine and shared[i, j] >= bits:
            a, b = students[i], students[j]
            pairs.append(Pair(a, b, place, float(value / (size[i] * size[j])), float(shared[i, j]), (texts[a], texts[b])))
    return pairs


@functools.lru_cache(maxsize=100_000)
def shingles(text):
    """Runs of SIZE normalised tokens inside each top-level statement, so that the statements' order does not matter -> tuple of str"""
    found = []
    for tokens in statements(text):
        found += [" ".join(tokens[i:i + SIZE]) for i in range(max(1, len(tokens) - SIZE + 1))]
    return tuple(found)


def word_shingles(text):
    """Runs of WORDS words of prose -> tuple of str"""
    words = re.findall(r"\w+", text.casefold())
    return tuple(" ".join(words[i:i + WORDS]) for i in range(len(words) - WORDS + 1))


def statements(text):
    """Normalised tokens of each top-level statement: no comments, docstrings or layout, the student's own names as 'v', strings as 's' -> list of lists"""
    try:
        tokens = [t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type not in LAYOUT]
    except (tokenize.TokenError, SyntaxError, ValueError):
        return [["v" if w[0].isalpha() and not keyword.iskeyword(w) else w for w in re.findall(r"\w+|[^\w\s]", text)]]
    found, level, depth, start = [[]], 0, 0, True
    for i, t in enumerate(tokens):
        if t.type in (tokenize.INDENT, tokenize.DEDENT):
            level += 1 if t.type == tokenize.INDENT else -1
            start = True
        elif t.type == tokenize.NEWLINE:
            start = True
        else:
            depth += (t.string in "([{") - (t.string in ")]}")
            if start and level == 0:
                found.append([])
            docstring = t.type == tokenize.STRING and start and i + 1 < len(tokens) and tokens[i + 1].type == tokenize.NEWLINE
            if not docstring:
                found[-1].append(normal(t, tokens[i - 1].string if i else "", tokens[i + 1].string if i + 1 < len(tokens) else "", depth))
            start = False
    return [s for s in found if s]


def normal(token, before, after, depth):
    """One token: names that a library or the language gives stay, the student's own become 'v'."""
    if token.type == tokenize.STRING:
        return "s"
    if token.type != tokenize.NAME or keyword.iskeyword(token.string) or token.string in BUILTIN:
        return token.string
    of_library = before == "." or token.string in MODULES and after == "." or depth > 0 and after == "="
    return token.string if of_library else "v"
