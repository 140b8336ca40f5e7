"""A file of more than 20 MB."""
def write(path, nb):
    path.write_text('{"cells": [], "x": "' + "x" * 21_000_000 + '"}')
