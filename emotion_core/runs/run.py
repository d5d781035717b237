"""A training run as a folder of the workspace: what was asked, what happened, how things stand.

Page, process and command line speak through these files alone. Importing this loads no Keras.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import psutil
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from emotion_core.datasets.names import LONGEST_NAME, as_name, is_name
from emotion_core.files import replace_file
from emotion_core.models.card import Measurement
from emotion_core.runs.recipes import NOTHING_VARIED, Augmentation, Recipe
from emotion_core.workspace import workspace

VERSION: Literal[1] = 1
CONFIG_FILE = "config.json"
STATUS_FILE = "status.json"
METRICS_FILE = "metrics.jsonl"
EVALUATION_FILE = "evaluation.json"
LAST_FILE = "last.keras"
BEST_FILE = "best.keras"
LOG_FILE = "train.log"
STOP_FILE = "STOP"
MODEL_FOLDER = "model"

#: What `start_from` begins with where it names a run.
RUN_PREFIX = "run:"

State = Literal["queued", "running", "stopping", "stopped", "failed", "done"]
#: What a process is at, in words; only while it is learning does it look for STOP after every batch.
STARTING, LEARNING, JUDGING, MEASURING = "starting", "learning", "judging", "measuring what it has learnt"
#: A process that has written nothing for so many seconds is said to be silent.
SILENT_SECONDS = 120
#: With less room than this, a disk counts as full: a process may not have been able to write why it ended.
FULL_BYTES = 1_000_000
#: How the line of a finished epoch begins.
_EPOCH = '{"event": "epoch"'
#: What an event of each kind says at the least, and which of that is always a number: the rest may have diverged.
_FIELDS = {
    "batch": {"epoch", "batch", "batches", "loss", "accuracy", "images_per_second"},
    "epoch": {"epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds", "best"},
}
_NUMBERS = {"batch": ("epoch", "batch", "batches"), "epoch": ("epoch", "seconds")}
#: What runs, and models made of them, can be called: what data sets can.
NAMES_IN_WORDS = (
    f"1 to {LONGEST_NAME} letters, digits, blanks and . _ + -, a letter or a digit first; rare letters count for more"
)
#: Where Linux says which of its starts the machine is in.
_BOOT_FILE = Path("/proc/sys/kernel/random/boot_id")


class RunError(RuntimeError):
    """A run that cannot be started, read or used; the message says in one sentence why and what can be done."""


def is_run_name(name: str) -> bool:
    """Whether a run, or a model made of one, can be called so."""
    return is_name(name)


def _run_name(name: str) -> str:
    if not is_run_name(name):
        raise ValueError(NAMES_IN_WORDS)
    return name


class RunConfig(BaseModel):
    """What was asked, complete enough to repeat it.

    Attributes:
        name: of the run and its folder.
        data: name of a data set in the workspace.
        data_sha256: of what is learnt from, see `store.Description`; filled in when the run is started.
        architecture: name of a preset; that of the network started from, where one is.
        arguments: those of the preset that are not its defaults.
        start_from: name of a model, or "run:NAME" for the best network of an earlier run; None starts from scratch.
        frozen: learn only the last layer that has weights, where `start_from` is given.
        recipe: how to train.
        seed: of everything that is left to chance.
        created: when it was asked, as YYYY-MM-DDTHH:MM:SS.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    version: Literal[1] = VERSION
    name: Annotated[str, AfterValidator(_run_name)]
    data: str
    data_sha256: str = ""
    architecture: str
    arguments: dict[str, int | float | list[int]] = {}
    start_from: str | None = None
    frozen: bool = False
    recipe: Recipe
    seed: int = Field(default=1, ge=0, le=2**32 - 1)
    created: str = ""


