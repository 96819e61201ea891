"""Every phrasing that comes with Flawmark, wherever it can be drawn, read by the checker."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest

from app.conversations.checks.checking import check_exchange, check_record
from app.conversations.facts import ImageFacts
from app.conversations.writing.noise import FalseReport, false_report
from app.conversations.writing.writer import Writer
from app.core.conversation import (
    CLAIMS,
    FORMAT,
    IMAGE,
    Exchange,
    Fault,
    Message,
    Record,
    boxes_token,
)
from app.core.language import LANGUAGES, Language
from app.core.questions import Phrasing, QuestionSet, Stage
from tests.helpers.shipped_sets import LABEL_SETS, classes_of, images, writer

SETS = [(name, language) for name in (*LABEL_SETS, "surface") for language in LANGUAGES]
IMAGES = 24
REPORT = {"en": f"A detector reported {CLAIMS}.", "zh": f"检测报告：{CLAIMS}。"}
WAYS = 30
"""More than any list has: as many turns meet each of its phrasings."""


def exchanges(speaker: Writer, image: ImageFacts) -> Iterator[Exchange]:
    for first in speaker.exchanges(image):
        exchange = first
        for _ in range(1 if first.section in ("where", "where_class") else WAYS):
            yield exchange
            exchange = speaker.again(image, exchange)


def where_nothing_occurs(questions: QuestionSet, name: str) -> QuestionSet:
    """With a stage, "nowhere", at which half of the classes never come."""
    never = tuple(c.name for c in classes_of(name)[::2])
    return replace(questions, stages=(*questions.stages, Stage("nowhere", never)))


def corrected(exchanges: list[Exchange], report: FalseReport) -> list[Exchange]:
    """Those that a correction goes before: they say what the report has wrong."""
    return [
        e
        for e in exchanges
        if e.section in ("presence", "identification")
        or (e.section == "asked" and e.class_id in report.class_ids)
    ]


def with_one(
    language: Language,
    system: Mapping[str, tuple[Phrasing, ...]] = MappingProxyType({}),
    corrections: Mapping[Fault, tuple[Phrasing, ...]] = MappingProxyType({}),
) -> Writer:
    """A writer that has the choice of one text."""
    return Writer(QuestionSet("one", language, system, corrections, {}))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "language"), SETS)
def test_every_question_and_answer_agrees_with_the_labels(name: str, language: Language) -> None:
    speaker = Writer(where_nothing_occurs(writer(name, language).questions, name), 11)
    for image in images(name, IMAGES):
        elsewhere = replace(image, tags=("nowhere",))
        for facts in (image, elsewhere) if not image.things else (image,):
            for exchange in exchanges(speaker, facts):
                found = check_exchange(exchange, facts, language)
                assert found == [], (exchange, found)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "language"), SETS)
def test_every_correction_is_true_whatever_answer_follows(name: str, language: Language) -> None:
    speaker = writer(name, language)
    for image in images(name, IMAGES // 2):
        report = false_report(image, speaker.wording.lexicon, speaker.choice(image))
        assert report is not None
        for exchange in corrected(speaker.exchanges(image), report):
            for phrasing in speaker.questions.corrections[report.fault]:
                exchange = speaker.again(image, exchange)
                only = with_one(language, corrections={report.fault: (phrasing,)})
                said = only.correction(report.fault, report.words, speaker.choice(image))
                answer = speaker.wording.paragraph(said, exchange.answer)
                record = Record(
                    language,
                    (exchange.kind,),
                    (
                        Message("system", REPORT[language]),
                        Message("user", IMAGE + exchange.question),
                        Message("assistant", answer),
                    ),
                    report.fault,
                    report.claims,
                )
                assert check_record(record, image) == [], record


@pytest.mark.parametrize(("name", "language"), SETS)
def test_every_system_text_names_all_classes_and_boxes(name: str, language: Language) -> None:
    speaker = writer(name, language)
    image = next(image for image in images(name, IMAGES) if len(image.present) > 1)
    words = {
        "names": speaker.wording.names(image.classes),
        "format": FORMAT,
        "report": "[]",
        "boxes": boxes_token([thing.uid for thing in image.things]),
    }
    yes = speaker.exchanges(image)[0]
    for key, listed in speaker.questions.system.items():
        for phrasing in listed:
            only = with_one(language, system={key: (phrasing,)})
            text = only.system(key, words, speaker.choice(image))
            messages = (
                Message("system", text),
                Message("user", IMAGE + yes.question),
                Message("assistant", yes.answer),
            )
            assert check_record(Record(language, (yes.kind,), messages), image) == [], text
