"""One cell has metadata of schema version 99: stock nbgrader stops the whole class."""
def change(nb):
    nb.cells[1].metadata["nbgrader"]["schema_version"] = 99
    nb.metadata["dlcourse"] = {"tests": "inside"}