class Status(BaseModel):
    """How a run stands.

    Attributes:
        state: queued, running, stopping, stopped (by the user; can be resumed), failed (see error; can be resumed) or
            done.
        doing: what a running process is at: `STARTING`, `LEARNING`, `JUDGING` or `MEASURING`.
        run: what the process works at, which tells a run from a copy of its folder.
        pid, process_mark: the process, and what tells it from a later one of the same number.
        heartbeat: when the process last wrote (seconds since 1970).
        epoch, epochs: the epoch it is in, from 1, and how many there will be.
        batch, batches: the batch it is in, from 1, and how many an epoch has.
        images_per_second: faces learnt from a second, lately.
        error: why it failed, or what is to be known of it, in one sentence.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    state: State
    doing: str = ""
    run: str | None = None
    pid: int | None = None
    process_mark: str | None = None
    heartbeat: float | None = None
    epoch: int = 0
    epochs: int = 0
    batch: int = 0
    batches: int = 0
    images_per_second: float | None = None
    error: str | None = None

    @property
    def active(self) -> bool:
        """Whether a process works at it."""
        return self.state in ("running", "stopping")


class Mistake(BaseModel):
    """A face that the network sees otherwise than it is labelled.

    Attributes:
        split: "validation" or "test".
        row: its row in the data set as `open_dataset` gives it.
        source: what the face was called where it came from.
        label, prediction: emotions.
        confidence: of the prediction, 0 to 1, calibrated.
    """

    split: str
    row: int
    source: str
    label: str
    prediction: str
    confidence: float


class Evaluation(BaseModel):
    """How good the best network of a run is, on the validation and the test split.

    Attributes:
        epoch: the one that the network is from; 0 if the run was stopped within its first.
        temperature, abstain_threshold: fitted on the validation split, as on a model's card.
        measurements: as on a model's card, the validation split first; by the annotators' majority, where there is
            one, and by the data set's own labels; with all faces and without those seen in training.
        mistakes: by the labels that were learnt, the surest first, some of each split.
    """

    epoch: int
    temperature: float
    abstain_threshold: float
    measurements: list[Measurement]
    mistakes: list[Mistake]


def runs_folder() -> Path:
    """Where runs lie. It need not exist yet."""
    return workspace() / "runs"


def run_folder(name: str) -> Path:
    """The folder of a run by name; it need not exist.

    Raises:
        RunError: no run can be called so.
    """
    if not is_run_name(name):
        raise RunError(f"a run cannot be called {name!r}; allowed are {NAMES_IN_WORDS}")
    return runs_folder() / name


def run_names() -> list[str]:
    """All runs, the newest first."""
    root = runs_folder()
    folders = [folder for folder in root.iterdir() if is_run_name(folder.name)] if root.is_dir() else []
    asked = {folder.name: when for folder in folders if (when := _modified(folder / CONFIG_FILE)) is not None}
    return sorted(asked, key=lambda name: (-asked[name], name))


def unused_run_name(wish: str) -> str:
    """The wish with the lowest number behind it that is not taken: "seed-cnn 1"."""
    stem = " ".join(as_name(wish).split()) or "run"
    return next(f"{stem} {n}" for n in range(1, 10**6) if not (runs_folder() / f"{stem} {n}").exists())


def make_config(**fields: Any) -> RunConfig:
    """A `RunConfig` of its fields.

    Raises:
        RunError: a field is impossible; the message says which and what is allowed.
    """
    try:
        return RunConfig.model_validate({"created": time.strftime("%Y-%m-%dT%H:%M:%S"), **fields})
    except ValidationError as error:
        raise RunError(in_words(error)) from None


def make_recipe(base: Recipe, **changes: Any) -> Recipe:
    """A recipe with some knobs set otherwise; `augmentation` may be a dictionary of some of its own.

    Raises:
        RunError: a value is impossible; the message says which and what is allowed.
    """
    if isinstance(changes.get("augmentation"), dict):
        before = base.augmentation or NOTHING_VARIED
        changes["augmentation"] = {**before.model_dump(), **changes["augmentation"]}
    try:
        recipe = Recipe.model_validate({**base.model_dump(), **changes})
    except ValidationError as error:
        raise RunError(in_words(error)) from None
    return recipe.model_copy(update={"augmentation": None}) if recipe.augmentation == NOTHING_VARIED else recipe


def read_config(folder: Path) -> RunConfig:
    """What was asked of a run.

    Raises:
        RunError: there is no such run, or its `config.json` cannot be used.
    """
    path = folder / CONFIG_FILE
    try:
        raw = json.loads(path.read_text("utf-8-sig"))  # some editors begin a file with a mark
    except FileNotFoundError:
        raise RunError(f"there is no run {folder.name!r}; there are {', '.join(run_names()) or 'none yet'}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise RunError(f"{path} cannot be read ({_first_line(error)}); delete the run and start it anew") from None
    version = raw.get("version") if isinstance(raw, dict) else None
    if version != VERSION:
        raise RunError(
            f"{path} is of version {version!r}, this program knows {VERSION}; use the program that wrote it, or start "
            "the run anew"
        )
    try:
        config = RunConfig.model_validate(raw)
    except ValidationError as error:
        raise RunError(f"{path} was changed to what cannot be used: {in_words(error)}") from None
    if config.name != folder.name:
        raise RunError(f"{path} is of the run {config.name!r}; a run's folder must have the run's name")
    return config


def finished(recipe: Recipe, history: list[dict]) -> bool:
    """Whether a run has come to its end: all epochs, or so many without a better network as its recipe waits for."""
    patience = recipe.early_stopping
    best = max((row["epoch"] for row in history if row["best"]), default=0)
    return len(history) >= recipe.epochs or bool(patience and best and len(history) - best >= patience)


def watched(recipe: Recipe) -> str:
    """Which value of an epoch says which network is best: its accuracy by the labels that are learnt."""
    return "val_accuracy_majority" if recipe.labels == "votes" else "val_accuracy"


def epoch_in_words(row: dict, recipe: Recipe) -> str:
    """A finished epoch, as in `read_history`, in one sentence."""
    best = ", the best so far" if row["best"] else ""
    figures = [
        f"{name} {'not a number' if row.get(key) is None else form.format(row[key])}"
        for name, key, form in (
            ("loss", "loss", "{:.3f}"),
            ("accuracy", "accuracy", "{:.1%}"),
            ("validation loss", "val_loss", "{:.3f}"),
            ("validation accuracy", watched(recipe), "{:.1%}"),
        )
    ]
    return f"epoch {row['epoch']} of {recipe.epochs}: {', '.join(figures)}, {row['seconds']:.0f} s{best}"


def read_status(folder: Path) -> Status:
    """How a run truly stands: what its process wrote, unless that process is gone.

    Raises:
        RunError: there is no such run.
    """
    status = read_written_status(folder)
    if not status.active:
        return status
    if status.run not in (None, folder.name):
        words = f"it is a copy of the run {status.run!r}, made while that one was at work; {_kept(folder)}"
        return status.model_copy(update={"state": "failed", "error": words, "doing": "", "pid": None})
    if is_process(status.pid, status.process_mark):
        return _of_a_living(folder, status)
    if (folder / STOP_FILE).exists():
        words = f"the process had to be ended; {_kept(folder)}"
        return status.model_copy(update={"state": "stopped", "error": words, "doing": ""})
    words = f"the process ended without a word: {_likely_reason(folder)}; {_kept(folder)}"
    return status.model_copy(update={"state": "failed", "error": words, "doing": ""})


def read_written_status(folder: Path) -> Status:
    """What `status.json` says, be it true or not; a damaged one says "failed".

    Raises:
        RunError: there is no such run.
    """
    path = folder / STATUS_FILE
    if not folder.is_dir():
        raise RunError(f"there is no run {folder.name!r}; there are {', '.join(run_names()) or 'none yet'}")
    try:
        return Status.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        return Status(state="failed", error=f"its {STATUS_FILE} is missing or damaged; resume the run or delete it")


def read_events(folder: Path) -> list[dict]:
    """All events of `metrics.jsonl`, oldest first; lines that are torn or no whole event are skipped.

    A batch event has epoch, batch, batches, loss, accuracy and images_per_second; an epoch event has epoch, loss,
    accuracy, val_loss, val_accuracy, learning_rate, seconds and best (whether its network was the best so far), and,
    where annotators voted, val_accuracy_majority. A number that is none (diverged) is None.
    """
    return list(_parsed(_lines(folder)))


def is_event(content: object) -> bool:
    """Whether this is an event with all that one of its kind has, as in `read_events`."""
    if not isinstance(content, dict) or content.get("event") not in ("batch", "epoch"):
        return False
    kind = content["event"]
    numbers = all(value is None or isinstance(value, int | float) for name, value in content.items() if name != "event")
    certain = content.keys() >= _FIELDS[kind] and all(content[name] is not None for name in _NUMBERS[kind])
    return numbers and certain


def read_history(folder: Path) -> list[dict]:
    """The finished epochs of a run, oldest first, as in `read_events`."""
    # Of a long run nearly all lines are batches: they are not worth being parsed.
    return list(_parsed(line for line in _lines(folder) if line.startswith(_EPOCH)))


def read_evaluation(folder: Path) -> Evaluation | None:
    """How good the best network is; None until it was measured, which is when the run has ended or was stopped."""
    try:
        return Evaluation.model_validate_json((folder / EVALUATION_FILE).read_bytes())
    except (OSError, ValueError):
        return None


def read_log(folder: Path, lines: int = 30) -> list[str]:
    """The last lines that the process printed."""
    try:
        return (folder / LOG_FILE).read_text("utf-8", errors="replace").splitlines()[-lines:]
    except OSError:
        return []


def seconds_left(folder: Path, status: Status) -> float | None:
    """About how long a run will still learn, from its finished epochs or its pace; None where it is not known."""
    if status.state != "running" or status.doing == MEASURING or not status.epochs or not status.batches:
        return None
    left = status.epochs - status.epoch + 1 - status.batch / status.batches
    history = read_history(folder)
    if history:
        recent = [row["seconds"] for row in history[-5:]]
        return left * sum(recent) / len(recent)
    if not status.images_per_second:
        return None
    try:
        batch_size = read_config(folder).recipe.batch_size
    except RunError:  # damaged while the process, which read it at its start, goes on
        return None
    return left * status.batches * batch_size / status.images_per_second


def is_process(pid: int | None, mark: str | None) -> bool:
    """Whether the process of this number and mark still lives; a bare number may be another's by now."""
    return pid is not None and mark is not None and process_mark(pid) == mark


