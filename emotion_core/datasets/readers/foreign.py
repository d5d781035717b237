"""Files that hold faces or labels in a way that is not read here, and what to do with them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SAVE = 'save pictures and labels with numpy.savez("faces.npz", images=..., labels=...), and import that'
#: One of the parts of an archive, as faces.zip.001, faces.z01 and faces.part1.rar.
_PART = r"\.(zip|7z|rar|tar|tgz|gz)\.\d{2,3}$|\.z\d\d$|\.part0*\d+\.rar$"
#: By how a file is called: what it is, and what helps.
_KINDS = (
    (r"\.tfrecords?(-\d+-of-\d+)?$", "TensorFlow's records", f"read them with TensorFlow, {_SAVE}"),
    (r"(^|/)data\.mdb$|\.lmdb$", "an LMDB database", f"read it with the program that wrote it, {_SAVE}"),
    (r"\.(h5|hdf5)$", "an HDF5 file", f"read it with h5py, {_SAVE}"),
    (r"\.(pkl|pickle|pt|pth)$", "a file of Python's objects, which could run anything", f"load it yourself, {_SAVE}"),
    (r"\.mat$", "a MATLAB file", f"read it with scipy.io.loadmat, {_SAVE}"),
    (r"\.arrow$", "an Arrow file", "load it with the datasets library, write it with to_parquet, and import that"),
    (r"[-.]idx\d-ubyte(\.gz)?$", "a file of arrays as MNIST's", f"read it with numpy.frombuffer, {_SAVE}"),
    (_PART, "a part of an archive",
     "put all parts into one folder, unpack the first with 7z x, and import what comes out"),
    (r"\.(xlsx?|ods|numbers)$", "a spreadsheet", "save its table as CSV in UTF-8 beside the pictures"),
)  # fmt: skip


def is_part_of_archive(name: str) -> bool:
    """Whether a file is one of the parts into which an archive was cut."""
    return re.search(_PART, name, re.IGNORECASE) is not None


def not_read(names: Iterable[str]) -> str:
    """Of files the first that is of a kind that is not read, and what to do with it; an empty text for none."""
    for name in names:
        for pattern, what, helps in _KINDS:
            if re.search(pattern, name, re.IGNORECASE):
                return f"{name} is {what}, which is not read: {helps}"
    return ""
