"""The notebooks inside an archive or a folder that somebody else made: nothing is unpacked, every member is looked at before a byte of it is read."""
import io
import lzma
import os
import stat
import time
import unicodedata
import zipfile
import zlib
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from dlcourse.grading.files import walk
from dlcourse.grading.normalise import MAX_BYTES

MAX_MEMBERS = 200_000
MAX_TOTAL = 4 << 30  # bytes of all that is read from one archive, inner ones included
MAX_RATIO = 200  # unpacked to packed; a notebook of zeros has about 1000, a real one below 50
SMALL = 1 << 20  # bytes below which the ratio says nothing
MAX_INNER = 200 << 20  # bytes of a zip inside the zip
INNER = {"bytes": 1 << 30, "members": 20_000}  # what such a zip may unpack to: it is one student's, and takes no room from the others
MAX_NAME = 255  # characters of a folder or file, as on disks: who handed it in is found by patterns that take longer for longer names
IGNORED = ("__MACOSX", ".ipynb_checkpoints", ".git", "__pycache__")


class Member(NamedTuple):
    """One notebook, read."""

    parts: tuple  # folders and file name; a zip inside the zip counts as a folder
    data: bytes
    changed: float  # its time, seconds since 1970; 0: none is known


class Refused(ValueError):
    """A member that is not taken; the text says why."""


def members(source, refuse, other=lambda parts: None):
    """Yield every notebook of a zip or a folder as a Member.

    ``refuse(name, why)`` is called for each one that is not taken; ``other(parts)`` for each other file, and for each folder or
    zip inside, whose last part is empty.
    """
    source = Path(source)
    budget = {"bytes": MAX_TOTAL, "members": MAX_MEMBERS}
    if source.is_dir():
        yield from in_folder(source, refuse, other)
    elif zipfile.is_zipfile(source):
        with open(source, "rb") as file:
            yield from in_zip(file, (), refuse, budget, other, inner=False)
    else:
        raise ValueError(f"{source} is {'no zip archive' if source.exists() else 'not there'}; expected a .zip file or a folder")


def in_folder(folder, refuse, other):
    """Notebooks below a folder; links are not followed."""
    for here, folders, files in walk(folder):
        folders[:] = sorted(f for f in folders if f not in IGNORED)
        for name in folders:
            tell(other, (*Path(here, name).relative_to(folder).parts, ""))
        for name in sorted(files):
            path = Path(here, name)
            parts = path.relative_to(folder).parts
            try:
                check_name("/".join(parts))
                if not wanted(parts):
                    tell(other, parts)
                    continue
                handle = open_regular(path)
            except (Refused, OSError) as error:
                refuse("/".join(parts), str(error))
                continue
            with handle as file:
                if name.lower().endswith(".zip"):
                    yield from in_zip(file, (*parts[:-1], name[:-4]), refuse, None, other, inner=True)
                else:
                    data, why = read(file, MAX_BYTES)
                    if why:
                        refuse("/".join(parts), why)
                    else:
                        yield Member(parts, data, os.fstat(file.fileno()).st_mtime)


