"""How models are to be run over a project."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class PrelabelOptions:
    """None leaves a setting to the model. `mapping`: model class → label class, None for neither.

    `image_ids` are the images to go over, None for all. `classes` are the model's classes that are
    wanted, None for all; proposals of the others are left as they are. A class's least score is
    that of `confidence_by_class`, else `confidence`, else the model's own. `phrases` (label class →
    English phrases) and `text_threshold` are for models that are asked in words; without phrases
    they are asked for the prompts of the label classes. `again` goes over images that this model
    has seen with these settings before. `compare` proposes nothing: it goes over what people have
    judged (settled images too) since it was last compared, and only notes where they disagree.
    """

    cache: Path
    confidence: float | None = None
    confidence_by_class: Mapping[str, float] = field(default_factory=dict)
    iou: float | None = None
    image_size_px: int | None = None
    device: str = "auto"
    tile_px: int | None = None
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    image_ids: frozenset[int] | None = None
    classes: frozenset[str] | None = None
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text_threshold: float = 0.25
    again: bool = False
    compare: bool = False
    fast_engine: bool = True

    def without_scores(self) -> Self:
        return replace(self, confidence=None, confidence_by_class={})
