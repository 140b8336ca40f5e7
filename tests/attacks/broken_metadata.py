"""Metadata of impossible types."""
def change(nb):
    for cell, wrong in zip(nb.cells, (1, "x", None, [], {"grade_id": ["a"]}, {"grade_id": {"b": 1}}, {"points": "many"}), strict=False):
        cell.metadata["nbgrader"] = wrong
    nb.metadata["kernelspec"] = {"name": "../../../bin/sh", "language": ["x"]}
