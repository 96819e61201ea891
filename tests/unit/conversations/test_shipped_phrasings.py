"""The question sets that come with Flawmark, over all that an image may show."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files

import pytest

from app.conversations.facts import ImageFacts
from app.conversations.writing.records import RecordOptions, records
from app.conversations.writing.wording import lacking_knowledge
from app.conversations.writing.writer import Writer
from app.core.conversation import BOXES, CLAIMS, IMAGE
from app.core.label_class import LabelClass
from app.core.language import LANGUAGES
from app.core.questions import CORRECTIONS, SECTIONS, SYSTEM
from app.formats.label_set import parse_label_set
from app.formats.question_yaml import question_set_from_yaml
from tests.helpers.talk import facts

LABEL_SETS = ("powder-bed", "battery-electrode")
SETS = [(name, language) for name in (*LABEL_SETS, "surface") for language in LANGUAGES]


@cache
def writer(name: str, language: str) -> Writer:
    file = f"{name}.{language}.yaml"
    text = (files("resources.questions") / file).read_text("utf-8")
    return Writer(question_set_from_yaml(text, source=file), 11)


@cache
def classes_of(name: str) -> tuple[LabelClass, ...]:
    file = f"{name}.yaml"
    if name not in LABEL_SETS:
        return tuple(LabelClass(n, id=i + 1) for i, n in enumerate(("scratches", "crazing", "pit")))
    label_set = parse_label_set(
        (files("resources.label_sets") / file).read_text("utf-8"), source=file
    )
    return tuple(replace(c, id=i + 1) for i, c in enumerate(label_set.classes))


def images(name: str, count: int) -> Iterator[ImageFacts]:
    """Of 0 to 12 boxes of all shapes, at every stage that the set knows."""
    dice = random.Random(5)
    classes = classes_of(name)
    tags = [(), *((stage.tag,) for stage in writer(name, "en").questions.stages)]
    for number in range(count):
        several = dice.sample(classes, dice.randint(1, 3))
        boxes = []
        for _ in range(dice.choice([0, 0, 1, 1, 2, 3, 5, 12])):
            width, height = dice.choice([(600, 9), (40, 40), (90, 30), (8, 440), (630, 470)])
            left, top = dice.uniform(0, 640 - width), dice.uniform(0, 480 - height)
            boxes.append((dice.choice(several), (left, top, left + width, top + height)))
        yield facts(
            boxes,
            size=(640, 480),
            tags=dice.choice(tags),
            classes=classes,
            content_hash=f"{number:064x}",
        )


@pytest.mark.parametrize(("name", "language"), SETS)
def test_every_section_has_all_that_its_images_need(name: str, language: str) -> None:
    questions = writer(name, language).questions

    assert set(questions.system) == set(SYSTEM)
    assert set(questions.corrections) == set(CORRECTIONS)
    assert set(questions.sections) == set(SECTIONS)
    for section, form in SECTIONS.items():
        # What a stage never shows is asked where there are stages.
        assert set(questions.sections[section].answers) | {"never_here"} >= set(form.answers)


@pytest.mark.parametrize(("name", "language"), SETS)
def test_every_image_gets_what_can_be_asked_of_it(name: str, language: str) -> None:
    for image in images(name, 60):
        found = {e.section for e in writer(name, language).exchanges(image)}

        needed = {"presence", "asked", "identification", "where"}
        needed |= {"where_class"} if image.absent or len(image.present) > 1 else set()
        needed |= set() if image.things else {"no_cause", "no_remedy", "place"}
        needed |= {"place"} if len(image.things) in (1, 2, 3) else set()
        if image.things and name in LABEL_SETS:
            needed |= {"cause", "consequence", "remedy"}
        assert needed <= found


@pytest.mark.parametrize(("name", "language"), SETS)
def test_records_read_whole(name: str, language: str) -> None:
    options = RecordOptions(per_image=100, noise=0.5)
    speaker = writer(name, language)
    for image in images(name, 60):
        for record in records(speaker, image, speaker.exchanges(image), options):
            text = "\n".join(message.content for message in record.messages)
            assert text.count(IMAGE) == 1
            assert (CLAIMS in text) == (record.fault is not None)
            assert not any(mark in text for mark in ("{{", "{%", "}}", "  ", "。。", "，，"))
            assert ".." not in text.replace("...", "")
            uids = {uid for found in BOXES.findall(text) for uid in found.split()}
            assert uids <= {thing.uid for thing in image.things}
            assert all(message.content.strip() for message in record.messages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrasing_of_a_question_is_used_about_as_often(language: str) -> None:
    speaker = writer("surface", language)
    classes = classes_of("surface")
    asked = Counter(
        exchange.question
        for number in range(1440)
        for exchange in speaker.exchanges(facts(classes=classes, content_hash=f"{number:064x}"))
        if exchange.section == "presence"
    )

    phrasings = speaker.questions.sections["presence"].questions
    assert len(asked) == len(phrasings) >= 20
    assert max(asked.values()) / min(asked.values()) < 2.5


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LABEL_SETS)
def test_all_is_known_of_every_class(name: str, language) -> None:
    assert lacking_knowledge(classes_of(name), language) == {}
