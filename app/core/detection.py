"""What a model answers for one image, in the model's own classes."""

from dataclasses import dataclass

from app.core.annotation import Source
from app.core.geometry import Box, Polygon


@dataclass(frozen=True, slots=True)
class Reason:
    """A word that a model was asked for, and the score (0..1) that it gave a find."""

    word: str
    score: float


@dataclass(frozen=True, slots=True)
class Detection:
    """One find: `class_name` as the model names it, box and polygon in pixels of the photo.

    `sources` says which detectors found it, where several work together, best first.
    `reasons` are the words, in order, of the phrase that scored it best, where a model was asked.
    """

    class_name: str
    box: Box
    score: float
    polygon: Polygon | None = None
    sources: tuple[Source, ...] = ()
    reasons: tuple[Reason, ...] = ()

    def words(self, least: float) -> tuple[str, ...]:
        """Those that count as the reason: they score above `least` (0..1)."""
        return tuple(reason.word for reason in self.reasons if reason.score > least)
