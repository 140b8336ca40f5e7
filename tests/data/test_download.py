"""The downloader against servers of every sort, on this machine; the readers against small, cut and corrupt files in the real formats."""

import gzip
import hashlib
import http.server
import io
import pickle
import struct
import tarfile
import threading

import numpy as np
import pytest

from dlcourse.data import download

CONTENT = b"the right content" * 100
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server():
    """A server with a good file, a wrong file, one cut short, and none; yields (its address, the list of requested paths)."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            kind = self.path.split("/")[1]
            self.send_response(404 if kind == "none" else 200)
            body = {"good": CONTENT, "wrong": b"<html>log in first</html>", "cut": CONTENT}.get(kind, b"")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:100] if kind == "cut" else body)

        def log_message(self, *args):
            pass

    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}", asked
    httpd.shutdown()
    httpd.server_close()


def test_a_good_mirror_is_enough_and_is_asked_once(server, tmp_path):
    base, asked = server
    urls = [f"{base}/{kind}/f" for kind in ("none", "wrong", "cut", "good", "good")]
    path = download.fetch("f", DIGEST, urls, tmp_path / "new")
    assert path.read_bytes() == CONTENT
    assert asked == ["/none/f", "/wrong/f", "/cut/f", "/good/f"]
    assert download.fetch("f", DIGEST, urls, tmp_path / "new") == path and len(asked) == 4  # from the cache
    assert [p.name for p in path.parent.iterdir()] == ["f"]  # no part files


def test_a_damaged_file_in_the_cache_is_replaced(server, tmp_path):
    (tmp_path / "f").write_bytes(CONTENT[:-1])
    assert download.fetch("f", DIGEST, [f"{server[0]}/good/f"], tmp_path).read_bytes() == CONTENT


def test_a_failure_names_all_that_was_tried_and_what_to_do(server, tmp_path):
    urls = [f"{server[0]}/none/f", f"{server[0]}/wrong/f", f"{server[0]}/cut/f", "http://127.0.0.1:9/f"]
    with pytest.raises(ConnectionError) as caught:
        download.fetch("f", DIGEST, urls, tmp_path, timeout=5)
    text = str(caught.value)
    assert all(u in text for u in urls) and str(tmp_path / "f") in text and DIGEST in text and "by another way" in text
    assert not list(tmp_path.iterdir())  # nothing half-written is left to be taken for the file


def test_a_file_put_there_by_hand_needs_no_network(tmp_path):
    (tmp_path / "f").write_bytes(CONTENT)
    assert download.fetch("f", DIGEST, [], tmp_path).read_bytes() == CONTENT


def test_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path))
    assert download.data_folder() == tmp_path
    assert download.data_folder(tmp_path / "a") == tmp_path / "a"
    monkeypatch.delenv("DLCOURSE_DATA")
    assert "dlcourse" in str(download.data_folder())


def test_checksums_are_sha256_and_every_set_has_mirrors():
    sums = [s for files in (download.MNIST_FILES, download.FASHION_FILES, download.CIFAR_FILES) for s in files.values()]
    assert len(set(sums)) == 9 and all(len(s) == 64 and int(s, 16) for s in sums)
    for mirrors in (download.MNIST_MIRRORS, download.FASHION_MIRRORS, download.CIFAR_MIRRORS):
        assert len(mirrors) >= 2 and all(m.endswith("/") for m in mirrors)


# --- IDX ---------------------------------------------------------------------------------------------------------------------


def idx(array, code=8):
    """The bytes of an IDX file, written by hand."""
    return bytes([0, 0, code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@pytest.mark.parametrize(("code", "kind"), [(8, ">u1"), (9, ">i1"), (11, ">i2"), (12, ">i4"), (13, ">f4"), (14, ">f8")])
def test_idx_of_every_type(code, kind, tmp_path):
    a = (np.arange(24) - (0 if code == 8 else 7)).astype(kind).reshape(2, 3, 4)
    (tmp_path / "a.gz").write_bytes(gzip.compress(idx(a, code)))
    b = download.read_idx(tmp_path / "a.gz")
    assert np.array_equal(a, b) and b.dtype.isnative and b.dtype == a.dtype.newbyteorder("=")


GOOD = idx(np.arange(12, dtype=np.uint8).reshape(3, 2, 2))
DAMAGED = {
    "empty": b"",
    "not gzip": GOOD,
    "cut gzip": gzip.compress(GOOD)[:-9],
    "corrupt gzip": gzip.compress(GOOD)[:12] + b"\xff\xff\xff" + gzip.compress(GOOD)[15:],
    "wrong gzip sum": gzip.compress(GOOD)[:-8] + b"\0" * 8,
    "nothing in it": gzip.compress(b""),
    "too short": gzip.compress(GOOD[:-1]),
    "too long": gzip.compress(GOOD + b"\0"),
    "cut sizes": gzip.compress(GOOD[:9]),
    "huge sizes": gzip.compress(bytes([0, 0, 8, 3]) + b"\xff" * 12 + b"\0" * 12),
    "unknown type": gzip.compress(b"\0\0\x07\x01" + GOOD[4:]),
    "a web page": gzip.compress(b"<!DOCTYPE html>"),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_idx_damage_is_named(kind, tmp_path):
    (tmp_path / "bad.gz").write_bytes(DAMAGED[kind])
    with pytest.raises(ValueError, match=r"bad\.gz is damaged"):
        download.read_idx(tmp_path / "bad.gz")


def test_mnist_from_small_files(monkeypatch, tmp_path):
    rng = np.random.default_rng(0)
    made = {}
    for part, n in (("train", 5), ("t10k", 3)):
        made[part] = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8), rng.integers(0, 10, n, dtype=np.uint8)
        for kind, a in zip(("images-idx3", "labels-idx1"), made[part], strict=True):
            (tmp_path / "mnist").mkdir(exist_ok=True)
            (tmp_path / "mnist" / f"{part}-{kind}-ubyte.gz").write_bytes(gzip.compress(idx(a)))
    monkeypatch.setattr(download, "MNIST_FILES", {f: hashlib.sha256((tmp_path / "mnist" / f).read_bytes()).hexdigest() for f in download.MNIST_FILES})
    train, test = download.mnist(tmp_path)
    assert train.x.shape == (5, 28, 28) and train.x.dtype == np.float32 and test.y.dtype == np.int64
    assert np.allclose(test.x, made["t10k"][0] / 255.0) and np.array_equal(train.y, made["train"][1])


def test_files_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match="belong together"):
        download._pair(np.zeros((3, 28, 28), np.uint8), np.zeros(4, np.uint8), "train")


# --- CIFAR-10 ----------------------------------------------------------------------------------------------------------------


class Python2Pickler(pickle._Pickler):
    """Writes what Python 2 wrote in 2009: texts as byte strings, and NumPy under its old name."""

    dispatch = dict(pickle._Pickler.dispatch)

    def save_text(self, obj):
        raw = obj.encode("latin1") if isinstance(obj, str) else obj
        self.write(pickle.BINSTRING + struct.pack("<i", len(raw)) + raw)
        self.memoize(obj)

    dispatch[bytes] = dispatch[str] = save_text


def batch(x, y):
    """The bytes of a batch in CIFAR-10's form."""
    out = io.BytesIO()
    Python2Pickler(out, protocol=2).dump({"data": x, "labels": y, "batch_label": "training batch 1 of 5", "filenames": ["a.png"] * len(y)})
    return out.getvalue().replace(b"cnumpy._core.multiarray\n", b"cnumpy.core.multiarray\n")


