"""The notebook is a link to the solution."""
def write(path, nb):
    path.symlink_to("@ROOT@/_build/source/mini/small.ipynb")
