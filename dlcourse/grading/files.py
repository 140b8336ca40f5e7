"""Files that are written whole or not at all, and what the package is: a hash."""
import functools
import hashlib
import os
import tempfile
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
DEEPEST = 50  # folders within folders that are looked into
RESUME = "what was finished is kept; mend it, and the same command goes on from there"


class Unwritable(OSError):
    """A file or a database cannot be written; the text names it and says why."""


def walk(folder):
    """As os.walk, DEEPEST folders down: it calls itself for each level, so that a folder a thousand deep would end whoever looks into it."""
    for here, folders, files in os.walk(folder):
        if len(Path(here).relative_to(folder).parts) >= DEEPEST:
            folders[:] = []
        yield here, folders, files


def write_whole(path, text):
    """Write ``text`` (str or bytes) to ``path`` in one rename.  Raises Unwritable, with nothing half-written left behind."""
    path = Path(path)
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(text.encode() if isinstance(text, str) else text)
        os.replace(part, path)
    except OSError as error:
        remove(part)
        raise unwritable(path, error) from error


def check_writable(class_dir):
    """Raises Unwritable for a folder (or the nearest that is there above it) that takes no new file, or whose lock is somebody else's."""
    place = next(p for p in (Path(class_dir).absolute(), *Path(class_dir).absolute().parents) if p.exists())
    try:
        tempfile.TemporaryFile(dir=place).close()
        place = place / ".lock"
        if place.exists():
            open(place, "a").close()
    except OSError as error:
        raise Unwritable(f"cannot write {place}: {error.strerror}; what is made is written into the class's folder: mend its permissions, "
                         "or work on a copy of it (cp -r)") from error


def remove(path):
    """Take a half-written file away where that is possible."""
    try:
        os.unlink(path)
    except OSError:
        pass


def unwritable(path, error):
    """The one line for a file that cannot be written."""
    return Unwritable(f"cannot write {path}: {error.strerror if isinstance(error, OSError) else error}; {RESUME}")


def at_work(class_dir):
    """Does a run of ``grade`` hold the class's lock?"""
    import fcntl  # here: a student's Windows lacks it, imports this module and never calls it

    try:
        with open(class_dir / ".lock", "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


@functools.cache
def package_hash():
    """Hash of the package: tests call it, so its text is part of what a score depends on."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@functools.cache
def pages_hash():
    """Hash of all that makes a feedback page look as it does: the package, its templates, and who fills them."""
    digest = hashlib.sha256(f"{package_hash()} {version('nbgrader')} {version('nbconvert')}".encode())
    for path in sorted(p for p in (PACKAGE / "grading/templates").rglob("*") if p.is_file()):
        digest.update(f"{path.relative_to(PACKAGE)}".encode() + path.read_bytes())
    return digest.hexdigest()
