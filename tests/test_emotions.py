"""Names of emotions as other people write them, and their colours as other people see them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from skimage.color import deltaE_ciede2000, rgb2lab

from emotion_core.emotions import COLOURS, EMOTIONS, FER2013_NUMBERING, FERPLUS_VOTES, OTHERS, SYNONYMS, emotion_of


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("anger", "angry"),
        ("angry", "angry"),
        ("Angry ", "angry"),
        ("AN", "angry"),
        (" af ", "fearful"),
        ("0_anger", "angry"),
        ("disgust", "disgusted"),
        ("fear", "fearful"),
        ("happiness", "happy"),
        ("sadness", "sad"),
        ("surprise", "surprised"),
        ("neutrality", "neutral"),
        ("Contempt", "contempt"),
        ("unknown", "unknown"),
        ("No-Face", "nf"),
        ("ＨＡＰＰＹ", "happy"),
        ("Colère", "angry"),
        ("Нейтральный", "neutral"),
        ("kızgın", "angry"),
        ("Öfke", "angry"),
        ("verdrietig", "sad"),
        ("놀람", "surprised"),
        ("En colère", "angry"),
        ("De\u0301gou\u0302t", "disgusted"),
        ("1_miedo", "fearful"),
        ("fröhlich", "happy"),
        ("Neutro", "neutral"),
        ("Tristezza", "sad"),
        ("ÜBERRASCHUNG", "surprised"),
        ("惊讶", "surprised"),
        ("喜び", "happy"),
    ],
)
def test_names(text, emotion):
    assert emotion_of(text) == emotion


@pytest.mark.parametrize(
    "text",
    [
        *("", "3", "grumpy", "disgustado", "sans joie", "高", "happysad", "S010", "😀", "7 " * 99 + "other"),
        *("AF01", "AN1", "0_an", "A.N.", "sa-1", "SU 12", "hap2", "n f"),  # codes stand only by themselves
    ],
)
def test_no_names(text):
    assert emotion_of(text) is None


def test_every_synonym_means_one_emotion():
    synonyms = [synonym for names in SYNONYMS.values() for synonym in names]
    assert len(synonyms) == len(set(synonyms))
    assert set(SYNONYMS) == {*EMOTIONS, *OTHERS}


@pytest.mark.parametrize("name", sorted({*EMOTIONS, *OTHERS, *FER2013_NUMBERING, *FERPLUS_VOTES}))
def test_our_own_names_mean_themselves(name):
    assert emotion_of(name) == name


@given(st.text())
def test_any_text_is_answered(text):
    assert emotion_of(text) in (*EMOTIONS, *OTHERS, None)


#: What remains of linear RGB for eyes that see no green, or no red (Machado, Oliveira and Fernandes 2009).
COLOUR_BLIND = {
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
}


def lab(seen: list[list[float]]) -> np.ndarray:
    """The seven colours in CIELAB as eyes see them that see so much of linear RGB."""
    rgb = np.array([[int(COLOURS[name][at : at + 2], 16) for at in (1, 3, 5)] for name in EMOTIONS]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    left = np.clip(linear @ np.array(seen).T, 0, 1)
    return rgb2lab(np.where(left <= 0.0031308, 12.92 * left, 1.055 * left ** (1 / 2.4) - 0.055))


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("Happiness/Joy", "happy"),
        ("Anger (mad)", "angry"),
        ("sad (2)", "sad"),
        ("happy/sad", None),
        ("(neutral)", "neutral"),
    ],
)
def test_several_words_that_mean_the_same(text, emotion):
    assert emotion_of(text) == emotion


@pytest.mark.parametrize("kind", COLOUR_BLIND)
def test_any_two_of_the_seven_colours_are_told_apart_by_the_colour_blind(kind):
    colours = lab(COLOUR_BLIND[kind])
    for one, other in combinations(range(len(EMOTIONS)), 2):
        assert deltaE_ciede2000(colours[one], colours[other]) >= 15, (EMOTIONS[one], EMOTIONS[other])


def test_no_two_of_the_seven_colours_are_equal_in_grey():
    lightness = np.sort(lab(np.eye(3).tolist())[:, 0])
    assert np.diff(lightness).min() >= 4
