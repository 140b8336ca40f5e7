"""The file is not JSON."""
def write(path, nb):
    path.write_text("this is no notebook, but \x00 something else")
