"""The chapter's folder is a link to the instructor's."""
def write(path, nb):
    path.parent.rmdir()
    path.parent.symlink_to("@ROOT@/_build/source/mini", target_is_directory=True)
