"""The file is JSON, but no notebook."""
def write(path, nb):
    path.write_text('{"cells": {"a": 1}, "nbformat": "four", "metadata": [1, 2]}')
