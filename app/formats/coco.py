"""COCO instances JSON, read and written."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from app.core.errors import UserError
from app.formats.base import LabelledImage, Photos, Problem, Report
from app.formats.class_list import silent
from app.formats.coco_write import write_instances
from app.formats.files import MIB, UnreadableError, peek, read_json, unreadable_set, walk
from app.formats.fitting import (
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
from app.formats.pairing import PhotoIndex, split_of, split_of_set

_FILE_LIMIT = 1024 * MIB
_LIKE_COCO = re.compile(r'^\s*\{.*"(?:images|annotations|categories)"\s*:\s*\[', re.DOTALL)
_SHAPES = re.compile(r'"shapes"\s*:')

Id = int | str


class Coco:
    """One JSON file a set or split: images, annotations with boxes in pixels, categories."""

    name = "coco"
    title = "COCO instances JSON"

    def detect(self, root: Path) -> bool:
        for path in islice(walk(root, ".json"), 20):
            text = peek(root / path)
            if _LIKE_COCO.match(text) and not _SHAPES.search(text):
                return True
        return False

    def class_names(self, root: Path, report: Report) -> tuple[str, ...]:
        """Categories by id; those that only a later file of the folder has come after."""
        names: dict[str, None] = {}
        for content in _contents(root.resolve(), silent):
            names |= dict.fromkeys(_categories(content, report).values())
        return tuple(names)

    def read(self, root: Path, photos: Photos, report: Report) -> Iterator[LabelledImage]:
        """Every photo with an entry, file by file, in the order of the entries.

        Raises UserError when no file of the folder can be read.
        """
        index = PhotoIndex(root.resolve(), photos)
        given: dict[str, str] = {}
        for content in _contents(root.resolve(), report):
            yield from _read_one(content, index, given, report)

    def write(
        self, out: Path, images: Iterable[LabelledImage], class_names: tuple[str, ...]
    ) -> None:
        """annotations/instances.json, or one instances_SPLIT.json for each split."""
        write_instances(out, images, class_names)


@dataclass(frozen=True, slots=True)
class _Content:
    file: Path
    inside: str
    images: list[object]
    annotations: list[object]
    categories: list[object]

    def problem(self, place: int | None, what: str, report: Report) -> None:
        report(Problem(self.file, place, what, "skipped"))


def _contents(root: Path, report: Report) -> Iterator[_Content]:
    """One file at a time: two of a million annotations need not lie in memory together."""
    failed: tuple[Path, UnreadableError] | None = None
    good = 0
    for inside in walk(root, ".json"):
        try:
            content = _content(root, inside)
        except UnreadableError as error:
            failed = failed or (root / inside, error)
            report(Problem(root / inside, None, str(error), "skipped"))
            continue
        good += 1
        yield content
    if failed and not good:
        raise unreadable_set(*failed)
    if not good:
        raise UserError(
            f"there is no COCO file in {root}",
            hint="Choose the folder that holds both the photos and their .json file.",
        )


def _content(root: Path, inside: str) -> _Content:
    parsed = read_json(root / inside, limit_bytes=_FILE_LIMIT)
    if not isinstance(parsed, dict):
        raise UnreadableError("is no COCO file: it is not an object")
    lists = []
    for key in ("images", "annotations", "categories"):
        value = parsed.get(key)
        if not isinstance(value, list):
            raise UnreadableError(f'is no COCO instances file: it has no list of "{key}"')
        lists.append(value)
    return _Content(root / inside, inside, *lists)


def _categories(content: _Content, report: Report) -> dict[Id, str]:
    """Id to name, ordered by id."""
    found: dict[Id, str] = {}
    for place, entry in enumerate(content.categories, start=1):
        try:
            identity, name = _id(entry, "id"), class_name(_get(entry, "name"))
        except BadRowError as error:
            content.problem(place, f"category {place}: {error}", report)
            continue
        if identity in found:
            said = f"category {place}: the id {identity} is taken by {short(found[identity])}"
            content.problem(place, said, report)
            continue
        found[identity] = name
    # Ids may be texts too; the two kinds can't be compared with one another.
    return dict(sorted(found.items(), key=lambda item: (isinstance(item[0], str), item[0])))


def _read_one(
    content: _Content, index: PhotoIndex, given: dict[str, str], report: Report
) -> Iterator[LabelledImage]:
    names = _categories(content, silent)
    by_image = _annotations_by_image(content, report)
    seen: set[Id] = set()
    reader = _EntryReader(names)
    split = split_of_set(content.inside)
    for place, entry in enumerate(content.images, start=1):
        try:
            identity = _id(entry, "id")
            if identity in seen:
                raise BadRowError(f"the id {identity} is there twice")
            seen.add(identity)
            photo = _photo(entry, content.inside, index)
            if photo in given:
                raise BadRowError(f"the photo {photo} has its labels from {given[photo]} already")
            size = index.size(photo)
            wrong = size_problem((_get(entry, "width"), _get(entry, "height")), size)
            if wrong is not None:
                raise BadRowError(f"{photo} {wrong}")
        except BadRowError as error:
            content.problem(place, f"image {place}: {error}", report)
            continue
        given[photo] = f"image {place} of {content.inside}"
        found = by_image.get(identity, [])
        fitted = fit_all(found, reader.found, size, file=content.file, report=report)
        yield LabelledImage(
            index.photo(photo), size, fitted.shapes, split or split_of(photo), fitted.lost
        )
    for identity in by_image.keys() - seen:
        for place, _ in by_image[identity]:
            said = f"annotation {place}: there is no image with the id {identity}"
            content.problem(place, said, report)


def _annotations_by_image(
    content: _Content, report: Report
) -> defaultdict[Id, list[tuple[int, object]]]:
    found: defaultdict[Id, list[tuple[int, object]]] = defaultdict(list)
    first: dict[Id, object] = {}
    for place, entry in enumerate(content.annotations, start=1):
        try:
            image = _id(entry, "image_id")
            own = _get(entry, "id")
            # Merged files often number anew from 1; only the same label under one id is a double.
            if isinstance(own, Id) and _same(first.setdefault(own, entry), entry):
                raise BadRowError(f"the same label with the id {own} is there twice")
        except BadRowError as error:
            content.problem(place, f"annotation {place}: {error}", report)
            continue
        found[image].append((place, entry))
    return found


def _same(first: object, entry: object) -> bool:
    if first is entry:
        return False
    return all(_get(first, key) == _get(entry, key) for key in ("image_id", "category_id", "bbox"))


class _EntryReader:
    """Reads the annotations of one file."""

    def __init__(self, names: dict[Id, str]) -> None:
        self._names = names

    def found(self, entry: object) -> Found:
        """Raises BadRowError."""
        category = _id(entry, "category_id")
        if category not in self._names:
            raise BadRowError(f"category {category} is unknown")
        if _get(entry, "iscrowd") in (1, True):
            raise BadRowError("it marks a crowd, which is no single object")
        name, certainty = self._names[category], score(_get(entry, "score"))
        outline = _largest_ring(_get(entry, "segmentation"))
        box = _get(entry, "bbox")
        if not isinstance(box, list) or len(box) != 4:
            if box not in (None, []) or outline is None:
                raise BadRowError("its bbox is not a list of 4 numbers")
            return Found(name, around(outline), outline, certainty)
        x, y, width, height = (number(value, "bbox") for value in box)
        if width <= 0 or height <= 0:
            raise BadRowError(f"the box has no area: width {width:g}, height {height:g}")
        return Found(name, (x, y, x + width, y + height), outline, certainty)


def _largest_ring(segmentation: object) -> tuple[Point, ...] | None:
    """The outer ring that spans the largest area; None for a mask in run lengths or for no outline.

    Raises BadRowError for a ring that holds anything but finite numbers in pairs.
    """
    if not isinstance(segmentation, list):
        return None
    rings = []
    for ring in segmentation:
        if not isinstance(ring, list) or len(ring) % 2:
            raise BadRowError("its segmentation is not a list of x, y pairs")
        values = [number(value, "segmentation") for value in ring]
        if len(values) >= 6:
            rings.append(tuple(zip(values[0::2], values[1::2], strict=True)))
    return max(rings, key=_spanned, default=None)


def _spanned(ring: tuple[Point, ...]) -> float:
    left, top, right, bottom = around(ring)
    return (right - left) * (bottom - top)


def _photo(entry: object, inside: str, index: PhotoIndex) -> str:
    """Raises BadRowError when the folder has no such photo, or several."""
    name = _get(entry, "file_name")
    if not isinstance(name, str) or not name:
        raise BadRowError("it has no file_name")
    folder = posixpath.dirname(inside)
    split = split_of_set(inside)
    around_here = ("", folder, "images", posixpath.join(folder, "images"), split or "")
    for base in (*around_here, *(f"{base}/{split}" for base in ("images", folder) if split)):
        found = index.at(name, base=base)
        if found is not None:
            return found
    named = index.named(posixpath.basename(name.replace("\\", "/")))
    if len(named) > 1:
        named = [photo for photo in named if split and split_of(photo) == split]
        if len(named) != 1:
            raise BadRowError(f"several photos are called {short(name)}")
    if not named:
        raise BadRowError(f"there is no readable photo {short(name)} in this folder")
    return named[0]


def _get(entry: object, key: str) -> object:
    return entry.get(key) if isinstance(entry, dict) else None


def _id(entry: object, key: str) -> Id:
    if not isinstance(entry, dict):
        raise BadRowError("the entry is not an object")
    value = entry.get(key)
    if isinstance(value, bool) or not isinstance(value, Id):
        raise BadRowError(f"its {key} is missing or not a number")
    return value
