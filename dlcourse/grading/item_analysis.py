"""What the scores of a class say about its questions.  Plain numbers in, plain numbers out; None where a figure is not defined.

Letters: N students, K questions of one notebook.
"""
import math
from collections import Counter

import numpy as np


def summary(values):
    """Count, mean, standard deviation (n - 1), least, quartiles and most of some numbers -> dict; None where there are too few."""
    v = np.asarray([x for x in values if x is not None], float)  # (N,)
    if not len(v):
        return dict(n=0, mean=None, sd=None, low=None, q1=None, median=None, q3=None, high=None)
    q1, median, q3 = np.percentile(v, [25, 50, 75])
    sd = float(v.std(ddof=1)) if len(v) > 1 else None
    return dict(n=len(v), mean=float(v.mean()), sd=sd, low=float(v.min()), q1=float(q1), median=float(median), q3=float(q3), high=float(v.max()))


def tail(values):
    """Median, 95th percentile (linear between ranks) and largest of some numbers -> dict; None for no numbers."""
    v = np.asarray([x for x in values if x], float)  # 0 means: was not measured
    if not len(v):
        return dict(median=None, p95=None, most=None)
    return dict(median=float(np.percentile(v, 50)), p95=float(np.percentile(v, 95)), most=float(v.max()))


def histogram(shares, bins=10):
    """How many shares (0 to 1) fall into each of ``bins`` equal classes; 1 belongs to the last, extra credit too -> list of int"""
    counts = [0] * bins
    for share in shares:
        counts[min(bins - 1, max(0, math.floor(share * bins + 1e-9)))] += 1
    return counts


def difficulty(scores, most):
    """p = mean share of a question's points; 1 is easy, 0 is hard.  scores: numbers or None (waits for a person) -> p or None"""
    v = [s for s in scores if s is not None]
    return sum(v) / len(v) / most if v and most else None


def discrimination(table, k):
    """Corrected item-total correlation of question k: r(x, t - x), Pearson's r between its score and the total without it.

    The rest t - x holds the questions that are marked for everybody who has a score in question k (one that waits for a person would tear holes).
    table: list of N rows of K scores or None -> r in [-1, 1], or None for fewer than 3 students, one question, or scores that do not vary.
    Source: Nunnally and Bernstein, Psychometric Theory, 3rd ed. (1994), chapter 8.
    """
    rows = [row for row in table if row[k] is not None]
    if len(rows) < 3:
        return None
    others = [j for j in range(len(rows[0])) if j != k and all(row[j] is not None for row in rows)]
    x, rest = np.array([row[k] for row in rows], float), np.array([sum(row[j] for j in others) for row in rows], float)  # (N,)
    x, rest = x - x.mean(), rest - rest.mean()
    size = math.sqrt((x @ x) * (rest @ rest))
    return None if not others or size < 1e-12 else float(np.clip(x @ rest / size, -1, 1))


def first_failures(failed, order):
    """How often each test is the first in the notebook that a student does not pass.  failed: list of dict test -> why -> Counter"""
    return Counter(next(name for name in order if name in mine) for mine in failed if any(name in mine for name in order))


def common(messages, most=3):
    """The most common texts -> list of (text, count); equal counts in the texts' order."""
    return sorted(Counter(messages).items(), key=lambda pair: (-pair[1], pair[0]))[:most]
