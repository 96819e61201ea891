"""What a model answers for one image, in the model's own classes."""

from dataclasses import dataclass

from app.core.annotation import Source
from app.core.geometry import Box, Polygon


@dataclass(frozen=True, slots=True)
class Detection:
    """One find: `class_name` as the model names it, box and polygon in pixels of the photo.

    `sources` says which detectors found it, where several work together, best first.
    """

    class_name: str
    box: Box
    score: float
    polygon: Polygon | None = None
    sources: tuple[Source, ...] = ()
