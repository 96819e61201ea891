"""What a person or a detector asks of a segmenter, and what it answers."""

import math
from dataclasses import dataclass

from app.core.geometry import Box, Polygon


@dataclass(frozen=True, slots=True)
class Click:
    """A point on the thing (`is_positive`) or beside it, in pixels of the upright image."""

    x: float
    y: float
    is_positive: bool = True

    def __post_init__(self) -> None:
        if not (math.isfinite(self.x) and math.isfinite(self.y)):
            raise ValueError(f"a click nowhere: {self}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A box around the thing, clicks on and beside it, or both.

    Raises ValueError when there is neither a box nor a click on the thing.
    """

    box: Box | None = None
    clicks: tuple[Click, ...] = ()

    def __post_init__(self) -> None:
        if self.box is None and not any(click.is_positive for click in self.clicks):
            raise ValueError("a prompt without a box or a click on the thing")


@dataclass(frozen=True, slots=True)
class Outline:
    """One answer of a segmenter: an outline in pixels of the upright image, and how sure it is.

    `polygon` is one closed line. Holes, and parts that lie apart, are joined to it by bridges
    without width, as in YOLO's segment files. `box` is the smallest around it; `score` is 0..1.
    """

    polygon: Polygon
    score: float = 1.0

    @property
    def box(self) -> Box:
        return Box.around(self.polygon)