def tarball(path, parts, folder="cifar-10-batches-py"):
    """Write a tarball of the given {name: bytes}."""
    with tarfile.open(path, "w:gz") as tar:
        for name, raw in parts.items():
            info = tarfile.TarInfo(f"{folder}/{name}")
            info.size = len(raw)
            tar.addfile(info, io.BytesIO(raw))
    return path


def parts(**changes):
    """Six small batches, some of them changed."""
    rng = np.random.default_rng(1)
    names = [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]
    made = {n: batch(rng.integers(0, 256, (2, 3072), dtype=np.uint8), [i, 9]) for i, n in enumerate(names)}
    return {**made, **changes}


def test_cifar10_in_its_own_format(monkeypatch, tmp_path):
    path = tarball(tmp_path / "c.tar.gz", parts())
    (x, y), (tx, ty) = download.read_cifar10(path)
    assert x.shape == (10, 3, 32, 32) and x.dtype == np.uint8 and y.tolist() == [0, 9, 1, 9, 2, 9, 3, 9, 4, 9] and ty.tolist() == [5, 9]
    first = np.random.default_rng(1).integers(0, 256, (2, 3072), dtype=np.uint8)
    assert np.array_equal(x[0, 0].ravel(), first[0, :1024]) and np.array_equal(x[1, 2].ravel(), first[1, 2048:])  # red, green, blue planes
    (tmp_path / "cifar10").mkdir()
    path.rename(tmp_path / "cifar10" / "cifar-10-python.tar.gz")
    digest = hashlib.sha256((tmp_path / "cifar10" / "cifar-10-python.tar.gz").read_bytes()).hexdigest()
    monkeypatch.setattr(download, "CIFAR_FILES", {"cifar-10-python.tar.gz": digest})
    train, test = download.cifar10(tmp_path)
    assert train.x.dtype == np.float32 and np.allclose(test.x, tx / 255.0) and np.array_equal(test.y, ty)


