"""A code cell of half a million lines that hold one space each: Pygments looks from each of them to the end of all."""
def change(nb):
    nb.cells.append(dict(cell_type="code", id="white", source=" \n" * 490_000, metadata={}, outputs=[], execution_count=None))
