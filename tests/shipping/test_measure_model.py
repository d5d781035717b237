"""A model that ships is calibrated and measured for both mixes of expressions, its weights as they are."""

import json
import shutil

import cv2
import numpy as np
import pytest

from emotion_core.models.card import read_card
from emotion_core.shipping.measure_model import main, sheet_of_faces
from emotion_core.workspace import SHIPPED_MODELS


@pytest.fixture
def model(tmp_path):
    """The shipped model as a version before left it."""
    folder = tmp_path / "models" / "emotion-net"
    shutil.copytree(SHIPPED_MODELS / "emotion-net", folder)
    card = json.loads((folder / "card.json").read_text())
    for name in ("prior", "answers_under", "balanced", "elsewhere", "checksum"):
        card.pop(name, None)
    (folder / "card.json").write_text(json.dumps(card))
    return folder


@pytest.fixture
def elsewhere(tmp_path, astronaut):
    """A sheet of two rows: a face twice, and grey, of which only three are labelled."""
    sheet = np.full((200, 6000, 3), 128, np.uint8)
    sheet[:100, :100] = sheet[:100, 200:300] = cv2.resize(astronaut[45:195, 150:300], (100, 100))
    folder = tmp_path / "sheet"
    folder.mkdir()
    cv2.imwrite(str(folder / "faces.jpg"), sheet[..., ::-1])
    (folder / "labels.csv").write_text("label\nhappy\nsad\nhappy\n")
    return folder


def test_both_mixes_are_calibrated_and_measured_and_the_prior_is_counted(data, model, capsys):
    assert main([str(model), "--data", str(data)]) == 0
    card = read_card(model)
    assert card.prior == pytest.approx(dict.fromkeys(card.class_order, 1 / 7), abs=1e-3)  # nine votes of ten, 70 faces
    assert card.balanced is not None and card.answers_under == "trained"
    assert [one.prior for one in card.measurements] == ["trained"] * 4 + ["balanced"] * 4
    assert card.files == read_card(SHIPPED_MODELS / "emotion-net").files
    assert "every expression alike" in (model / "README.md").read_text()
    assert "balanced: temperature" in capsys.readouterr().out


def test_faces_from_elsewhere_are_measured_whole_and_found_under_both_mixes(data, model, elsewhere):
    more = ["--elsewhere", str(elsewhere), "--named", "three faces", "--answers-under", "balanced"]
    assert main([str(model), "--data", str(data), *more]) == 0
    card = read_card(model)
    assert card.answers_under == "balanced"
    assert [(one.found, one.missed, one.prior) for one in card.elsewhere] == [
        *((False, 0, mix) for mix in ("trained", "balanced")),
        *((True, 1, mix) for mix in ("trained", "balanced")),
    ]
    assert {(one.data, one.faces) for one in card.elsewhere} == {("three faces", 3)}
    main([str(model), "--data", str(data)])
    assert read_card(model).elsewhere == card.elsewhere  # kept


def test_the_faces_of_a_sheet_are_in_the_order_of_their_labels(elsewhere):
    faces = sheet_of_faces(elsewhere, "three faces")
    assert faces.images.shape == (3, 100, 100, 3)
    assert [float(image.std()) > 20 for image in faces.images] == [True, False, True]
    assert list(faces.table["label"]) == ["happy", "sad", "happy"]


def test_a_model_whose_training_nobody_knows_is_refused(data, model, capsys):
    text = (data / "fer2013.csv").read_text().splitlines()
    votes = (data / "fer2013new.csv").read_text().splitlines()
    (data / "fer2013.csv").write_text("\n".join(line for line in text if "Training" not in line))
    (data / "fer2013new.csv").write_text("\n".join(line for line in votes if "Training" not in line))
    before = (model / "card.json").read_bytes()
    with pytest.raises(SystemExit) as caught:
        main([str(model), "--data", str(data)])
    assert caught.value.code == 2
    assert "has no prior, and there is no training split" in capsys.readouterr().err
    assert (model / "card.json").read_bytes() == before


@pytest.mark.parametrize("labels", ["emotion\nhappy\n", "label\n" + "happy\n" * 121])
def test_labels_that_do_not_fit_the_sheet_are_refused(data, model, elsewhere, labels, capsys):
    (elsewhere / "labels.csv").write_text(labels)
    with pytest.raises(SystemExit):
        main([str(model), "--data", str(data), "--elsewhere", str(elsewhere)])
    assert "must have a column label with at most 120 rows" in capsys.readouterr().err
