"""What is raised where a file of a network is not whole."""

from __future__ import annotations

import zipfile
import zlib

#: What Keras raises for files that are damaged, cut short, or made up.
DAMAGED = (
    ValueError, TypeError, KeyError, OSError, AttributeError, IndexError, EOFError, RuntimeError, ImportError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
