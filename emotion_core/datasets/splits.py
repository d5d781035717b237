"""The three splits of a data set: their names, those in other sources, and how faces without one are assigned."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

SPLITS = ("train", "validation", "test")


def _plain(text: str) -> str:
    """A text without accents."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if not unicodedata.combining(sign)))


#: What sources call the splits, alone or as a word of a longer name: train_set, FER2013Train, training_images; also in
#: the languages in which emotions are understood, without accents.
_WORDS = {
    "train": (
        "train", "training", "trainval", "entrainement", "apprentissage", "entrenamiento", "treino", "treinamento",
        "addestramento", "egitim", "обучение", "обучающая", "тренировка", "训练", "訓練", "훈련",
    ),
    "validation": (
        "validation", "val", "publictest", "validierung", "validacion", "validacao", "validazione", "validatie",
        "dogrulama", "валидация", "验证", "驗證", "検証", "검증",
    ),
    "test": ("test", "testing", "privatetest", "тест", "тестовая", "测试", "測試", "テスト", "테스트"),
}  # fmt: skip
#: What may mean something else, too: it is a split alone, or beside such words as say nothing.
_WEAK_WORDS = {
    "train": ("trn",),
    "validation": ("valid", "validate", "dev", "eval", "evaluation", "public", "vld", "проверка"),
    "test": ("private", "tst", "prueba", "pruebas", "teste", "essai"),
}
SAY_NOTHING = {
    _plain(word) for word in (
        "set", "sets", "data", "dataset", "image", "images", "img", "imgs", "picture", "pictures", "face", "faces",
        "folder", "split", "label", "labels", "annotations", "list", "csv", "fer", "ferplus", "class", "emotion",
        "expression", "people", "person", "portraits", "daten", "sdaten", "bilder", "sbilder", "datos", "dados", "dati",
        "donnees", "выборка", "данные", "集", "数据", "数据集", "データ", "用データ", "데이터",
    )
}  # fmt: skip
_BY_WORD = {_plain(word): split for split, words in _WORDS.items() for word in words}
_BY_WEAK_WORD = {_plain(word): split for split, words in _WEAK_WORDS.items() for word in words}
#: Words of a name: fer2013_train, FER2013Train and train-set alike.
_TOKENS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")

#: Where no splits are given, faces are assigned by their content in these shares.
SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}


def words_of(name: str) -> list[str]:
    """The words of a name: train and Set of train_set, trainSet and TRAIN-Set 2."""
    return _TOKENS.findall(_plain(name))


def split_of(text: str) -> str | None:
    """One of `SPLITS` by any of its names, alone or as a part of a longer one; None if it is none, or could be two."""
    words = [word.casefold() for word in words_of(text)]
    whole = "".join(words)
    if whole in _BY_WORD or whole in _BY_WEAK_WORD:
        return _BY_WORD.get(whole) or _BY_WEAK_WORD[whole]
    if "test" in words and {"public", "private"} & set(words):  # of FER-2013
        return "validation" if "public" in words else "test"
    found = {split for word in words if (split := _split_of_word(word))}
    others = [word for word in words if word not in _BY_WEAK_WORD]
    if not found and all(word in SAY_NOTHING for word in others):
        found = {_BY_WEAK_WORD[word] for word in words if word in _BY_WEAK_WORD}
    return found.pop() if len(found) == 1 else None


def split_in_names(path: str) -> str:
    """The last part of a path that is called as a split, its ending left aside; an empty text for none."""
    found = PurePosixPath(path)
    parts = (*found.parts[:-1], found.stem)
    return next((part for part in reversed(parts) if split_of(part)), "")


def _split_of_word(word: str) -> str | None:
    """The split of a word such as train or trainset."""
    endings = (word.removeprefix(start) for start in _BY_WORD if word.startswith(start))
    ending = next((ending for ending in endings if not ending or ending in SAY_NOTHING), None)
    return None if ending is None else _BY_WORD[word.removesuffix(ending)]


def assigned_split(content: str) -> str:
    """The split that a face is assigned to by its content's hash: the same every time, and for identical images."""
    place, end = int(content[:8], 16) / 16**8, 0.0
    for split, share in SHARES.items():
        end += share
        if place < end:
            return split
    return SPLITS[-1]
