"""Finds the boxes in what a model wrote, in whatever form, and the words it has for them.

Models are asked for one form and answer in another; servers leave out the tokens that a form is
made of; answers end in the middle of a box. `box_text` reads what a trainer must be able to read,
this what a person would understand.
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.conversations.targets.frames import Numbers


@dataclass(frozen=True, slots=True)
class Said:
    """Boxes that stand at text[start:end], each with the word that it is said to be, "" for none.

    `is_named` says that the words are part of that text and not before it, `is_torn` that the text
    ends before they do.
    """

    start: int
    end: int
    boxes: tuple[tuple[str, Numbers], ...]
    is_named: bool = False
    is_torn: bool = False


_NUMBER = r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?"
_COMMA = r"(?:\s*[,，;]\s*|\s+)"
_OPEN, _CLOSE = r"[\[(（]\s*", r"\s*[\])）]"
_FOUR = rf"{_NUMBER}{_COMMA}{_NUMBER}{_COMMA}{_NUMBER}{_COMMA}{_NUMBER}"
_TWO = rf"{_OPEN}{_NUMBER}{_COMMA}{_NUMBER}{_CLOSE}"
_AND = r"\s*(?:,|，|and|to|和|到|至|-|–)?\s*"
_BETWEEN = rf"{_OPEN}{_FOUR}{_CLOSE}"
_BARE = r"(?<![ \t\d.,])[-+]?\d+(?:[ \t]+[-+]?\d+){3}(?![ \t]*[\d.%])"
_BOX = re.compile(rf"\{{|{_BETWEEN}|{_TWO}{_AND}{_TWO}|{_BARE}")
_NUMBERS = re.compile(_NUMBER)

_BEGUN = re.compile(r"box|label|\d")
_TORN = re.compile(r"\{[^{}]*(?:\}|$)")
_WORD_KEYS = ("label", "class", "class_name", "category", "name", "type", "object", "ref", "类别")
_TORN_WORD = re.compile(
    rf"""["'](?:{"|".join(_WORD_KEYS)})["']\s*[:：]\s*(?:"([^"]*)"|'([^']*)')"""
)
_INSIDE = re.compile(_BETWEEN)
_BOX_KEYS = frozenset(
    {"bbox_2d", "bbox", "bboxes", "box", "boxes", "box_2d", "bounding_box", "bounding_boxes",
     "coordinates", "position", "location", "region", "detections", "objects", "defects"}
)  # fmt: skip
_CORNER_KEYS = (
    ("x1", "y1", "x2", "y2"),
    ("xmin", "ymin", "xmax", "ymax"),
    ("x_min", "y_min", "x_max", "y_max"),
    ("left", "top", "right", "bottom"),
)
_DEEPEST = 8

TAG = re.compile(
    r"<\|[^<>|]{1,40}\|>|</?(?:ref|box|quad|answer|image|img)>|```[a-z]*",
    re.IGNORECASE,
)
"""What a VLM's tokenizer, or somebody who formats, puts around words and boxes."""

_THINKING = r"(?:think|thinking|thoughts?|reasoning|reflection|analysis)"
_BEGINS, _ENDS = rf"(?:<{_THINKING}\b[^>]*>|◁think▷)", rf"(?:</{_THINKING}\s*>|◁/think▷)"
_THOUGHT = re.compile(rf"{_BEGINS}.*?{_ENDS}", re.DOTALL | re.IGNORECASE)
_HALF_A_THOUGHT = re.compile(rf"^.*{_ENDS}|{_BEGINS}.*", re.DOTALL | re.IGNORECASE)
"""A server may put the beginning into the prompt, and stop before the end."""

_REF = re.compile(
    r"(?:<ref>|<\|ref\|>|<\|object_ref_start\|>)((?:(?!<ref>|<\|ref\|>|<\|object_ref_start).)*?)"
    r"(?:</ref>|<\|/ref\|>|<\|object_ref_end\|>)[\s\[(:：]*(?:<[^<>]{1,24}>)?[\s\[(]*$",
    re.DOTALL,
)
_APART = re.compile(r"[\s,;，；、.\[\]()（）]*(?:and|和|以及)?[\s,;，；、\[\]()（）]*")
_BREAK = re.compile(r"[\n,;:.，；：。、<>\[\](){}!?]")
_ADJACENT = re.compile(r"[:：=]\s*[\[(（\"']*\s*$|\w$")
_MOST_WORDS = 3
_DECODER = json.JSONDecoder()


def without_thoughts(text: str) -> str:
    """What a model says beside what it writes to itself; "" where that never comes to an end."""
    return _HALF_A_THOUGHT.sub(" ", _THOUGHT.sub(" ", text)).strip()


def boxes_in(text: str, known: re.Pattern[str]) -> Iterator[Said]:
    """In order, none within another. `known` finds the words that are likely to be meant.

    Numbers are as they stand, of any size and order, always finite.
    """
    end, before = 0, ""
    for opening in _BOX.finditer(text):
        start = opening.start()
        if start < end:
            continue
        if opening[0] == "{":
            said = _object_at(text, start)
        else:
            before = _word_before(text[end:start], known, before if end else "")
            said = Said(start, opening.end(), _boxes(before, opening[0]))
        if said.boxes:
            yield said
            end = said.end


def breaks_off(rest: str) -> bool:
    """Whether the text behind the last box ends in the middle of another one."""
    start = rest.rfind("{")
    return start >= 0 and "}" not in rest[start:] and bool(_BEGUN.search(rest, start))


def _object_at(text: str, start: int) -> Said:
    try:
        found, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        torn = _TORN.match(text, start)
        inside = _INSIDE.search(torn[0]) if torn else None
        if torn is None or inside is None:
            return Said(start, start, ())
        said = _TORN_WORD.search(torn[0])
        word = (said[1] or said[2] or "") if said else ""
        is_torn = not torn[0].endswith("}")
        return Said(start, torn.end(), _boxes(word, inside[0]), bool(word), is_torn)
    return Said(start, end, tuple(_walked(found, "", _DEEPEST)), is_named=True)


def _walked(value: object, word: str, deepest: int) -> Iterator[tuple[str, Numbers]]:
    """The boxes in a JSON value, with the word of the innermost object around each."""
    if not deepest:
        return
    if four := _four(value):
        yield word, four
    elif isinstance(value, list):
        for each in value:
            yield from _walked(each, word, deepest - 1)
    elif isinstance(value, dict):
        own = next((v for k in _WORD_KEYS if isinstance(v := value.get(k), str) and v), "")
        for corners in _CORNER_KEYS:
            if four := _four([value.get(corner) for corner in corners]):
                yield own or word, four
                return
        for key, each in value.items():
            named = own or word or ("" if key.lower() in _BOX_KEYS else key)
            yield from _walked(each, named, deepest - 1)


def _four(value: object) -> Numbers | None:
    if not isinstance(value, list) or len(value) != 4:
        return None
    numbers = [_finite(each) for each in value]
    left, top, right, bottom = numbers
    if left is None or top is None or right is None or bottom is None:
        return None
    return left, top, right, bottom


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _boxes(word: str, text: str) -> tuple[tuple[str, Numbers], ...]:
    """The one that the text is, as long as its numbers are any."""
    numbers = _four([float(each) for each in _NUMBERS.findall(text)])
    return ((word, numbers),) if numbers is not None else ()


def _word_before(text: str, known: re.Pattern[str], last: str) -> str:
    """What a box is said to be that `text`, which follows the box before it, leads up to.

    `last` is what that one is said to be: several boxes may stand behind one word.
    """
    if named := _REF.search(text):
        return named[1].strip()
    plain = TAG.sub("", text)
    if last and _APART.fullmatch(plain):
        return last
    if words := [found[0] for found in known.finditer(plain)]:
        return str(words[-1])
    bare = plain.rstrip(" \t[(（\"'`*")
    if not _ADJACENT.search(plain):
        return ""
    word = _BREAK.split(bare.rstrip(":：= \"'`*"))[-1].strip(" \t*`\"'-")
    return word if len(word.split()) <= _MOST_WORDS else ""
