"""Parts of a batch."""

from __future__ import annotations

import pyarrow as pa
import pytest

from emotion_core.batch.parts import parts_of, pictures_a_part, schema_of
from emotion_core.emotions import EMOTIONS
from emotion_core.inference.results import COLUMNS


@pytest.mark.parametrize(
    ("pictures", "processes", "size"),
    [(0, 2, 1), (1, 8, 1), (60, 2, 4), (20_000, 2, 256), (10_000_000, 2, 1000), (10**9, 64, 100_000)],
)
def test_parts_hold_few_pictures_where_there_are_few_and_many_where_there_are_many(pictures, processes, size):
    assert pictures_a_part(pictures, processes) == size


def test_parts_hold_all_pictures_in_their_order_under_names_of_the_attempt():
    parts = list(parts_of(pa.array(["a", "b", "c"], pa.large_string()), 2, 7))
    assert [(part.name, part.paths) for part in parts] == [
        ("part-0007-000000.parquet", ["a", "b"]),
        ("part-0007-000001.parquet", ["c"]),
    ]


def test_the_columns_are_those_of_the_csv_of_photos_with_the_path_first():
    assert schema_of(EMOTIONS).names == ["path", *COLUMNS[1:]]
