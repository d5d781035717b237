"""From crops to probabilities, on tiny networks whose answers can be worked out (see conftest.py)."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from emotion_core.emotions import EMOTIONS
from emotion_core.models.card import ModelError, NetworkInput
from emotion_core.models.classifier import LITERT_FILE, Classifier
from emotion_core.models.face_input import network_input
from emotion_core.models.registry import load_classifier
from emotion_core.workspace import SHIPPED_MODELS, WORKSPACE_VARIABLE

#: The first test here waits for the tiny networks, and so for TensorFlow: minutes on a machine that is busy training.
pytestmark = pytest.mark.timeout(600)

#: What the grey network answers to black (its biases), and what white adds.
BIASES = np.arange(7) / 2
WHITE = np.array([3, 0, 0, 0, 0, 0, -3])
#: Half of what was trained on is the first class, and a twelfth each of the others.
PRIOR = dict(zip(EMOTIONS, [0.5, *[0.5 / 6] * 6], strict=True))


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits)
    return powers / powers.sum()


def grey(*values: int, side: int = 8) -> np.ndarray:
    """One flat grey crop for each value."""
    return np.stack([np.full((side, side), value, np.uint8) for value in values])


def faces(count: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, *shape), dtype=np.uint8)


@pytest.fixture
def tiny(make_model) -> Classifier:
    return load_classifier(make_model())


class TestAnswers:
    def test_are_the_networks(self, tiny):
        answers = tiny.predict_proba(grey(0, 255, 51))
        assert answers.dtype == np.float32
        for row, share in zip(answers, (0, 1, 0.2), strict=True):
            assert row == pytest.approx(softmax(BIASES + share * WHITE), abs=1e-5)

    @pytest.mark.parametrize("order", [EMOTIONS[::-1], (*EMOTIONS[3:], *EMOTIONS[:3])])
    def test_have_their_columns_in_our_order_whatever_the_networks_is(self, make_model, order):
        answer = load_classifier(make_model(class_order=order)).predict_proba(grey(0))[0]
        by_name = dict(zip(order, softmax(BIASES), strict=True))
        assert answer == pytest.approx([by_name[name] for name in EMOTIONS], abs=1e-5)

    def test_pixels_are_scaled_as_the_card_says(self, make_model):
        centred = {"size": 8, "channels": 1, "scale": 2 / 255, "offset": -1.0}
        answers = load_classifier(make_model(input=centred)).predict_proba(grey(0, 255))
        assert answers[0] == pytest.approx(softmax(BIASES - WHITE), abs=1e-5)
        assert answers[1] == pytest.approx(softmax(BIASES + WHITE), abs=1e-5)

    @pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
    def test_are_tempered_as_the_card_says(self, make_model, temperature):
        answer = load_classifier(make_model(temperature=temperature)).predict_proba(grey(0))[0]
        assert answer == pytest.approx(softmax(BIASES / temperature), abs=1e-5)

    def test_of_an_extreme_temperature_are_still_probabilities(self, make_model):
        for number, temperature in enumerate((0.01, 1000.0)):
            answers = load_classifier(make_model(name=f"t{number}", temperature=temperature)).predict_proba(
                grey(0, 255)
            )
            assert np.isfinite(answers).all()
            assert answers.sum(axis=1) == pytest.approx(1, abs=1e-5)


class TestThePrior:
    def test_every_expression_alike_unless_said(self, make_model):
        folder = make_model(prior=PRIOR, balanced={"temperature": 2.0, "abstain_threshold": 0.3})
        clf = load_classifier(folder)
        expected = softmax((BIASES + WHITE - np.log(list(PRIOR.values()))) / 2)
        assert clf.predict_proba(grey(255))[0] == pytest.approx(expected, abs=1e-5)
        assert (clf.prior, clf.temperature, clf.abstain_threshold) == ("balanced", 2.0, 0.3)

    def test_as_trained(self, make_model):
        clf = load_classifier(make_model(prior=PRIOR), prior="trained")
        assert clf.predict_proba(grey(255))[0] == pytest.approx(softmax(BIASES + WHITE), abs=1e-5)

    def test_shares(self, make_model):
        clf = load_classifier(make_model(prior=PRIOR), prior={"angry": 0.4})
        logits = BIASES + WHITE - np.log(list(PRIOR.values())) + np.log([0.4, *[0.1] * 6])
        assert clf.predict_proba(grey(255))[0] == pytest.approx(softmax(logits), abs=1e-5)

    def test_the_columns_are_shifted_in_the_order_of_the_card(self, make_model):
        clf = load_classifier(make_model(prior=PRIOR, class_order=EMOTIONS[::-1]))
        shares = [PRIOR[name] for name in EMOTIONS[::-1]]
        expected = softmax(BIASES + WHITE - np.log(shares))[::-1]
        assert clf.predict_proba(grey(255))[0] == pytest.approx(expected, abs=1e-5)

    def test_the_same_model_under_another_one(self, make_model):
        clf = load_classifier(make_model(prior=PRIOR, balanced={"temperature": 1.0, "abstain_threshold": 0.3}))
        before = clf.predict_proba(grey(255))
        other = clf.under("trained")
        assert (other.prior, other.abstain_threshold) == ("trained", 0.0)
        assert other.predict_proba(grey(255))[0] == pytest.approx(softmax(BIASES + WHITE), abs=1e-5)
        assert np.array_equal(clf.predict_proba(grey(255)), before)

    def test_a_card_of_an_earlier_version_answers_as_trained(self, tiny):
        assert tiny.prior == "trained"
        assert tiny.predict_proba(grey(255))[0] == pytest.approx(softmax(BIASES + WHITE), abs=1e-5)

    @pytest.mark.parametrize("prior", ["even", {"joy": 0.5}, {"happy": 0.0}, {"happy": 1.0}])
    def test_one_that_cannot_be_used_is_refused(self, make_model, prior):
        with pytest.raises(ValueError, match="prior"):
            load_classifier(make_model(prior=PRIOR), prior=prior)


class TestCrops:
    @pytest.mark.parametrize("side", [1, 7, 8, 48, 300])
    @pytest.mark.parametrize("channels", [(), (3,)])
    def test_of_any_size_grey_or_rgb(self, tiny, side, channels):
        crops = np.full((2, side, side, *channels), 51, np.uint8)
        assert tiny.predict_proba(crops)[1] == pytest.approx(softmax(BIASES + 0.2 * WHITE), abs=1e-5)

    def test_need_not_be_square(self, tiny):
        assert tiny.predict_proba(faces(2, 20, 31)).shape == (2, 7)

    def test_colours_reach_a_network_of_colours_in_their_order(self, make_model):
        card = {"size": 8, "channels": 3, "scale": 1 / 255, "offset": 0.0}
        clf = load_classifier(make_model("colour", input=card))
        crops = np.stack([np.full((12, 12, 3), colour, np.uint8) for colour in np.eye(3) * 255])
        assert clf.predict_proba(crops).argmax(axis=1).tolist() == [0, 1, 2]
        white = clf.predict_proba(grey(255))[0]  # grey is all three colours
        assert white == pytest.approx(softmax(np.array([6, 6, 6, 0, 0, 0, 0])), abs=0.01)

    def test_views_of_any_strides(self, tiny):
        crops = faces(6, 20, 20, 3)
        for view in (crops[::-1], crops[:, ::-1, ::2], crops[..., ::-1], crops.transpose(0, 2, 1, 3)):
            assert np.array_equal(tiny.predict_proba(view), tiny.predict_proba(view.copy()))

    def test_that_are_read_only_are_read_and_not_changed(self, tiny):
        crops = faces(3, 8, 8)
        before = crops.copy()
        crops.flags.writeable = False
        tiny.predict_proba(crops)
        assert np.array_equal(crops, before)

    @pytest.mark.parametrize(
        "crops",
        [
            np.zeros((8, 8), np.uint8),
            np.zeros((1, 8, 8, 1), np.uint8),
            np.zeros((1, 8, 8, 4), np.uint8),
            np.zeros((1, 1, 8, 8, 3), np.uint8),
            np.zeros((1, 8, 8), np.float32),
            np.zeros((1, 8, 8), np.int64),
            np.zeros((1, 8, 8), bool),
            np.zeros((0,), np.uint8),
            np.zeros((1, 0, 8), np.uint8),
            np.zeros((1, 8, 0, 3), np.uint8),
        ],
        ids=lambda crops: f"{crops.shape} {crops.dtype}",
    )
    def test_of_another_shape_or_type_are_refused(self, tiny, crops):
        with pytest.raises(
            ValueError, match=r"cannot be used; allowed are \(N, h, w\) grey and \(N, h, w, 3\) RGB, uint8"
        ):
            tiny.predict_proba(crops)


class TestBatches:
    @pytest.mark.parametrize("count", [0, 1, 2, 31, 32, 33, 64, 100])
    @pytest.mark.parametrize("model", ["tiny", "emotion-net"])
    def test_of_any_size_give_the_same_rows_as_one_by_one(self, make_model, model, count):
        clf = load_classifier(make_model() if model == "tiny" else SHIPPED_MODELS / model)
        crops = faces(count, 12, 12)
        rows = clf.predict_proba(crops)
        assert rows.shape == (count, 7)
        assert rows.dtype == np.float32
        assert rows.sum(axis=1) == pytest.approx(1, abs=1e-5)
        for row, crop in zip(rows, crops, strict=True):
            assert row == pytest.approx(clf.predict_proba(crop[np.newaxis])[0], abs=1e-4)

    def test_earlier_answers_are_not_overwritten_by_later_ones(self, tiny):
        first = tiny.predict_proba(grey(0))
        kept = first.copy()
        tiny.predict_proba(grey(*[255] * 40))
        assert np.array_equal(first, kept)

    def test_threads_share_one_classifier(self):
        clf = load_classifier(SHIPPED_MODELS / "emotion-net")
        parts = [faces(50, 48, 48)[start : start + size] for start, size in zip(range(24), [1, 2, 33] * 8, strict=True)]
        alone = [clf.predict_proba(part) for part in parts]
        with ThreadPoolExecutor(8) as executor:
            together = list(executor.map(clf.predict_proba, parts))
        for one, other in zip(alone, together, strict=True):
            assert one == pytest.approx(other, abs=1e-5)


class TestEmbeddings:
    def test_are_the_layer_before_the_last(self, tiny):
        found = tiny.embed(faces(3, 8, 8))
        assert (found.shape, found.dtype, tiny.embedding_size) == ((3, 64), np.float32, 64)
        assert found == pytest.approx(faces(3, 8, 8).reshape(3, 64) / 255, abs=1e-6)

    @pytest.mark.parametrize("count", [0, 1, 33])
    @pytest.mark.parametrize(("model", "size"), [("emotion-net", 192), ("seed-cnn", 1024)])
    def test_of_the_shipped_models_do_not_depend_on_the_batch(self, model, size, count):
        clf = load_classifier(SHIPPED_MODELS / model)
        crops = faces(count, 48, 48)
        rows = clf.embed(crops)
        assert (rows.shape, rows.dtype) == ((count, size), np.float32)
        for row, crop in zip(rows, crops, strict=True):
            assert row == pytest.approx(clf.embed(crop[np.newaxis])[0], abs=1e-3)

    def test_do_not_disturb_predictions(self, tiny):
        before = tiny.predict_proba(faces(3, 8, 8))
        tiny.embed(faces(40, 8, 8))
        assert np.array_equal(tiny.predict_proba(faces(3, 8, 8)), before)

    def test_of_another_shape_or_type_are_refused(self, tiny):
        with pytest.raises(ValueError, match="cannot be used"):
            tiny.embed(np.zeros((1, 8, 8), np.float32))


class TestAFileOfTheVersionBefore:
    @pytest.fixture
    def earlier(self, make_model) -> Classifier:
        folder = make_model(name="earlier")
        content = (Path(__file__).parent / "written_before" / LITERT_FILE).read_bytes()
        (folder / LITERT_FILE).write_bytes(content)
        card = json.loads((folder / "card.json").read_text())
        card["files"][LITERT_FILE] = hashlib.sha256(content).hexdigest()
        (folder / "card.json").write_text(json.dumps(card))
        return load_classifier(folder)

    def test_predicts_as_ever(self, earlier, tiny):
        for count in (1, 40):
            crops = faces(count, 8, 8)
            assert earlier.predict_proba(crops) == pytest.approx(tiny.predict_proba(crops), abs=1e-6)

    def test_has_no_embeddings_and_says_how_to_have_them(self, earlier):
        assert earlier.embedding_size is None
        with pytest.raises(ModelError, match=r"was exported without embeddings.* models convert earlier"):
            earlier.embed(faces(1, 8, 8))


class TestFolders:
    def test_a_model_of_the_workspace_by_its_name(self, make_model, monkeypatch, tmp_path):
        folder = make_model(name="mine")
        monkeypatch.setenv(WORKSPACE_VARIABLE, str(tmp_path))
        assert load_classifier("mine").folder == folder
        assert load_classifier("mine").card.name == "mine"

    def test_the_default_one_is_shipped(self, monkeypatch, tmp_path):
        monkeypatch.setenv(WORKSPACE_VARIABLE, str(tmp_path))
        assert load_classifier().folder == SHIPPED_MODELS / "emotion-net"

    @pytest.mark.parametrize("model", ["nobody", "", "..", "/nowhere", "a\0b"])
    def test_a_missing_one(self, model):
        with pytest.raises(ModelError):
            load_classifier(model)

    def test_an_incomplete_one(self, make_model):
        folder = make_model()
        (folder / LITERT_FILE).unlink()
        with pytest.raises(ModelError, match=r"model\.tflite cannot be read \(No such file"):
            load_classifier(folder)

    def test_a_changed_one(self, make_model):
        folder = make_model()
        (folder / LITERT_FILE).write_bytes((folder / LITERT_FILE).read_bytes() + b"\0")
        with pytest.raises(ModelError, match="is refused: its sha256 is not the one on the model's card"):
            load_classifier(folder)

    @pytest.mark.parametrize("content", [b"", b"not a network", b"\x1c\0\0\0TFL3" + b"\xff" * 100])
    def test_one_whose_file_is_no_network(self, make_model, content):
        folder = make_model(files={LITERT_FILE: hashlib.sha256(content).hexdigest()})
        (folder / LITERT_FILE).write_bytes(content)
        with pytest.raises(ModelError, match=r"model\.tflite cannot be run \(") as caught:
            load_classifier(folder)
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(("size", "channels"), [(16, 1), (8, 3)])
    def test_one_whose_card_asks_for_other_faces_than_its_network(self, make_model, size, channels):
        folder = make_model(input={"size": size, "channels": channels, "scale": 1.0, "offset": 0.0})
        with pytest.raises(
            ModelError, match=rf"takes faces of \(8, 8, 1\), its card says \({size}, {size}, {channels}\)"
        ):
            load_classifier(folder)

    def test_one_whose_network_has_other_classes(self, make_model):
        with pytest.raises(ModelError, match=r"5 .*7"):
            load_classifier(make_model("five"))

    def test_a_card_is_only_text(self, make_model):
        folder = make_model()
        card = json.loads((folder / "card.json").read_text())
        assert "temperature" in card
        (folder / "card.json").write_text("{}")
        with pytest.raises(ModelError, match="is no model card"):
            load_classifier(folder)


class TestNetworkInput:
    def test_has_the_cards_size_channels_and_scale(self):
        seen = network_input(grey(0, 255, side=20), NetworkInput(size=8, channels=3, scale=2 / 255, offset=-1))
        assert seen.shape == (2, 8, 8, 3)
        assert seen.dtype == np.float32
        assert (seen[0] == -1).all()
        assert seen[1] == pytest.approx(1)

    def test_colour_becomes_grey_as_the_eye_weighs_it(self):
        red, green, blue = np.eye(3, dtype=np.uint8)[:, np.newaxis, np.newaxis] * np.ones((8, 8, 1), np.uint8) * 255
        seen = network_input(np.stack([red, green, blue]), NetworkInput(size=8, channels=1, scale=1, offset=0))
        assert seen[:, 0, 0, 0].tolist() == [76, 150, 29]

    def test_a_crop_of_the_right_size_is_not_touched(self):
        crops = faces(3, 8, 8)
        assert np.array_equal(network_input(crops, NetworkInput(size=8, channels=1, scale=1, offset=0))[..., 0], crops)

    def test_none_give_none(self):
        assert network_input(faces(0, 5, 5), NetworkInput(size=8, channels=1, scale=1, offset=0)).shape == (0, 8, 8, 1)


def test_a_model_of_other_classes_has_these_as_columns_in_its_cards_order(make_model):
    five = ("zebra", "wink", "smile", "bored", "angry")
    model = load_classifier(make_model("five", class_order=five))
    assert model.classes == five
    assert model.predict_proba(grey(0)).shape == (1, 5)
