"""Names of cells are swapped, so that an answer stands where a test should."""
def change(nb):
    named = [c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id")]
    names = [c.metadata["nbgrader"]["grade_id"] for c in named]
    for cell, name in zip(named, names[1:] + names[:1], strict=True):
        cell.metadata["nbgrader"]["grade_id"] = name
