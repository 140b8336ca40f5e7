"""All tests are deleted."""
def change(nb):
    nb.cells = [c for c in nb.cells if not c.id.startswith("test-")]
