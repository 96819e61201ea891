"""A question set tried out: each of its sentences on images on which it can come, and checked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.conversations.checks.checking import check_exchange
from app.conversations.checks.findings import Finding
from app.conversations.checks.pairs import Labels
from app.conversations.checks.text_faults import text_faults
from app.conversations.facts import ImageFacts, Thing
from app.conversations.writing.writer import Writer
from app.core.conversation import CLAIMS, FORMAT, boxes_token
from app.core.geometry import Box
from app.core.label_class import LabelClass, same_name
from app.core.places import extent_of, place_of
from app.core.questions import Phrasing, QuestionSet, Section, Stage

_SIDE_PX = 900
_SMALL, _LONG, _WIDE, _TINY = (
    Box(60, 60, 120, 130),
    Box(700, 300, 760, 560),
    Box(20, 740, 880, 860),
    Box(430, 430, 440, 445),
)
Layout = tuple[tuple[int, Box], ...]
"""Boxes of a made-up image, each with the place of its class among those that may be there."""

_LAYOUTS: tuple[Layout, ...] = (
    (),
    ((0, _SMALL),),
    ((0, _SMALL), (0, _LONG)),
    ((0, _TINY), (1, _WIDE)),
    ((0, _SMALL), (0, _LONG), (1, _WIDE), (2, _TINY)),
)
_TRIES = 2
"""Enough for writers of seed 0, in both languages, to ask of a class that isn't there once what it
leads to and once what to do."""

_EMPTY = QuestionSet("trial", "en", {}, {}, {})


@dataclass(frozen=True, slots=True)
class Fault:
    """What the checker has against a phrasing, and on which kind of image."""

    phrasing: Phrasing
    finding: Finding
    boxes: int


def faults(questions: QuestionSet, classes: Sequence[LabelClass]) -> Iterator[Fault]:
    """The first for each phrasing. `classes` are what made-up images show, beside those that the
    set's stages name. The set's templates are known to be good, see `Templates`.
    """
    told: set[tuple[str, int]] = set()
    for each in (*_of_system_texts(questions, classes), *_of_sections(questions, classes)):
        key = each.phrasing.text, each.phrasing.line
        if key not in told:
            told.add(key)
            yield each


def _of_system_texts(questions: QuestionSet, classes: Sequence[LabelClass]) -> Iterator[Fault]:
    """Whatever an image shows, these hold neither numbers nor words of another language."""
    facts = made_up_image((), classes, tuple(classes), ())
    reader = Labels(facts, questions.language).reader
    for key, phrasings in questions.system.items():
        for phrasing in phrasings:
            writer = Writer(replace(_EMPTY, language=questions.language, system={key: (phrasing,)}))
            words = {
                "names": writer.wording.names(classes),
                "format": FORMAT,
                "report": CLAIMS,
                "boxes": boxes_token(()),
            }
            text = writer.system(key, words, writer.choice(facts))
            for finding in text_faults(0, text, reader):
                if finding.kind in ("raw_box", "language"):
                    yield Fault(phrasing, finding, 0)


def _of_sections(questions: QuestionSet, classes: Sequence[LabelClass]) -> Iterator[Fault]:
    for name, section in questions.sections.items():
        yield from _of_section(questions, name, section, None, classes)
    for stage in questions.stages:
        for name, section in stage.sections.items():
            general = questions.sections.get(name, Section())
            whole = Section(
                section.questions or general.questions, {**general.answers, **section.answers}
            )
            yield from _of_section(questions, name, whole, stage, classes)
        if stage.never and "asked" in questions.sections and "asked" not in stage.sections:
            yield from _of_section(questions, "asked", questions.sections["asked"], stage, classes)


def _of_section(
    questions: QuestionSet,
    name: str,
    section: Section,
    stage: Stage | None,
    classes: Sequence[LabelClass],
) -> Iterator[Fault]:
    stages = (replace(stage, sections={}),) if stage else ()
    alone = replace(_EMPTY, language=questions.language, stages=stages)
    images = _images(stage, classes)
    for asked, situation, answer in _pairs(section):
        both = Section((asked,), {situation: (answer,)} if answer else {})
        writer = Writer(replace(alone, sections={name: both}))
        for facts in images:
            for finding in _findings(writer, facts):
                wrong = answer if answer and finding.turn else asked
                yield Fault(wrong, finding, len(facts.things))


def _pairs(section: Section) -> Iterator[tuple[Phrasing, str, Phrasing | None]]:
    """Each answer beside a question, and each question beside an answer to every situation."""
    if not section.questions:
        return
    for situation in section.answers or ("",):
        answers: Sequence[Phrasing | None] = section.answers.get(situation) or (None,)
        for n in range(max(len(section.questions), len(answers))):
            asked = section.questions[n % len(section.questions)]
            yield asked, situation, answers[n % len(answers)]


def _findings(writer: Writer, facts: ImageFacts) -> Iterator[Finding]:
    for exchange in writer.exchanges(facts):
        yield from check_exchange(exchange, facts, writer.questions.language)


def _images(stage: Stage | None, classes: Sequence[LabelClass]) -> list[ImageFacts]:
    """One of each layout, at that stage; what can't occur there is among the classes."""
    never = stage.never if stage else ()
    there = [c for c in classes if not any(same_name(c.name, name) for name in never)]
    impossible = [LabelClass(name, id=1000 + n) for n, name in enumerate(never)]
    tags = (stage.tag,) if stage else ()
    layouts = _LAYOUTS if there else _LAYOUTS[:1]
    return made_up_images(layouts, there, (*there, *impossible), tags)


def made_up_images(
    layouts: Sequence[Layout],
    there: Sequence[LabelClass],
    classes: tuple[LabelClass, ...],
    tags: tuple[str, ...],
) -> list[ImageFacts]:
    """Each layout so often that whatever may be asked of some images only is asked of one."""
    images = [made_up_image(layout, there, classes, tags) for layout in layouts]
    return [replace(image, content_hash=f"trial {n}") for image in images for n in range(_TRIES)]


def made_up_image(
    layout: Layout,
    there: Sequence[LabelClass],
    classes: tuple[LabelClass, ...],
    tags: tuple[str, ...],
) -> ImageFacts:
    """Of 900 x 900 pixels; `classes` are all of the project, of which `there` may be drawn."""
    size = _SIDE_PX, _SIDE_PX
    things = tuple(
        Thing(f"u{n}", there[i % len(there)], box, place_of(box, *size), extent_of(box, *size))
        for n, (i, box) in enumerate(sorted(layout, key=lambda each: each[1].top))
    )
    return ImageFacts("trial", *size, things, tags, classes)
