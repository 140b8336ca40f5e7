"""Null bytes, lone surrogates, bidirectional marks and terminal codes in sources."""
def change(nb):
    nb.cells[1].source = "x = 1\x00\n"
    nb.cells.append(nb.cells[1].copy())
    nb.cells[-1]["source"] = "print('\x1b]0;title\x07 \u202e \ud800')"


def write(path, nb):
    import json

    change(nb)
    path.write_text(json.dumps(nb))
