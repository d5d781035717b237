"""What training's tests share."""

from tests.training.conftest import data

__all__ = ["data"]
