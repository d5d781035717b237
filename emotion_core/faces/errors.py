"""What goes wrong with detectors."""

from __future__ import annotations


class DetectorError(RuntimeError):
    """A detector that cannot be had; the message says why."""