class Evil:
    """A pickle that would run a command."""

    def __reduce__(self):
        import os

        return os.system, ("echo broken into > broken_into",)


HOSTILE = {
    "runs a command": pickle.dumps(Evil(), protocol=2),
    "runs eval": b"c__builtin__\neval\n(S'open(\"broken_into\", \"w\")'\ntR.",
    "another class": pickle.dumps({b"data": pickle.PickleBuffer, b"labels": []}, protocol=2),
    "numpy's loader": b"cnumpy\nload\n(S'x'\ntR.",
    "not a pickle": b"hello",
    "empty": b"",
    "cut": batch(np.zeros((2, 3072), np.uint8), [1, 2])[:-2000],
    "not a dict": pickle.dumps([1, 2], protocol=2),
    "wrong type": batch(np.zeros((2, 3072), np.float32), [1, 2]),
    "wrong shape": batch(np.zeros((2, 3071), np.uint8), [1, 2]),
    "fewer labels": batch(np.zeros((2, 3072), np.uint8), [1]),
    "labels of 11 classes": batch(np.zeros((2, 3072), np.uint8), [1, 10]),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_cifar10_refuses_damaged_and_hostile_pickles(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tarball(tmp_path / "c.tar.gz", parts(data_batch_3=HOSTILE[kind]))
    with pytest.raises(ValueError, match="data_batch_3 is damaged"):
        download.read_cifar10(path)
    assert not (tmp_path / "broken_into").exists()


def test_cifar10_damaged_tarballs(tmp_path):
    whole = tarball(tmp_path / "whole.tar.gz", parts()).read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "not.tar.gz").write_bytes(b"<html>")
    few = parts()
    del few["test_batch"]
    tarball(tmp_path / "few.tar.gz", few)
    tarball(tmp_path / "elsewhere.tar.gz", parts(), folder="other")
    for name in ("cut", "not", "few", "elsewhere"):
        with pytest.raises(ValueError, match="is damaged"):
            download.read_cifar10(tmp_path / f"{name}.tar.gz")
    with pytest.raises(ValueError, match="is damaged"):
        download.read_cifar10(tmp_path / "missing.tar.gz")


def test_cifar10_refuses_a_link_in_place_of_a_batch(tmp_path):
    with tarfile.open(tmp_path / "c.tar.gz", "w:gz") as tar:
        for name in parts():
            info = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(info)
    with pytest.raises(ValueError, match="is damaged"):
        download.read_cifar10(tmp_path / "c.tar.gz")
