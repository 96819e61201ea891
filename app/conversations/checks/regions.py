"""Parts of the image that a text speaks of as a whole, as "the upper half" or 左侧 do."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from app.core.geometry import Box
from app.core.language import Language
from app.core.places import PLACES, Place, place_of

_LEAST_SHARE = 0.25
"""So much of a box in a part, or of the part under the box, is more than reaching over its edge."""


class Region(NamedTuple):
    """Shares of the upright image's width and height, as corners of a box."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_row(self) -> bool:
        return self.right - self.left > self.bottom - self.top


Spot = Place | Region
"""A place in words of the grid, which a box has one of, or a part of the image."""

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


def is_at(box: Box, width_px: int, height_px: int, spot: Spot) -> bool:
    """Whether the box (in pixels of the upright image) has that place, or lies in that part."""
    place = place_of(box, width_px, height_px)
    if not isinstance(spot, Region) or place in _SPANNING:
        return covers(spot, place)
    return lies_in(box, width_px, height_px, spot)


def covers(spot: Spot, place: Place) -> bool:
    """Whether what has the place may be said to be at the spot."""
    if not isinstance(spot, Region):
        return spot == place
    x, y = _CENTRES[place]
    return spot.left <= x < spot.right and spot.top <= y < spot.bottom


def widened(spot: Spot) -> Spot:
    """The third of the image on whose middle the place lies, all across or all down."""
    return _THIRDS.get(spot, spot) if isinstance(spot, str) else spot


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


_SPANNING = PLACES[9:]
_MIDDLES = (1 / 6, 1 / 2, 5 / 6)
_CENTRES: Mapping[Place, tuple[float, float]] = {
    **{place: (_MIDDLES[i % 3], _MIDDLES[i // 3]) for i, place in enumerate(PLACES[:9])},
    **{place: (1 / 2, _MIDDLES[i]) for i, place in enumerate(PLACES[9:12])},
    **{place: (_MIDDLES[i], 1 / 2) for i, place in enumerate(PLACES[12:15])},
    "whole": (1 / 2, 1 / 2),
}
_THIRDS: Mapping[str, Region] = {
    "top": _region(_ALL, _FIRST),
    "bottom": _region(_ALL, _LAST),
    "left": _region(_FIRST, _ALL),
    "right": _region(_LAST, _ALL),
}


def _english_parts() -> Iterator[tuple[str, Region]]:
    for name, across, down in (
        ("top", _ALL, _FIRST), ("upper", _ALL, _FIRST), ("bottom", _ALL, _LAST),
        ("lower", _ALL, _LAST), ("left", _FIRST, _ALL), ("right", _LAST, _ALL),
        ("left-hand", _FIRST, _ALL), ("right-hand", _LAST, _ALL),
    ):  # fmt: skip
        part = _region(across, down)
        for noun in ("side", "edge", "part", "third", "region", "area", "section", "end", "portion",
                     "rim", "border", "margin", "row", "column", "zone"):  # fmt: skip
            yield f"{name} {noun}", part
            yield f"{name}most {noun}", part
        for before in ("to the", "near the", "towards the", "toward the", "close to the"):
            yield f"{before} {name}", part
        yield f"{name} of the image", part
        yield f"at the very {name}", part
        yield f"{name} half", _region(_HALVES.get(across, across), _HALVES.get(down, down))
    middle = _region(_HALVES[_MIDDLE], _HALVES[_MIDDLE])
    for noun in ("part", "region", "area", "third", "zone", "section"):
        for name in ("central", "middle", "centre", "center"):
            yield f"{name} {noun}", middle


def _chinese_parts() -> Iterator[tuple[str, Region]]:
    for name, across, down in (
        ("上", _ALL, _FIRST), ("下", _ALL, _LAST), ("左", _FIRST, _ALL), ("右", _LAST, _ALL),
    ):  # fmt: skip
        part = _region(across, down)
        for noun in ("沿", "端", "缘", "边缘", "边沿", "三分之一", "侧边缘", "部边缘", "方边缘"):
            yield f"{name}{noun}", part
        for before in ("偏", "靠"):
            yield f"{before}{name}", part
        for behind in ("面", "边", "方", "端", "部", "侧"):
            yield f"最{name}{behind}", part
        half = _region(_HALVES.get(across, across), _HALVES.get(down, down))
        for noun in ("半部分", "半部", "半边", "半幅", "半区", "半侧", "半张图", "半画面", "半"):
            yield f"{name}{noun}", half
    yield from (("顶端", _THIRDS["top"]), ("底端", _THIRDS["bottom"]))
    yield from (("顶边", _THIRDS["top"]), ("底边", _THIRDS["bottom"]))
    yield from (("上边", _THIRDS["top"]), ("下边", _THIRDS["bottom"]))


PARTS: Mapping[Language, Mapping[str, Region]] = {
    "en": dict(_english_parts()),
    "zh": dict(_chinese_parts()),
}
"""Phrases for parts of an image that no place has for its name."""
