"""Tables in Markdown beside pictures."""

from __future__ import annotations

import time

import pytest

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import Folder
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.markdown_tables import MarkdownTable
from emotion_core.datasets.readers.options import ReadOptions
from tests.pictures import png

WANTED = ["happy", "sad", "angry"]


@pytest.fixture
def beside(write_folders, drawn):
    """Three pictures and a text."""

    def write(name: str, text: str, **others: bytes):
        files = {f"images/{n}.png": png(drawn.images[n]) for n in range(3)}
        return write_folders({**files, name: text.encode(), **others})

    return write


def test_of_a_readme_the_one_with_names_of_pictures(beside):
    text = (
        "# Faces | mine\n\n| Split | Faces |\n|:--|--:|\n| all | 3 |\n\nimage | label | split\n--- | :---: | ---\n"
        "![a face](images/0.png) | **happy** | train\n`images/1.png` | sad | test\n[](images/2.png) | angry | train\n\n"
    )
    folder = beside("README.md", text)
    table = load_dataset(folder).table
    assert table["label"].tolist() == WANTED and table["split"].tolist() == ["train", "test", "train"]
    assert recognise(folder).form == "a csv with paths and labels, in Markdown"


def test_in_a_file_of_another_name(beside):
    text = "| image | label |\n|---|---|\n" + "".join(f"| {n}.png | {word} |\n" for n, word in enumerate(WANTED))
    assert load_dataset(beside("labels.txt", text)).table["label"].tolist() == WANTED


def test_a_few_rows_of_it_beside_the_table_itself_are_no_second_one(beside):
    example = "| image | label |\n|---|---|\n| 0.png | fear |\n"
    rows = "image,label\n" + "".join(f"{n}.png,{word}\n" for n, word in enumerate(WANTED))
    assert load_dataset(beside("README.md", example, **{"list.csv": rows.encode()})).table["label"].tolist() == WANTED


@pytest.mark.parametrize("name", ["labels.txt", "labels.csv"])
def test_between_bars_without_a_rule_it_is_a_table_as_others(beside, name):
    text = "|image|label|\n" + "".join(f"|{n}.png|{word}|\n" for n, word in enumerate(WANTED))
    assert load_dataset(beside(name, text)).table["label"].tolist() == WANTED


class TestAFewPicturesShownInAReadme:
    TEXT = b"| image | label |\n|---|---|\n| images/0.png | sad |\n"

    def test_say_nothing_where_a_file_beside_each_picture_does(self, write_folders, drawn):
        files = {f"images/{n}.png": png(drawn.images[n]) for n in range(3)}
        files |= {f"images/{n}.txt": word.encode() for n, word in enumerate(WANTED)}
        table = load_dataset(write_folders({**files, "README.md": self.TEXT})).table
        assert table["label"].tolist() == WANTED

    @pytest.mark.parametrize("folders", [("happy", "angry"), ("bored", "awake")])
    def test_say_nothing_where_folders_do(self, write_folders, drawn, folders):
        files = {f"{name}/{n}.png": png(drawn.images[2 * k + n]) for k, name in enumerate(folders) for n in range(2)}
        text = self.TEXT.replace(b"images", folders[0].encode())
        table = load_dataset(write_folders({**files, "README.md": text}), options=ReadOptions(classes="keep")).table
        assert sorted(table["label"]) == sorted(2 * folders)


@pytest.mark.parametrize(
    "text",
    [
        "-" * 100_000 + "x",
        "[" * 300_000,
        "[a](" + "y" * 300_000,
        "|-|-|\n" * 100_000,
        "|" * 300_000,
        "a|b\n-|-\n\n" * 50_000,
    ],
    ids=["a rule that is none", "brackets", "a link that does not end", "rules", "bars", "tables"],
)
def test_no_text_takes_long(tmp_path, text):
    (tmp_path / "README.md").write_text(f"a | b\n--- | ---\n{text} | x\n")
    begun = time.process_time()
    with pytest.raises(DatasetError, match="holds no table with names of pictures"):
        MarkdownTable(Folder(tmp_path), "README.md")
    assert time.process_time() - begun < 5
