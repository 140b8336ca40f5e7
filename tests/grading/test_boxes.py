"""Folders that a killed process left in /tmp are swept, those of a living one never."""
import os
import subprocess
import sys

import pytest

from dlcourse.grading import boxes

HOLD = "import sys; from dlcourse.grading import boxes; print(boxes.make()[0], flush=True); sys.stdin.read()"


@pytest.fixture
def base(tmp_path, monkeypatch):
    monkeypatch.setattr(boxes.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(boxes, "SWEPT", [])
    return tmp_path


def holder(base):
    """A process that holds a folder.  -> (process, path)"""
    process = subprocess.Popen([sys.executable, "-c", HOLD], env=os.environ | {"TMPDIR": str(base)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().strip()


def end(process):
    process.kill()
    process.communicate()


def test_what_a_killed_process_left_goes_and_what_a_living_one_holds_stays(base):
    dead, left = holder(base)
    alive, held = holder(base)
    open(os.path.join(left, "file"), "w").close()
    end(dead)
    try:
        assert os.path.isdir(left) and os.path.isdir(held)
        mine, lock = boxes.make()
        assert not os.path.exists(left) and os.path.isdir(held) and os.path.isdir(mine)
        boxes.remove(mine, lock)
        assert os.listdir(base) == [os.path.basename(held)]
    finally:
        end(alive)


def test_a_process_keeps_its_own_when_it_sweeps_again(base):
    first, lock = boxes.make()
    boxes.sweep()
    assert os.path.isdir(first)
    boxes.remove(first, lock)


def test_nothing_else_is_swept(base):
    for name in ("dlcourse-0", "dlcourse-warm-0", "dlcourse-new-x"):
        (base / name).mkdir()
    (base / "target").mkdir()
    (base / f"{boxes.PREFIX}link").symlink_to(base / "target")
    (base / f"{boxes.PREFIX}file").write_text("x")
    before = sorted(os.listdir(base))
    boxes.sweep()
    assert sorted(os.listdir(base)) == before


def test_a_folder_of_somebody_else_stays(base, monkeypatch):
    (base / f"{boxes.PREFIX}theirs").mkdir()
    monkeypatch.setattr(boxes.os, "getuid", lambda: 12345)
    boxes.sweep()
    assert (base / f"{boxes.PREFIX}theirs").is_dir()
