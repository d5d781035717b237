"""Splits by any of their names, alone or within a longer one, and the splits of faces for which none is given."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

import pytest

from emotion_core.datasets.splits import SHARES, SPLITS, assigned_split, split_of


@pytest.mark.parametrize(
    ("split", "names"),
    [
        (
            "train",
            "train Training TRAIN 01_train train_set training-set TrainSet trainset traindata Train_data train2 "
            "training_images FER2013Train fer2013_train train_labels AffectNet-train trainingfaces trn trainval "
            "Trainingsdaten "
            "entraînement Données_d_entraînement entrenamiento treino eğitim обучение 训练集 訓練データ 훈련",
        ),
        (
            "validation",
            "validation val VAL Valid dev eval validate evaluation val_set valset validation_images FER2013Valid "
            "PublicTest public_test fer2013_PublicTest Public dev_set valid_data val.csv Validierungsdaten vld "
            "validación validação doğrulama валидация 验证集 検証データ",
        ),
        (
            "test",
            "test Testing test_set testset test-images TestImages PrivateTest private_test FER2013Test Private "
            "test_labels fer_PrivateTest Testdaten Testbilder tst pruebas тест 测试 テストデータ 테스트",
        ),
    ],
)
def test_a_split_by_its_names_and_as_a_part_of_longer_ones(split, names):
    assert {name: split_of(name) for name in names.split()} == dict.fromkeys(names.split(), split)


@pytest.mark.parametrize(
    "text",
    [
        *("", "happy", "7", "S005", "contest", "latest", "trains", "strain", "devices", "evaluator", "valentina"),
        *("train_val_split", "train_test", "train-val-test", "private photos", "public_domain", "valid faces of anna"),
    ],
)
def test_what_is_no_split_or_could_be_two(text):
    assert split_of(text) is None


def test_identical_faces_are_assigned_to_one_split_and_all_in_the_shares_that_are_said():
    contents = [sha256(str(number).encode()).hexdigest() for number in range(3000)]
    splits = [assigned_split(content) for content in contents]
    assert splits == [assigned_split(content) for content in contents]
    counts = Counter(splits)
    assert set(counts) == set(SPLITS)
    assert {split: counts[split] / 3000 for split in SPLITS} == pytest.approx(SHARES, abs=0.03)


def test_the_last_content_of_all_is_assigned_too():
    assert assigned_split("f" * 64) == "test"
