"""Pictures in folders: a folder per emotion, or codes in the names of the files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import PurePosixPath

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import nested_archives
from emotion_core.datasets.readers.csv_files import Csv
from emotion_core.datasets.readers.fer2013 import votes_by_name
from emotion_core.datasets.readers.picture_files import Pictures, load_picture
from emotion_core.datasets.readers.places import Places, emotion_word, label_in_file_name, word_in_file_name
from emotion_core.datasets.readers.source import Entry, Progress, Source
from emotion_core.datasets.splits import split_of
from emotion_core.datasets.votes import majority_name

#: So many folders are named where no label is found.
FOLDERS_NAMED = 5
#: Parts of a cross-validation, with splits in each.
_FOLD = re.compile(r"(?:k?[ _-]?fold|cv|run|split|trial)[ _-]?\d{1,2}", re.IGNORECASE)


class NoLabelsError(DatasetError):
    """Nothing says what pictures show."""


def folders(found: Pictures, votes: Csv | None = None, all_mean_something: bool = False) -> Source:
    """A folder per emotion, with or without train, validation and test above it or below; or codes in files' names.

    Where nothing else says what they show, the majority of FER+'s votes does.

    Args:
        all_mean_something: whether the user has said what pictures show of which nothing here does.

    Raises:
        DatasetError: nothing says what any picture shows, or the votes are of other pictures.
    """
    tree, pictures = found.tree, found.names
    _check_folds(tree.source, pictures)
    places = Places(pictures)
    labelled = any(map(places.label, pictures))
    ballots = {} if votes is None else votes_by_name(votes)
    if votes is not None and not any(PurePosixPath(name).stem in ballots for name in pictures):
        raise DatasetError(f"{votes.name} names none of the {len(pictures):,} pictures in {tree.source}")
    if not labelled and not ballots:
        raise NoLabelsError(_no_labels(tree.source, pictures))
    # Pictures of which nothing says what they show, such as those of a competition's test, are no faces to learn from.
    unlabelled = [name for name in pictures if labelled and not (all_mean_something or places.label(name))]
    left_aside = set(unlabelled)
    progress = Progress(len(pictures))

    def entries() -> Iterator[Entry]:
        for name in progress.over([name for name in pictures if name not in left_aside]):
            ballot = ballots.get(PurePosixPath(name).stem)
            label = places.label(name) if labelled else majority_name(ballot or ())
            yield Entry(name, name, label, places.split(name), partial(load_picture, tree, name), ballot)

    read = {*pictures, *nested_archives(tree), *([votes.name] if votes else [])}
    with_votes = " with FER+'s votes" if labelled else " with FER+'s votes, whose majority is the label"
    return Source(
        form=(_form(pictures) if labelled else "pictures") + (with_votes if votes else ""),
        name=tree.source,
        entries=entries,
        share=progress.share,
        unused=[name for name in tree.names() if name not in read],
        unlabelled=lambda: unlabelled,
        not_understood=places.not_understood,
    )


def _check_folds(source: str, pictures: Sequence[str]) -> None:
    """Raise a DatasetError where several folds of a cross-validation lie there, each of which splits the same faces."""
    splits: defaultdict[str, set[str]] = defaultdict(set)
    for name in pictures:
        parts = PurePosixPath(name).parts[:-1]
        for place in (place for place, part in enumerate(parts) if _FOLD.fullmatch(part)):
            splits["/".join(parts[: place + 1])] |= {split for part in parts[place + 1 :] if (split := split_of(part))}
    folds = [fold for fold, of_fold in splits.items() if len(of_fold) > 1]
    if len(folds) > 1:
        raise DatasetError(
            f"{source}: {', '.join(folds[:FOLDERS_NAMED])} are folds, each with its own splits, so that faces to train "
            f"on in one are tested on in another; import one of them, such as {folds[0]}"
        )


def has_folders_of_emotions(pictures: Sequence[str]) -> bool:
    """Whether one of these pictures lies in a folder that is called by an emotion."""
    return any(emotion_word(part) for name in pictures for part in PurePosixPath(name).parts[:-1])


def _form(pictures: Sequence[str]) -> str:
    in_names = any(label_in_file_name(PurePosixPath(p).stem) or word_in_file_name(p) for p in pictures)
    codes = not has_folders_of_emotions(pictures) and in_names
    return "pictures with codes of emotions in their names" if codes else "a folder per emotion"


def _counted(pictures: Sequence[str]) -> str:
    return "the one picture" if len(pictures) == 1 else f"the {len(pictures):,} pictures"


def _no_labels(source: str, pictures: Sequence[str]) -> str:
    """Where labels were looked for, and the forms that would do."""
    above = list(dict.fromkeys(part for name in pictures for part in PurePosixPath(name).parts[:-1]))
    more = f" and {len(above) - FOLDERS_NAMED:,} more" if len(above) > FOLDERS_NAMED else ""
    named = ", ".join(above[:FOLDERS_NAMED]) + more
    folder = f"none of their folders ({named}) is named after an emotion" if above else "they lie in no folder"
    if len(above) == 1:
        folder = f"their one folder ({named}) is not named after an emotion, and other classes need two or more"
    return (
        f"{source}: no labels were found for {_counted(pictures)}: {folder}, no csv beside them has "
        "columns of paths and labels, and their names hold no emotion and no code as KDEF's or JAFFE's do. Put them "
        "into a folder per emotion, such as happy/1.png, or add a csv with the columns path and label, or say with a "
        "pattern of names such as *_{label}_* where codes stand"
    )
