"""A model's card: what is read, and what is refused and why."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil

import pytest

from emotion_core.emotions import EMOTIONS
from emotion_core.models.card import (
    LARGEST_CARD,
    ModelCard,
    ModelError,
    card_sha256,
    classes_in,
    read_card,
    read_verified,
)
from emotion_core.models.registry import model_names
from emotion_core.seals import unsealed
from emotion_core.workspace import SHIPPED_MODELS

#: A share a class, every one alike.
ALIKE = {name: 1 / 7 for name in EMOTIONS}


@pytest.fixture
def write(tmp_path, card_fields):
    """Write a card of the valid fields, changed by those given; one that is None is left out."""

    def write(**changes: object):
        fields = {key: value for key, value in {**card_fields, **changes}.items() if value is not None}
        (tmp_path / "card.json").write_text(json.dumps(fields))
        return tmp_path

    return write


def test_what_was_written_is_read(write, card_fields):
    card = read_card(write())
    assert card == ModelCard.model_validate(card_fields)
    assert card.class_order == EMOTIONS
    assert card.input.size == 8


def test_written_by_itself_it_is_read_back(tmp_path, card_fields):
    card = ModelCard.model_validate(card_fields)
    (tmp_path / "card.json").write_text(card.model_dump_json())
    assert read_card(tmp_path) == card


@pytest.mark.parametrize("name", [name for name in model_names() if (SHIPPED_MODELS / name).is_dir()])
def test_the_shipped_cards_are_good_and_their_files_are_theirs(name):
    folder = SHIPPED_MODELS / name
    card = read_card(folder)
    assert card.name == name
    assert card.measurements
    for file in card.files:
        assert read_verified(folder, card, file)


def test_coverage_is_written_and_read_by_the_name_that_the_version_before_gave_it(card_fields):
    measured = {**card_fields["measurements"][0], "answered": 0.9, "accuracy_answered": 0.8}
    card = ModelCard.model_validate({**card_fields, "measurements": [measured]})
    assert (card.measurements[0].coverage, card.measurements[0].selective_accuracy) == (0.9, 0.8)
    (written,) = json.loads(card.to_json())["measurements"]
    assert (written["answered"], written["accuracy_answered"]) == (0.9, 0.8)


class TestRefused:
    def test_a_missing_folder(self, tmp_path):
        with pytest.raises(ModelError, match=r"there is no model folder .*nowhere"):
            read_card(tmp_path / "nowhere")

    def test_a_file_in_place_of_the_folder(self, tmp_path):
        (tmp_path / "file").touch()
        with pytest.raises(ModelError, match="there is no model folder"):
            read_card(tmp_path / "file")

    def test_a_folder_without_a_card(self, tmp_path):
        with pytest.raises(ModelError, match=r"has no card\.json"):
            read_card(tmp_path)

    def test_a_folder_in_place_of_the_card(self, tmp_path):
        (tmp_path / "card.json").mkdir()
        with pytest.raises(ModelError, match=r"card\.json cannot be read \(Is a directory\)"):
            read_card(tmp_path)

    @pytest.mark.parametrize("content", [b"", b"{", b"hello", b"\xff\xfe\0", b"[1, 2]", b"null", b'{"name": "a"'])
    def test_broken_json(self, tmp_path, content):
        (tmp_path / "card.json").write_bytes(content)
        with pytest.raises(ModelError, match=r"card\.json is no model card: the file: ") as caught:
            read_card(tmp_path)
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        ("changes", "where"),
        [
            ({"name": None}, "name: Field required"),
            ({"surprise": 1}, "surprise: Extra inputs are not permitted"),
            (
                {"colours": {"happy": "red"}},
                "colours.happy: Value error, 'red' is no colour; allowed are such as #D55E00",
            ),
            ({"colours": {"happy": '#123456"><script>x</script>'}}, "colours.happy: Value error, "),
            ({"temperature": 0}, "temperature"),
            ({"temperature": "hot"}, "temperature"),
            ({"temperature": float("nan")}, "temperature"),
            ({"abstain_threshold": 1.1}, "abstain_threshold"),
            ({"input": {"size": 48, "channels": 2, "scale": 1, "offset": 0}}, "input.channels"),
            ({"input": {"size": 0, "channels": 1, "scale": 1, "offset": 0}}, "input.size"),
            ({"input": {"size": 48, "channels": 1, "scale": 1}}, "input.offset: Field required"),
            ({"measurements": [{}]}, "measurements.0.data: Field required"),
            ({"prior": {"happy": 1.0}}, "prior must have a share for each class"),
            ({"prior": {**ALIKE, "joy": 0.1}}, "prior must have a share for each class"),
            ({"prior": {**ALIKE, "happy": -1 / 7}}, "from 0 to 1"),
            ({"prior": {**ALIKE, "happy": 0.5}}, "sum to 1"),
            ({"prior": {**ALIKE, "happy": float("nan")}}, "prior.happy"),
            ({"answers_under": "balanced"}, "answers_under cannot be balanced without a prior"),
            ({"answers_under": "even"}, "answers_under"),
            ({"balanced": {"temperature": 0, "abstain_threshold": 0.5}}, "balanced.temperature"),
            ({"elsewhere": [{"data": "RAF-DB"}]}, "elsewhere.0.found: Field required"),
        ],
    )
    def test_a_field_that_is_wrong_is_named(self, write, changes, where):
        with pytest.raises(ModelError, match=r"card\.json is no model card: ") as caught:
            read_card(write(**changes))
        assert where in str(caught.value)

    def test_a_confusion_matrix_that_is_none(self, write):
        shipped = json.loads((SHIPPED_MODELS / "emotion-net" / "card.json").read_text())["measurements"][0]
        with pytest.raises(ModelError, match=r"measurements\.0\.confusion: .* must have 7 rows of 7 counts, or none"):
            read_card(write(measurements=[{**shipped, "confusion": [[1]]}]))

    @pytest.mark.parametrize(
        "classes", [[], ["happy"], ["angry"] * 7, [f"class {n}" for n in range(31)], ["<b>a</b>", "b"]]
    )
    def test_other_classes(self, write, classes):
        with pytest.raises(ModelError, match=r"2 to 30 classes|the same name|in its name"):
            read_card(write(class_order=classes))

    @pytest.mark.parametrize("name", [" wink", "e\u0301tonne\u0301"])
    def test_a_class_that_no_data_set_could_have(self, write, name):
        with pytest.raises(ModelError, match="must be written"):
            read_card(write(class_order=[name, "smile"]))

    @pytest.mark.parametrize("version", [0, 2, "1.5", None, [1]])
    def test_a_card_of_another_version(self, write, version):
        folder = write(surprise=1)
        path = folder / "card.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "version": version}))
        with pytest.raises(ModelError, match=r"is a model card of version .*; this program reads version 1") as caught:
            read_card(folder)
        assert "\n" not in str(caught.value)

    def test_but_a_card_that_names_no_version_is_of_the_first(self, write):
        assert read_card(write()).version == 1

    def test_but_there_may_be_other_classes(self, write):
        card = read_card(write(class_order=["wink", "smile", "微笑"], prior=None))
        assert classes_in(card) == ("wink", "smile", "微笑")

    def test_but_the_classes_may_come_in_any_order(self, write):
        assert read_card(write(class_order=EMOTIONS[::-1])).class_order == EMOTIONS[::-1]


def test_a_pipe_or_a_loop_in_place_of_the_card_is_refused_at_once(tmp_path):
    card = tmp_path / "card.json"
    os.mkfifo(card)  # to read it is to wait
    for read in (read_card, card_sha256):
        with pytest.raises(ModelError, match="it is no file"):
            read(tmp_path)
    card.unlink()
    card.symlink_to(card)
    for read in (read_card, card_sha256):
        with pytest.raises(ModelError, match="cannot be read"):
            read(tmp_path)


def test_what_is_too_large_for_a_card_is_not_read(tmp_path):
    with (tmp_path / "card.json").open("wb") as file:
        file.truncate(LARGEST_CARD + 1)
    with pytest.raises(ModelError, match="more than 10,000,000 bytes"):
        read_card(tmp_path)


class TestFiles:
    @pytest.fixture
    def folder(self, write):
        folder = write(files={"weights": hashlib.sha256(b"true").hexdigest(), "gone": "0" * 64})
        (folder / "weights").write_bytes(b"true")
        return folder

    def test_the_one_of_the_card_is_read(self, folder):
        assert read_verified(folder, read_card(folder), "weights") == b"true"

    def test_a_changed_one_is_refused(self, folder):
        (folder / "weights").write_bytes(b"trUe")
        with pytest.raises(ModelError, match=r"weights is refused: its sha256 is not the one on the model's card"):
            read_verified(folder, read_card(folder), "weights")

    def test_a_missing_one(self, folder):
        with pytest.raises(ModelError, match=r"gone cannot be read \(No such file or directory\)"):
            read_verified(folder, read_card(folder), "gone")

    @pytest.mark.parametrize(("make", "reason"), [(os.mkfifo, "it is no file"), (os.mkdir, "Is a directory")])
    def test_a_pipe_or_a_folder_in_its_place_is_refused_at_once(self, folder, make, reason):
        make(folder / "gone")
        with pytest.raises(ModelError, match=reason):
            read_verified(folder, read_card(folder), "gone")

    def test_one_that_is_not_on_the_card(self, folder):
        (folder / "other").touch()
        with pytest.raises(ModelError, match="does not list other"):
            read_verified(folder, read_card(folder), "other")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e300"])
@pytest.mark.parametrize("field", ["scale", "offset", "temperature"])
def test_a_card_with_what_is_no_number_is_refused(make_model, field, value):
    folder = make_model()
    path = folder / "card.json"
    path.write_text(re.sub(rf'"{field}": [-\d.e]+', f'"{field}": {value}', path.read_text()))
    with pytest.raises(ModelError, match=field):
        read_card(folder)


def test_a_sparse_file_is_refused_before_it_is_read(tmp_path):
    shutil.copytree(SHIPPED_MODELS / "seed-cnn", tmp_path / "model", ignore=shutil.ignore_patterns("*.tflite"))
    with (tmp_path / "model" / "model.tflite").open("wb") as file:
        file.truncate(6 << 30)
    with pytest.raises(ModelError, match="more than 1,024 MB"):
        read_verified(tmp_path / "model", read_card(tmp_path / "model"), "model.tflite")


@pytest.mark.parametrize("name", ["emotion-net", "emotion-net-fer2013", "seed-cnn"])
def test_cards_that_ship_carry_their_sum(name, tmp_path):
    content = (SHIPPED_MODELS / name / "card.json").read_bytes()
    assert unsealed(content) != content.rstrip()
    (tmp_path / "card.json").write_bytes(content.replace(b"0.", b"1.", 1))
    with pytest.raises(ModelError, match="its content is not what its checksum says"):
        read_card(tmp_path)


def test_no_flipped_bit_of_a_card_that_this_program_wrote_is_read_as_other_content(tmp_path):
    card = read_card(SHIPPED_MODELS / "seed-cnn")
    whole = card.to_json()
    for place in range(0, len(whole), 29):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << (place % 8)
        (tmp_path / "card.json").write_bytes(bytes(flipped))
        try:
            assert read_card(tmp_path) == card
        except ModelError:
            continue
