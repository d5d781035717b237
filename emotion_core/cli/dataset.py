"""The commands about data sets: python -m emotion_core dataset import | draw | download | list | report | ..."""

from __future__ import annotations

import json as json_format
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from emotion_core.classes import in_classes_of
from emotion_core.cli.console import (
    STANDARD_OUTPUT,
    note_guarded,
    progress_of,
    say,
    without_native_messages,
    write_json,
)
from emotion_core.emotions import EMOTIONS

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.datasets import Classes, Dataset, Description, Report

#: What the JSON of a report calls what has other names within: its keys stay as they were first written.
KEYS = {
    "duplicates": "twins",
    "near_duplicates": "near_twins",
    "label_issue": "suspected",
    "label_issue_score": "suspicion",
    "label_issues": "suspected",
}

app = typer.Typer(help="Bring in labelled faces, see what is in them, and check their quality.", no_args_is_help=False)


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(exists=True, help="A folder, or a zip, tar, csv, parquet or npz file.")],
    name: Annotated[str, typer.Option(help="What the data set is to be called.")],
    votes: Annotated[Path | None, typer.Option(exists=True, help="FER+'s fer2013new.csv, if it lies apart.")] = None,
    label: Annotated[
        list[str] | None, typer.Option(help="What a label means: grumpy=angry; grumpy= leaves it out. May be repeated.")
    ] = None,
    skip_bad_rows: Annotated[bool, typer.Option("--skip-bad-rows", help="Leave out what cannot be used.")] = False,
    side: Annotated[int, typer.Option(help="Side of the stored images in pixels, 16 to 512.")] = 48,
    colour: Annotated[
        bool | None, typer.Option("--colour/--grey", help="Keep colours or not; else kept above 48 pixels.")
    ] = None,
    crop: Annotated[
        str, typer.Option(help="Find faces and cut them out: always, never, or auto, by a look at 100 pictures.")
    ] = "auto",
    numbering: Annotated[
        str | None,
        typer.Option(
            help="What numbers mean: fer2013, ferplus, affectnet, raf-db, expw, ck+, ravdess, or the emotions from 0 "
            "on, as angry,happy,sad."
        ),
    ] = None,
    name_pattern: Annotated[
        str | None,
        typer.Option(help="Where in the names of pictures the label stands: '*_{label}_*' finds it in 17_AN_x.jpg."),
    ] = None,
    labels_from: Annotated[
        str, typer.Option(help="Which labels to take where folders and a table differ: folders or table.")
    ] = "auto",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be read, and store nothing.")] = False,
    classes: Annotated[
        str,
        typer.Option(
            help="keep: the labels as they are; seven: the emotions that they name; or a file that groups them, with "
            "lines such as: angry, sad -> negative"
        ),
    ] = "seven",
) -> None:
    """Read a data set of any form and store it in the workspace."""
    from emotion_core.datasets import import_dataset
    from emotion_core.faces import FaceCropper

    meanings = dict(map(_meaning, label or []))
    cropper = None if crop == "never" else FaceCropper()
    with _options_named(), progress_of("Import") as progress:
        described = import_dataset(
            path,
            name,
            votes,
            labels=meanings,
            skip_bad_rows=skip_bad_rows,
            side=side,
            colour=colour,
            cropper=cropper,
            crop=crop,
            progress=progress,
            dry_run=dry_run,
            numbering=numbering,
            name_pattern=name_pattern,
            labels_from=labels_from,
            classes=_classes(classes),
        )
    say("\n".join([*_in_words(described), *["  nothing was stored: this was a dry run"] * dry_run]))


@app.command()
def derive(
    base: Annotated[str, typer.Argument(help="The data set to start from.")],
    name: Annotated[str, typer.Option(help="What the new data set is to be called.")],
    classes: Annotated[
        Path | None, typer.Option(exists=True, help="A file with other classes: angry, sad -> negative")
    ] = None,
) -> None:
    """Make a data set from another one without a second import, with other classes if asked."""
    from emotion_core.datasets import derive as derive_dataset, read_class_table

    described = derive_dataset(base, name, read_class_table(classes) if classes else None)
    print("\n".join(_in_words(described)))


@app.command()
def draw(
    name: Annotated[str, typer.Option(help="What the data set is to be called.")],
    count: Annotated[int, typer.Option(min=1, max=50_000, help="How many faces.")] = 1400,
    seed: Annotated[int, typer.Option(min=0, help="The same seed and count give the same faces.")] = 0,
) -> None:
    """Draw faces, a data set that needs no download: to try everything out on."""
    from emotion_core.datasets import add_synthetic

    say("\n".join(_in_words(add_synthetic(name, count, seed))))


@app.command()
def download(
    name: Annotated[str, typer.Option(help="What the data set is to be called.")] = "FER-2013",
) -> None:
    """Download FER-2013 from Kaggle, with the package kagglehub, and import it."""
    from emotion_core.datasets import check_new, download_fer2013, import_dataset

    check_new(name)
    folder = download_fer2013()
    with progress_of("Import") as progress:
        described = import_dataset(folder, name, progress=progress)
    say("\n".join(_in_words(described)))


