"""What several raters say of one picture: the majority is the label, ties are said, votes are kept."""

from __future__ import annotations

import json

import pytest

from emotion_core.datasets.class_table import class_table_of
from emotion_core.datasets.errors import BadRowsError, UnknownLabelsError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.raters import rater_columns
from emotion_core.datasets.readers.reading import in_memory
from emotion_core.datasets.votes import COLUMNS, agreed
from emotion_core.emotions import FERPLUS_VOTES
from tests.pictures import png

#: What three say of four faces: most agree but for the third face, on which no two do; the last was seen by one alone.
SAID = [("happy", "sad", "Happiness"), ("sad", "sad", "sad"), ("angry", "happy", "sad"), ("", "fear", "")]
WANTED = ["happy", "sad", "unknown", "fearful"]


@pytest.fixture
def listed(write_folders, drawn):
    """Four pictures and a file of what is said of them."""

    def write(name: str, content: str):
        return write_folders({**{f"{n}.png": png(drawn.images[n]) for n in range(4)}, name: content.encode()})

    return write


def in_columns(*names: str) -> str:
    return "\n".join([",".join(("image", *names)), *(f"{n}.png,{','.join(said)}" for n, said in enumerate(SAID))])


def votes_of(table, row: int) -> dict[str, int]:
    return {name: n for name, n in zip(FERPLUS_VOTES, table[list(COLUMNS)].iloc[row], strict=True) if n}


@pytest.mark.parametrize(
    "names",
    [("rater1", "rater2", "rater3"), ("label_1", "label_2", "label_3"), ("Coder A", "Coder B", "Coder C"),
     ("emotion_annotator1", "emotion_annotator2", "emotion_annotator3"), ("Anna", "Ben", "Carla"),
     ("rater_anna", "rater_ben", "rater_carla")],
)  # fmt: skip
def test_a_column_for_each(listed, names):
    folder = listed("list.csv", in_columns(*names))
    dataset, reading = in_memory(recognise(folder), ReadOptions())
    assert dataset.table["label"].tolist() == WANTED
    assert [votes_of(dataset.table, row) for row in range(4)] == [
        {"happy": 2, "sad": 1}, {"sad": 3}, {"happy": 1, "sad": 1, "angry": 1}, {"fearful": 1},
    ]  # fmt: skip
    said = dict(reading.in_rows())
    assert said["Form"] == f"a csv with paths and labels, votes from {', '.join(names)}, whose majority is the label"
    assert "no majority → unknown" in said["Labels"] and "fear → fearful" in said["Labels"]


def test_a_row_for_each(listed):
    rows = [f"{n}.png,{rater},{said[r]}" for r, rater in enumerate("ABC") for n, said in enumerate(SAID) if said[r]]
    folder = listed("list.csv", "\n".join(["image,annotator,label", *rows]))
    assert load_dataset(folder).table["label"].tolist() == [WANTED[n] for n in (0, 1, 2, 3)]
    assert "rows for one picture as votes by annotator" in recognise(folder).form


def test_a_row_without_a_label_before_one_with_it_is_no_vote(listed):
    folder = listed("list.csv", "image,annotator,label\n0.png,A,\n0.png,B,happy\n1.png,A,sad\n1.png,B,sad")
    assert load_dataset(folder).table["label"].tolist() == ["happy", "sad"]


def test_a_rater_has_one_vote_for_a_face_and_two_that_differ_are_refused(listed):
    rows = ["0.png,A,sad", "0.png,A,Sadness", "0.png,B,happy", "0.png,,happy", "0.png,,happy", "1.png,A,sad"]
    table = load_dataset(listed("list.csv", "\n".join(["image,annotator,label", *rows]))).table
    assert votes_of(table, 0) == {"sad": 1, "happy": 3}
    folder = listed("list.csv", "\n".join(["image,annotator,label", *rows, "1.png,A,happy"]))
    with pytest.raises(BadRowsError, match=r"1\.png is listed as sad and as happy by A; one label can stand"):
        load_dataset(folder)


def test_a_rater_of_each_picture_alone_leaves_no_votes(listed):
    table = load_dataset(listed("list.csv", "image,rater,label\n0.png,A,sad\n1.png,B,happy")).table
    assert table["label"].tolist() == ["sad", "happy"] and COLUMNS[0] not in table


@pytest.mark.parametrize("name", ["{}", "votes_{}", "n {}"])
def test_how_many_say_each_emotion(listed, name):
    header = ",".join(["image", *(name.format(emotion) for emotion in ("Happy", "sad"))])
    table = load_dataset(listed("list.csv", f"{header}\n0.png,7,2\n1.png,0,3\n2.png,4,4\n")).table
    assert table["label"].tolist() == ["happy", "sad", "unknown"]
    assert votes_of(table, 0) == {"happy": 7, "sad": 2}


def test_what_they_agreed_on_is_the_label_and_their_votes_are_kept(listed):
    content = "image,rater1,rater2,consensus\n0.png,sad,happy,happy\n1.png,sad,sad,sad"
    table = load_dataset(listed("list.csv", content)).table
    assert table["label"].tolist() == ["happy", "sad"]
    assert votes_of(table, 0) == {"happy": 1, "sad": 1}


