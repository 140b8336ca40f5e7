"""Tags say that an exception is expected in every test."""
def change(nb):
    for cell in nb.cells:
        cell.metadata["tags"] = ["raises-exception"]
