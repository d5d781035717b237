"""No table that is written runs as a formula, unless somebody asks for it."""

from __future__ import annotations

import csv
import io
import re

import pytest

from emotion_core.csv_tables import FORMULA_STARTS, CsvTable, guarded_in_words, write_table
from tests.imports import read


def written(*values: object, raw: bool = False) -> list[list[str]]:
    file = io.StringIO(newline="")
    write_table(file, ["a"], ({"a": value} for value in values), raw)
    return list(csv.reader(io.StringIO(file.getvalue(), newline="")))[1:]


@pytest.mark.parametrize("sign", FORMULA_STARTS)
def test_a_text_that_a_spreadsheet_takes_for_a_formula_gets_an_apostrophe(sign):
    assert written(f"{sign}cmd|' /C calc'!A0") == [[f"'{sign}cmd|' /C calc'!A0"]]
    assert written(f"{sign}1", raw=True) == [[f"{sign}1"]]


def test_numbers_and_other_texts_stay_as_they_are():
    assert written(-1.5, 3, None, True, "a=b", "") == [["-1.5"], ["3"], [""], ["True"], ["a=b"], [""]]


def test_columns_are_guarded_and_cells_counted():
    file = io.StringIO(newline="")
    table = CsvTable(file, ["=a", "b"])
    table.add_row(["-x", 1])
    table.add_row({"b": "@y"})
    assert file.getvalue() == "'=a,b\r\n'-x,1\r\n,'@y\r\n"
    assert table.guarded == 3
    assert "3 cells" in guarded_in_words(3)
    assert guarded_in_words(0) == ""


def test_every_table_is_written_in_this_way():
    others = re.compile(r"\.to_csv\(|csv\.(writer|DictWriter)\(|csv_writer\(")
    sources = read("emotion_core/**/*.py", "ui/**/*.py", "pages/*.py")
    found = [path for path, text in sources.items() if others.search(text) and path != "emotion_core/csv_tables.py"]
    assert found == []
