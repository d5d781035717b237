"""The photo page shows which parts of a face matter, when it is asked to."""

from __future__ import annotations

from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation.explanation import occlusion_maps, strongest_part
from emotion_core.faces.alignment import face_crop
from emotion_core.inference.analyze import find_faces
from emotion_core.inference.settings import AnalysisSettings
from emotion_core.models.classifier import Classifier
from emotion_core.visuals.drawing import WEAK_MAP
from emotion_core.workspace import SHIPPED_MODELS
from tests.page import button, texts

QUESTION = "Show which parts matter"


def toggle(page):
    (found,) = [one for one in page.toggle if one.label == QUESTION]
    return found


def test_nothing_is_covered_before_it_is_asked_for(photos, happy):
    button(photos, "Portrait").click().run()
    assert happy.calls == 1
    assert QUESTION in [one.label for one in photos.toggle]
    assert "Orange" not in texts(photos)


def test_the_face_is_shown_with_words_for_the_emotion_that_looks_most_likely(photos, happy):
    button(photos, "Portrait").click().run()
    images = len(photos.image)
    toggle(photos).set_value(True).run()
    assert not photos.exception
    assert len(photos.image) == images + 1
    assert "**Orange** parts support happy" in texts(photos)
    assert "No single part matters much here." in texts(photos)  # this model says happy whatever it sees
    assert "not what the person feels" in texts(photos)


def test_another_emotion_is_answered_from_memory(photos, happy):
    button(photos, "Portrait").click().run()
    toggle(photos).set_value(True).run()
    calls = happy.calls
    (emotions,) = [one for one in photos.selectbox if one.label == "Evidence for"]
    emotions.set_value("sad").run()
    assert "**Orange** parts support sad" in texts(photos)
    assert happy.calls == calls


def test_by_the_model_that_ships_it_is_the_mouth_that_smiles_though_the_answer_is_very_sure(astronaut):
    face = find_faces(astronaut, AnalysisSettings())[0]
    maps = occlusion_maps(Classifier(SHIPPED_MODELS / "emotion-net"), face_crop(astronaut, face, 48))
    heat = maps[EMOTIONS.index("happy")]
    assert strongest_part(heat) == "lower middle"
    assert heat.max() >= WEAK_MAP
