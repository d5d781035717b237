"""The network of a run before its first step. Importing this loads no Keras."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emotion_core.jobs.starting_point import find_starting_point
from emotion_core.limits import limited_memory
from emotion_core.runs.config import RunConfig
from emotion_core.runs.errors import RunError

if TYPE_CHECKING:
    import keras

#: What loading a network to start from may take: the largest file has 1 GB, and is unpacked into another.
MEMORY_BYTES = 4000 * 2**20


def first_network(config: RunConfig) -> keras.Model:
    """The network with its first weights, which follow from the seed.

    Raises:
        RunError: what it starts from, or its architecture, cannot be used.
        ModelError: the file that it starts from cannot be used.
    """
    import keras

    from emotion_core.networks.architectures import fine_tune, with_weights_of

    keras.utils.set_random_seed(config.seed)
    if config.start_from:
        start = find_starting_point(config.start_from)
        with limited_memory(MEMORY_BYTES):  # it may be anybody's
            trained = fine_tune(start.weights, config.frozen, len(start.classes))
        fresh = start.classes != config.classes
        return with_weights_of(built(config), trained, config.frozen) if fresh else trained
    return built(config)


def built(config: RunConfig) -> keras.Model:
    """The network of a run with fresh weights.

    Raises:
        RunError: there is no such architecture, or it takes no such arguments.
    """
    from emotion_core.networks.architectures import build

    try:
        return build(config.architecture, **config.arguments)
    except ValueError as error:
        raise RunError(str(error)) from None
