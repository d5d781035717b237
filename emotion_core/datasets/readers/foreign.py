"""Files that hold faces or labels in a way that is not read here, and what to do with them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SAVE = 'save pictures and labels with numpy.savez("faces.npz", images=..., labels=...), and import that'
#: By how a file is called: what it is, and what helps.
_KINDS = (
    (r"\.tfrecords?(-\d+-of-\d+)?$", "TensorFlow's records", f"read them with TensorFlow, {_SAVE}"),
    (r"(^|/)data\.mdb$|\.lmdb$", "an LMDB database", f"read it with the program that wrote it, {_SAVE}"),
    (r"\.(h5|hdf5)$", "an HDF5 file", f"read it with h5py, {_SAVE}"),
    (r"\.(pkl|pickle|pt|pth)$", "a file of Python's objects, which could run anything", f"load it yourself, {_SAVE}"),
    (r"\.mat$", "a MATLAB file", f"read it with scipy.io.loadmat, {_SAVE}"),
    (r"\.arrow$", "an Arrow file", "load it with the datasets library, write it with to_parquet, and import that"),
    (r"\.(xlsx?|ods|numbers)$", "a spreadsheet", "save its table as CSV in UTF-8 beside the pictures"),
)  # fmt: skip


def not_read(names: Iterable[str]) -> str:
    """Of files the first that is of a kind that is not read, and what to do with it; an empty text for none."""
    for name in names:
        for pattern, what, helps in _KINDS:
            if re.search(pattern, name, re.IGNORECASE):
                return f"{name} is {what}, which is not read: {helps}"
    return ""
