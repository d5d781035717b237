"""The command that trains: python -m emotion_core train --data NAME --preset seed-cnn."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from emotion_core.extras import need
from emotion_core.runs import unique_name

if TYPE_CHECKING:
    from emotion_core.runs import RunConfig, Status

#: What a new run is where nothing else is asked for.
PRESET, RECIPE, SEED = "emotion-net", "quick", 1
#: How often a run's folder is looked at, in seconds.
LOOK = 0.3

#: What is told of a run: a line to keep, and how things stand.
Tell = Callable[[str], None]
Show = Callable[["Status"], None]


def train(
    data: Annotated[str | None, typer.Option(help="Name of a data set in the workspace.")] = None,
    preset: Annotated[str | None, typer.Option(help=f"Which network, if not {PRESET}.")] = None,
    recipe: Annotated[
        str | None, typer.Option(help=f"How it is trained, if not {RECIPE}: seed, votes or strong.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training faces, if not the recipe's.")] = None,
    knob: Annotated[
        list[str] | None,
        typer.Option(help="Another knob of the recipe: learning_rate=0.01, augmentation.rotation=10. May be repeated."),
    ] = None,
    start_from: Annotated[str | None, typer.Option(help="Learn on from this model, or from run:NAME.")] = None,
    frozen: Annotated[bool, typer.Option("--frozen", help="Learn only the last layer of that model.")] = False,
    seed: Annotated[int | None, typer.Option(help=f"Of all that is left to chance, if not {SEED}.")] = None,
    run: Annotated[str | None, typer.Option(help="Name of the new run; alone, the waiting run to work at.")] = None,
    resume: Annotated[str | None, typer.Option(help="Go on with this run, which was stopped or has failed.")] = None,
    model: Annotated[str | None, typer.Option(help="When done, make the best network a model of this name.")] = None,
) -> int:
    """Train a network on a data set, in a process of its own that a closed terminal does not end. Ctrl-C stops it."""
    need("keras")
    from emotion_core.runs import RunError

    # None is what was not said: what is said and would change nothing is refused.
    asked = {
        "--preset": preset,
        "--recipe": recipe,
        "--epochs": epochs,
        "--knob": knob or None,
        "--start-from": start_from,
        "--frozen": frozen or None,
        "--seed": seed,
    }
    try:
        if model is not None:
            _check_model(model)
        if resume is not None:
            return _follow(_resumed(resume, {"--data": data, "--run": run, **asked}), model)
        if data is None:
            return _of_a_run(run, asked, model)
        if preset and start_from:
            raise typer.BadParameter("--start-from brings its own network; leave out --preset, or begin without it")
        changes = _knobs(knob or [], {} if epochs is None else {"epochs": epochs})
        fields = {
            "name": run,
            "data": data,
            "architecture": preset or PRESET,
            "start_from": start_from,
            "frozen": frozen,
            "seed": SEED if seed is None else seed,
        }
        return _follow(_started(recipe or RECIPE, changes, fields), model)
    except RunError as error:
        raise typer.BadParameter(str(error)) from None


def _check_model(name: str) -> None:
    """Refuse a model's name before anything is learnt for it."""
    from emotion_core.jobs import check_model_name

    check_model_name(name)


def _refuse_for(way: str, asked: dict[str, Any]) -> None:
    """Refuse options of a new run where a run is gone on with."""
    given = [option for option, value in asked.items() if value is not None]
    if given:
        raise typer.BadParameter(
            f"{way} goes on with a run as it was asked for; only a new run can be given {', '.join(given)}"
        )


def _of_a_run(run: str | None, asked: dict[str, Any], model: str | None) -> int:
    """Work at a run that waits, or make a model of one that is done."""
    if run is None:
        raise typer.BadParameter("say what to learn from with --data NAME, or name a run with --resume or --run")
    _refuse_for("--run without --data", asked)
    if model is not None:
        return _published(run, model)
    from emotion_core.jobs import execute_run

    return execute_run(run)


def _started(recipe: str, changes: dict[str, Any], fields: dict[str, Any]) -> RunConfig:
    from emotion_core import jobs
    from emotion_core.runs import RECIPES, RUN_PREFIX, make_config, make_recipe, read_config

    if recipe not in RECIPES:
        raise typer.BadParameter(f"there is no recipe {recipe!r}; there are {', '.join(RECIPES)}")
    source = fields["start_from"]
    if source and (given := changes.keys() & {"scale", "offset"}):
        raise typer.BadParameter(f"--start-from brings its own {' and '.join(sorted(given))}; leave out that --knob")
    wish = f"{source.removeprefix(RUN_PREFIX)} fine-tuned" if source else f"{fields['architecture']} {fields['data']}"
    name = fields["name"] or unique_name(wish)
    config = make_config(**{**fields, "name": name, "recipe": make_recipe(RECIPES[recipe].recipe, **changes)})
    return read_config(jobs.start(config))  # with the network that it starts from


def _resumed(name: str, asked: dict[str, Any]) -> RunConfig:
    from emotion_core import jobs
    from emotion_core.runs import read_config

    _refuse_for("--resume", asked)
    return read_config(jobs.resume(name))