def open_regular(path):
    """A regular file, opened; links, pipes and devices are refused."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Refused("is not a regular file; links, pipes and devices are not taken")
    return os.fdopen(handle, "rb")


def in_zip(file, above, refuse, budget, other, inner):
    """Notebooks of a zip archive, and of the zips in it (one level)."""
    where, budget = f"{'/'.join(above)}.zip" if above else "the archive", dict(INNER) if inner else budget
    try:
        if inner and entries(file) > INNER["members"]:
            raise ValueError(f"more than {INNER['members']:,} members")
        archive, marked = opened(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        refuse(where, f"cannot be read as a zip ({error}); unpack it by hand and give the folder")
        return
    if inner:
        tell(other, (*above, ""))
    with archive:
        for info in archive.infolist():
            budget["members"] -= 1
            if budget["members"] < 0:
                refuse(where, f"holds more than {INNER['members'] if inner else MAX_MEMBERS:,} members; the rest is left out")
                return
            name = decoded(info)
            try:
                if marked and "\ufffd" in (name := info.filename.encode("cp437").decode("utf8", "replace")):
                    raise Refused("has a name that is marked as UTF-8 and is not")
                parts = check_name(name)
                if info.is_dir() or not wanted(parts):
                    tell(other, (*above, *parts, *([""] if info.is_dir() else [])))
                    continue
                check_member(info, budget)
                if parts[-1].lower().endswith(".zip"):
                    if inner:
                        raise Refused("is a zip in a zip in a zip; expected one level at most")
                    data = unpack(archive, info, MAX_INNER, budget)
                    yield from in_zip(io.BytesIO(data), (*above, *parts[:-1], parts[-1][:-4]), refuse, None, other, inner=True)
                else:
                    yield Member((*above, *parts), unpack(archive, info, MAX_BYTES, budget), changed(info))
            except Refused as error:
                refuse("/".join((*above, name)), str(error))


def entries(file):
    """The most members that an archive can have, counted in pieces: opening it takes half a kilobyte of memory for each."""
    count, last = 0, b""
    file.seek(0)
    while piece := file.read(1 << 20):
        count += (last + piece).count(b"PK\1\2")
        last = piece[-3:]
    return count


def opened(file):
    """An archive -> (ZipFile, False); (ZipFile, True) where one broken UTF-8 name would have closed it all: then the marks of UTF-8 are taken off first."""
    try:
        return zipfile.ZipFile(file), False
    except UnicodeDecodeError:
        file.seek(0)
        data = bytearray(file.read(MAX_TOTAL))
    end = data.rfind(b"PK\5\6")
    at = int.from_bytes(data[end + 16:end + 20], "little")
    while data[at:at + 4] == b"PK\1\2":
        local = int.from_bytes(data[at + 42:at + 46], "little")
        data[at + 9] &= ~0x08  # bit 11 of the flags
        if data[local:local + 4] == b"PK\3\4":
            data[local + 7] &= ~0x08
        at += 46 + sum(int.from_bytes(data[at + i:at + i + 2], "little") for i in (28, 30, 32))
    return zipfile.ZipFile(io.BytesIO(data)), True


def check_name(name):
    """The parts of a member's name.  Raises Refused for a name that leads elsewhere or cannot be shown."""
    parts = tuple(p for p in name.rstrip("/").split("/") if p != ".")
    if name.startswith(("/", "\\")) or name[1:2] == ":" or ".." in parts or "\\" in name or not parts or "" in parts:
        raise Refused("has a name that leads out of the archive or is no plain path; expected folder/file.ipynb")
    if any(len(p) > MAX_NAME for p in parts):
        raise Refused(f"has a name of more than {MAX_NAME} characters, which no disk takes")
    if any(unicodedata.category(c) in ("Cc", "Cs", "Cf", "Zl", "Zp") for c in name):
        raise Refused("has control or invisible characters in its name, or a name in an unknown encoding")
    return parts


def wanted(parts):
    """Notebooks and zips, but not what systems leave about."""
    hidden = any(p in IGNORED for p in parts[:-1]) or parts[-1].startswith(".")
    return not hidden and parts[-1].lower().endswith((".ipynb", ".zip"))


def tell(other, parts):
    """Name a file that is no notebook, or a folder, unless systems and programs leave it about."""
    if not any(p in IGNORED or p.startswith(".") for p in parts):
        other(parts)


def decoded(info):
    """A member's name: UTF-8 where its bytes are (macOS writes that without the mark), else as the old code page says."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf8")
    except UnicodeError:
        return info.filename


def check_member(info, budget):
    """Raises Refused for what is no plain, readable file of a fair size, before anything of it is read."""
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise Refused("is not a regular file; links, pipes and devices are not taken")
    if info.flag_bits & 1:
        raise Refused("is encrypted; ask for it without a password")
    limit = MAX_INNER if info.filename.lower().endswith(".zip") else MAX_BYTES
    if info.file_size > limit:
        raise Refused(f"has {info.file_size:,} bytes; expected at most {limit:,}")
    if info.file_size > SMALL and info.file_size > MAX_RATIO * max(1, info.compress_size):
        raise Refused(f"unpacks from {info.compress_size:,} to {info.file_size:,} bytes, as zip bombs do")
    if info.file_size > budget["bytes"]:
        raise Refused("would unpack to more bytes in all than an archive may; give it in parts")


def unpack(archive, info, limit, budget):
    """The bytes of a member; the limits hold while reading too, whatever its header says.  Raises Refused."""
    try:
        with archive.open(info) as file:
            data, why = read(file, min(limit, budget["bytes"], info.file_size))
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, MemoryError, EOFError, OSError, ValueError) as error:
        raise Refused(f"cannot be unpacked ({error})") from None
    if why:
        raise Refused(why)
    budget["bytes"] -= len(data)
    return data


def read(file, limit):
    """At most ``limit`` bytes -> (bytes, '') or (b'', why it is refused)"""
    data = file.read(limit + 1)
    return (b"", f"is longer than {limit:,} bytes, the most it may have") if len(data) > limit else (data, "")


def changed(info):
    """When a member was last changed: the exact UTC time that Unix zips add, else the local time of the machine that packed; 0 for none."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        if kind == 0x5455 and size >= 5 and extra[4] & 1:
            return float(int.from_bytes(extra[5:9], "little", signed=True))
        extra = extra[4 + size:]
    try:
        stamp = datetime(*info.date_time)
    except ValueError:
        return 0.0
    return 0.0 if stamp.year <= 1980 else time.mktime(stamp.timetuple())
