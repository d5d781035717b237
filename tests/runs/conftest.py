"""What training's tests share."""

from tests.training.conftest import own_workspace

__all__ = ["own_workspace"]
