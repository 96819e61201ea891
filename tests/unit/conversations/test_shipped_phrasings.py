"""The question sets that come with Flawmark, over all that an image may show."""

from collections import Counter
from collections.abc import Iterator

import pytest

from app.conversations.writing.records import RecordOptions, records
from app.conversations.writing.wording import lacking_knowledge
from app.core.conversation import BOXES, CLAIMS, IMAGE
from app.core.language import LANGUAGES
from app.core.questions import CORRECTIONS, SECTIONS, SYSTEM, Phrasing, QuestionSet
from tests.helpers.shipped_sets import LABEL_SETS, classes_of, images, writer
from tests.helpers.talk import facts

SETS = [(name, language) for name in (*LABEL_SETS, "surface") for language in LANGUAGES]
FEWEST_WAYS = 20
"""A model that meets the same few words for a thing learns the words and not the thing."""


@pytest.mark.parametrize(("name", "language"), SETS)
def test_every_section_has_all_that_its_images_need(name: str, language: str) -> None:
    questions = writer(name, language).questions

    assert set(questions.system) == set(SYSTEM)
    assert set(questions.corrections) == set(CORRECTIONS)
    assert set(questions.sections) == set(SECTIONS)
    for section, form in SECTIONS.items():
        # What a stage never shows is asked where there are stages.
        assert set(questions.sections[section].answers) | {"never_here"} >= set(form.answers)


def lists_of(questions: QuestionSet) -> Iterator[tuple[str, tuple[Phrasing, ...]]]:
    """Every list of the set with where it stands: "printing.place.normal"."""
    for name, texts in (("system", questions.system), ("corrections", questions.corrections)):
        yield from ((f"{name}.{key}", listed) for key, listed in texts.items())
    staged = [(f"{stage.tag}.", stage.sections) for stage in questions.stages]
    for stage, sections in [("", questions.sections), *staged]:
        for key, section in sections.items():
            if section.questions:
                yield f"{stage}{key}.questions", section.questions
            yield from ((f"{stage}{key}.{s}", texts) for s, texts in section.answers.items())


@pytest.mark.parametrize(("name", "language"), SETS)
def test_there_are_many_ways_to_say_each_thing(name: str, language: str) -> None:
    for where, listed in lists_of(writer(name, language).questions):
        texts = {phrasing.text for phrasing in listed}
        assert len(texts) >= FEWEST_WAYS, where
        assert len(texts) == len(listed), f"{where} says something twice"


@pytest.mark.parametrize(("name", "language"), SETS)
def test_a_format_ends_its_sentence(name: str, language: str) -> None:
    # Targets word it with clauses of its own, behind which no sentence goes on.
    stop = "。" if language == "zh" else "."
    system = writer(name, language).questions.system
    for phrasing in (*system["localisation"], *system["boxes"]):
        assert f"{{{{ format }}}}{stop}" in phrasing.text, phrasing.line


@pytest.mark.parametrize(("name", "language"), SETS)
def test_every_image_gets_what_can_be_asked_of_it(name: str, language: str) -> None:
    for image in images(name, 60):
        found = {e.section for e in writer(name, language).exchanges(image)}

        needed = {"presence", "asked", "identification", "where"}
        needed |= {"where_class"} if image.absent or len(image.present) > 1 else set()
        needed |= set() if image.things else {"place"}
        needed |= {"place"} if len(image.things) in (1, 2, 3) else set()
        if name in LABEL_SETS:
            needed |= {"cause", "consequence", "remedy"} if image.things else {"cause"}
            assert image.things or len(found & {"consequence", "remedy"}) == 1
            needed |= {"any_cause", "any_remedy"} if len(image.present) <= 3 else set()
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
