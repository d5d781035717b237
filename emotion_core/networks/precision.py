"""Computing in bfloat16 while training, and in float32 again for use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras

#: What Linux says of the processor; other systems have no such file.
PROCESSOR = Path("/proc/cpuinfo")


def fastest_precision() -> str:
    """The dtype policy that trains fastest on this processor: "mixed_bfloat16" or "float32"."""
    return "mixed_bfloat16" if has_fast_bfloat16() else "float32"


def has_fast_bfloat16() -> bool:
    """Whether this processor computes in bfloat16 faster than in float32, by what Linux says of it.

    AMD's that have it do (Zen 5). Intel's need the tiles of AMX, which virtual machines often hide: with them seed-cnn
    trained 2.1 to 2.8 and emotion-net 1.5 times as fast as in float32 (mini-xception 0.96 times), with vectors of
    bfloat16 alone 0.70 and 0.63 times (both Xeons).
    """
    described = PROCESSOR.read_text().split() if PROCESSOR.exists() else []
    return "amx_bf16" in described or ("avx512_bf16" in described and "AuthenticAMD" in described)


def with_precision(network: keras.Model, policy: str | None) -> keras.Model:
    """The same network, weights included, computing by another dtype policy; the softmax at the end stays in float32.

    Args:
        network: any functional Keras network whose layers follow "float32" or "mixed_bfloat16".
        policy: "float32" or "mixed_bfloat16"; None keeps that of each layer.
    """
    config = network.get_config()
    if policy:
        config = _renamed(config, policy)
    copy = type(network).from_config(config)
    copy.set_weights(network.get_weights())
    return copy


def _renamed(config: Any, policy: str) -> Any:
    """A network's configuration with every layer's dtype policy replaced, but that of the softmax at the end."""
    if isinstance(config, list):
        return [_renamed(item, policy) for item in config]
    if not isinstance(config, dict):
        return config
    if config.get("class_name") == "DTypePolicy":
        return {**config, "config": {"name": policy}}
    if config.get("activation") == "softmax":
        return config
    return {key: _renamed(value, policy) for key, value in config.items()}