def test_numbers_are_asked_about_once_each_and_counted_by_what_they_mean(listed):
    folder = listed("list.csv", "image,rater1,rater2,rater3\n0.png,0,1,2\n1.png,1,1,0")
    with pytest.raises(UnknownLabelsError, match=r"no emotion is called '0' \(2\), '1' \(2\), '2' \(1\)"):
        load_dataset(folder)
    table = load_dataset(folder, options=ReadOptions({"0": "happy", "1": "sad", "2": "happy"})).table
    assert table["label"].tolist() == ["happy", "sad"]  # 0 and 2 mean the same


def test_where_labels_are_grouped_a_face_without_a_majority_is_left_out(listed):
    classes = class_table_of("happy -> good\nsad, angry, fearful -> bad\n")
    dataset, reading = in_memory(recognise(listed("l.csv", in_columns("rater1", "rater2", "rater3"))),
                                 ReadOptions(classes=classes))  # fmt: skip
    assert dataset.table["label"].tolist() == ["good", "bad", "bad", "bad"]  # angry and sad are both bad
    assert reading.left_out == {}


def test_own_words_have_a_majority_and_no_votes_of_ferplus(listed):
    folder = listed("list.csv", "image,rater1,rater2,rater3\n0.png,bored,bored,awake\n1.png,awake,awake,awake")
    table = load_dataset(folder, options=ReadOptions(classes="keep")).table
    assert table["label"].tolist() == ["bored", "awake"] and COLUMNS[0] not in table


def test_where_some_say_what_ferplus_has_no_votes_for_no_face_has_any(listed):
    folder = listed("list.csv", "image,rater1,rater2,rater3\n0.png,sad,sad,sad\n1.png,bored,bored,sad")
    table = load_dataset(folder, options=ReadOptions(classes="keep")).table
    assert table["label"].tolist() == ["sad", "bored"] and COLUMNS[0] not in table


def test_who_the_raters_were_is_no_vote(listed):
    folder = listed("list.csv", "image,label,annotator_1,annotator_2\n0.png,happy,Anna,Ben\n1.png,sad,Anna,Carla")
    table = load_dataset(folder).table
    assert table["label"].tolist() == ["happy", "sad"] and COLUMNS[0] not in table


def test_a_picture_with_two_rows_of_votes_is_refused(listed):
    content = "image,rater1,rater2\n0.png,sad,sad\n1.png,sad,sad\n0.png,happy,happy"
    with pytest.raises(BadRowsError, match=r"0\.png is listed twice, with other votes"):
        load_dataset(listed("list.csv", content))


def test_a_count_that_is_none_is_a_bad_row(listed):
    rows = "\n".join(["image,happy,sad", *(f"{n % 4}.png,3,0" for n in range(100)), "3.png,many,0"])
    with pytest.raises(BadRowsError, match=r"'many' is no count of votes; allowed are whole numbers from 0 to 1,000"):
        load_dataset(listed("list.csv", rows))


def test_a_list_of_what_each_says(listed):
    rows = [{"image": f"{n}.png", "annotations": said} for n, said in enumerate([["sad", "sad", "joy"], ["joy"]])]
    table = load_dataset(listed("list.jsonl", "\n".join(map(json.dumps, rows)))).table
    assert table["label"].tolist() == ["sad", "happy"] and votes_of(table, 0) == {"sad": 2, "happy": 1}


def test_lists_in_which_nothing_stands_twice_are_asked_about(listed):
    rows = [{"image": "0.png", "label": ["sad", "joy"]}, {"image": "1.png", "label": ["joy"]}]
    with pytest.raises(UnknownLabelsError, match=r"no emotion is called '\[\"sad\", \"joy\"\]' \(1\)"):
        load_dataset(listed("list.jsonl", "\n".join(map(json.dumps, rows))))


def test_a_list_of_one_is_its_label(listed):
    folder = listed("list.csv", 'image;label\n0.png;["bored"]\n1.png;["awake"]')
    table = load_dataset(folder, options=ReadOptions(classes="keep")).table
    assert table["label"].tolist() == ["bored", "awake"]


def test_several_annotators_of_label_studio(listed):
    tasks = [
        {"data": {"image": f"{n}.png"}, "annotations": [{"result": [{"value": {"choices": [word]}}]} for word in said]}
        for n, said in enumerate([("happy", "sad", "happy"), ("sad",)])
    ]
    table = load_dataset(listed("project.json", json.dumps(tasks))).table
    assert table["label"].tolist() == ["happy", "sad"] and votes_of(table, 0) == {"happy": 2, "sad": 1}


@pytest.mark.parametrize(
    "header",
    [("label1", "score1", "label2", "score2", "label3"), ("primary emotion", "secondary emotion", "third emotion"),
     ("top1", "top2", "top3"), ("human", "model1", "model2"), ("label", "age", "sex"),
     ("class_0", "class_1", "class_2")],
)  # fmt: skip
def test_what_a_model_said_a_mixed_emotion_and_marks_are_no_votes(header):
    values = {place: ["0", "1"] if "_" in name else ["happy", "sad"] for place, name in enumerate(header)}
    assert rater_columns(header, values) == ()


@pytest.mark.parametrize(
    ("said", "most"),
    [
        ("a", "a"),
        ("ab", None),
        ("aab", "a"),
        ("abc", None),
        ("aabcd", "a"),
        ("aabbc", None),
        ("aaabb", "a"),
        ("", None),
    ],
)
def test_the_majority_of_few(said, most):
    assert agreed(said) == most
