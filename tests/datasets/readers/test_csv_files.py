"""Csv files as spreadsheets and programs write them, and those that are refused with the line."""

from __future__ import annotations

import pytest

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import Folder
from emotion_core.datasets.readers.csv_files import Csv
from emotion_core.datasets.readers.formats import load_dataset
from tests.datasets.readers.comparison import same_faces
from tests.fer2013_files import fer2013_text


class TestFer2013sCsv:
    def test_blanks_before_the_names_of_columns(self, tmp_path, drawn):
        path = tmp_path / "icml_face_data.csv"
        path.write_text(fer2013_text(drawn, "emotion, pixels, Usage"))
        same_faces(load_dataset(path), drawn)

    @pytest.mark.parametrize("ends", ["\r\n", "\n"])
    def test_a_byte_order_mark_and_lines_as_windows_ends_them(self, fer2013_file, drawn, ends):
        fer2013_file.write_bytes(b"\xef\xbb\xbf" + fer2013_file.read_text().replace("\n", ends).encode())
        same_faces(load_dataset(fer2013_file), drawn)

    def test_lines_as_old_macs_ended_them(self, fer2013_file, drawn):
        fer2013_file.write_text(fer2013_file.read_text().replace("\n", "\r"))
        same_faces(load_dataset(fer2013_file), drawn)

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
    def test_as_spreadsheets_write_unicode_also_without_its_mark(self, fer2013_file, drawn, encoding):
        fer2013_file.write_bytes(fer2013_file.read_text().encode(encoding))
        same_faces(load_dataset(fer2013_file), drawn)

    @pytest.mark.parametrize("above", ["\n", "# exported, by me\n", "#it's \"x\n\n## 2nd\n"])
    def test_empty_lines_and_comments_above_it(self, fer2013_file, drawn, above):
        fer2013_file.write_text(above + fer2013_file.read_text())
        same_faces(load_dataset(fer2013_file), drawn)

    def test_a_column_called_by_a_sign_is_no_comment(self, fer2013_file, drawn):
        header, *lines = fer2013_file.read_text().splitlines()
        fer2013_file.write_text("\n".join([f"#,{header}", *(f"{n},{line}" for n, line in enumerate(lines))]))
        same_faces(load_dataset(fer2013_file), drawn)

    def test_pixels_with_a_point_and_nothing_behind(self, fer2013_file, drawn):
        header, *lines = fer2013_file.read_text().splitlines()
        text = "\n".join([header, *(line.replace(" ", ".0 ", 40) for line in lines)])
        fer2013_file.write_text(text)
        same_faces(load_dataset(fer2013_file), drawn)
        fer2013_file.write_text(text.replace(".0 ", ".5 ", 1))
        with pytest.raises(DatasetError, match=r"line 2 \(its pixels are not 2,304 whole numbers"):
            load_dataset(fer2013_file)

    @pytest.mark.parametrize(("header_ends", "rows_end"), [("", ",,"), (",", ""), (",,", ","), ("", " , ")])
    def test_empty_columns_that_a_spreadsheet_left(self, fer2013_file, drawn, header_ends, rows_end):
        header, *lines = fer2013_file.read_text().splitlines()
        fer2013_file.write_text("\n".join([header + header_ends, *(line + rows_end for line in lines)]))
        same_faces(load_dataset(fer2013_file), drawn)

    def test_a_field_too_many_that_says_something(self, fer2013_file):
        header, *lines = fer2013_file.read_text().splitlines()
        fer2013_file.write_text("\n".join([header, lines[0] + ",,x", *lines[1:]]))
        with pytest.raises(DatasetError, match=r"line 2 \(5 fields instead of 3"):
            load_dataset(fer2013_file)

    @pytest.mark.parametrize("cut", [1, 7, 1001])
    def test_that_cut_off(self, fer2013_file, cut):
        fer2013_file.write_bytes(fer2013_file.read_text().encode("utf-16")[:-cut])
        with pytest.raises(DatasetError, match=r"fer2013\.csv"):
            load_dataset(fer2013_file)

    @pytest.mark.parametrize("separator", ["|", ";", "\t"])
    def test_a_line_that_says_what_separates_the_fields(self, fer2013_file, drawn, separator):
        text = fer2013_file.read_text().replace(",", separator)
        fer2013_file.write_text(f"sep={separator}\n{text}")
        same_faces(load_dataset(fer2013_file), drawn)

    def test_another_encoding(self, fer2013_file):
        fer2013_file.write_bytes(b"\xe9" + fer2013_file.read_bytes())
        with pytest.raises(DatasetError, match=r"fer2013\.csv is not in UTF-8"):
            load_dataset(fer2013_file)

    def test_another_encoding_further_down(self, fer2013_file):
        fer2013_file.write_bytes(fer2013_file.read_bytes() + "3,1 2 3,Übung\n".encode("latin-1"))
        with pytest.raises(DatasetError, match=r"fer2013\.csv is not in UTF-8"):
            load_dataset(fer2013_file)

    def test_a_field_without_end(self, fer2013_file):
        fer2013_file.write_text(fer2013_file.read_text() + '3,"' + "1 " * 200_000)
        with pytest.raises(DatasetError, match=r"line 37 cannot be read .*field larger"):
            load_dataset(fer2013_file)

    def test_a_quote_that_is_not_closed(self, fer2013_file):
        lines = fer2013_file.read_text().splitlines()
        lines[2] = '"' + lines[2]
        fer2013_file.write_text("\n".join(lines))
        with pytest.raises(DatasetError, match=r"the row that begins on line 3 cannot be read .*may not be closed$"):
            load_dataset(fer2013_file)


class TestCsv:
    @pytest.fixture
    def read(self, tmp_path):
        """Write a csv and open it."""

        def open_text(content: bytes) -> Csv:
            (tmp_path / "a.csv").write_bytes(content)
            return Csv(Folder(tmp_path), "a.csv")

        return open_text

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_the_delimiter_is_found_and_rows_are_numbered_by_their_line(self, read, delimiter):
        csv = read(f"path {delimiter} label\n\na{delimiter}b\nc{delimiter}d\n".encode())
        assert csv.header == ["path", "label"]
        assert list(csv.rows()) == [(3, ["a", "b"]), (4, ["c", "d"])]

    def test_a_row_is_numbered_by_the_line_on_which_it_ends(self, read):
        assert list(read(b'a,b\n"1\n2",3\n').rows()) == [(3, ["1\n2", "3"])]

    def test_how_much_was_read_goes_from_0_to_1(self, read):
        csv = read(b"a,b\n" + b"1,2\n" * 5000)
        shares = [csv.done for _ in csv.rows()]
        assert shares == sorted(shares)
        assert 0 < shares[0] <= shares[-1] <= csv.done == 1.0

    @pytest.mark.parametrize("content", [b"", b"\n", b"  \n\n", b"# only a comment\n"])
    def test_without_a_header_it_is_empty(self, read, content):
        with pytest.raises(DatasetError, match=r"a\.csv is empty; needed is a csv file with the names of its columns"):
            read(content)

    @pytest.mark.parametrize("line", [b"\n", b"# a comment\n"])
    def test_more_above_the_header_than_is_passed_over_is_said(self, read, line):
        assert read(line * 99 + b"a,b\n1,2\n").header == ["a", "b"]
        with pytest.raises(DatasetError, match=r"a\.csv: more than 100 lines stand above the names of the columns"):
            read(line * 101 + b"a,b\n1,2\n")