def process_mark(pid: int) -> str | None:
    """What tells a living process from any other that ever has its number; None if there is none.

    Setting the clock does not change it, as it would change the time of day at which the process started: on Linux it
    is the machine's start and the ticks from that to the process' start, elsewhere psutil's own mark.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        if not _BOOT_FILE.exists():
            return str(hash(process))
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return f"{_BOOT_FILE.read_text().strip()} {fields[19]}"
    except (psutil.Error, OSError, ValueError, OverflowError):  # the last two: no process can have that number
        return None


def write_status(folder: Path, status: Status) -> None:
    """Replace a run's `status.json` at once, so that nobody reads half of it.

    Raises:
        OSError: the folder is gone, or the disk is full.
    """
    replace_file(folder / STATUS_FILE, status.model_dump_json(indent=1).encode())


def forget_stop(folder: Path) -> None:
    """Take back that a run was asked to stop, were it by a folder called so."""
    path = folder / STOP_FILE
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)


def in_words(error: ValidationError) -> str:
    """What is wrong with a run's fields, in one sentence: the first of them, and what is allowed."""
    first = error.errors()[0]
    loc = first["loc"]
    where = [str(step) for step in (loc[1:] if loc[:1] == ("recipe",) and len(loc) > 1 else loc)]
    what = " ".join(where).replace("_", " ") or "the configuration"
    context = first.get("ctx", {})
    match first["type"]:
        case "extra_forbidden":
            return f"there is no knob {'.'.join(where)!r}; there are {', '.join(_fields_beside(error.title, loc))}"
        case "model_type" if where:
            knobs = [f"{where[-1]}.{name}" for name in _PARTS[where[-1]].model_fields]
            return f"the {what} cannot be {first['input']!r}; allowed are {', '.join(knobs)}"
        case "missing":
            return f"the {what} is missing"
        case "value_error":
            return f"the {what} cannot be {first['input']!r}; allowed are {context['error']}"
        case "literal_error":
            return f"the {what} cannot be {first['input']!r}; allowed are {context['expected']}"
        case _:
            return f"the {what} cannot be {first['input']!r}; allowed is {_range(where) or first['msg']}"


