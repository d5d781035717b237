"""Where folders and a file of annotations both say what pictures show: whether they agree, and which one is taken."""

from __future__ import annotations

from emotion_core.datasets.errors import LabelSourcesError
from emotion_core.datasets.readers.csv_files import Csv
from emotion_core.datasets.readers.folders import folders, has_folders_of_emotions
from emotion_core.datasets.readers.labels import LabelMap
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.places import Places
from emotion_core.datasets.readers.source import Source


def folders_or_files(pictures: Pictures, files: Source | None, votes: Csv | None, options: ReadOptions) -> Source:
    """The source of labels that the user chose; else the only one, or, where they agree, the one that says more.

    Raises:
        LabelSourcesError: they disagree.
        DatasetError: there are no labels where they were said to be.
    """
    if files is None or options.labels_from == "folders":
        return folders(pictures, votes)
    if options.labels_from == "table" or not has_folders_of_emotions(pictures.names):
        return files
    said = dict(files.said())
    agrees = _agrees(pictures, files, said, options)
    return files if agrees and said.keys() >= set(pictures.names) else folders(pictures, votes)


def _agrees(pictures: Pictures, files: Source, said: dict[str, str], options: ReadOptions) -> bool:
    """Whether some labels are the folders', where none differs; False where none is known to mean an emotion."""
    places, meanings = Places(pictures.names), LabelMap(options.labels, files.numbering)
    by_folder = {name: meanings[places.label(name)] for name in said if name in set(pictures.names)}
    by_file = {name: meanings[label] for name, label in said.items()}
    both = [name for name, emotion in by_folder.items() if emotion and by_file[name]]
    different = [name for name in both if by_folder[name] != by_file[name]]
    if different:
        name = different[0]
        example = f"the folder of {name} says {by_folder[name]}, {files.form} {by_file[name]}"
        raise LabelSourcesError(files.name, len(different), len(both), example)
    return bool(both)
