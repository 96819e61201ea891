"""What a person or a model says about one place on one image."""

from dataclasses import dataclass, replace
from typing import Self
from uuid import uuid4

from app.core.geometry import Box, Polygon


@dataclass(frozen=True, slots=True)
class Source:
    """A detector that drew the same thing as others, by name, and the score (0..1) it gave it."""

    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Annotation:
    """One box of one label class, with the outline a segmenter drew where there is one.

    `run_id` is the run (of a model or an import) that drew it, None when a person did.
    `author` is the person who drew it or last touched it, None while nobody has.
    `score` is 0..1 from a model, None from a person.
    `sources` names the detectors that found it, where several worked together, best first.

    Raises ValueError when nobody drew it, or the score is outside 0..1.
    """

    uid: str
    class_id: int
    box: Box
    polygon: Polygon | None = None
    score: float | None = None
    run_id: int | None = None
    author: str | None = None
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        if self.run_id is None and self.author is None:
            raise ValueError(f"annotation {self.uid} was drawn by nobody")
        if self.score is not None and not 0 <= self.score <= 1:
            raise ValueError(f"annotation {self.uid} has a score outside 0..1: {self.score}")

    @property
    def is_proposal(self) -> bool:
        """Drawn by a run, and no person has touched it yet."""
        return self.author is None

    def touched_by(self, person: str) -> Self:
        return replace(self, author=person)


def new_uid() -> str:
    """A uuid4 in hexadecimal: names an annotation for all time, in every copy of a project."""
    return uuid4().hex
