"""A named chain of models: detectors → fusion → segmenter → filters → proposals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.core.geometry import Box

FusionKind = Literal["wbf", "nms", "none"]
"""Weighted boxes fusion, non-maximum suppression, or every find as it is."""

WHOLE = Box(0, 0, 1, 1)


@dataclass(frozen=True, slots=True)
class DetectorStep:
    """One detector of a chain. None leaves a setting to the model.

    `model` is a name or path as `find_model` takes it. `classes`: model class → label class by
    name, None to leave its finds out; what it doesn't name is found by its own name, and left out
    where there is none. A class's least score (0..1) is that of `confidence_by_class`, by the
    model's name for it, else `confidence`. `phrases` (label class → English phrases) is for
    detectors that are asked in words; empty, the prompts of the label classes are asked for.
    """

    model: str
    classes: Mapping[str, str | None] = field(default_factory=dict)
    confidence: float | None = None
    confidence_by_class: Mapping[str, float] = field(default_factory=dict)
    iou: float | None = None
    image_size_px: int | None = None
    tile_px: int | None = None
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text_threshold: float = 0.25

    def __post_init__(self) -> None:
        if not self.model:
            raise ValueError("a detector without a model")
        scores = [
            self.confidence,
            self.iou,
            self.text_threshold,
            *self.confidence_by_class.values(),
        ]
        if not all(score is None or 0 <= score <= 1 for score in scores):
            raise ValueError(f"{self.model}: a threshold outside 0..1")


@dataclass(frozen=True, slots=True)
class Fusion:
    """How finds of one label class that several detectors made of one thing become one.

    Boxes that overlap at least `iou` (above 0, up to 1) are one thing. Finds of one detector are
    never weighed against each other: it has already done that, and a thin streak beside another
    survives.
    """

    kind: FusionKind = "wbf"
    iou: float = 0.55

    def __post_init__(self) -> None:
        if self.kind not in ("wbf", "nms", "none"):
            raise ValueError(f"no kind of fusion: {self.kind!r}; there is wbf, nms, none")
        if not 0 < self.iou <= 1:
            raise ValueError(f"an overlap for fusion outside 0..1: {self.iou}")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which finds stay: those whose shorter side, in pixels, and share of the photo's area fit.

    `region` is the part of the photo that counts, in shares of its width and height (0..1): the bed
    without the frame. A find whose centre lies outside goes; what sticks out is cut off.
    """

    least_side_px: float = 0.0
    most_area_share: float = 1.0
    region: Box = WHOLE

    def __post_init__(self) -> None:
        # Phrased so that NaN is refused too.
        if not (self.least_side_px >= 0 and 0 < self.most_area_share <= 1):
            raise ValueError(f"sizes that nothing can have: {self}")
        if not self.region.inside(1, 1):
            raise ValueError(f"a region outside the photo: {self.region}")


@dataclass(frozen=True, slots=True)
class Recipe:
    """`segmenter` is "contrast", or a name or path as `find_model` takes it; None: boxes only."""

    name: str
    detectors: tuple[DetectorStep, ...]
    fusion: Fusion = Fusion()
    segmenter: str | None = None
    filters: Filters = Filters()

    def __post_init__(self) -> None:
        if not self.name.strip() or self.name.splitlines() != [self.name]:
            raise ValueError(
                f"a recipe's name must be one line with visible characters: {self.name!r}"
            )
        if not self.detectors:
            raise ValueError(f"recipe {self.name!r} has no detector")
