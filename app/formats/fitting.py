"""Turns numbers found in label files into boxes and outlines that lie inside the photo."""

import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from app.core.geometry import Box, Polygon
from app.formats.base import LabelledShape, Problem, Report, Size

TOLERANCE = 1e-6
"""Rounding excess over the photo's edge that is cut off in silence, as a share of its side."""
_FARTHEST_PX = 1e9
"""No photo is that large; beyond it, arithmetic on the corners loses what it is about."""

Point = tuple[float, float]
Entry = TypeVar("Entry")


class BadRowError(ValueError):
    """One label that can't be taken; the message says why, with the offending value."""


class Found(NamedTuple):
    """One label as its file has it, in pixels, before it is fitted into the photo.

    `corners` are (left, top, right, bottom).
    """

    class_name: str
    corners: tuple[float, float, float, float]
    polygon: Polygon | None = None
    score: float | None = None


def short(value: object) -> str:
    """The value as it goes into a message: never more than a line of it."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else "?" for c in text[:41])
    return f'"{text}"' if len(text) <= 40 else f'"{text[:40]}…"'


def number(value: object, what: str) -> float:
    """A finite float. Raises BadRowError for anything else (a bool and a numeral in quotes too)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadRowError(f"{what} is not a number: {_repr(value)}")
    return finite(value, what)


def parsed_number(token: str, what: str) -> float:
    """A finite float from its text. Raises BadRowError."""
    try:
        # Python alone reads "1_0" as ten.
        value = float("" if "_" in token else token)
    except ValueError as error:
        raise BadRowError(f"{what} is not a number: {short(token)}") from error
    return finite(value, what)


def finite(value: float, what: str) -> float:
    try:
        as_float = float(value)
    except OverflowError as error:
        raise BadRowError(f"{what} is too large a number") from error
    if not math.isfinite(as_float):
        raise BadRowError(f"{what} is not a finite number: {value}")
    return as_float


def _repr(value: object) -> str:
    # repr of a deep structure may itself run out of stack, and of a long one out of memory.
    return f"a {type(value).__name__}" if isinstance(value, dict | list) else short(value)


def class_name(value: object) -> str:
    """The name of a class on one line. Raises BadRowError when there is none that can be shown."""
    if not isinstance(value, str):
        raise BadRowError(f"the class name is not a text: {_repr(value)}")
    name = " ".join(value.split())
    if not name or not name.isprintable():
        raise BadRowError(f"the class name is empty or can't be shown: {short(value)}")
    return name


def score(value: object) -> float | None:
    """A score of 0..1, or None. Raises BadRowError."""
    if value is None:
        return None
    as_float = number(value, "score")
    if not 0 <= as_float <= 1:
        raise BadRowError(f"score {as_float:g} is not between 0 and 1")
    return as_float


def around(points: Sequence[Point]) -> tuple[float, float, float, float]:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def fit(found: Found, size: Size) -> tuple[LabelledShape, str | None]:
    """The label inside a photo of `size`, and what was cut off (None: nothing worth a word).

    Raises BadRowError for a label without area, or with nothing of it inside the photo.
    """
    corners = found.corners
    if max(map(abs, corners)) > _FARTHEST_PX:
        raise BadRowError(f"the box is out of range: {_in_words(corners)}")
    box = Box(*corners) if corners[0] < corners[2] and corners[1] < corners[3] else None
    if box is None:
        raise BadRowError(f"the box has no area: {_in_words(corners)}")
    box = box.clipped(size.width_px, size.height_px)
    if box is None:
        raise BadRowError(f"the box lies outside the photo: {_in_words(corners)}")
    cut = _excess(corners, size) > TOLERANCE
    polygon = None
    if found.polygon:
        polygon = _inside(found.polygon, size, cut=cut)
        if around(found.polygon) == corners:
            if polygon is None:
                raise BadRowError("the outline has no area inside the photo")
            # The box only says how far the outline reaches, so it shrinks with it.
            box = Box(*around(polygon))
        elif polygon is None:
            said = "its outline has no area inside the photo; the box is kept"
            return LabelledShape(found.class_name, box, None, found.score), said
    shape = LabelledShape(found.class_name, box, polygon, found.score)
    said = f"the box reaches over the edge of the photo: {_in_words(corners)}"
    return shape, said if cut else None


