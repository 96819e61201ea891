"""A model's answer about one image: its words, and its boxes in pixels of the upright image."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.conversations.lexicon import LEXICONS
from app.conversations.targets.answer_text import TAG, Said, boxes_in, breaks_off, without_thoughts
from app.conversations.targets.frames import Frame, Numbers, whole
from app.core.geometry import Box
from app.core.label_class import LabelClass, same_name


@dataclass(frozen=True, slots=True)
class AnsweredBox:
    """`word` is what the model called it, "" when it said nothing; `label_class` the class of the
    project that the word means, None when it means none.

    `box` is inside the image; `is_clipped` says that the model's reached over its edge.
    """

    word: str
    label_class: LabelClass | None
    box: Box
    is_clipped: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """`words` has ⟦1⟧, ⟦2⟧ … where the boxes stood, in the order of `boxes`.

    `lost` counts boxes without area inside the image. `says_none` is that it says in so many words
    that there is nothing; `breaks_off` that it ends in the middle of a box or of a thought.
    """

    words: str
    boxes: tuple[AnsweredBox, ...] = ()
    lost: int = 0
    says_none: bool = False
    breaks_off: bool = False

    @property
    def is_empty_list(self) -> bool:
        """It is [] and nothing else: what a VLM was trained to say where there is nothing."""
        return "".join(self.words.split()) == "[]"


def read_answer(
    text: str, *, frame: Frame, width_px: int, height_px: int, classes: Sequence[LabelClass]
) -> Answer:
    """`frame` is that of the numbers, `width_px` and `height_px` are of the upright image.

    Reads every form of `box_text`, also without its tokens, in a code block, among sentences, cut
    off, or with other keys and brackets; corners may come in any order. Fractions are read as such
    in a frame of whole numbers, where all of them are.
    """
    spoken = without_thoughts(text)
    naming = _Naming(classes)
    said = list(boxes_in(spoken, naming.known))
    if _are_fractions([numbers for each in said for _, numbers in each.boxes], frame):
        frame = whole(1)
    kept: list[AnsweredBox] = []
    marks: list[str] = []
    for each in said:
        told = []
        for word, numbers in each.boxes:
            if placed := _placed(numbers, frame, width_px, height_px):
                kept.append(AnsweredBox(word, naming.class_of(word), *placed))
                told.append(f"{word} ⟦{len(kept)}⟧" if each.is_named else f"⟦{len(kept)}⟧")
        marks.append(", ".join(told) or "⟦–⟧")
    is_thinking = bool(text.strip()) and not spoken.strip()
    is_torn = said[-1].is_torn or breaks_off(spoken[said[-1].end :]) if said else breaks_off(spoken)
    return Answer(
        _with_marks(spoken, said, marks),
        tuple(kept),
        lost=sum(len(each.boxes) for each in said) - len(kept),
        says_none=not said and bool(_NONE.search(spoken) or naming.none.search(spoken)),
        breaks_off=is_thinking or is_torn,
    )


_NONE = re.compile(
    r"\[\s*\]|\b(?:none|nothing|no (?:box|defect|bounding|such|abnormal|anomal|visible|sign)\w*)\b|"
    r"没有|未见|未发现|不存在|^\s*(?:no|无)\b|无(?:明显|可见|任何)?(?:缺陷|异常)",
    re.IGNORECASE,
)
_TORN_END = re.compile(r"[\[,]?\s?\{[^{}]*$")
_AROUND = re.compile(r"[\[(（]((?:[^\[\](){}（）⟦⟧]*⟦[\d–]+⟧)+)[,\s，、;]*[\])）]")
_OPENING = re.compile(r"[\[(（](?=[^\[\](){}（）⟦⟧]*⟦)")


def _with_marks(text: str, said: Sequence[Said], marks: Sequence[str]) -> str:
    """Without the brackets and tokens that were there for the boxes alone."""
    parts, end = [], 0
    for each, mark in zip(said, marks, strict=True):
        parts += [text[end : each.start], mark]
        end = each.end
    last = _TORN_END.sub(" …", text[end:]) if breaks_off(text[end:]) else text[end:]
    words = TAG.sub("", "".join(parts) + last)
    if said:
        for _ in range(2):
            words = _AROUND.sub(lambda around: around[1].strip(), words)
        words = _OPENING.sub("", words)
    return re.sub(r"[ \t]+", " ", words).strip()


def _placed(
    numbers: Numbers, frame: Frame, width_px: int, height_px: int
) -> tuple[Box, bool] | None:
    """The box inside the image, and whether it was cut for that; None where nothing is left."""
    left, right = sorted((numbers[0], numbers[2]))
    top, bottom = sorted((numbers[1], numbers[3]))
    is_inside = left >= 0 and top >= 0 and right <= frame.width and bottom <= frame.height
    # Cut in its own frame, so that no rounding makes an edge of the image one pixel more.
    left, right = max(left, 0.0), min(right, float(frame.width))
    top, bottom = max(top, 0.0), min(bottom, float(frame.height))
    if not (left < right and top < bottom):
        return None
    corners = frame.corners((left, top, right, bottom), width_px, height_px)
    try:
        box = Box(*corners).clipped(width_px, height_px)
    except ValueError:  # so thin that the image has no number between its edges
        return None
    return None if box is None else (box, not is_inside)


def _are_fractions(said: Sequence[Numbers], frame: Frame) -> bool:
    every = [number for numbers in said for number in numbers]
    within = all(0 <= number <= 1 for number in every)
    return frame.width > 1 and within and any(number % 1 for number in every)


class _Naming:
    """What a word means among the classes of a project, in both languages."""

    def __init__(self, classes: Sequence[LabelClass]) -> None:
        self._classes = classes
        self._meant: dict[str, LabelClass] = {}
        for c in classes:
            own = (c.name, c.name_zh)
            for word in (*own, *(w for each in LEXICONS.values() for w in each.class_words(c))):
                if word:
                    self._meant.setdefault(word.casefold(), c)
        longest_first = sorted(self._meant, key=len, reverse=True)
        some = "|".join(re.escape(word) for word in longest_first) or r"(?!)"
        one = rf"(?<![A-Za-z0-9])(?:{some})(?:(?:e?s)?(?![A-Za-z0-9]))"
        self.known = re.compile(one, re.IGNORECASE)
        self.none = re.compile(rf"(?:\bno |无(?:明显|可见|任何)?){one}", re.IGNORECASE)

    def class_of(self, word: str) -> LabelClass | None:
        """Of that name; else the one class that is named in the word, if it is one."""
        if exact := self._meant.get(word.strip().casefold()):
            return exact
        if alike := next((c for c in self._classes if same_name(word, c.name)), None):
            return alike
        found = {found[0].casefold() for found in self.known.finditer(word)}
        named = {c.id: c for each in found if (c := self._of(each)) is not None}
        return next(iter(named.values())) if len(named) == 1 else None

    def _of(self, word: str) -> LabelClass | None:
        for ending in ("", "s", "es"):
            if word.endswith(ending) and (c := self._meant.get(word[: len(word) - len(ending)])):
                return c
        return None
