"""A number of five million digits in the metadata."""


def write(path, nb):
    cell = '{"cell_type": "code", "source": "1", "execution_count": ' + "9" * 5_000_000 + "}"
    path.write_text('{"cells": [' + cell + '], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}')
