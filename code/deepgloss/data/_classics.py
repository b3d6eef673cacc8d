"""Fashion-MNIST and CIFAR-10, for readers with a network; the book itself calls neither."""

import gzip
import math
import os
import struct
import tarfile
import zlib
from pathlib import Path

import numpy as np
import torch

from .._arguments import generator, share, whole_seed
from ._download import cache, fetch
from ._split import Split, on_device

# The SHA-256 values are those that TensorFlow Datasets records for the same addresses, in its
# url_checksums/fashion_mnist.txt and url_checksums/cifar10.txt.
FASHION_MNIST_URL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
FASHION_MNIST = {
    "train-images-idx3-ubyte.gz":
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "train-labels-idx1-ubyte.gz":
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "t10k-images-idx3-ubyte.gz":
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "t10k-labels-idx1-ubyte.gz":
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}
CIFAR10_URL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
CIFAR10_SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"


def fashion_mnist(
    root: str | os.PathLike | None = None, *, validation_share: float = 0.1, seed: int = 0
) -> Split:
    """Fashion-MNIST: 60,000 and 10,000 gray pictures of clothes in ten classes; 30 MB to load.

    The first call downloads four files, later ones read them from the cache.

    Args:
        root: the cache; by default ``DEEPGLOSS_DATA``, else ``~/.cache/deepgloss``.
        validation_share: the share of the 60,000 training examples that become validation
            examples, drawn at random, in [0, 1). The rest keeps its order. The test part is the
            published one.
        seed: decides which examples are for validation.

    Returns:
        A :class:`Split`: inputs ``(N, 1, 28, 28)``, ``float32`` in [0, 1]; labels 0..9: T-shirt,
        trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot.

    Raises:
        DownloadError: if the network does not give the files.
        ValueError: if an argument is out of range, or a file is not what it should be.

    Source: Xiao, Rasul and Vollgraf (2017), "Fashion-MNIST: a Novel Image Dataset for Benchmarking
    Machine Learning Algorithms".
    """
    validation_share = share("validation_share", validation_share, zero=True)
    seed = whole_seed(seed)
    folder = cache(root) / "fashion-mnist"
    images, labels, test_images, test_labels = (
        torch.from_numpy(read_idx(fetch(FASHION_MNIST_URL + name, folder / name, sha256)))
        for name, sha256 in FASHION_MNIST.items()
    )
    train, test = (images.unsqueeze(1), labels), (test_images.unsqueeze(1), test_labels)
    return _split(train, test, validation_share, seed)


def cifar10(
    root: str | os.PathLike | None = None, *, validation_share: float = 0.1, seed: int = 0
) -> Split:
    """CIFAR-10: 50,000 and 10,000 color pictures of animals and vehicles; 170 MB to load.

    The first call downloads the archive, later ones read it from the cache. It is the binary
    version: the one for Python holds pickles, and reading a pickle runs what is written in it.

    Args:
        root: the cache; by default ``DEEPGLOSS_DATA``, else ``~/.cache/deepgloss``.
        validation_share: the share of the 50,000 training examples that become validation
            examples, drawn at random, in [0, 1). The rest keeps its order. The test part is the
            published one.
        seed: decides which examples are for validation.

    Returns:
        A :class:`Split`: inputs ``(N, 3, 32, 32)``, ``float32`` in [0, 1], red first, about 740 MB
        in all; labels 0..9: airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck.

    Raises:
        DownloadError: if the network does not give the archive.
        ValueError: if an argument is out of range, or the archive is not what it should be.

    Source: Krizhevsky (2009), "Learning Multiple Layers of Features from Tiny Images", chapter 3.
    """
    validation_share = share("validation_share", validation_share, zero=True)
    seed = whole_seed(seed)
    path = cache(root) / "cifar-10-binary.tar.gz"
    return _split(*read_cifar10(fetch(CIFAR10_URL, path, CIFAR10_SHA256)), validation_share, seed)


def read_idx(path: Path) -> np.ndarray:
    """An array of bytes from a gzipped IDX file.

    The format: two zero bytes, a type (8 for unsigned bytes), the number d of dimensions, d sizes
    as big-endian 32-bit integers, then the values with the last index running fastest.

    Raises:
        ValueError: if the file does not follow the format.
    """
    try:
        with gzip.open(path) as file:
            raw = file.read()
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{path} is no whole gzip file: {error}") from error
    if len(raw) < 4 or raw[:3] != b"\0\0\x08":
        raise ValueError(f"{path} must begin with the bytes 0, 0, 8 of an IDX file of bytes, not "
                         f"{list(raw[:3])}")
    start = 4 + 4 * raw[3]
    if len(raw) < start:
        raise ValueError(f"{path} ends within its header of {start} bytes")
    shape = struct.unpack(f">{raw[3]}I", raw[4:start])
    if len(raw) - start != math.prod(shape):
        raise ValueError(f"{path} must hold {math.prod(shape)} values for the shape {shape}, not "
                         f"{len(raw) - start}")
    return np.frombuffer(raw, np.uint8, offset=start).reshape(shape).copy()


def read_cifar10(path: Path) -> tuple[tuple[torch.Tensor, torch.Tensor], ...]:
    """Training and test pictures ``(N, 3, 32, 32)`` and labels ``(N,)``, both ``uint8``.

    The archive holds files of records: one byte of label, then 1,024 bytes each of red, green and
    blue, row by row. It is read in memory, so that no path inside it matters.

    Raises:
        ValueError: if a file is missing or does not follow the format.
    """
    train = [f"data_batch_{i}.bin" for i in range(1, 6)]
    try:
        with tarfile.open(path, "r:gz") as archive:
            found = {
                os.path.basename(member.name): archive.extractfile(member).read()
                for member in archive if member.isfile() and member.name.endswith(".bin")
            }
    except (EOFError, gzip.BadGzipFile, tarfile.TarError, zlib.error) as error:
        raise ValueError(f"{path} is no whole gzipped tar archive: {error}") from error
    halves = []
    for names in (train, ["test_batch.bin"]):
        missing = [name for name in names if name not in found]
        if missing:
            raise ValueError(f"{path} lacks {', '.join(missing)}")
        raw = b"".join(_records(found[name], f"{name} in {path}") for name in names)
        table = torch.from_numpy(np.frombuffer(raw, np.uint8).reshape(-1, 3073).copy())
        halves.append((table[:, 1:].reshape(-1, 3, 32, 32), table[:, 0]))
    return tuple(halves)


def _records(raw: bytes, name: str) -> bytes:
    if len(raw) == 0 or len(raw) % 3073:
        raise ValueError(f"{name} must hold whole records of 3073 bytes, not {len(raw)} bytes")
    if max(raw[::3073]) > 9:
        raise ValueError(f"{name} must hold labels in 0..9, not {max(raw[::3073])}")
    return raw


def _split(train, test, validation_share: float, seed: int) -> Split:
    """Move a random share of the training examples to validation, and scale to [0, 1]."""
    total = len(train[0])
    held = torch.zeros(total, dtype=torch.bool)
    order = torch.randperm(total, generator=generator(seed))
    held[order[: round(total * validation_share)]] = True
    if held.all():
        raise ValueError(f"validation_share = {validation_share:g} leaves nothing to train on")
    parts = []
    for x, y in ((train[0][~held], train[1][~held]), (train[0][held], train[1][held]), test):
        parts += [x.float() / 255, y.long()]
    return Split(*on_device(*parts))
