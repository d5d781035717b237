"""Pictures in folders: a folder per emotion below splits or above them, and codes in the names of files."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.errors import BadRowsError, DatasetError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.reading import in_memory
from emotion_core.datasets.votes import COLUMNS
from emotion_core.emotions import EMOTIONS
from tests.datasets.readers.comparison import same_faces
from tests.fer2013_files import VOTES_HEADER
from tests.pictures import png


def left_aside(path) -> list[tuple[str, str]]:
    """What is said besides form, splits and labels."""
    return in_memory(recognise(path), ReadOptions())[1].in_rows()[3:]


class TestFolders:
    @pytest.mark.parametrize("form", ["write_folders", "write_zip"])
    def test_a_folder_per_emotion_below_splits(self, request, form, pictures, drawn):
        path = request.getfixturevalue(form)({**pictures, "readme.txt": b"hello", "__MACOSX/train/sad/x.png": b""})
        dataset, reading = in_memory(recognise(path), ReadOptions())
        same_faces(dataset, drawn, ordered=False)
        assert reading.form == "a folder per emotion"
        assert reading.labels == {name: name for name in EMOTIONS}
        assert reading.splits_given
        assert reading.ignored_files == 1

    def test_what_is_left_aside_is_said(self, write_zip, pictures):
        odd = {"train/happy/a.zip": b"", "train/happy/b.tgz": b"", "train/happy/c": b"", "readme.txt": b""}
        assert left_aside(write_zip({**pictures, **odd})) == [
            ("Archives inside", "2, not opened; unpack what belongs to the set"),
            ("Unused files", "2: readme.txt, train/happy/c"),
        ]
        assert left_aside(write_zip({**pictures, "happy/c": b""}, "b.zip")) == [("Unused files", "1: happy/c")]
        assert left_aside(write_zip(pictures, "c.zip")) == []

    def test_as_ck_plus_is_laid_out(self, write_folders, drawn):
        names = ("anger", "disgust", "fear", "happy", "contempt", "sadness", "surprise")
        files = {f"CK+48/{names[n % 7]}/S{n:03d}_004.png": png(image) for n, image in enumerate(drawn.images)}
        dataset, reading = in_memory(recognise(write_folders(files)), ReadOptions())
        assert set(dataset.table["label"]) == {*EMOTIONS, "contempt"} - {"neutral"}
        assert not reading.splits_given
        assert dataset.table["source"][0] == "CK+48/anger/S000_004.png"

    def test_splits_that_are_not_given_are_assigned_by_content(self, write_folders):
        random = np.random.default_rng(0).integers(0, 256, (300, 16, 16), dtype=np.uint8)
        files = {f"happy/{n}.png": png(image) for n, image in enumerate(random)}
        files |= {f"sad/{n}.png": png(image) for n, image in enumerate(random)}
        table = load_dataset(write_folders(files), options=ReadOptions(side=16)).table
        shares = table["split"].value_counts() / len(table)
        assert 0.72 < shares["train"] < 0.88
        assert shares["validation"] > 0.04 and shares["test"] > 0.04
        assert (table.groupby("hash")["split"].nunique() == 1).all()

    def test_half_with_splits(self, write_folders, drawn):
        folder = write_folders({"train/sad/a.png": png(drawn.images[0]), "sad/b.png": png(drawn.images[1])})
        with pytest.raises(BadRowsError, match=r"sad/b\.png \(no split, though others have one\)"):
            load_dataset(folder)

    def test_folders_below_the_emotion(self, write_folders, drawn):
        folder = write_folders({"happy/train/anna/1.png": png(drawn.images[0])})
        table = load_dataset(folder).table
        assert (table["label"][0], table["split"][0]) == ("happy", "train")

    def test_votes_by_name(self, write_folders, drawn):
        files = {f"happy/fer{n:07d}.png": png(image) for n, image in enumerate(drawn.images[:3])}
        files["fer2013new.csv"] = f"{VOTES_HEADER}\nTraining,fer0000001.png,1,2,3,4,5,6,7,8,9,10\n".encode()
        table = load_dataset(write_folders(files)).table
        assert table.loc[1, list(COLUMNS)].tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
        assert table.loc[[0, 2], list(COLUMNS)].to_numpy().sum() == 0

    def test_a_table_of_votes_that_is_read_is_not_left_aside(self, write_folders, drawn):
        votes = f"{VOTES_HEADER}\nTraining,1.png,1,2,3,4,5,6,7,8,9,10\n".encode()
        folder = write_folders({"happy/1.png": png(drawn.images[0]), "v.csv": votes})
        assert left_aside(folder) == []

    @pytest.mark.parametrize("vote", ["-1", "abc", "1.5", "1001"])
    def test_votes_that_are_no_counts(self, write_folders, drawn, vote):
        votes = f"{VOTES_HEADER}\nTraining,1.png,1,2,3,4,5,6,7,8,9,{vote}\n".encode()
        folder = write_folders({"happy/1.png": png(drawn.images[0]), "v.csv": votes})
        with pytest.raises(DatasetError, match=r"line 2 has no ten counts .*whole numbers from 0 to 1,000$"):
            load_dataset(folder)

    def test_votes_of_other_pictures(self, write_folders, drawn):
        files = {"happy/1.png": png(drawn.images[0]), "v.csv": f"{VOTES_HEADER}\n".encode()}
        with pytest.raises(DatasetError, match=r"v\.csv names none of the 1 pictures"):
            load_dataset(write_folders(files))

    def test_names_with_slashes_of_windows_in_a_zip(self, write_zip, pictures, drawn):
        path = write_zip({name.replace("/", "\\"): content for name, content in pictures.items()})
        same_faces(load_dataset(path), drawn, ordered=False)

    @pytest.mark.parametrize(
        ("train", "validation", "test"),
        [
            ("train_set", "val_set", "test_set"),
            ("FER2013Train", "FER2013Valid", "FER2013Test"),
            ("training_images", "eval", "testing_images"),
            ("Train_data", "dev", "Private"),
        ],
    )
    def test_splits_within_longer_names(self, write_folders, pictures, drawn, train, validation, test):
        names = {"train": train, "validation": validation, "test": test}
        files = {f"{names[name.split('/')[0]]}/{name.partition('/')[2]}": data for name, data in pictures.items()}
        dataset, reading = in_memory(recognise(write_folders(files)), ReadOptions())
        same_faces(dataset, drawn, ordered=False)
        assert reading.splits == {folder: split for split, folder in names.items()}
        assert f"{train} → train" in dict(reading.in_rows())["Splits"]

    def test_folders_above_the_emotions_that_are_not_understood_are_named(self, write_folders, drawn):
        images = map(png, drawn.images)
        files = {f"{part}/{label}/1.png": next(images) for part in ("lernen", "prüfen") for label in ("happy", "sad")}
        reading = in_memory(recognise(write_folders(files)), ReadOptions())[1]
        assert not reading.splits_given
        assert dict(reading.in_rows())["Splits"] == (
            "no split was recognised in the names of the folders lernen, prüfen: faces were assigned by their content "
            "(80% train, 10% validation, 10% test)"
        )

    def test_folders_below_the_emotions_and_such_as_hold_all_pictures_are_not(self, write_folders, drawn):
        files = {"images/happy/anna/1.png": png(drawn.images[0]), "images/sad/2.png": png(drawn.images[1])}
        said = dict(in_memory(recognise(write_folders(files)), ReadOptions())[1].in_rows())
        assert said["Splits"].startswith("no splits were given: ")


class TestFolds:
    """Parts of a cross-validation, each of which splits all faces anew."""

    def test_are_named_as_faces_to_train_on_in_one_are_tested_on_in_another(self, write_folders, drawn):
        files = {
            f"fold{k}/{('train', 'test')[n % 2 == k]}/sad/{n}.png": png(drawn.images[n])
            for k in (0, 1)
            for n in range(4)
        }
        folder = write_folders(files)
        with pytest.raises(DatasetError, match=r"fold0, fold1 are folds, .* import one of them, such as fold0"):
            load_dataset(folder)
        assert len(load_dataset(folder / "fold1")) == 4

    def test_without_splits_are_parts_of_one_set(self, write_folders, drawn):
        assert len(load_dataset(write_folders({f"fold{n}/sad/{n}.png": png(drawn.images[n]) for n in range(4)}))) == 4


class TestCodes:
    """KDEF and JAFFE say in the names of their files what they show, and nothing in the names of their folders."""

    def test_of_kdef(self, write_folders, drawn):
        meanings = {
            "AF": "fearful", "AN": "angry", "DI": "disgusted", "HA": "happy", "NE": "neutral", "SA": "sad",
            "SU": "surprised",
        }  # fmt: skip
        people = ("AF01", "AM02", "BF17")
        files = {f"KDEF/{person}/{person}{code}S.JPG": png(drawn.images[0]) for person in people for code in meanings}
        dataset, reading = in_memory(recognise(write_folders(files)), ReadOptions())
        assert reading.form == "pictures with codes of emotions in their names"
        assert reading.labels == meanings
        codes = dataset.table["source"].str.extract(r"([A-Z]{2})S\.JPG$")[0]
        assert dataset.table["label"].tolist() == codes.map(meanings).tolist()

    def test_of_jaffe(self, write_folders, drawn):
        names = ("KA.AN1.39", "KA.FE3.47", "NM.NE2.86")
        files = {f"jaffe/{name}.tiff": png(image) for name, image in zip(names, drawn.images[:3], strict=True)}
        table = load_dataset(write_folders(files)).table
        assert table["label"].tolist() == ["angry", "fearful", "neutral"]

    def test_a_folder_of_an_emotion_goes_before_a_code(self, write_folders, drawn):
        table = load_dataset(write_folders({"happy/AF01ANS.JPG": png(drawn.images[0])})).table
        assert table["label"].tolist() == ["happy"]

    def test_people_are_never_labels(self, write_folders, drawn):
        files = {f"AF{n:02d}/{n}.png": png(image) for n, image in enumerate(drawn.images[:5])}
        with pytest.raises(DatasetError, match=r"no labels were found for the 5 pictures: .* folders \(AF00"):
            load_dataset(write_folders(files))


@pytest.mark.parametrize(
    ("names", "where"),
    [
        (["images/1.png", "aligned/2.png"], r"none of their folders \(aligned, images\)"),
        (["1.png"], "they lie in no folder"),
        ([f"S{n:03d}/{n}.png" for n in range(7)], r"\(S000, S001, S002, S003, S004 and 2 more\)"),
        (["train/0123456789abcdef/1.png"], r"\(train, 0123456789abcdef\)"),
    ],
)
def test_where_labels_cannot_be_found_it_says_where_was_looked_and_what_would_do(write_folders, drawn, names, where):
    folder = write_folders({name: png(drawn.images[0]) for name in names})
    with pytest.raises(DatasetError, match=f"{where}.*a folder per emotion, such as happy/1.png, or add a csv with"):
        load_dataset(folder)
