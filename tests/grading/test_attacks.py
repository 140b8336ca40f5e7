"""The attack corpus, graded as one class with everything switched on: nothing gained, leaked, left, written outside or sent; nobody else hurt."""
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import pytest
from grading.corpus import ATTACKS, HONEST, write_class
from grading.course import write_course

from dlcourse.grading import sandbox

pytestmark = pytest.mark.skipif(sandbox.available() is not None, reason=f"no sandbox on this machine: {sandbox.available()}")
LEAKS = ("CANARY-HIDDEN", "CANARY-ANSWER", "CANARY-OTHERS", "CANARY-MEMORY", "CANARY-ESCAPE", "SEED-CANARY")
ODD_PLACES = ["/tmp", "/var/tmp", "/dev/shm", "/", "/usr", str(Path.home()), str(Path(sandbox.__file__).parents[1])]


class Listener:
    """Counts what arrives at a TCP and a UDP port of the loopback interface."""

    def __init__(self):
        self.tcp, self.udp = socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.tcp.bind(("127.0.0.1", 0))
        self.port, self.packets = self.tcp.getsockname()[1], []
        self.udp.bind(("127.0.0.1", self.port))
        self.tcp.listen()
        for listen in (lambda: self.tcp.accept()[0].recv(100), lambda: self.udp.recv(100)):
            threading.Thread(target=self.count, args=(listen,), daemon=True).start()

    def count(self, listen):
        while True:
            try:
                self.packets.append(listen())
            except OSError:
                return


def files(*places):
    """What lies in these folders, with sizes and times."""
    return {str(p): (p.lstat().st_size, p.lstat().st_mtime_ns) for place in places for p in sorted(Path(place).rglob("*")) if not p.is_dir()}


def orphans():
    """Processes in a namespace of their own, or asleep for an attack, that no process of a test run looks after any more."""
    found, mine = [], os.readlink("/proc/self/ns/pid")
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            command = Path(f"/proc/{name}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf8", "replace")
            if ("31337" in command or (os.readlink(f"/proc/{name}/ns/pid") != mine and "zygote" in command)) and not looked_after(int(name)):
                found.append(f"{name} {command[:200]}")
        except OSError:
            continue
    return found


def looked_after(pid):
    """Is some process above it at work: a grader, a test run?  What nobody looks after hangs directly below the first process."""
    while pid > 1:
        command = Path(f"/proc/{pid}/cmdline").read_text()
        if "python" in command.partition("\0")[0] and "zygote" not in command:
            return True
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return False


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """One run of the command over the whole corpus."""
    base = tmp_path_factory.mktemp("attacks")
    course, folder = write_course(base / "course"), base / "class"
    listener = Listener()
    write_class(course, folder, listener.port)
    (folder / "seed.txt").write_text("SEED-CANARY")
    before, listed = files(course), [set(os.listdir(p)) for p in ODD_PLACES]
    handed_in = files(folder / "submitted")
    command = [sys.executable, "-m", "dlcourse.cli", "grade", "--root", str(course), "--class", str(folder), "--workers", "2", "--cell-timeout", "3",
               "--notebook-timeout", "15"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=900)
    time.sleep(0.5)
    records = {p.parts[-3]: json.loads(p.read_text()) for p in (folder / "results").glob("*/mini/small.json")}
    return {"run": run, "folder": folder, "course": course, "records": records, "packets": list(listener.packets), "orphans": orphans(),
            "changed": {k for k, v in files(course).items() if before.get(k) != v}, "submitted": handed_in == files(folder / "submitted"),
            "appeared": [set(os.listdir(p)) - old for p, old in zip(ODD_PLACES, listed, strict=True)]}


def test_there_are_at_least_sixty():
    assert len(ATTACKS) >= 60


def test_the_class_is_graded_and_honest_students_keep_their_points(graded):
    assert graded["run"].returncode in (0, 3), graded["run"].stdout[-2000:] + graded["run"].stderr[-2000:]
    assert set(graded["records"]) == {f.stem for f in ATTACKS} - {"symlinked_folder"} | set(HONEST)
    assert "symlinked_folder: the folder mini is a link" in graded["run"].stderr
    for name in HONEST:
        assert graded["records"][name]["scores"] == {"test-double": 2.0, "test-triple": 3.0, "written-why": None}


@pytest.mark.parametrize("name", [f.stem for f in ATTACKS])
def test_gains_nothing_and_learns_nothing(graded, name):
    if name == "symlinked_folder":
        assert name not in graded["records"]
        return
    record = graded["records"][name]
    assert not record["trouble"], record["trouble"]
    assert sum(v or 0 for v in record["scores"].values()) == 0, record["scores"]
    nb = nbformat.read(graded["folder"] / "autograded" / name / "mini/small.ipynb", 4)
    outputs = json.dumps([c.get("outputs") for c in nb.cells])
    assert not [leak for leak in LEAKS if leak in outputs]
    page = graded["folder"] / "feedback" / name / "mini/small.html"
    assert "CANARY-HIDDEN" not in page.read_text(encoding="utf8")


def test_no_graded_notebook_holds_more_output_than_a_notebook_may(graded):
    sizes = {p.parts[-3]: p.stat().st_size for p in (graded["folder"] / "autograded").glob("*/mini/small.ipynb")}
    assert len(sizes) > 60 and not {name: size for name, size in sizes.items() if size > 15_000_000}


def test_nothing_is_left_running(graded):
    assert not graded["orphans"]


def test_nothing_is_written_outside(graded):
    inside = str(graded["course"] / "_build")
    assert not [p for p in graded["changed"] if not p.startswith(inside)] and graded["submitted"]
    assert not [n for names in graded["appeared"] for n in names if n in ("OWNED", "sitecustomize.py", "pwned", "work")]
    assert not list(graded["folder"].rglob("OWNED"))


def test_no_packet_arrives(graded):
    assert graded["packets"] == []


def test_the_time_is_the_file_s_own(graded):
    assert graded["records"]["forged_time"]["submitted"] > 1_700_000_000
