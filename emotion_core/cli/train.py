"""The command that trains: python -m emotion_core train --data NAME --preset seed-cnn."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from emotion_core.cli.accuracies import print_accuracies
from emotion_core.cli.console import complain, say, without_native_messages
from emotion_core.extras import need
from emotion_core.workspace import COMMAND

if TYPE_CHECKING:
    from emotion_core.runs import RunConfig, Status

#: What a new run is where nothing else is asked for.
PRESET, RECIPE, SEED = "emotion-net", "quick", 1

Data = Annotated[str | None, typer.Option(help="Name of a data set in the workspace.")]
Preset = Annotated[
    str | None,
    typer.Option(
        help=f"Which network, if not {PRESET}; few-shot learns from a few faces a class within seconds, sequence-net "
        "from clips."
    ),
]
RecipeName = Annotated[str | None, typer.Option(help=f"How it is trained, if not {RECIPE}: seed, votes or strong.")]
Epochs = Annotated[int | None, typer.Option(help="Passes over the training faces, if not the recipe's.")]
Hyperparameters = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Another hyperparameter: learning_rate=0.01, augmentation.rotation=10. May be repeated.",
    ),
]
Knob = Annotated[list[str] | None, typer.Option("--knob", hidden=True)]  # what --set was called
StartFrom = Annotated[str | None, typer.Option(help="Train this model further, or the run of run:NAME.")]
Frozen = Annotated[bool, typer.Option("--frozen", help="Train only the last layer of that model.")]
Seed = Annotated[int | None, typer.Option(help=f"Random seed, if not {SEED}.")]
Run = Annotated[str | None, typer.Option(help="Name of the new run; alone, the waiting run to execute.")]
Resume = Annotated[str | None, typer.Option(help="Resume this run, which was stopped or has failed.")]
Model = Annotated[str | None, typer.Option(help="When done, make the best network a model of this name.")]
Workers = Annotated[
    int | None, typer.Option(help="So many GPUs, or shares of the processor, share each batch; needs JAX.")
]
On = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Train it on a Ray cluster: HOST:PORT, or auto for the one here or one made of this machine; --workers "
        "says by how many GPUs, or processors.",
    ),
]
Bundle = Annotated[
    Path | None, typer.Option(help="Train it elsewhere: write the new run as this zip, as the command bundle does.")
]


def train(
    data: Data = None,
    preset: Preset = None,
    recipe: RecipeName = None,
    epochs: Epochs = None,
    settings: Hyperparameters = None,
    knob: Knob = None,
    start_from: StartFrom = None,
    frozen: Frozen = False,
    seed: Seed = None,
    run: Run = None,
    resume: Resume = None,
    model: Model = None,
    workers: Workers = None,
    on: On = None,
    bundle: Bundle = None,
) -> int:
    """Train a network on a data set, in a process of its own that a closed terminal does not end. Ctrl-C stops it."""
    from emotion_core.runs import FEW_SHOT, RunError

    if preset != FEW_SHOT:
        need("keras")
    hyperparameters = [*(settings or []), *(knob or [])]
    # None is what was not said: what is said and would change nothing is refused.
    asked = {
        "--preset": preset,
        "--recipe": recipe,
        "--epochs": epochs,
        "--set": hyperparameters or None,
        "--start-from": start_from,
        "--frozen": frozen or None,
        "--seed": seed,
        "--workers": workers,
        "--on": on,
    }
    try:
        return _of_what_is_asked(data, run, resume, model, bundle, asked)
    except RunError as error:
        raise typer.BadParameter(str(error)) from None


def _of_what_is_asked(
    data: str | None,
    run: str | None,
    resume: str | None,
    model: str | None,
    bundle: Path | None,
    asked: dict[str, Any],
) -> int:
    """Take the way that the options say."""
    from emotion_core.jobs import check_model_name
    from emotion_core.runs import FEW_SHOT

    if model is not None:  # refused before anything is trained for it
        check_model_name(model)
    if bundle is not None:
        _refuse_with_bundle(asked, data, resume, model)
    if asked["--preset"] == FEW_SHOT:
        return _few_shot(data, run, asked, model)
    if resume is not None:
        return _resume(resume, {"--data": data, "--run": run, **asked}, model)
    if data is None:
        return _of_a_run(run, asked, model)
    return _new(data, run, asked, model, bundle)


def _few_shot(data: str | None, run: str | None, asked: dict[str, Any], model: str | None) -> int:
    """Learn from few faces: a head on a shipped model's embeddings, done within seconds."""
    from emotion_core.jobs import train_few_shot
    from emotion_core.runs import diagnose_run, find_run

    if data is None:
        raise typer.BadParameter("say what to learn from with --data NAME")
    others = {option: value for option, value in asked.items() if option not in ("--preset", "--seed")}
    if given := [option for option, value in others.items() if value is not None]:
        raise typer.BadParameter(f"a head on embeddings has no {', '.join(given)}; leave it out")
    with without_native_messages():
        folder = train_few_shot(data, run)
    say(f"run {folder.name}: few-shot on {data}, in {folder}")
    if learned := find_run(folder.name):
        say("\n".join(diagnose_run(learned).in_words()))
    return 0 if model is None else _published(folder.name, model)