def _knobs(settings: list[str], changes: dict[str, Any]) -> dict[str, Any]:
    """The knobs as a recipe's fields; `augmentation.NAME` goes into those of the augmentation."""
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"--knob {setting!r} says nothing; write NAME=VALUE, such as learning_rate=0.01")
        part, dot, inner = name.partition(".")
        if dot and not isinstance(changes.get(part, {}), dict):
            raise typer.BadParameter(f"--knob {setting!r} goes into {part!r}, which has a value; leave one of them out")
        if not dot and name in changes:
            raise typer.BadParameter(f"--knob {setting!r} sets {name!r} once more; leave one of them out")
        if dot:
            changes[part] = {**changes.get(part, {}), inner: value}
        else:
            changes[name] = value
    return changes


def _follow(config: RunConfig, model: str | None) -> int:
    """Say how a run goes until it ends; Ctrl-C asks it to stop, and once more leaves it to itself."""
    from emotion_core.runs import RunError, run_folder

    print(f"run {config.name}: {config.architecture} on {config.data}, in {run_folder(config.name)}", flush=True)
    try:
        status = _followed(config)
    except RunError:
        if run_folder(config.name).is_dir():
            raise
        print(f"Error: the run {config.name!r} was deleted while it ran", file=sys.stderr)
        return 1
    return _ended(config.name, status, model)


def _followed(config: RunConfig) -> Status:
    """How a run stands in the end; all that happens before is told.

    Raises:
        RunError: the run was deleted.
    """
    from emotion_core import jobs

    stopped = False
    with _display(config) as (tell, show), _counted_interrupts() as interrupts:
        for status in _happenings(config, tell):
            show(status)
            if not status.active and status.state != "queued":
                break
            if interrupts and not stopped:
                stopped = True
                jobs.stop(config.name)
                tell("stopping; what was learnt is kept (Ctrl-C once more to leave it to itself)")
            if len(interrupts) > 1:
                tell("it goes on stopping by itself")
                raise KeyboardInterrupt
            time.sleep(LOOK)
    return status


@contextmanager
def _counted_interrupts() -> Iterator[list[int]]:
    """Ctrl-C is noted, to be heeded between two looks: raised in the midst of one, it could leave a lock behind."""
    noted: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: noted.append(number))
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)


def _happenings(config: RunConfig, tell: Tell) -> Iterator[Status]:
    """How a run stands, again and again; every finished epoch is told once. Moves the queue on."""
    from emotion_core import jobs
    from emotion_core.runs import epoch_in_words, read_history, read_status, run_folder

    folder, known, waiting = run_folder(config.name), len(read_history(run_folder(config.name))), False
    while True:
        jobs.advance()
        status = read_status(folder)
        if status.state == "queued" and not waiting:
            waiting = True
            tell("waiting for another run to end")
        history = read_history(folder)
        for epoch in history[known:]:
            tell(epoch_in_words(epoch, config.recipe))
        known = len(history)
        yield status


def _ended(name: str, status: Status, model: str | None) -> int:

    if status.state == "failed":
        print(f"Error: {status.error}", file=sys.stderr)
        return 1
    _print_accuracies(name)
    if status.state == "stopped":
        more = f" --model {model!r}" if model is not None else ""
        print(f"stopped; go on with: python -m emotion_core train --resume {name!r}{more}")
        return 1
    if model is None:
        print(f"make its network a model with: python -m emotion_core train --run {name!r} --model NAME")
        return 0
    return _published(name, model)


def _print_accuracies(name: str) -> None:
    """Say how good the best network of a run is, by every kind of label."""
    from emotion_core.evaluation import labels_in_words
    from emotion_core.runs import read_evaluation, run_folder

    found = read_evaluation(run_folder(name))
    if found is None:
        return
    for one in found.evaluation.scores:
        if not one.without_training_duplicates:
            against = labels_in_words(one.labels)
            figures = f"{one.accuracy.value:.1%} accuracy against {against} on {one.faces:,} faces"
            print(f"{found.report.split}: {figures}, epoch {found.epoch}")


def _published(run: str, model: str) -> int:
    from emotion_core.jobs import publish

    print(f"{publish(run, model)} written; use it with --model {model!r}")
    return 0


@contextmanager
def _display(config: RunConfig) -> Iterator[tuple[Tell, Show]]:
    """Where a run is told of: a bar on a terminal, else lines alone."""
    if not sys.stderr.isatty():
        yield lambda line: print(line, flush=True), lambda status: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[pace]}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("waiting", total=float(config.recipe.epochs), pace="")

        def show(status: Status) -> None:
            share = status.batch / status.batches if status.batches else 0.0
            pace = f"{status.images_per_second:,.0f} images a second" if status.images_per_second else ""
            epoch = f"epoch {status.epoch} of {status.epochs}" if status.epoch else ""
            words = f"{status.doing or status.state} {epoch}".strip()
            bar.update(task, completed=max(0, status.epoch - 1) + share, description=words, pace=pace)

        yield lambda line: bar.console.print(line, highlight=False, markup=False), show
