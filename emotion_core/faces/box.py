"""Rectangles in pictures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the upright picture; x and y are its top left corner. It may reach over the edge."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        return max(self.width, 0.0) * max(self.height, 0.0)

    @property
    def center(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def scaled(self, factor: float) -> Box:
        """The same rectangle in a picture that is `factor` times as large."""
        return Box(self.x * factor, self.y * factor, self.width * factor, self.height * factor)

    def grown(self, factor: float) -> Box:
        """A rectangle `factor` times as large about the same centre."""
        x, y = self.center
        width, height = self.width * factor, self.height * factor
        return Box(x - width / 2, y - height / 2, width, height)

    def overlap(self, other: Box) -> float:
        """Intersection over union, from 0 to 1."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        shared = max(across, 0.0) * max(down, 0.0)
        union = self.area + other.area - shared
        return min(shared / union, 1.0) if union > 0 else 0.0
