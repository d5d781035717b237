"""How good a run's network is, as a shell says it."""

from __future__ import annotations

from emotion_core.cli.console import say


def print_accuracies(name: str) -> None:
    """Say how good the best network of a run is, by every kind of label and under both mixes of expressions."""
    from emotion_core.evaluation import labels_in_words
    from emotion_core.runs import read_evaluation, run_folder

    found = read_evaluation(run_folder(name))
    if found is None:
        return
    if found.compared:
        for line in found.compared_in_words():
            say(line)
        return
    for mix, one in found.by_mix:
        figures = f"{one.accuracy.value:.1%} accuracy against {labels_in_words(one.labels)} on {one.faces:,} faces"
        recall = f"{one.macro_recall.value:.1%} mean recall"
        say(f"{found.report.split}: {figures}, {recall}, {mix}, epoch {found.epoch}")
