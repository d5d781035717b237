"""Where folders and a file of annotations both say what pictures show: whether they agree, and which one is taken."""

from __future__ import annotations

from functools import partial

from emotion_core.datasets.errors import LabelSourcesError
from emotion_core.datasets.readers.csv_files import Csv
from emotion_core.datasets.readers.folders import folders, has_folders_of_emotions
from emotion_core.datasets.readers.labels import LabelMap, number_of
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.places import Places
from emotion_core.datasets.readers.source import Source
from emotion_core.emotions import emotion_of


def folders_or_files(pictures: Pictures, files: Source | None, votes: Csv | None, options: ReadOptions) -> Source:
    """The source of labels that the user chose; else the only one, or, where they agree, the one that says more.

    Raises:
        LabelSourcesError: they disagree.
        DatasetError: there are no labels where they were said to be.
    """
    of_folders = partial(folders, pictures, votes, "" in options.labels)
    if files is None or options.labels_from == "folders":
        return of_folders()
    if options.labels_from == "table" or not (has_folders_of_emotions(pictures.names) or _are_numbered(pictures)):
        return files
    said = dict(files.said())
    agrees = _agrees(pictures, files, said, options)
    if not has_folders_of_emotions(pictures.names):
        return files  # numbers, of which a table says the same, and maybe more
    return files if agrees and said.keys() >= set(pictures.names) else of_folders()


def _are_numbered(pictures: Pictures) -> bool:
    """Whether the folders of pictures have numbers that may be labels."""
    places = Places(pictures.names)
    return any(number_of(places.label(name)) is not None for name in pictures.names)


def _agrees(pictures: Pictures, files: Source, said: dict[str, str], options: ReadOptions) -> bool:
    """Whether some labels are the folders', where none differs; False where none is known to mean an emotion."""
    places, meanings = Places(pictures.names), LabelMap(options.labels, files.numbering)
    there = set(pictures.names)
    pairs = {
        name: (_meaning(meanings, places.label(name)), _meaning(meanings, label))
        for name, label in said.items()
        if name in there
    }
    both = [name for name, (by_folder, by_file) in pairs.items() if by_folder and by_file]
    different = [name for name in both if pairs[name][0] != pairs[name][1]]
    if different:
        name = different[0]
        example = f"the folder of {name} says {pairs[name][0]}, {files.form} {pairs[name][1]}"
        raise LabelSourcesError(files.name, len(different), len(both), example)
    return bool(both)


def _meaning(meanings: LabelMap, label: str) -> str | None:
    """The emotion or class that a label means; None for a number of which nobody says what it means."""
    meaning = meanings[label]
    if meaning is None or (number_of(label) is not None and not meanings.chosen(label)):
        return None
    return emotion_of(meaning) or meaning
