"""One run on several devices at once, each taking its share of every batch: data parallelism.

A worker is a device: a GPU, or where there is none a share of the processor, of this machine or of a cluster's. The
batch is the recipe's, however many workers share it, and so is what is learned: gradients, batch statistics and dropout
are those of the whole batch. Keras does this on its JAX backend alone. Importing this loads no Keras.
"""

from __future__ import annotations

import os
from importlib.util import find_spec

from emotion_core.runs.errors import RunError
from emotion_core.runs.recipes import Recipe

#: What makes JAX see several devices in one processor.
_HOST_DEVICES = "--xla_force_host_platform_device_count"


def check_workers(workers: int, recipe: Recipe) -> None:
    """Whether a recipe's batches can be shared by so many workers here.

    Raises:
        RunError: they cannot, or JAX is not installed.
    """
    if find_spec("jax") is None:
        raise RunError("several workers train on Keras' JAX backend, and JAX is not installed: pip install jax")
    if recipe.batch_size % workers:
        raise RunError(
            f"batches of {recipe.batch_size} faces cannot be shared evenly by {workers} workers; choose a batch size "
            f"that is a multiple of {workers}"
        )


def prepare_workers(workers: int) -> None:
    """Have Keras compute with JAX on so many devices. To be called before Keras is loaded."""
    os.environ["KERAS_BACKEND"] = "jax"
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {_HOST_DEVICES}={workers}".strip()


def prepare_beside_workers() -> None:
    """Have Keras compute as workers elsewhere do, and leave a GPU to them. To be called before Keras is loaded."""
    prepare_workers(1)
    os.environ["JAX_PLATFORMS"] = "cpu"


def share_batches(workers: int) -> None:
    """Let all networks that are made from now on share their batches. To be called before the first is made.

    Where several processes work together, it is called in each of them.

    Raises:
        RunError: there are not so many devices, or Keras does not use them.
    """
    import jax
    import keras

    from emotion_core.training.sharing import Sharing

    devices = jax.devices()
    if len(devices) < workers:
        raise RunError(
            f"{workers} workers were asked for, and JAX finds {len(devices)} of {devices[0].device_kind} here"
        )
    shared = Sharing(keras.distribution.list_devices()[:workers])
    keras.distribution.set_distribution(shared)
    if shared.num_model_replicas != workers:
        raise RunError(f"{workers} workers were asked for, and Keras uses {shared.num_model_replicas}")
