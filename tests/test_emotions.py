"""Names of emotions as other people write them."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from emotion_core.emotions import EMOTIONS, FER2013_NUMBERING, FERPLUS_VOTES, OTHERS, SYNONYMS, emotion_of


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
        *("", "3", "grumpy", "disgustado", "sans joie", "高", "happysad", "S010", "😀"),
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
