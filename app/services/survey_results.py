"""What came of a survey: its answers beside the labels as they are now."""

import csv
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import UserError
from app.core.image import Image, State
from app.core.label_class import LabelClass
from app.core.scores import ClassBox
from app.core.survey import Differing, Survey, SurveyAnswer, SurveyResult, measured
from app.services.conversation_writing import facts_of_images
from app.services.selection import said_normal
from app.storage.project import Project

FINISHED: tuple[State, ...] = ("submitted", "approved")
"""Of images that a person has finished: what is not drawn there is not there."""


@dataclass(frozen=True, slots=True)
class Measured:
    """`answers` are all that were kept, `images` those that they are about, by id."""

    survey: Survey
    answers: tuple[SurveyAnswer, ...]
    result: SurveyResult
    images: Mapping[int, Image]
    classes: tuple[LabelClass, ...]


def labelled_images(project: Project, states: Iterable[State]) -> list[Image]:
    """Those that carry a label: boxes, or a word that there is nothing to draw."""
    with_boxes = project.annotations.classes_by_image()
    return [
        image
        for image in project.images.all(states)
        if image.id in with_boxes or said_normal(image)
    ]


def find_survey(project: Project, name: str | None = None) -> Survey:
    """That of `name`, or the one begun last. Raises UserError when there is none such."""
    surveys = project.surveys.all()
    if not surveys:
        raise UserError(
            "No survey was made in this project.", hint="Make one: `flawmark survey PROJECT`."
        )
    found = [survey for survey in surveys if name in (None, survey.name)]
    if not found:
        raise UserError(
            f"There is no survey {name!r}.", hint=f"There is: {', '.join(s.name for s in surveys)}."
        )
    return found[-1]


def measure(project: Project, survey: Survey, *, but: Collection[int] = ()) -> Measured:
    """Images that have lost their label, or are no longer in the states that the survey asks
    about, count nowhere; nor do those in `but`."""
    answers = [a for a in project.surveys.answers(survey.id) if a.image_id not in but]
    images = {image_id: project.images.get(image_id) for image_id in {a.image_id for a in answers}}
    classes = project.classes.all()
    labels = _labels(project, survey, images, classes)
    result = measured(answers, labels)
    return Measured(survey, tuple(answers), result, images, tuple(classes))


def _labels(
    project: Project, survey: Survey, images: Mapping[int, Image], classes: Sequence[LabelClass]
) -> dict[int, list[ClassBox]]:
    facts = facts_of_images(project, list(images.values()), classes)
    states = survey.settings.get("states", FINISHED)
    assert isinstance(states, Sequence)
    return {
        image_id: [ClassBox(thing.label_class.id, thing.box) for thing in each.things]
        for image_id, each in facts.items()
        if images[image_id].label.state in states and (each.things or said_normal(images[image_id]))
    }


def differing_words(differs: Differing, classes: Sequence[LabelClass]) -> str:
    """ "denies streak"; "misses 2 streak; draws 1 slag too many" """
    names = {c.id: c.name for c in classes}
    answer = differs.answer
    if answer.problem == "unreadable":
        about = "" if answer.topic.class_id is None else f" on {names[answer.topic.class_id]}"
        return f"no readable answer{about}"
    if answer.topic.kind == "presence":
        assert answer.topic.class_id is not None
        return f"{'claims' if answer.is_there else 'denies'} {names[answer.topic.class_id]}"
    parts = []
    if differs.missed:
        parts.append(f"misses {_counted(differs.missed, names)}")
    if differs.extra:
        parts.append(f"draws {_counted(differs.extra, names)} too many")
    return ", ".join(parts)


def write_differing(measured: Measured, file: Path) -> None:
    """A CSV with a row for each answer that the labels contradict, worst images first.

    Raises UserError when it can't be written.
    """
    names = {c.id: c.name for c in measured.classes}
    rows = [
        (
            measured.images[image_id].path,
            each.answer.topic.kind,
            "" if each.answer.topic.class_id is None else names[each.answer.topic.class_id],
            differing_words(each, measured.classes),
            len(each.missed),
            len(each.extra),
            f"{each.weight:.3f}",
            each.answer.question,
            each.answer.answer,
        )
        for image_id, listed in measured.result.differing.items()
        for each in listed
    ]
    try:
        with file.open("w", encoding="utf-8-sig", newline="") as opened:  # as Excel wants it
            writer = csv.writer(opened)
            writer.writerow(_HEADINGS)
            writer.writerows(rows)
    except OSError as e:
        raise UserError(
            f"{file} can't be written: {e.strerror or e}.", hint="Give another file."
        ) from e


_HEADINGS = (
    "image", "kind", "class", "difference", "missed", "extra", "weight", "question", "answer",
)  # fmt: skip


def _counted(boxes: Iterable[ClassBox], names: Mapping[int, str]) -> str:
    words = ("unknown" if b.class_id is None else names[b.class_id] for b in boxes)
    return " and ".join(f"{n} {word}" for word, n in Counter(words).items())
