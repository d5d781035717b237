"""Heads that learn from few faces, and the LiteRT file that has one in it."""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from emotion_core.models.card import ModelError
from emotion_core.models.classifier import LITERT_FILE
from emotion_core.models.few_shot import fit_head
from emotion_core.models.litert_head import with_head
from emotion_core.workspace import SHIPPED_MODELS

BASE = SHIPPED_MODELS / "emotion-net"


def points(count: int, classes: int, apart: float = 3.0, size: int = 8, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Clouds of points around the corners of a simplex, and of which cloud each is."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    return (apart * np.eye(classes, size)[labels] + random.normal(size=(count, size))).astype(np.float32), labels


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_a_head_tells_clouds_apart_that_it_has_not_seen(classes):
    head = fit_head(*points(20 * classes, classes, apart=6), classes)
    asked, labels = points(200, classes, apart=6, seed=1)
    found = head.predict_proba(asked)
    assert found.shape == (200, classes)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    assert (found.argmax(axis=1) == labels).mean() > 0.95


def test_what_is_held_out_is_judged_by_heads_that_have_not_seen_it():
    embeddings, labels = points(60, 2, apart=0)  # noise, which can only be known by heart
    head = fit_head(embeddings, labels, 2)
    assert head.folds == 5
    assert (head.held_out.argmax(axis=1) == labels).mean() < 0.7


def test_a_group_is_never_on_both_sides():
    """Each group a point of its own in either class: known from its group, at a loss without it."""
    random = np.random.default_rng(0)
    groups = np.repeat(np.arange(12), 10)
    labels = groups % 2
    embeddings = (random.normal(size=(12, 40))[groups] + 0.01 * random.normal(size=(120, 40))).astype(np.float32)
    alone, together = fit_head(embeddings, labels, 2), fit_head(embeddings, labels, 2, groups)
    assert (alone.held_out.argmax(axis=1) == labels).mean() == 1.0
    assert (together.held_out.argmax(axis=1) == labels).mean() < 0.8


def test_a_class_recorded_at_once_is_still_judged_by_a_part_of_it():
    embeddings, labels = points(20, 2, apart=6)
    head = fit_head(embeddings, labels, 2, groups=labels)
    assert (head.held_out.argmax(axis=1) == labels).all()


def test_rare_classes_count_as_much_as_others():
    embeddings, labels = points(200, 2, apart=1.5)
    kept = (labels == 0) | (np.arange(200) < 20)
    head = fit_head(embeddings[kept], labels[kept], 2)
    asked, wanted = points(400, 2, apart=1.5, seed=2)
    found = head.predict_proba(asked).argmax(axis=1)
    assert abs((found[wanted == 1] == 1).mean() - (found[wanted == 0] == 0).mean()) < 0.2


@pytest.mark.parametrize(("labels", "classes"), [([0, 0, 1], 2), ([0, 0, 1, 1], 3), ([0, 0, 0], 1), ([], 2)], ids=str)
def test_too_few_faces_are_refused_with_their_number(labels, classes):
    with pytest.raises(ModelError, match="every class needs 2 faces or more"):
        fit_head(np.zeros((len(labels), 4), np.float32), np.array(labels, int), classes)


@pytest.mark.parametrize("classes", [2, 7, 30])
def test_the_file_answers_as_the_head_does(classes):
    random = np.random.default_rng(classes)
    weights = random.normal(size=(classes, 192)).astype(np.float32)
    bias = random.normal(size=classes).astype(np.float32)
    made = Interpreter(model_content=with_head((BASE / LITERT_FILE).read_bytes(), weights, bias))
    made.resize_tensor_input(made.get_input_details()[0]["index"], (2, 48, 48, 1))
    made.allocate_tensors()
    made.set_tensor(made.get_input_details()[0]["index"], random.random((2, 48, 48, 1)).astype(np.float32))
    made.invoke()
    found = {one["name"]: made.get_tensor(one["index"]) for one in made.get_output_details()}
    logits = found["features"] @ weights.T + bias
    wanted = np.exp(logits - logits.max(axis=1, keepdims=True))
    np.testing.assert_allclose(found["emotion"], wanted / wanted.sum(axis=1, keepdims=True), atol=1e-4)


def test_a_head_that_does_not_fit_is_refused():
    with pytest.raises(ModelError, match="for 8 numbers a face does not fit 192"):
        with_head((BASE / LITERT_FILE).read_bytes(), np.zeros((2, 8), np.float32), np.zeros(2, np.float32))


def test_embeddings_of_another_size_are_refused(tiny_networks):
    content = (tiny_networks / "five").read_bytes()
    with pytest.raises(ModelError, match="does not fit"):
        with_head(content, np.zeros((2, 8), np.float32), np.zeros(2, np.float32))
