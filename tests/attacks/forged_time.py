"""A timestamp.txt beside the notebook says that it was handed in long ago."""
def change(nb):
    pass


def more(folder):
    (folder / "timestamp.txt").write_text("2001-01-01 00:00:00 UTC")
    (folder.parent / "timestamp.txt").write_text("2001-01-01 00:00:00 UTC")
