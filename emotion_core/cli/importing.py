"""The command that brings in a data set: python -m emotion_core dataset import PATH --name NAME."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from emotion_core.cli.console import progress_of, say
from emotion_core.extras import need

if TYPE_CHECKING:
    from emotion_core.datasets import Classes

Data = Annotated[Path, typer.Argument(exists=True, help="A folder, or a zip, tar, csv, parquet or npz file.")]
Name = Annotated[str, typer.Option(help="What the data set is to be called.")]
Votes = Annotated[Path | None, typer.Option(exists=True, help="FER+'s fer2013new.csv, if it lies apart.")]
Labels = Annotated[
    list[str] | None,
    typer.Option("--label", help="What a label means: grumpy=angry; grumpy= leaves it out. May be repeated."),
]
SkipBadRows = Annotated[bool, typer.Option("--skip-bad-rows", help="Leave out what cannot be used.")]
Side = Annotated[int, typer.Option(help="Side of the stored images in pixels, 16 to 512.")]
Colour = Annotated[bool | None, typer.Option("--colour/--grey", help="Keep colours or not; else kept above 48 pixels.")]
Crop = Annotated[
    str, typer.Option(help="Find faces and cut them out: always, never, or auto, by a look at 100 pictures.")
]
Numbering = Annotated[
    str | None,
    typer.Option(
        help="What numbers mean: fer2013, ferplus, affectnet, raf-db, expw, ck+, ckextended, ravdess, or the "
        "emotions from 0 on, as angry,happy,sad."
    ),
]
NamePattern = Annotated[
    str | None,
    typer.Option(help="Where in the names of pictures the label stands: '*_{label}_*' finds it in 17_AN_x.jpg."),
]
LabelsFrom = Annotated[
    str, typer.Option(help="Which labels to take where folders and a table differ: folders or table.")
]
Encoding = Annotated[
    str,
    typer.Option(
        help="Encoding of tables that are not in UTF-8, such as cp1252; if not given, it is told by the labels and "
        "names in them."
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be read, and store nothing.")]
WhichClasses = Annotated[
    str,
    typer.Option(
        "--classes",
        help="keep: the labels as they are; seven: the emotions that they name; or a file that groups them, with lines "
        "such as: angry, sad -> negative",
    ),
]


def import_dataset(
    path: Data,
    name: Name,
    votes: Votes = None,
    label: Labels = None,
    skip_bad_rows: SkipBadRows = False,
    side: Side = 48,
    colour: Colour = None,
    crop: Crop = "auto",
    numbering: Numbering = None,
    name_pattern: NamePattern = None,
    labels_from: LabelsFrom = "auto",
    encoding: Encoding = "",
    dry_run: DryRun = False,
    classes: WhichClasses = "seven",
) -> None:
    """Read a data set of any form and store it in the workspace."""
    from emotion_core.jobs import Import, import_elsewhere

    need("pyarrow")
    asked = Import(
        path,
        name,
        votes,
        labels=dict(map(_meaning, label or [])),
        skip_bad_rows=skip_bad_rows,
        side=side,
        colour=colour,
        crop=crop,
        dry_run=dry_run,
        numbering=numbering,
        name_pattern=name_pattern,
        labels_from=labels_from,
        encoding=encoding,
        classes=_classes(classes),
    )
    with _options_named(), progress_of("Import") as progress:
        described = import_elsewhere(asked, progress)
    say("\n".join([*described.in_words(), *["  nothing was stored: this was a dry run"] * dry_run]))


@contextmanager
def _options_named() -> Iterator[None]:
    """Adds to what stops an import the option by which it goes on."""
    from emotion_core.datasets import (
        NUMBERINGS,
        BadRowsError,
        DatasetError,
        LabelSourcesError,
        UnknownLabelsError,
        number_of,
    )

    try:
        yield
    except LabelSourcesError as error:
        raise DatasetError(f"{error}: --labels-from folders, or --labels-from table") from None
    except BadRowsError as error:
        raise DatasetError(f"{error} with --skip-bad-rows") from None
    except UnknownLabelsError as error:
        label = next(iter(error.labels))
        meant, left_out = quote(f"{label}=angry"), quote(f"{label}=")
        all_at_once = (
            f"; all numbers at once by --numbering {', '.join(NUMBERINGS)}" if number_of(label) is not None else ""
        )
        kept = "; or keep all labels as classes with --classes keep"
        raise DatasetError(f"{error}, as in --label {meant} or --label {left_out}{kept}{all_at_once}") from None


def _classes(text: str) -> Classes:
    """What `--classes` asks for."""
    from emotion_core.datasets import read_class_table

    if text in ("keep", "seven"):
        return cast(Literal["keep", "seven"], text)
    if not Path(text).is_file():
        raise typer.BadParameter(
            f"there is no file {text!r}; --classes takes keep, seven, or a file that groups labels"
        )
    return read_class_table(text)


def _meaning(text: str) -> tuple[str, str | None]:
    label, equals, meaning = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"--label {text!r} says nothing; write LABEL=EMOTION, or LABEL= to leave it out")
    return label, meaning.strip() or None
