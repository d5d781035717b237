"""What the network is shown."""

import keras
import numpy as np
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.votes import COLUMNS
from emotion_core.emotions import EMOTIONS
from emotion_core.models.face_input import FaceInput
from emotion_core.runs.recipes import Augmentation, Recipe
from emotion_core.training.batches import Batches
from emotion_core.training.preparation import training_data
from tests.patch_faces import SIDE, patch_faces

RECIPE = Recipe(labels="votes", batch_size=16, second_head_weight=0.3, augmentation=Augmentation(brightness=0.05))
BARE = Recipe(batch_size=16)
EXPECTED = FaceInput(size=SIDE, channels=1, scale=1 / 255, offset=0.0)


def batches_of(faces, recipe, epoch=1, start=0):
    return Batches(training_data(faces, recipe), recipe, EXPECTED, seed=0, epoch=epoch, start=start)


def test_an_epoch_shows_every_face_once():
    faces = patch_faces(50)
    batches = batches_of(faces, BARE)
    seen = np.concatenate([batches[index][0] for index in range(len(batches))])
    shown = np.rint(seen[..., 0] * 255).astype(np.uint8)
    assert sorted(map(bytes, shown)) == sorted(map(bytes, faces.images))


def test_epochs_differ_and_the_same_epoch_is_the_same_from_any_batch_on():
    faces = patch_faces(50)
    recipe = RECIPE.model_copy(update={"mixup": 0.4})
    whole, rest = batches_of(faces, recipe), batches_of(faces, recipe, start=2)
    assert (len(whole), len(rest)) == (4, 2)
    np.testing.assert_array_equal(whole[3][0], rest[1][0])
    np.testing.assert_array_equal(whole[2][1]["emotion"], rest[0][1]["emotion"])
    assert not np.array_equal(whole[0][0], batches_of(faces, recipe, epoch=2)[0][0])


def test_faces_without_usable_votes_weigh_nothing_on_the_first_head():
    faces = patch_faces(14)
    votes = np.zeros((14, len(COLUMNS)), dtype=int)
    votes[:, COLUMNS.index("votes_nf")] = 10
    faces.table[list(COLUMNS)] = votes
    _, _, weights = batches_of(faces, RECIPE)[0]
    assert weights["emotion"].sum() == 0 and weights["second_head"].sum() == 14

    alone = RECIPE.model_copy(update={"second_head_weight": 0.0})
    assert len(batches_of(faces, alone)) == 0


def test_the_second_head_learns_what_the_first_does_not_and_is_left_out_without_votes():
    faces = patch_faces(14)
    _, targets, _ = batches_of(faces, BARE.model_copy(update={"second_head_weight": 0.3}))[0]
    assert set(np.unique(targets["emotion"])) == {0, 1}
    np.testing.assert_allclose(targets["second_head"], targets["emotion"])  # nine of nine that count agree

    faces = Dataset(faces.images, faces.table.drop(columns=list(COLUMNS)))
    assert training_data(faces, BARE.model_copy(update={"second_head_weight": 0.3})).second is None
    with pytest.raises(ValueError, match="votes"):
        training_data(faces, RECIPE)


def test_label_smoothing_spreads_its_share_over_all_emotions():
    shares = training_data(patch_faces(7), BARE.model_copy(update={"label_smoothing": 0.14})).first.shares
    np.testing.assert_allclose(np.diag(shares), 0.88)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-6)


def test_class_weights_let_every_emotion_count_for_as_much():
    faces = patch_faces(21)
    faces.table["label"] = ["angry"] * 14 + ["happy"] * 7
    weights = training_data(faces, BARE.model_copy(update={"class_weights": True})).first.weights
    assert weights[:14].sum() == pytest.approx(weights[14:].sum())
    assert weights.mean() == pytest.approx(1)


def test_mixup_blends_about_half_of_the_batches_but_none_at_the_end():
    faces = patch_faces(700)
    recipe = BARE.model_copy(update={"mixup": 0.5, "epochs": 10})
    blended = batches_of(faces, recipe, epoch=9)
    one_hot = [set(np.unique(blended[index][1])) <= {0.0, 1.0} for index in range(len(blended))]
    assert 0.25 < np.mean(one_hot) < 0.75
    assert not batches_of(faces, recipe, epoch=10).mixed.any()


def test_blended_targets_still_sum_to_one_and_go_with_the_blended_faces():
    faces = patch_faces(64)
    batches = batches_of(faces, BARE.model_copy(update={"mixup": 0.5, "batch_size": 64}))
    batches.mixed[:] = True
    pictures, targets, _ = batches[0]
    np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-6)
    for picture, target in zip(pictures, targets, strict=True):
        bright = [picture[2 * place : 2 * place + 2, 4:12, 0].mean() for place in range(len(EMOTIONS))]
        assert set(np.argsort(bright)[-np.count_nonzero(target) :]) == set(np.flatnonzero(target))


def test_votes_are_spread_as_they_are_and_not_smoothed():
    plain, smoothed = (
        training_data(patch_faces(7), BARE.model_copy(update={"labels": "votes", "label_smoothing": share}))
        for share in (0.0, 0.3)
    )
    np.testing.assert_array_equal(plain.first.shares, smoothed.first.shares)


def test_teachers_answer_the_very_faces_of_the_batch_in_their_share():
    faces = patch_faces(16)
    asked = []

    def teach(shown):
        asked.append(shown)
        return np.eye(len(EMOTIONS), dtype=np.float32)[np.zeros(len(shown), int)]

    recipe = BARE.model_copy(update={"distillation": 0.25, "augmentation": Augmentation(brightness=0.2)})
    alone = Batches(training_data(faces, recipe), recipe, EXPECTED, seed=0, epoch=1)[0]
    taught = Batches(training_data(faces, recipe), recipe, EXPECTED, seed=0, epoch=1, teach=teach)[0]

    np.testing.assert_array_equal(asked[0], taught[0])
    np.testing.assert_array_equal(taught[0], alone[0])
    np.testing.assert_allclose(taught[1], 0.75 * alone[1] + 0.25 * np.eye(len(EMOTIONS))[0], atol=1e-6)


def test_teachers_leave_the_second_head_its_own_labels():
    recipe = RECIPE.model_copy(update={"distillation": 1.0})
    even = np.full(len(EMOTIONS), 1 / len(EMOTIONS), np.float32)
    batches = Batches(
        training_data(patch_faces(16), recipe), recipe, EXPECTED, 0, 1, teach=lambda shown: np.tile(even, (16, 1))
    )
    _, targets, _ = batches[0]
    np.testing.assert_allclose(targets["emotion"], np.tile(even, (16, 1)), atol=1e-6)
    assert set(targets["second_head"].max(axis=1)) == {1.0}


@pytest.mark.parametrize("start", [0, 2])
def test_keras_takes_all_batches_of_an_epoch_in_their_order_whatever_prepares_them(start):
    batches = batches_of(patch_faces(50), BARE, start=start)
    network = keras.Sequential([keras.Input((SIDE, SIDE, 1)), keras.layers.Flatten(), keras.layers.Dense(7, "softmax")])
    network.compile("sgd", "categorical_crossentropy", run_eagerly=True)
    seen = []
    learn = network.train_step
    network.train_step = lambda data: seen.append(np.asarray(data[0])) or learn(data)
    network.fit(batches, shuffle=False, verbose=0)
    assert len(seen) == len(batches) == 4 - start
    for number, faces in enumerate(seen):
        np.testing.assert_array_equal(faces, batches[number][0])