def _new(data: str, name: str | None, asked: dict[str, Any], model: str | None, bundle: Path | None) -> int:
    """Start a new run and follow it, or bundle it."""
    from emotion_core.jobs import new_config, recipe_for, start

    source, epochs = asked["--start-from"], asked["--epochs"]
    if asked["--preset"] and source:
        raise typer.BadParameter("--start-from brings its own network; leave out --preset, or begin without it")
    changes = _hyperparameters(asked["--set"] or [], {} if epochs is None else {"epochs": epochs})
    if source and (given := changes.keys() & {"scale", "offset"}):
        raise typer.BadParameter(f"--start-from brings its own {' and '.join(sorted(given))}; leave out that --set")
    config = new_config(
        data,
        preset=asked["--preset"],
        recipe=recipe_for(asked["--preset"], asked["--recipe"] or RECIPE, changes),
        name=name,
        start_from=source,
        frozen=bool(asked["--frozen"]),
        seed=SEED if asked["--seed"] is None else asked["--seed"],
        workers=asked["--workers"],
        on=asked["--on"],
    )
    return _follow(lambda: start(config), model) if bundle is None else _bundled(config, bundle)


def _bundled(config: RunConfig, to: Path) -> int:
    """Make a run that is not begun here, and write it as one file."""
    from emotion_core.cli.elsewhere import say_bundled
    from emotion_core.jobs import bundle_run, check_bundle_name, create

    check_bundle_name(to)
    create(config)
    say_bundled(bundle_run(config.name, to))
    return 0


def _refuse_with_bundle(asked: dict[str, Any], data: str | None, resume: str | None, model: str | None) -> None:
    """Refuse what is asked for besides a bundle and is not for one."""
    from emotion_core.runs import FEW_SHOT, SEQUENCE_NET

    if asked["--on"] is not None:
        raise typer.BadParameter("--bundle and --on are two ways to train elsewhere; leave one of them out")
    if (preset := asked["--preset"]) in (FEW_SHOT, SEQUENCE_NET):
        raise typer.BadParameter(f"{preset} is soon done here; it is not trained elsewhere, so leave out --bundle")
    if resume is not None or data is None:
        raise typer.BadParameter("--bundle is for a new run; bundle an earlier one with: emotion bundle RUN --to FILE")
    if model is not None:
        raise typer.BadParameter("--bundle does not train, so there is nothing to make a model of; leave out --model")


