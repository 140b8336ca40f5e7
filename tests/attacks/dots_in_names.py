"""Folders and files named .., with slashes and line breaks as far as the file system allows."""
def change(nb):
    pass


def more(folder):
    for name in ("..\\..\\evil.ipynb", "=cmd|' calc'!A0.ipynb", "line\nbreak.ipynb", "-rf.ipynb"):
        (folder / name).write_text("{}")
