"""The tests give a million points."""
def change(nb):
    for cell in nb.cells:
        if cell.id.startswith("test-"):
            cell.metadata["nbgrader"]["points"] = 1_000_000
        if "dlcourse" in cell.metadata:
            cell.metadata["dlcourse"] = {"runs": "inside", "of": "nothing"}
