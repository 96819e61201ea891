"""What a language model answered, in the words and colours of the screen."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from app.conversations.targets.answers import AnsweredBox
from app.core.label_class import LabelClass
from app.core.shape import Shape
from app.services.ask_model import Asked
from widgets.canvas.ghost import Guest
from widgets.panels.answer_card import ShownAnswer, ShownBox
from widgets.words import class_title

_UNKNOWN_COLOUR = "#d8d8d8"


def shown_answer(
    asked: Asked, picked: LabelClass | None, is_taken: Callable[[AnsweredBox], bool]
) -> ShownAnswer:
    """`picked` is the class that the next box gets: also one that the project has no class for."""
    answer, reply = asked.answer, asked.reply
    notes = []
    if answer.lost:
        words = QCoreApplication.translate(
            "Asking", "Boxes left out, beside the photo or without area: {n}"
        )
        notes.append(words.format(n=answer.lost))
    if answer.breaks_off:
        notes.append(QCoreApplication.translate("Asking", "The answer breaks off before its end."))
    nothing = QCoreApplication.translate("Asking", "No boxes.")
    return ShownAnswer(
        asked.question.text,
        nothing if answer.is_empty_list else answer.words or reply.text,
        tuple(_shown_box(box, picked, is_taken=is_taken(box)) for box in answer.boxes),
        reply.model,
        tuple(notes),
    )


def guest_of(box: AnsweredBox, number: int) -> Guest:
    """On the photo; `number` is its place in the answer, from 1."""
    return Guest(Shape(box.box), _colour(box), f"{number} {_title(box)}")


def _shown_box(box: AnsweredBox, picked: LabelClass | None, *, is_taken: bool) -> ShownBox:
    becomes = box.label_class or picked
    return ShownBox(
        _title(box),
        _colour(box),
        ", ".join(_notes(box)),
        class_title(becomes) if becomes else "",
        is_taken,
    )


def _notes(box: AnsweredBox) -> list[str]:
    notes = []
    if box.label_class is None:
        notes.append(QCoreApplication.translate("Asking", "no class of this project"))
    elif box.word not in (box.label_class.name, box.label_class.name_zh):
        words = QCoreApplication.translate("Asking", "called “{word}”")
        notes.append(words.format(word=box.word))
    if box.is_clipped:
        notes.append(QCoreApplication.translate("Asking", "cut at the edge of the photo"))
    return notes


def _title(box: AnsweredBox) -> str:
    if box.label_class is not None:
        return class_title(box.label_class)
    return box.word or QCoreApplication.translate("Asking", "unnamed")


def _colour(box: AnsweredBox) -> str:
    return box.label_class.colour if box.label_class else _UNKNOWN_COLOUR
