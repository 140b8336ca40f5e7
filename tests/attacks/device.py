"""The notebook is a link to a device without end."""
def write(path, nb):
    path.symlink_to("/dev/zero")
