"""Beside the notebook lies one whose name is sixty digits and a letter: a pattern that splits the digits in every way never ends."""
def change(nb):
    pass


def more(folder):
    (folder / f"{'1' * 60}x.ipynb").write_text("{}")
