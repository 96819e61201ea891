"""The English question sets: no claim that isn't a word of the facts."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import pytest

from app.conversations.lexicon import LEXICONS
from app.core.questions import Phrasing, QuestionSet, Section
from app.formats.question_yaml import question_set_from_yaml

SETS = ("powder-bed", "battery-electrode", "surface")
SIDES = ("left", "right", "top", "bottom", "centre", "center", "middle", "upper", "lower")

IN_BRACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
QUOTED = re.compile(r"""\{\{ (["'])(.*?)\1 if n == 1 else (["'])(.*?)\3 \}\}""")


@cache
def question_set(name: str) -> QuestionSet:
    file = f"{name}.en.yaml"
    return question_set_from_yaml(
        (files("resources.questions") / file).read_text("utf-8"), source=file
    )


def lists_of(section: Section) -> Iterator[tuple[str, tuple[Phrasing, ...]]]:
    if section.questions:
        yield "questions", section.questions
    yield from section.answers.items()


def phrasings(questions: QuestionSet) -> Iterator[Phrasing]:
    sections = [questions.sections, *(stage.sections for stage in questions.stages)]
    for section in (each for several in sections for each in several.values()):
        for _, listed in lists_of(section):
            yield from listed
    for listed in (*questions.system.values(), *questions.corrections.values()):
        yield from listed


def own_words(phrasing: Phrasing) -> str:
    """What a phrasing says by itself, in all its forms."""
    return IN_BRACES.sub(" ", QUOTED.sub(r"\2 \4", phrasing.text))


@pytest.mark.parametrize("name", SETS)
def test_places_sizes_and_counts_come_from_the_facts_alone(name: str) -> None:
    lexicon = LEXICONS["en"]
    numbers = [word for n, words in lexicon.numbers.items() if n for word in words]
    sizes = [word for words in lexicon.extents.values() for word in words]
    claim = re.compile(rf"\b({'|'.join([*SIDES, *numbers, *sizes, 'single'])}|[0-9]+)\b", re.I)

    for phrasing in phrasings(question_set(name)):
        # The printer is called what it is called.
        found = claim.search(own_words(phrasing).replace("3D", ""))
        assert not found, f"{name}, line {phrasing.line}: {phrasing.text}"
