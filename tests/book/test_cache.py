"""Executed pages can never be older than the package: the cache's folder is named by a hash of it."""
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "book/_ext"))
from dlbook import cache_folder, cache_key  # noqa: E402


def copy(tmp_path):
    shutil.copytree(ROOT / "dlcourse", tmp_path / "dlcourse", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "constraints.txt", tmp_path)
    shutil.copytree(ROOT / "tests/attacks", tmp_path / "tests/attacks", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "benchmarks", tmp_path / "benchmarks", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_key_follows_package_and_pins_only(tmp_path):
    root = copy(tmp_path)
    first = cache_key(root)
    assert first == cache_key(ROOT) == cache_key(root)
    (root / "dlcourse/mlp/losses.py").write_text("changed")
    second = cache_key(root)
    (root / "constraints.txt").write_text("changed")
    third = cache_key(root)
    (root / "dlcourse/grading/release.py").write_text("changed")  # no page calls the grader
    assert len({first, second, third}) == 3 and cache_key(root) == third
    (root / "tests/attacks/crash.py").write_text("changed")  # the guide prints what it says
    assert cache_key(root) != third
    assert cache_folder(root).name == cache_key(root)
