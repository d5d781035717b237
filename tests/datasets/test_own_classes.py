"""Data sets of other classes than the seven emotions: kept, grouped, derived, corrected, with votes."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets.class_table import class_table_of
from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.derived import derive
from emotion_core.datasets.errors import DatasetError, UnknownLabelsError
from emotion_core.datasets.exports import export_dataset
from emotion_core.datasets.importing import add_dataset, import_dataset
from emotion_core.datasets.quality import examine
from emotion_core.datasets.readers.formats import load_dataset
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.store import describe, edits_of, open_dataset, stored_description
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.datasets.votes import majority_labels, vote_targets
from emotion_core.emotions import EMOTIONS, FERPLUS_VOTES
from tests.pictures import png

TWO = "angry, disgusted, fearful, sad -> negative\nhappy -> positive\n* ->"


def votes(**counts: int) -> pd.DataFrame:
    """The votes for one face."""
    return pd.DataFrame({f"votes_{name}": [counts.get(name, 0)] for name in FERPLUS_VOTES})


@pytest.fixture
def own_folders(write_folders, drawn):
    names = ["bored", "Wink", "微笑", "unknown"]
    return write_folders({f"train/{names[row % 4]}/{row}.png": png(drawn.images[row]) for row in range(20)})


def test_labels_that_are_no_emotions_are_refused_unless_they_are_kept(own_folders):
    with pytest.raises(UnknownLabelsError):
        load_dataset(own_folders)
    kept = load_dataset(own_folders, options=ReadOptions(classes="keep"))
    assert kept.classes == ("bored", "Wink", "微笑")
    assert len(kept) == 20 and len(kept.of_classes()) == 15


def test_kept_labels_may_be_renamed_and_left_out(own_folders):
    kept = load_dataset(own_folders, options=ReadOptions(classes="keep", labels={"bored": "tired", "wink": None}))
    assert kept.classes == ("tired", "微笑")


def test_labels_that_differ_in_case_alone_are_one_class(write_folders, drawn):
    path = write_folders({f"{name}/{name}.png": png(drawn.images[0]) for name in ("Smile", "smile", "frown")})
    assert len(load_dataset(path, options=ReadOptions(classes="keep")).classes) == 2


def test_labels_that_differ_in_width_or_encoding_alone_are_one_class_and_can_be_renamed(write_folders, drawn):
    path = write_folders({f"{name}/{row}.png": png(drawn.images[row]) for row, name in enumerate(("étonné", "calm"))})
    (path / "e\u0301tonne\u0301").mkdir()
    (path / "e\u0301tonne\u0301" / "x.png").write_bytes(png(drawn.images[3]))
    assert len(load_dataset(path, options=ReadOptions(classes="keep")).classes) == 2
    renamed = ReadOptions(classes="keep", labels={"e\u0301tonne\u0301": "amazed"})
    assert load_dataset(path, options=renamed).classes == ("amazed", "calm")
    grouped = ReadOptions(classes=class_table_of("étonné -> awake\ncalm"))
    assert load_dataset(path, options=grouped).table["label"].value_counts().to_dict() == {"awake": 2, "calm": 1}


@pytest.mark.parametrize(
    ("folders", "why"),
    [
        (["only"], "2 to 30 classes, not one class"),
        ([f"class {number}" for number in range(31)], "not 31 classes"),
        (["x" * 200, "y"], "200 characters"),
        (["a & b", "y"], "'a & b' cannot be kept: .* say what it is to be called"),
    ],
)
def test_what_cannot_be_classes_is_refused(write_folders, drawn, folders, why):
    path = write_folders({f"{name}/{row}.png": png(drawn.images[row]) for row, name in enumerate(folders)})
    with pytest.raises(DatasetError, match=why):
        import_dataset(path, "x", options=ReadOptions(classes="keep"))


def test_a_table_groups_at_import_and_the_set_is_stored_with_its_classes(fer2013_file):
    described = import_dataset(fer2013_file, "two", options=ReadOptions(classes=class_table_of(TWO)))
    dataset = open_dataset("two")
    assert described.classes == dataset.classes == ("negative", "positive")
    assert set(dataset.table["label"]) == {"negative", "positive"}
    assert described.reading is not None and set(described.reading.left_out) == {"5", "6"}  # surprised, neutral


def test_the_seven_are_stored_as_the_version_before_reads_them(fer2013_file):
    import_dataset(fer2013_file, "seven")
    derive("seven", "again")
    for name in ("seven", "again"):
        path = stored_description(name) and describe(name)
        assert path.version == 2 and path.classes == EMOTIONS


def test_other_classes_are_of_version_3(fer2013_file, own_workspace):
    import_dataset(fer2013_file, "two", options=ReadOptions(classes=class_table_of(TWO)))
    stored = json.loads((own_workspace / "datasets" / "two" / "dataset.json").read_text())
    assert stored["version"] == 3 and stored["classes"] == ["negative", "positive"]


@pytest.fixture
def described(fer2013_file, own_workspace) -> Callable[..., None]:
    """Store a set of two classes, two, and describe it otherwise."""
    import_dataset(fer2013_file, "two", options=ReadOptions(classes=class_table_of(TWO)))
    path = own_workspace / "datasets" / "two" / "dataset.json"

    def describe(**otherwise: object) -> None:
        said = json.loads(path.read_text())
        del said["checksum"]  # it would say so before anything is looked at
        path.write_text(json.dumps({**said, **otherwise}))

    return describe


def test_a_description_with_classes_that_are_not_allowed_is_damaged(described):
    described(classes=["negative", "<script>"])
    with pytest.raises(DatasetError, match=r"is damaged, or of another version \(classes: .*'<script>' has < >"):
        stored_description("two")


def test_a_set_whose_classes_would_be_one_today_is_opened(described):
    described(classes=["smile2", "smile²"])
    assert stored_description("two").classes == ("smile2", "smile²")


@pytest.mark.parametrize("colour", ["red", '#123456"><script>alert(1)</script>', "#12345"])
def test_what_is_no_colour_is_refused(drawn, colour, described):
    with pytest.raises(ValueError, match="such as #D55E00"):
        Dataset(drawn.images, drawn.table, colours={"happy": colour})
    described(colours={"positive": colour})
    with pytest.raises(DatasetError, match=r"is damaged, or of another version \(colours\.positive: "):
        stored_description("two")


class TestDerived:
    def test_with_other_classes_needs_no_second_import(self, fer2013_file, drawn):
        import_dataset(fer2013_file, "seven")
        described = derive("seven", "two", class_table_of(TWO))
        dataset = open_dataset("two")
        sad = (drawn.table["label"] == "sad").to_numpy()
        assert dataset.classes == described.classes == ("negative", "positive")
        assert set(dataset.table["label"][sad]) == {"negative"}
        assert set(dataset.table["label"]) == {"negative", "positive", "unknown"}
        assert stored_description("two").counts == described.counts

    def test_again_with_other_classes_keeps_corrections(self, fer2013_file):
        import_dataset(fer2013_file, "seven")
        derive("seven", "corrected")
        edits_of("corrected").relabel([0], "happy")
        derive("corrected", "two", class_table_of(TWO))
        assert open_dataset("two").table["label"][0] == "positive"
        derive("two", "renamed", class_table_of("negative -> down\npositive -> up"))
        renamed = open_dataset("renamed")
        assert renamed.table["label"][0] == "up"
        assert set(renamed.table["label"]) == {"up", "down", "unknown"}

    def test_a_table_that_forgets_a_class_is_refused(self, fer2013_file):
        import_dataset(fer2013_file, "seven")
        with pytest.raises(DatasetError, match="does not say what becomes of 'fearful', 'happy'"):
            derive("seven", "x", class_table_of("angry, disgusted -> bad\nneutral, sad, surprised -> other"))

    def test_corrections_are_to_its_own_classes(self, fer2013_file):
        import_dataset(fer2013_file, "seven")
        derive("seven", "two", class_table_of(TWO))
        edits_of("two").relabel([1], "positive")
        with pytest.raises(DatasetError, match="unknown label 'happy'; allowed are negative, positive"):
            edits_of("two").relabel([1], "happy")


class TestVotes:
    def test_of_grouped_labels_are_added_up(self):
        table = votes(angry=3, sad=3, happy=4)
        votes_as = {"angry": "bad", "sad": "bad", "happy": "good"}
        assert majority_labels(table).tolist() == [-1]
        assert majority_labels(table, ("good", "bad"), votes_as).tolist() == [1]
        shares, usable = vote_targets(table, ("good", "bad"), votes_as)
        assert shares[0] == pytest.approx([0.4, 0.6]) and usable.all()

    def test_for_contempt_are_a_class_where_it_is_one(self):
        table = votes(contempt=7, neutral=3)
        eight = (*EMOTIONS, "contempt")
        assert majority_labels(table).tolist() == [-1]
        assert majority_labels(table, eight).tolist() == [7]
        assert vote_targets(table, eight)[0][0] == pytest.approx([0, 0, 0, 0, 0.3, 0, 0, 0.7])

    def test_that_count_for_no_class_stay_apart(self):
        assert majority_labels(votes(unknown=3, nf=3, happy=4), ("good", "bad"), {"happy": "good"}).tolist() == [-1]

    def test_make_contempt_a_class_where_labels_are_kept(self, tmp_path, drawn, fer2013_file):
        lines = ["Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"]
        usages = {"train": "Training", "validation": "PublicTest", "test": "PrivateTest"}
        for row, split in enumerate(drawn.table["split"]):
            lines.append(f"{usages[split]},{row}.png,{'0,0,0,0,0,0,0,10,0,0' if row == 0 else '10,0,0,0,0,0,0,0,0,0'}")
        ballots = tmp_path / "votes.csv"
        ballots.write_text("\n".join(lines))
        kept = load_dataset(fer2013_file, ballots, options=ReadOptions(classes="keep"))
        assert kept.classes == (*EMOTIONS, "contempt")
        assert load_dataset(fer2013_file, ballots).classes == EMOTIONS


def test_a_set_in_memory_keeps_its_classes_when_it_is_stored():
    faces = synthetic_faces(20, seed=1)
    faces.table["label"] = np.where(np.arange(20) % 2, "on", "off")
    add_dataset(Dataset(faces.images, faces.table, ("off", "on"), {"on": "#123456"}), "switch", "drawn")
    opened = open_dataset("switch")
    assert opened.classes == ("off", "on") and opened.colours == {"on": "#123456"}
    assert opened.split("train").classes == ("off", "on")
    assert examine(opened, np.full((20, 2), 0.5)).summary.faces == 20


def test_an_exported_set_can_be_imported_again_with_its_classes(fer2013_file, tmp_path):
    import_dataset(fer2013_file, "seven")
    derive("seven", "two", class_table_of(TWO))
    export_dataset("two", tmp_path / "two.csv")
    again = load_dataset(tmp_path / "two.csv", options=ReadOptions(classes="keep"))
    assert set(again.table["label"]) == {"negative", "positive"}
