"""The JSON of labelme and X-AnyLabeling: one file a photo, a list of shapes."""

import math
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Literal

from app.formats.base import LabelledImage, LabelledShape, Photos, Problem, Report, Size
from app.formats.class_list import listed_then_sorted, write_list
from app.formats.files import (
    MIB,
    Taken,
    UnreadableError,
    peek,
    read_json,
    walk,
    write_json,
    written_path,
)
from app.formats.fitting import (
    TOLERANCE,
    BadRowError,
    Found,
    Point,
    around,
    class_name,
    fit_all,
    number,
    score,
    short,
    size_problem,
)
from app.formats.pairing import Owners, PhotoIndex, split_of

Kind = Literal["labelme", "xanylabeling"]

# Such a file may carry its photo, in base64.
_FILE_LIMIT = 256 * MIB
_X_KEYS = re.compile(
    r'"(?:checked|score|difficult|kie_linking|attributes|chat_history|vqaData|xanylabeling_shape_id)"'
    r"\s*:"
)
_SHAPES = re.compile(r'"shapes"\s*:')
_PHOTO_KEYS = re.compile(r'"image(?:Path|Height|Width|Data)"\s*:')


Content = Callable[[LabelledImage, str], dict[str, object]]
"""What the file of an image says; the second is the name of its photo."""


@dataclass(frozen=True, slots=True)
class ShapesFormat:
    """One dialect of the family: all read alike, each writes its own `content`."""

    name: Kind
    title: str
    content: Content

    def detect(self, root: Path) -> bool:
        return looks_like(root) == self.name

    def class_names(self, root: Path, report: Report) -> tuple[str, ...]:
        return class_names(root)

    def read(self, root: Path, photos: Photos, report: Report) -> Iterator[LabelledImage]:
        return read(root, photos, report)

    def write(
        self, out: Path, images: Iterable[LabelledImage], class_names: tuple[str, ...]
    ) -> None:
        """One JSON file beside each photo, and classes.txt.

        Raises UserError when two photos would share a label file.
        """
        taken = Taken()
        for image in images:
            photo = written_path(image.path)
            label = PurePosixPath(posixpath.splitext(photo)[0] + ".json")
            taken.claim(label, photo)
            write_json(out / label, self.content(image, photo.name))
        write_list(out, class_names)


def looks_like(root: Path) -> Kind | None:
    """Whose files the first JSON files of the folder are; None when they are something else."""
    family = False
    for path in islice(walk(root, ".json"), 30):
        text = peek(root / path)
        if not (_SHAPES.search(text) and _PHOTO_KEYS.search(text)):
            continue
        family = True
        # A file without shapes may have no key of X-AnyLabeling's own: the next ones will tell.
        if _X_KEYS.search(text):
            return "xanylabeling"
    return "labelme" if family else None


def class_names(root: Path) -> tuple[str, ...]:
    """Classes of classes.txt or labels.txt, then those in use by name. Reads every label file."""
    root = root.resolve()
    return listed_then_sorted(
        root, (name for path in walk(root, ".json") for name in _used(root / path))
    )


def _used(path: Path) -> Iterator[str]:
    try:
        parsed = read_json(path, limit_bytes=_FILE_LIMIT)
    except UnreadableError:
        return
    shapes = parsed.get("shapes") if isinstance(parsed, dict) else None
    for shape in shapes if isinstance(shapes, list) else ():
        try:
            yield _found(shape).class_name
        except BadRowError:
            continue


def read(root: Path, photos: Photos, report: Report) -> Iterator[LabelledImage]:
    """Every photo with a JSON file, in the order of the files."""
    root = root.resolve()
    index = PhotoIndex(root, photos)
    owners = Owners(index, report)
    for label, candidates in index.pairs(walk(root, ".json")):
        file = root / label
        try:
            content = _content(file)
        except UnreadableError as error:
            report(Problem(file, None, str(error), "skipped"))
            continue
        declared = content.get("imagePath")
        photo = owners.choose(label, candidates, declared if isinstance(declared, str) else None)
        if photo is None:
            continue
        size = index.size(photo)
        wrong = size_problem((content.get("imageWidth"), content.get("imageHeight")), size)
        if wrong is not None:
            report(Problem(file, None, wrong, "skipped"))
            continue
        fitted = fit_all(_numbered(content["shapes"]), _found, size, file=file, report=report)
        split = split_of(photo) or split_of(label)
        yield LabelledImage(index.photo(photo), size, fitted.shapes, split, fitted.lost)


def _content(path: Path) -> dict[str, object]:
    parsed = read_json(path, limit_bytes=_FILE_LIMIT)
    if not isinstance(parsed, dict) or not isinstance(parsed.get("shapes"), list):
        raise UnreadableError('is no label file: it has no list of "shapes"')
    return parsed


def _numbered(shapes: object) -> Iterable[tuple[int, object]]:
    return enumerate(shapes if isinstance(shapes, list) else (), start=1)


def _found(shape: object) -> Found:
    """Raises BadRowError."""
    if not isinstance(shape, dict):
        raise BadRowError("the entry is not a shape")
    name = class_name(shape.get("label"))
    kind = shape.get("shape_type") or "polygon"  # labelme's first versions knew only polygons
    make = _KINDS.get(kind) if isinstance(kind, str) else None
    if make is None:
        raise BadRowError(
            f"shapes of type {short(kind) if isinstance(kind, str) else 'unknown'} are not read"
        )
    points = shape.get("points")
    if not isinstance(points, list):
        raise BadRowError("the shape has no points")
    corners, polygon = make([_point(point) for point in points])
    return Found(name, corners, polygon, score(shape.get("score")))


def _point(value: object) -> Point:
    if not isinstance(value, list) or len(value) != 2:
        raise BadRowError("a point is not a pair of numbers")
    return number(value[0], "x"), number(value[1], "y")


Made = tuple[tuple[float, float, float, float], tuple[Point, ...] | None]


def _need(points: list[Point], *counts: int) -> None:
    if len(points) not in counts:
        raise BadRowError(f"{len(points)} points, expected {' or '.join(map(str, counts))}")


def _rectangle(points: list[Point]) -> Made:
    _need(points, 2, 4)
    return around(points), None


def _polygon(points: list[Point]) -> Made:
    if len(points) < 3:
        raise BadRowError(f"{len(points)} points, expected at least 3 for an outline")
    return around(points), tuple(points)


def _turned(points: list[Point]) -> Made:
    _need(points, 4)
    return around(points), tuple(points)


def _circle(points: list[Point]) -> Made:
    _need(points, 2)
    (x, y), on_rim = points
    radius = math.dist((x, y), on_rim)
    return (x - radius, y - radius, x + radius, y + radius), None


_KINDS: dict[str, Callable[[list[Point]], Made]] = {
    "rectangle": _rectangle,
    "polygon": _polygon,
    "rotation": _turned,  # X-AnyLabeling
    "quadrilateral": _turned,  # X-AnyLabeling from version 4
    "oriented_rectangle": _turned,  # labelme from version 6
    "circle": _circle,
}


def outline_of(shape: LabelledShape, size: Size) -> list[list[float]] | None:
    """The outline's corners as JSON, or None where the box has to be written.

    The family keeps one geometry a shape. An outline that no longer reaches as far as its box (the
    box was corrected since) gives way to it: the box is what people see and sign.
    """
    if shape.polygon is None:
        return None
    apart = zip(around(shape.polygon), shape.box.corners, strict=True)
    if max(abs(a - b) for a, b in apart) > TOLERANCE * min(size.width_px, size.height_px) / 2:
        return None
    return [[x, y] for x, y in shape.polygon]
