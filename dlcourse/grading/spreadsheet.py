"""CSV files that a spreadsheet opens without harm: no cell that a student filled can become a formula."""
import csv
import functools
import os
import re
import unicodedata

NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?%?")
# What Excel, Calc and Sheets take for a formula's start, also in the full-width forms that East Asian versions fold to ASCII (OWASP, CSV injection).
STARTS = tuple("=+-@|%")
BEFORE = " '\"`\u2018\u2019\u201c\u201d,;"  # quotes, spaces and separators that hide the first character from a naive check


def cell(value):
    """A value for a CSV cell: numbers stay numbers, a text that could run as a formula gets an apostrophe in front, control characters go."""
    if value is None or isinstance(value, (bool, int, float)):
        return "" if value is None else value
    return harmless(str(value))


@functools.lru_cache(maxsize=10_000)  # tables repeat themselves: names, titles, times
def harmless(text):
    """A text as `cell` gives it."""
    raw = text.encode("utf8", "replace").decode("utf8")
    text = "".join(" " if c in "\t\r\n\v\f\x85\u2028\u2029" else c for c in raw)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs") and c not in "\ufeff\u200b\u2060")
    if NUMBER.fullmatch(text):
        return text
    shown = unicodedata.normalize("NFKC", text).lstrip(BEFORE + " \u00a0\u3000")
    hidden_start = raw[:1] in ("\t", "\r", "\n") or any(c in raw[:4] for c in "\t\r")
    return f"'{text}" if shown.startswith(STARTS) or hidden_start else text


def write(path, head, rows):
    """A CSV file, whole or not at all; every text is quoted.  head: column names, rows: lists of values"""
    part = path.with_name(f".{path.name}.part")
    with open(part, "w", newline="", encoding="utf-8-sig") as file:  # the mark tells Excel that it is UTF-8
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow([cell(h) for h in head])
        writer.writerows([[cell(v) for v in row] for row in rows])
    os.replace(part, path)
