"""What a person asks of a model, how far it has come, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.core.annotation import Annotation
from app.core.errors import UserError
from app.core.progress import Progress

Scope = Literal["image", "filtered", "all"]
"""The image on screen, those that the filter lets through, or the whole project."""

BulkKind = Literal["accept", "reject"]


DrawerKind = Literal["trained", "asked", "recipe"]
"""A model with classes of its own, one that is told in words what to look for, or a recipe."""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """`name` is the model or recipe as it was named. `confidence`: the least scores of its card.

    `class_names` are the model's own; of one that is asked in words, the label classes, and
    `phrases` what it is asked for, by label class.
    """

    name: str
    class_names: tuple[str, ...]
    confidence: Mapping[str, float] = field(default_factory=dict)
    kind: DrawerKind = "trained"
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelClass:
    """A class of a model: its own least score, None for the general one, and what it becomes.

    `label_class` is the name of a label class, None while nobody has said which.
    """

    name: str
    confidence: float | None = None
    label_class: str | None = None


@dataclass(frozen=True, slots=True)
class PrelabelRequest:
    """`model` is a name or path as `plan_named` takes it.

    `classes` are the model's classes that are wanted, None for all. `confidence` (0..1) is the
    least score of a class that `confidence_by_class` doesn't name; None leaves it to the model.
    `mapping`: model class → label class by name, None for neither; what it leaves out is found by
    its name. `phrases` (label class → English phrases) and `text_threshold` are for a model that is
    asked in words. `again` goes over images that it has seen with these settings before. `compare`
    proposes nothing, and notes where it disagrees with what people have judged.
    """

    model: str
    scope: Scope = "image"
    classes: frozenset[str] | None = None
    confidence: float | None = None
    confidence_by_class: Mapping[str, float] = field(default_factory=dict)
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text_threshold: float = 0.25
    again: bool = False
    compare: bool = False


@dataclass(frozen=True, slots=True)
class PrelabelProgress:
    """`elapsed_s` runs from the moment the model was loaded."""

    progress: Progress
    elapsed_s: float

    @property
    def images_per_s(self) -> float | None:
        """None while nothing is done yet."""
        return (
            self.progress.done / self.elapsed_s if self.progress.done and self.elapsed_s else None
        )

    @property
    def left_s(self) -> float | None:
        """At the speed so far; None while there is none."""
        speed = self.images_per_s
        return None if speed is None else (self.progress.total - self.progress.done) / speed


@dataclass(slots=True)
class PrelabelReport:
    """`skipped`: images that people have settled, or that this run had been over before.

    `settled` are those of them that people have settled. `disagreements` with people wait for an
    answer. `blind` of the `images` are labelled blind by whoever asked: what is on these counts in
    nothing else. `device` is "" when nothing was left to do and so no model was loaded.
    """

    device: str = ""
    notes: tuple[str, ...] = ()
    images: int = 0
    proposals: int = 0
    skipped: int = 0
    settled: int = 0
    elapsed_s: float = 0.0
    refused: list[UserError] = field(default_factory=list)
    disagreements: int = 0
    blind: int = 0

    def add_note(self, words: str) -> None:
        """Something that a person should know, once however often it happens."""
        if words not in self.notes:
            self.notes = (*self.notes, words)


def reaches(annotation: Annotation, least_score: float) -> bool:
    """Whether it counts as above the threshold. What has no score was not guessed: always."""
    return annotation.score is None or annotation.score >= least_score
