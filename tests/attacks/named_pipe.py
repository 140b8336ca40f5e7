"""The notebook is a named pipe, at which a reader waits for ever."""
import os


def write(path, nb):
    os.mkfifo(path)
