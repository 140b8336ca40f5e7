"""JSON nested 200,000 deep."""
def write(path, nb):
    path.write_text('{"cells": ' + "[" * 200_000 + "]" * 200_000 + ', "nbformat": 4, "nbformat_minor": 5, "metadata": {}}')
