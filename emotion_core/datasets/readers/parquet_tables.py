"""Parquet files that hold no pictures: pixels in numbers, or paths and labels, read as the csv that they stand for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.csv_files import LONGEST_FIELD, Csv
from emotion_core.datasets.readers.labels import LABEL_COLUMNS, column_of
from emotion_core.datasets.readers.parquet_files import ROWS_AT_ONCE, holds_bytes, names_of, parquet_opened

PARQUET = ".parquet"


@dataclass
class ParquetTable(Csv):
    """A parquet file read as a table; see `csv_files.Csv`. Raises a DatasetError where it is damaged.

    Attributes:
        has_pictures: whether a column of it holds bytes; it is no table then.
    """

    has_pictures: bool = False

    def __post_init__(self) -> None:
        with parquet_opened(self.tree, self.name) as file:
            schema = file.schema_arrow
        self.has_pictures = any(holds_bytes(field.type) for field in schema)
        self.header = [name.strip() for name in schema.names]
        label = column_of(self.header, LABEL_COLUMNS)
        self.numbering = {} if label is None else names_of(schema, schema.names[label])

    @property
    def way(self) -> str:
        return ", as parquet"

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The number of each row, from 0, and its fields.

        Raises:
            DatasetError: a field is far too long, or the file is damaged.
        """
        number = 0
        with parquet_opened(self.tree, self.name) as file:
            for batch in file.iter_batches(ROWS_AT_ONCE):
                for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    yield number, [self._field(number, place, value) for place, value in enumerate(values)]
                    number += 1
                self.done = number / max(1, file.metadata.num_rows)
        self.done = 1.0

    def _field(self, number: int, place: int, value: Any) -> str:
        text = _text(value)
        if len(text) > LONGEST_FIELD:
            length = f"{len(text):,} characters; allowed are {LONGEST_FIELD:,}"
            raise DatasetError(f"{self.name} row {number}: {self.header[place]} has {length}")
        return text


def _text(value: Any) -> str:
    """A value as a csv has it: a list of numbers, be it in rows, with blanks between."""
    if value is None or value != value:  # also what is not a number
        return ""
    if isinstance(value, list):
        return _numbers(value)
    return json.dumps(value, default=str) if isinstance(value, dict) else str(value)


def _numbers(values: list[Any]) -> str:
    """A list of numbers, be it in rows, with blanks between; those that are whole without a point."""
    try:
        numbers = np.asarray(values, dtype=float).ravel()
    except (TypeError, ValueError):
        return json.dumps(values, default=str)
    if numbers.size and np.isfinite(numbers).all() and (numbers == np.rint(numbers)).all():
        return " ".join(map(str, numbers.astype(np.int64).tolist()))
    return " ".join(map(str, numbers.tolist()))