def _resume(name: str, asked: dict[str, Any], model: str | None) -> int:
    """Resume a run and follow it."""
    from emotion_core.jobs import resume

    on = asked.pop("--on")  # where it is trained changes nothing of what it learns
    _refuse_for("--resume", asked)
    return _follow(lambda: resume(name, on), model)


def _of_a_run(run: str | None, asked: dict[str, Any], model: str | None) -> int:
    """Execute a run that waits, or make a model of one that is done."""
    from emotion_core.jobs import execute_run

    if run is None:
        raise typer.BadParameter("say what to train on with --data NAME, or name a run with --resume or --run")
    _refuse_for("--run without --data", asked)
    return execute_run(run) if model is None else _published(run, model)


def _refuse_for(way: str, asked: dict[str, Any]) -> None:
    """Refuse options of a new run where there is a run already."""
    given = [option for option, value in asked.items() if value is not None]
    if given:
        raise typer.BadParameter(
            f"{way} takes a run as it was asked for; only a new run can be given {', '.join(given)}"
        )


def _hyperparameters(settings: list[str], changes: dict[str, Any]) -> dict[str, Any]:
    """Hyperparameters as a recipe's fields; `augmentation.NAME` goes into those of the augmentation."""
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"--set {setting!r} sets nothing; write NAME=VALUE, such as learning_rate=0.01")
        part, dot, inner = name.partition(".")
        if dot and not isinstance(changes.get(part, {}), dict):
            raise typer.BadParameter(f"--set {setting!r} goes into {part!r}, which has a value; leave one of them out")
        if not dot and name in changes:
            raise typer.BadParameter(f"--set {setting!r} sets {name!r} once more; leave one of them out")
        changes |= {part: {**changes.get(part, {}), inner: value}} if dot else {name: value}
    return changes


def _follow(begin: Callable[[], Path], model: str | None) -> int:
    """Begin a run, with what it starts from settled, and say how it goes until it ends.

    Ctrl-C is noted from before it begins: a run that works and is not followed would be left to itself.
    """
    from emotion_core.cli.follow import counted_interrupts, followed
    from emotion_core.runs import RunError, read_config, run_folder

    with counted_interrupts() as interrupts:
        config = read_config(begin())
        say(f"run {config.name}: {config.architecture} on {config.data}, in {run_folder(config.name)}")
        _say_what_is_learned(config)
        try:
            status = followed(config, interrupts)
        except RunError:
            if run_folder(config.name).is_dir():
                raise
            complain(f"Error: the run {config.name!r} was deleted while it ran")
            return 1
    return _ended(config.name, status, model)


def _say_what_is_learned(config: RunConfig) -> None:
    """Say what is balanced, held out or not learned of a run's data set; nothing where all is as usual."""
    from emotion_core.datasets import DatasetError, describe, learned_of
    from emotion_core.runs import balance_in_words

    with suppress(DatasetError):  # it is gone: the run says so
        learned = learned_of(describe(config.data), config.recipe.labels == "votes")
        if config.recipe.class_balance != "none":
            say(balance_in_words(config.recipe, learned.training))
        for sentence in learned.in_words():
            say(sentence)


def _ended(name: str, status: Status, model: str | None) -> int:
    """Say how a run ended, and make a model of it if one is wanted."""
    if status.state == "failed":
        complain(f"Error: {status.error}")
        return 1
    print_accuracies(name)
    if status.state == "stopped":
        more = f" --model {model!r}" if model is not None else ""
        say(f"stopped; resume it with: {COMMAND} train --resume {name!r}{more}")
        return 1
    if model is None:
        say(f"make its network a model with: {COMMAND} train --run {name!r} --model NAME")
        return 0
    return _published(name, model)


def _published(run: str, model: str) -> int:
    from emotion_core.jobs import publish
    from emotion_core.models import sequence_models_folder

    folder = publish(run, model)
    option = "--sequence" if folder.parent == sequence_models_folder() else "--model"
    say(f"{folder} written; use it with {option} {model!r}")
    return 0
