"""Question sets, classes and facts that are small enough to see through."""

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from app.conversations.facts import ImageFacts, facts_of
from app.core.annotation import Annotation
from app.core.geometry import Box
from app.core.image import Image, ImageLabel
from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass
from app.core.questions import CORRECTIONS, SECTIONS, SYSTEM, Phrasing, QuestionSet, Section, Stage

STREAK = LabelClass(
    "streak",
    id=1,
    name_zh="条纹",
    en=Knowledge(
        noun="streak",
        plural="streaks",
        appearance=("a thin dark line", "a straight scratch"),
        causes=("a coarse particle", "a worn blade", "a blade that touched a part"),
        consequences=("a groove in the next layer", "a lack of fusion"),
        remedies=("check the blade edge", "sieve the powder", "lower the energy"),
    ),
    zh=Knowledge(
        appearance=("细长的暗线",),
        causes=("粗颗粒", "刮刀磨损"),
        consequences=("层间缺陷",),
        remedies=("检查刮刀", "筛分粉末"),
    ),
)
SLAG = LabelClass(
    "slag",
    id=2,
    name_zh="灰渣",
    en=Knowledge(noun="piece of slag", plural="pieces of slag", causes=("spatter",)),
)
BARE = LabelClass("incomplete_spreading", id=3, name_zh="铺粉不完全")
CLASSES = (STREAK, SLAG, BARE)


def facts(
    boxes: Sequence[tuple[LabelClass, tuple[float, float, float, float]]] = (),
    *,
    tags: tuple[str, ...] = (),
    content_hash: str = "0f" * 32,
    size: tuple[int, int] = (300, 300),
    classes: Sequence[LabelClass] = CLASSES,
    number: int = 0,
) -> ImageFacts:
    """Of an image with these boxes, whose uids are "u0", "u1" ...; 0 is of one in no project."""
    image = Image(
        id=number,
        path="a.png",
        content_hash=content_hash,
        width_px=size[0],
        height_px=size[1],
        label=ImageLabel(tags=tags),
    )
    annotations = [
        Annotation(f"u{n}", c.id, Box(*corners), author="ann")
        for n, (c, corners) in enumerate(boxes)
    ]
    return facts_of(image, annotations, classes)


def phrasings(name: str, words: frozenset[str], count: int) -> tuple[Phrasing, ...]:
    """Phrasings that each name their list and number, and use every word that they may."""
    used = "; ".join(f"{word} {{{{ {word} }}}}" for word in sorted(words))
    return tuple(Phrasing(f"{name} no {n}: {used}.", line=n + 1) for n in range(count))


def questions(
    count: int = 5,
    *,
    language: str = "en",
    stages: tuple[Stage, ...] = (),
    sections: Mapping[str, Section] | None = None,
) -> QuestionSet:
    """A set that says in each text which list it comes from, with the value of each word."""
    whole = {
        name: Section(
            phrasings(f"{name} question", form.question, count),
            {
                situation: phrasings(f"{name} {situation}", words, count)
                for situation, words in form.answers.items()
            },
        )
        for name, form in SECTIONS.items()
    }
    return QuestionSet(
        name="test",
        language="zh" if language == "zh" else "en",
        system={key: phrasings(f"system {key}", words, count) for key, words in SYSTEM.items()},
        corrections={
            fault: phrasings(f"correction {fault}", words, count)
            for fault, words in CORRECTIONS.items()
        },
        sections=whole if sections is None else sections,
        stages=stages,
        source="test.en.yaml",
    )


@st.composite
def some_facts(draw):
    """Of an image of any size with up to 14 boxes, at any stage."""
    width, height = draw(st.integers(1, 4000)), draw(st.integers(1, 4000))
    part = st.floats(0.01, 1, exclude_max=True)
    boxes = []
    for _ in range(draw(st.integers(0, 14))):
        left, top = draw(part) * width * 0.9, draw(part) * height * 0.9
        box = (left, top, left + draw(part) * width, top + draw(part) * height)
        boxes.append((draw(st.sampled_from(CLASSES)), box))
    tags = tuple(draw(st.sets(st.sampled_from(["printing", "spreading", "shadow"]))))
    content_hash = f"{draw(st.integers(0, 2**32)):064x}"
    return facts(boxes, size=(width, height), tags=tags, content_hash=content_hash)
