"""Files torch.py, numpy.py, dlcourse.py, sitecustomize.py and a startup file lie beside the notebook."""
def change(nb):
    pass


def more(folder):
    for name in ("torch.py", "numpy.py", "dlcourse.py", "sitecustomize.py", "IPython.py", "nbgrader_config.py", "conftest.py"):
        (folder / name).write_text("raise SystemExit('shipped')")
