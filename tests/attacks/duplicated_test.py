"""A test stands twice: stock nbgrader stops the whole class."""
def change(nb):
    tests = [c for c in nb.cells if c.id.startswith("test-")]
    nb.cells += [t.copy() for t in tests]
