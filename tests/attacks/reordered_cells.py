"""The tests stand first, then the answers, then the imports; cells are in the opposite order."""
def change(nb):
    nb.cells.reverse()
    for cell in nb.cells:
        if cell.id == "answer-double":
            cell.source = "def double(x):\n    return x"
