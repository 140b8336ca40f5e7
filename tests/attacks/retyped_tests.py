"""The tests become Markdown, raw and solution cells."""
def change(nb):
    for cell, kind in zip([c for c in nb.cells if c.id.startswith("test-")], ("markdown", "raw"), strict=True):
        cell.cell_type = kind
        cell.pop("outputs", None)
        cell.pop("execution_count", None)
        cell.metadata["nbgrader"].update(solution=True, locked=False, cell_type=kind)
