"""What was seen in videos as files: tables that are written as it comes, so that any length takes no more memory."""

from __future__ import annotations

import csv
from typing import TextIO

from emotion_core.inference.reports import as_text
from emotion_core.video.moments import COLUMNS, Moment


class VideoCsv:
    """A table that grows a moment at a time: a line a face, none for a frame without a face.

    The file is open for text, best with `newline=""` and `encoding=CSV_ENCODING`.
    """

    def __init__(self, file: TextIO):
        self._table = csv.DictWriter(file, COLUMNS)
        self._table.writeheader()

    def add(self, video: str, moment: Moment) -> None:
        """Write the faces of a moment of a video of some name."""
        for row in moment.to_rows(video):
            self._table.writerow({name: as_text(value) for name, value in row.items()})
