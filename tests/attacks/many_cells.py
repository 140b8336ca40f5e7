"""Ten thousand cells."""
def change(nb):
    nb.cells += [nb.cells[0].copy() for _ in range(10_000)]
