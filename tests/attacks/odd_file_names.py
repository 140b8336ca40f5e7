"""Files beside the notebook have names that are no text, hold line breaks and terminal codes."""
import os


def change(nb):
    pass


def more(folder):
    for name in (b"\xff\xfe.txt", b"a\nzzz-honest: 0 points.txt", b"\x1b]0;title\x07\x1b[2J.txt", b"\xff.ipynb"):
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:
            file.write(b"x")
