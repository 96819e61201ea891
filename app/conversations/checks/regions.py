"""Parts of the image that a text speaks of as a whole, as "the upper half" or 左侧 do."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from app.core.geometry import Box
from app.core.language import Language

_LEAST_SHARE = 0.25
"""So much of a box in a part, or of the part under the box, is more than reaching over its edge."""


class Region(NamedTuple):
    """Shares of the upright image's width and height, as corners of a box."""

    left: float
    top: float
    right: float
    bottom: float


_Span = tuple[float, float]
_ALL: _Span = (0, 1)
_FIRST, _MIDDLE, _LAST = (0, 1 / 3), (1 / 3, 2 / 3), (2 / 3, 1)
_HALVES: Mapping[_Span, _Span] = {_FIRST: (0, 0.5), _LAST: (0.5, 1), _MIDDLE: (0.25, 0.75)}

_DOWN: Mapping[str, _Span] = {
    **dict.fromkeys(("top", "upper", "上", "顶"), _FIRST),
    **dict.fromkeys(("bottom", "lower", "下", "底"), _LAST),
}
_ACROSS: Mapping[str, _Span] = {
    **dict.fromkeys(("left", "左"), _FIRST),
    **dict.fromkeys(("right", "右"), _LAST),
}
_SIDE = r"(?:top|bottom|left|right|upper|lower)"
_PART = (
    r"(?:(?:[- ]hand)?(?: (?:side|edge|part|third|half|halves|region|area|section|end|portion)))"
)
_NAMES: Mapping[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:(?:the|in|at|on|and|to) )*(?:"
        r"(?P<corners>(?:four )?corners)"
        r"|(?P<down>top|upper|bottom|lower)[ -](?P<across>left|right)"
        r"|(?:centre|center|middle)[ -](?P<beside>left|right)"
        r"|(?P<beside_>left|right)[ -](?:centre|center)"
        rf"|(?P<side>{_SIDE})(?={_PART}| and (?:the )?{_SIDE}\b)"
        r"|(?:the|at|on|in|and|to|across|along) (?:(?:whole|far|very|entire|extreme) )?"
        r"(?P<alone>top|bottom|left|right)(?:-hand)?"
        r"(?! (?:layer|surface|of the (?:list|part)|time|amount|settings?|one|way|over|side of the"
        r" (?:blade|recoater)))"
        r"|(?P<middle>(?:the|in|at) (?:very )?(?:centre|center|middle)"
        r"|central (?:part|area|region))"
        r")\b(?: (?P<half>half))?",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"(?P<corners>四个?角)"
        r"|(?P<both>左右(?=两?[侧边端])|上下(?=两[侧边端]|[侧边端部]))"
        r"|(?P<across>[左右])(?P<down>[上下])(?P<half>半)?(?:角|部|方|侧|边|区)?"
        r"|(?P<down_>[上下])(?P<across_>[左右])(?:角|部|方|侧|边)?"
        r"|(?<!刮刀)(?<!粉床)(?<!气流)(?<!腔室)(?P<side>[上下左右])"
        r"(?:(?P<half_>半)(?:边|部|侧|区|幅|个?画面|张图)?|[部侧边端]|方(?!工序)|三分之一)"
        r"|(?P<alone>[顶底])[部端]"
        r"|(?P<middle>中央|中心|正中|中间|中部|居中)"
    ),
}


def regions_in(text: str, language: Language) -> tuple[Region, ...]:
    return tuple(region for found in _NAMES[language].finditer(text) for region in _regions(found))


def lies_in(box: Box, width_px: int, height_px: int, region: Region) -> bool:
    """Whether the box (in pixels of the upright image) lies there, or much of it does."""
    shared = _shared_px(box, width_px, height_px, region)
    x, y = box.centre
    is_centred = (
        region.left <= x / width_px < region.right and region.top <= y / height_px < region.bottom
    )
    area_px = (region.right - region.left) * (region.bottom - region.top) * width_px * height_px
    return is_centred or shared >= _LEAST_SHARE * min(box.area, area_px)


def reaches(box: Box, width_px: int, height_px: int, region: Region) -> bool:
    """Whether any of the box lies there."""
    return _shared_px(box, width_px, height_px, region) > 0


def _shared_px(box: Box, width_px: int, height_px: int, region: Region) -> float:
    """The area, in square pixels, that the box and the part share."""
    across = min(box.right, region.right * width_px) - max(box.left, region.left * width_px)
    down = min(box.bottom, region.bottom * height_px) - max(box.top, region.top * height_px)
    return max(0.0, across) * max(0.0, down)


def _regions(found: re.Match[str]) -> Iterator[Region]:
    said = {name.rstrip("_"): word.lower() for name, word in found.groupdict().items() if word}
    halve = _HALVES if "half" in said else {}
    if "corners" in said:
        yield from (_region(x, y) for y in (_FIRST, _LAST) for x in (_FIRST, _LAST))
    elif "both" in said:
        for side in said["both"]:
            yield _region(_ACROSS.get(side, _ALL), _DOWN.get(side, _ALL))
    elif "middle" in said:
        yield _region(halve.get(_MIDDLE, _MIDDLE), halve.get(_MIDDLE, _MIDDLE))
    elif "beside" in said:
        yield _region(_ACROSS[said["beside"]], _MIDDLE)
    else:
        words = [said[name] for name in ("across", "down", "side", "alone") if name in said]
        across = next((_ACROSS[word] for word in words if word in _ACROSS), _ALL)
        down = next((_DOWN[word] for word in words if word in _DOWN), _ALL)
        yield _region(halve.get(across, across), halve.get(down, down))


def _region(across: _Span, down: _Span) -> Region:
    return Region(across[0], down[0], across[1], down[1])
