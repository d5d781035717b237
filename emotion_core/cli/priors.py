"""The mix of expressions that is expected, in the shell: --prior balanced, trained, or happy=0.3,neutral=0.4,..."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from emotion_core.cli.console import complain, without_native_messages

if TYPE_CHECKING:
    from emotion_core.models import Classifier, SequenceModel

HELP = (
    "The mix of expressions to expect: balanced (every one alike), trained (as in the training data), or your own "
    "shares, such as happy=0.3,neutral=0.4; those not named share the rest equally."
)


def load_classifier(model: str | Path, prior: str) -> Classifier:
    """A model for a mix of expressions as it was typed; says so where the model knows no other than its training's.

    Raises:
        ModelError: the model cannot be used.
        BadParameter: the prior is none.
    """
    from emotion_core.models import BALANCED, TRAINED, load_classifier, parse_prior, without_prior_in_words

    try:
        with without_native_messages():
            classifier = load_classifier(model, parse_prior(prior))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if (prior, classifier.prior) == (BALANCED, TRAINED):
        complain(f"Note: {without_prior_in_words(classifier.card)}")
    return classifier


def load_sequence_model(model: str | Path, prior: str) -> SequenceModel:
    """A sequence model for a mix of expressions as it was typed; raises as `load_classifier` does."""
    from emotion_core.models import load_sequence_model, parse_prior

    try:
        with without_native_messages():
            return load_sequence_model(model, parse_prior(prior))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
