"""The commands about data sets: python -m emotion_core dataset import | draw | download | list | report | ..."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
from emotion_core.cli.importing import import_dataset
from emotion_core.progress import Progress

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.datasets import Dataset, Report

#: What the JSON of a report calls what has other names within: its keys stay as they were first written.
KEYS = {
    "duplicates": "twins",
    "near_duplicates": "near_twins",
    "label_issue": "suspected",
    "label_issue_score": "suspicion",
    "label_issues": "suspected",
}

app = typer.Typer(help="Import labelled faces, see what is in them, and check their quality.", no_args_is_help=False)
app.command("import")(import_dataset)


@app.command()
def derive(
    base: Annotated[str, typer.Argument(help="The data set to start from.")],
    name: Annotated[str, typer.Option(help="What the new data set is to be called.")],
    classes: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A file with other classes: angry, sad -> negative")
    ] = None,
) -> None:
    """Make a data set from another one without a second import, with other classes if asked."""
    from emotion_core.datasets import derive as derive_dataset, read_class_table

    described = derive_dataset(base, name, read_class_table(classes) if classes else None)
    say("\n".join(described.in_words()))


@app.command()
def draw(
    name: Annotated[str, typer.Option(help="What the data set is to be called.")],
    count: Annotated[
        int | None, typer.Option(min=1, max=50_000, help="How many faces, if not 1400; or clips, if not 420.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed and count give the same faces.")] = 0,
    clips: Annotated[
        bool, typer.Option("--clips", help="Draw clips, whose single frames say little, for sequence-net.")
    ] = False,
) -> None:
    """Draw faces, a data set that needs no download: to try everything out on."""
    from emotion_core.datasets import CLIPS, FACES, add_synthetic, add_synthetic_clips

    add, usual = (add_synthetic_clips, CLIPS) if clips else (add_synthetic, FACES)
    say("\n".join(add(name, count or usual, seed).in_words()))


@app.command()
def download(
    name: Annotated[str, typer.Option(help="What the data set is to be called.")] = "FER-2013",
) -> None:
    """Download FER-2013 from Kaggle, with the package kagglehub, and import it."""
    from emotion_core.datasets import check_new, download_fer2013
    from emotion_core.jobs import Import, import_elsewhere

    check_new(name)
    folder = download_fer2013()
    with progress_of("Import") as progress:
        described = import_elsewhere(Import(folder, name, crop="never"), progress)
    say("\n".join(described.in_words()))


@app.command()
def export(
    name: Annotated[str, typer.Argument(help="The data set's name.")],
    file: Annotated[Path, typer.Argument(help="The csv to write.")],
    labels: Annotated[
        bool, typer.Option("--labels", help="Labels and splits alone, as corrected and as given, without pictures.")
    ] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="Write text as it is, even where a spreadsheet would read a formula.")
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

    say("\n".join(rescue_faces(name, new).in_words()))


@app.command("list")
def list_() -> None:
    """Say which data sets there are."""
    from emotion_core.datasets import DatasetError, dataset_names, describe

    names = dataset_names()
    if not names:
        say("no data sets yet; import one with: dataset import PATH --name NAME")
    for name in names:
        try:
            described = describe(name)
        except DatasetError as error:
            say(f"{name}: {error}")
            continue
        splits = ", ".join(f"{split} {sum(counts.values()):,}" for split, counts in described.counts.items())
        origin = f"from {described.base}" if described.base else described.source
        say(f"{name}: {described.counted_in_words} ({splits}), {origin}, {described.date}")


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


def _predictions(dataset: Dataset, model: str, progress: Progress) -> np.ndarray:
    from emotion_core.models import TRAINED, ModelError, load_classifier, predict_all

    with without_native_messages():
        classifier = load_classifier(model, TRAINED)
    if len(set(classifier.classes) & set(dataset.classes)) < 2:
        raise ModelError(
            f"the classes of the model {model} are {', '.join(classifier.classes)}, those of the data set "
            f"{', '.join(dataset.classes)}: two must be common to them to find label issues"
        )
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
