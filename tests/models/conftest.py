"""What the tests of models share with those of evaluation."""

from tests.evaluation.conftest import reader

__all__ = ["reader"]
