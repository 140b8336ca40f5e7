"""A text of a hundred thousand formulas that begin and never end: who draws the page looks from each of them to the end of the text."""
def change(nb):
    nb.cells.append(dict(cell_type="markdown", id="open", source="\\begin{a}" * 100_000, metadata={}))