#: What has knobs of its own, by its name in a configuration.
_PARTS: dict[str, type[BaseModel]] = {"recipe": Recipe, "augmentation": Augmentation}


def _fields_beside(title: str, loc: tuple[int | str, ...]) -> list[str]:
    """What there is at a place of a configuration or of a recipe; the title is the class of the whole."""
    parts = [_PARTS[str(step)] for step in loc[:-1] if step in _PARTS]
    whole: type[BaseModel] = Recipe if title == Recipe.__name__ else RunConfig
    return list((parts[-1] if parts else whole).model_fields)


def _range(where: list[str]) -> str:
    """The numbers that a knob allows, in words."""
    schema: dict[str, Any] = RunConfig.model_json_schema()
    parts = {**schema["properties"], **schema["$defs"]["Recipe"]["properties"]}
    if where[:1] == ["augmentation"]:
        parts = schema["$defs"]["Augmentation"]["properties"]
    knob = parts.get(where[-1] if where else "", {})
    kind = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}.get(knob.get("type"), "")
    limits = [
        words.format(knob[key])
        for key, words in (
            ("minimum", "from {:.10g}"),
            ("exclusiveMinimum", "above {:.10g}"),
            ("maximum", "to {:.10g}"),
            ("exclusiveMaximum", "below {:.10g}"),
        )
        if key in knob
    ]
    return " ".join([kind, *limits]) if kind else ""


def _of_a_living(folder: Path, status: Status) -> Status:
    changes: dict[str, Any] = {}
    if status.state == "running" and (folder / STOP_FILE).exists():
        changes["state"] = "stopping"
    silent = time.time() - (status.heartbeat or time.time())
    if silent > SILENT_SECONDS:
        changes["error"] = f"its process lives but has not been heard of for {silent / 60:.0f} minutes; stop it"
    return status.model_copy(update=changes)


def _likely_reason(folder: Path) -> str:
    """Why a process could not even say why it ended."""
    try:
        if shutil.disk_usage(folder).free < FULL_BYTES:
            return "the disk is full; make room first"
    except OSError:  # the folder was deleted just now
        pass
    return "it was killed, the memory ran out or the machine went off"


def _kept(folder: Path) -> str:
    finished = len(read_history(folder))
    if not finished:
        return "no epoch was finished; resume it to begin again"
    return f"epoch {finished} is kept; resume it from there"


def _lines(folder: Path) -> list[str]:
    try:
        return (folder / METRICS_FILE).read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _parsed(lines: Iterable[str]) -> Iterator[dict]:
    for line in lines:
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):  # damaged, or too long or too deep for a number or a list
            continue
        if is_event(event):
            yield event


def _modified(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:
        return None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