class Fitted(NamedTuple):
    """The shapes of one photo, and how many entries could not be taken."""

    shapes: tuple[LabelledShape, ...]
    lost: int


def fit_all(
    entries: Iterable[tuple[int, Entry]],
    parse: Callable[[Entry], Found],
    size: Size,
    *,
    file: Path,
    report: Report,
) -> Fitted:
    """Parses and fits the numbered entries of one file; what can't be taken goes to `report`."""
    shapes = []
    lost = 0
    for line, entry in entries:
        try:
            shape, cut = fit(parse(entry), size)
        except BadRowError as error:
            report(Problem(file, line, str(error), "skipped"))
            lost += 1
            continue
        if cut is not None:
            report(Problem(file, line, cut, "clipped"))
        shapes.append(shape)
    return Fitted(tuple(shapes), lost)


def size_problem(declared: tuple[object, object], actual: Size) -> str | None:
    """Why labels made for (width, height) don't fit the photo; None when they do.

    A size that is missing, zero or no number is taken as unknown: many writers leave it so.
    """
    known = [
        value
        for value in declared
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e9
    ]
    if len(known) < 2 or tuple(known) == (actual.width_px, actual.height_px):
        return None
    said = (
        f"was made for a photo of {known[0]:g}x{known[1]:g} pixels, "
        f"but the photo has {actual.width_px}x{actual.height_px}"
    )
    if tuple(known) == (actual.height_px, actual.width_px):
        said += (
            ": the sides are swapped, so it was probably labelled without applying "
            "the photo's EXIF rotation"
        )
    return said


def _inside(polygon: Polygon, size: Size, *, cut: bool) -> Polygon | None:
    """The part of the outline inside the photo (Sutherland and Hodgman 1974), None without area."""
    width, height = float(size.width_px), float(size.height_px)
    points: list[Point] = list(polygon)
    if cut:
        for axis, bound, sign in (
            (0, 0.0, 1.0),
            (0, width, -1.0),
            (1, 0.0, 1.0),
            (1, height, -1.0),
        ):
            points = _half(points, axis, bound, sign)
    points = [(min(max(x, 0.0), width), min(max(y, 0.0), height)) for x, y in points]
    if len(points) < 3:
        return None
    left, top, right, bottom = around(points)
    whole = (right - left) * (bottom - top)
    return tuple(points) if whole > 0 and abs(_area(points)) > 1e-9 * whole else None


def _half(points: list[Point], axis: int, bound: float, sign: float) -> list[Point]:
    """The outline's part on the inner side of one edge of the photo."""
    kept: list[Point] = []
    for before, point in zip(points[-1:] + points[:-1], points, strict=True):
        depth_before, depth = sign * (before[axis] - bound), sign * (point[axis] - bound)
        if (depth_before < 0) != (depth < 0):
            share = depth_before / (depth_before - depth)
            other = before[1 - axis] + share * (point[1 - axis] - before[1 - axis])
            kept.append((bound, other) if axis == 0 else (other, bound))
        if depth >= 0:
            kept.append(point)
    return kept


def _area(points: Sequence[Point]) -> float:
    """Signed, of the outline (Gauss's shoelace), with the first corner as origin for precision."""
    x0, y0 = points[0]
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    return sum((a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0) for a, b in pairs) / 2


def _excess(corners: tuple[float, float, float, float], size: Size) -> float:
    """How far the box reaches over the photo's edge, as a share of that side."""
    left, top, right, bottom = corners
    wide = max(-left, right - size.width_px) / size.width_px
    high = max(-top, bottom - size.height_px) / size.height_px
    return max(wide, high)


def _in_words(corners: tuple[float, float, float, float]) -> str:
    left, top, right, bottom = corners
    return f"x {left:.6g} to {right:.6g}, y {top:.6g} to {bottom:.6g} px"