@app.command()
def export(
    name: Annotated[str, typer.Argument(help="The data set's name.")],
    file: Annotated[Path, typer.Argument(help="The csv to write.")],
    labels: Annotated[
        bool, typer.Option("--labels", help="Labels and splits alone, as corrected and as given, without pictures.")
    ] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="Leave text as it is, though a spreadsheet takes it for a formula.")
    ] = False,
) -> None:
    """Write a data set as corrected: as FER-2013's csv, which can be imported again, or only its labels."""
    from emotion_core.datasets import export_dataset, export_list

    try:
        guarded = (export_list if labels else export_dataset)(name, file, raw)
    except OSError as error:
        raise typer.BadParameter(f"cannot write {file} ({error.strerror})") from None
    say(f"{name} is written to {file}")
    note_guarded(guarded)


@app.command()
def delete(name: Annotated[str, typer.Argument(help="The data set's name.")]) -> None:
    """Remove a data set for good; what it was imported from stays where it is."""
    from emotion_core.datasets import delete_dataset

    delete_dataset(name)
    say(f"{name} is deleted")


@app.command()
def rescue(
    name: Annotated[str, typer.Argument(help="A damaged data set's name.")],
    new: Annotated[str, typer.Option("--name", help="What the faces that are whole are to be called.")],
) -> None:
    """Store those faces of a damaged data set that are still what was stored as a set of their own."""
    from emotion_core.datasets import rescue as rescue_faces

    say("\n".join(_in_words(rescue_faces(name, new))))


@app.command("list")
def list_() -> None:
    """Say which data sets there are."""
    from emotion_core.datasets import DatasetError, dataset_names, describe

    names = dataset_names()
    if not names:
        say("no data sets yet; bring one in with: dataset import PATH --name NAME")
    for name in names:
        try:
            described = describe(name)
        except DatasetError as error:
            say(f"{name}: {error}")
            continue
        splits = ", ".join(f"{split} {sum(counts.values()):,}" for split, counts in described.counts.items())
        origin = f"from {described.base}" if described.base else described.source
        say(f"{name}: {described.faces:,} faces ({splits}), {origin}, {described.date}")


@app.command()
def report(
    name: Annotated[str, typer.Argument(help="The data set's name.")],
    json: Annotated[
        str | None, typer.Option(help="Write figures and faces as JSON to this file; - for output.")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="Also find label issues by this model's predictions; it must not have been trained on this set."
        ),
    ] = None,
) -> None:
    """Check a data set: duplicates, also across splits, contradictory labels, empty images, likely label issues."""
    from emotion_core.datasets import examine, open_dataset

    dataset = open_dataset(name)
    with progress_of("Report") as progress:
        predictions = _predictions(dataset, model, progress) if model else None
        found = examine(dataset, predictions, progress)
    if json is not None:
        write_json(json, _as_json(name, dataset, found))
    if json != STANDARD_OUTPUT:
        say("\n".join(found.summary.in_words()))


@contextmanager
def _options_named() -> Iterator[None]:
    """Adds to what stops an import the option by which it goes on."""
    from emotion_core.datasets import NUMBERINGS, BadRowsError, DatasetError, LabelSourcesError, UnknownLabelsError

    try:
        yield
    except LabelSourcesError as error:
        raise DatasetError(f"{error}: --labels-from folders, or --labels-from table") from None
    except BadRowsError as error:
        raise DatasetError(f"{error} with --skip-bad-rows") from None
    except UnknownLabelsError as error:
        label = next(iter(error.labels))
        meant, left_out = quote(f"{label}=angry"), quote(f"{label}=")
        all_at_once = f"; all numbers at once by --numbering {', '.join(NUMBERINGS)}" if label.isdecimal() else ""
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


def _in_words(described: Description) -> list[str]:
    reading = described.reading
    counts = [
        f"  {split}: {sum(labels.values()):,} (" + ", ".join(f"{name} {n:,}" for name, n in labels.items()) + ")"
        for split, labels in described.counts.items()
    ]
    origin = reading.form if reading else described.base
    lines = [f"{described.name}: {described.faces:,} faces from {origin}", *counts]
    if described.classes != EMOTIONS:
        lines.append(f"  classes: {', '.join(described.classes)}")
    return [*lines, *(f"  {line}" for line in (reading.in_words() if reading else []))]


def _predictions(dataset: Dataset, model: str, progress: Callable[[float], None]) -> np.ndarray:
    from emotion_core.models import TRAINED, load_classifier, predict_all

    with without_native_messages():
        classifier = load_classifier(model, TRAINED)
    found = predict_all(classifier, dataset.images, progress=progress)
    return in_classes_of(found, classifier.classes, dataset.classes)


def _as_json(name: str, dataset: Dataset, found: Report) -> dict[str, Any]:
    """The figures, and every face about which something was found."""
    table = found.table.assign(**{c: dataset.table[c] for c in ("source", "label", "split")}).reset_index(names="row")
    against = (table["majority"] != "") & (table["majority"] != table["label"])
    marked = (table["near_duplicates"] >= 0) | table["empty"] | table["label_issue"] | against
    faces = json_format.loads(table[marked].rename(columns=KEYS).to_json(orient="records"))
    summary = {KEYS.get(key, key): value for key, value in found.summary.model_dump().items()}
    return {"data": name, "summary": summary, "faces": faces}
