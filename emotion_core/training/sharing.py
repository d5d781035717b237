"""Devices that learn from each batch together, each from its share of it: Keras' data parallelism, on JAX.

They may be devices of one process, or of several processes, each with one, that all do the same. Then each process
prepares every batch and brings its rows of it; what is no batch of training, such as a validation face, all of them
compute; and what is left to the outside, such as whether to stop, the first one decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np


class Sharing(keras.distribution.DataParallel):
    """Keras' data parallelism, which has all devices compute a whole batch that they cannot share evenly.

    Attributes:
        by_rows: whether what a process brings now is its rows of a batch; else it is all of it.
    """

    def __init__(self, devices: list[str]):
        super().__init__(devices=devices, auto_shard_dataset=False)
        self.by_rows = False

    def get_data_layout(self, data_shape: tuple[int, ...]) -> Any:
        """How an array that this process brings lies on the devices."""
        if self.by_rows or (self.num_processes == 1 and not data_shape[0] % self.num_model_replicas):
            return super().get_data_layout(data_shape)
        return keras.distribution.TensorLayout([None] * len(data_shape), self.device_mesh)


@contextmanager
def brought_by_rows(batch: int) -> Iterator[None]:
    """While this lasts, batches of so many faces are shared by the processes, if there are several and it is even."""
    shared = _of_processes()
    if shared is None or batch % shared.num_model_replicas:
        yield
        return
    shared.by_rows = True
    try:
        yield
    finally:
        shared.by_rows = False


def rows_of_this_process(batch: int) -> slice:
    """Which rows of a batch of so many faces this process brings."""
    shared = _of_processes()
    if shared is None or not shared.by_rows:
        return slice(0, batch)
    count = batch // shared.num_processes
    return slice(shared.data_shard_id * count, (shared.data_shard_id + 1) * count)


def agreed(values: np.ndarray) -> np.ndarray:
    """What the first of several processes has for a float64 array; the array itself where there is one process."""
    if _of_processes() is None:
        return values
    from jax.experimental.multihost_utils import broadcast_one_to_all

    # As bits: JAX would make it float32.
    return np.asarray(broadcast_one_to_all(values.view(np.uint32))).view(np.float64)


def agreed_to_stop(stop: bool) -> bool:
    """Whether the first of several processes wants to stop; whether this one does where there is one."""
    return bool(agreed(np.array([stop], np.float64))[0])


def _of_processes() -> Sharing | None:
    shared = keras.distribution.distribution()
    return shared if isinstance(shared, Sharing) and shared.num_processes > 1 else None
