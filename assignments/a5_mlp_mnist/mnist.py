"""Finds the handwritten digits of MNIST on this computer, or downloads them.

    import mnist
    train_images, train_labels, test_images = mnist.load(load_idx)

`load` calls your own `load_idx` on each file. It looks for the files in the folder that the environment variable
MNIST_DIR names, then in a cache in your home folder, and downloads what is missing. Each file is checked: only one with
the SHA-256 of the original is used, so you never train on a damaged or half-finished download. If there are no files
and no network, you get the 1,797 smaller digits of scikit-learn, enlarged to the same 28 × 28 pixels. It prints which
of the two you have.
"""

import gzip
import hashlib
import os
import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FILES = {
    "train_images": (
        "train-images-idx3-ubyte.gz",
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    "train_labels": (
        "train-labels-idx1-ubyte.gz",
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    "test_images": (
        "t10k-images-idx3-ubyte.gz",
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    "test_labels": (
        "t10k-labels-idx1-ubyte.gz",
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
}
"""The files that Y. LeCun, C. Cortes and C. Burges published (CC BY-SA 3.0): name → file name and SHA-256."""

MIRRORS = ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/")
FOLDER, OFFLINE = "MNIST_DIR", "CHAINRULE_OFFLINE"
"""Two environment variables: the folder with the files; and if this one is set, nothing is downloaded."""


@dataclass(frozen=True)
class Found:
    """What was found: "MNIST" or "digits", the path of each file, and a sentence that says where they come from."""

    name: str
    paths: dict
    said: str


def load(load_idx):
    """Returns the training images, their labels, and the test images; the test labels stay with the grader.

    They are as your load_idx returns them: images (n, 28, 28) from 0 (paper) to 1 (ink), and labels from 0 to 9.
    """
    found = find(("train_images", "train_labels", "test_images"))
    print(found.said)
    return tuple(load_idx(path) for path in found.paths.values())


def find(names=tuple(FILES), *, download=True):
    """Finds the files: in $MNIST_DIR, in the cache, by a download, or else made from scikit-learn's digits."""
    damaged = []
    folder = os.environ.get(FOLDER)
    if folder and (paths := _checked(Path(folder), names, damaged)):
        return Found("MNIST", paths, _say(f"MNIST, from {folder} (${FOLDER})", damaged))
    if folder and not damaged:
        damaged.append(f"${FOLDER} is {folder}, which does not hold all the files")
    cache = _cache() / "mnist"
    if paths := _checked(cache, names, damaged):
        return Found("MNIST", paths, _say(f"MNIST, from {cache}", damaged))
    if download and not os.environ.get(OFFLINE):
        why = _download(cache, names)
        if paths := _checked(cache, names, []):
            return Found("MNIST", paths, _say(f"MNIST, downloaded to {cache}", damaged))
        damaged.append(f"the download failed ({why})")
    said = f"NOT MNIST, which was not found (set ${FOLDER} to a folder with it): the 1,797 digits of scikit-learn"
    return Found("digits", _digits(_cache() / "digits", names), _say(said, damaged))


def _say(what, damaged):
    return "; ".join([what, *damaged])


def _checked(folder, names, damaged):
    """Returns the paths if every file is there and undamaged, else None; adds to `damaged` what is wrong with a file."""
    paths = {name: folder / FILES[name][0] for name in names}
    complete = True
    for name, path in paths.items():
        try:
            found = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:
            complete = False
            continue
        if found != FILES[name][1]:
            damaged.append(f"{path} is damaged (its SHA-256 is not that of the original) and was not used")
            complete = False
    return paths if complete else None


def _cache():
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "chainrule"


def _download(cache, names):
    """Downloads what is missing, each file whole or not at all; returns why that failed, or nothing."""
    try:
        import pooch
    except ImportError:
        return "pip install pooch"
    pooch.get_logger().setLevel("ERROR")
    why = ""
    for mirror in MIRRORS:
        try:
            for name in names:
                file, sha256 = FILES[name]
                fetch = pooch.HTTPDownloader(timeout=10)
                pooch.retrieve(mirror + file, f"sha256:{sha256}", fname=file, path=cache, downloader=fetch)
        except (OSError, ValueError) as error:  # no network, no room, a proxy's page instead of the file
            why = f"{type(error).__name__} at {mirror}"
        else:
            return ""
    return why


def _digits(folder, names):
    """Writes scikit-learn's digits as files of the same format: 1,437 to train with, 360 to test with."""
    paths = {name: folder / FILES[name][0] for name in names}
    if not all(path.is_file() for path in paths.values()):
        images, labels = _enlarged_digits()
        for part, first, last in (("train", 0, 1437), ("test", 1437, 1797)):
            _write_idx(folder / FILES[f"{part}_images"][0], images[first:last])
            _write_idx(folder / FILES[f"{part}_labels"][0], labels[first:last])
    return paths


def _enlarged_digits():
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise RuntimeError(
            f"no MNIST and no scikit-learn: pip install pooch scikit-learn, or set {FOLDER} to a folder with the files"
        ) from None
    small = load_digits()
    order = np.random.default_rng(0).permutation(len(small.images))  # the file is sorted by writer
    pixels = np.kron(small.images[order] / 16.0, np.ones((3, 3)))
    padded = np.pad(pixels, ((0, 0), (2, 2), (2, 2)))
    return np.round(255 * padded).astype(np.uint8), small.target[order].astype(np.uint8)


def _write_idx(path, array):
    """Writes a file of the idx format; under another name first, so that no other program reads half of it."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
        draft.write(gzip.compress(header + array.tobytes(), mtime=0))
    os.replace(draft.name, path)
