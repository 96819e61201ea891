"""Images of powder beds, and what the checker says to answers in people's own words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from app.conversations.checks.checking import check_exchanges
from app.conversations.checks.findings import Finding
from app.conversations.facts import ImageFacts
from app.core.conversation import Exchange, Kind
from app.core.language import Language
from app.services.create import load_label_set
from tests.helpers.talk import facts

CLASSES = tuple(
    replace(c, id=number) for number, c in enumerate(load_label_set("powder-bed").classes, 1)
)
STREAK, SLAG, BAND, WRINKLE, BARE = CLASSES


def _image(*boxes: tuple[object, tuple[float, float, float, float]]) -> ImageFacts:
    return facts(boxes, size=(900, 900), classes=CLASSES)


IMAGES: Mapping[str, ImageFacts] = {
    "three": _image(
        (STREAK, (50, 50, 90, 140)),  # small, top left
        (STREAK, (700, 100, 760, 250)),  # medium, top right
        (WRINKLE, (300, 700, 600, 880)),  # medium, bottom
    ),
    "slag": _image((SLAG, (430, 430, 465, 465))),  # small, centre
    "clean": _image(),
    "band": _image((BAND, (20, 400, 880, 500))),  # large, right across the middle
    "five": _image(
        (STREAK, (50, 50, 90, 140)),  # top left
        (SLAG, (800, 800, 830, 830)),  # bottom right
        (SLAG, (50, 800, 80, 830)),  # bottom left
        (BAND, (420, 420, 520, 520)),  # centre
        (BARE, (100, 300, 250, 600)),  # left
    ),
}

Answers = Mapping[tuple[str, str, str], str]
"""By image, kind and question; the answers of each stand between bars."""

Turn = tuple[str, str, str]
"""Kind, question, answer."""


def cases(answers: Answers) -> list[tuple[str, Turn]]:
    return [
        (image, (kind, question, answer))
        for (image, kind, question), said in answers.items()
        for answer in said.split(" | ")
    ]


def findings(image: str, turns: Sequence[Turn], language: Language) -> list[Finding]:
    exchanges = [
        Exchange(cast(Kind, kind), "", None, question, answer, author="ann")
        for kind, question, answer in turns
    ]
    return check_exchanges(exchanges, IMAGES[image], language)
