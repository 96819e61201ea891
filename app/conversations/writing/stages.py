"""The process stage that an image was taken at, and what can't be there."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.label_class import LabelClass, same_name
from app.core.questions import QuestionSet, Stage


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A class with boxes on an image, and the tag of a stage at which it never occurs."""

    label_class: LabelClass
    tag: str


def stages_of(questions: QuestionSet, tags: Sequence[str]) -> tuple[int, ...]:
    """Which of the set's stages an image with these tags was taken at."""
    return tuple(i for i, stage in enumerate(questions.stages) if stage.tag in tags)


def never_at(stage: Stage, classes: Sequence[LabelClass]) -> list[LabelClass]:
    """Those of `classes` that can't occur at that stage."""
    return [c for c in classes if any(same_name(c.name, name) for name in stage.never)]


def misplaced(
    questions: QuestionSet, tags: Sequence[str], drawn: Sequence[LabelClass]
) -> tuple[Misplaced, ...]:
    """Where the labels of an image contradict its tags: one of them is wrong, so nothing that is
    said of the image could be relied on. `drawn` are the classes of its boxes."""
    stages = (questions.stages[i] for i in stages_of(questions, tags))
    return tuple(Misplaced(c, stage.tag) for stage in stages for c in never_at(stage, drawn))
