"""A notebook of format 3."""
def write(path, nb):
    path.write_text('{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": []}]}')
