"""Which label file belongs to which photo, told by where the two lie."""

import os
import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from unicodedata import normalize

from app.core.image import Split
from app.formats.base import Photos, Problem, Report, Size

LABEL_FOLDERS = ("labels", "annotations", "annotation", "label", "anns", "xml", "xmls", "json")
IMAGE_FOLDERS = ("images", "jpegimages", "image", "imgs", "img", "photos")
_SPLITS: dict[str, Split] = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
}


def split_of(path: str) -> Split | None:
    """The split that one of the folders of `path` stands for, the innermost first."""
    words = (_without_year(folder) for folder in reversed(path.lower().split("/")[:-1]))
    return next((_SPLITS[word] for word in words if word in _SPLITS), None)


def split_of_set(path: str) -> Split | None:
    """The split of a file that stands for a set: "instances_val2017.json", "val/labels.json"."""
    words = PurePosixPath(path.lower()).stem.replace("-", "_").split("_")
    found = (_SPLITS[word] for word in map(_without_year, words) if word in _SPLITS)
    return next(found, split_of(path))


def _without_year(word: str) -> str:
    return word.removesuffix("2017").removesuffix("2014")


def folded(path: str) -> str:
    """A path as it is compared: archives from macOS spell the same name with other code points."""
    return normalize("NFC", path)


class PhotoIndex:
    """The photos of one folder by path, by path without ending, and by name.

    Paths are relative to the folder, with forward slashes.
    """

    def __init__(self, root: Path, photos: Photos) -> None:
        self.root = root
        self._photos = photos
        self._by_path: dict[str, Path] = {}
        self._by_stem: defaultdict[str, list[str]] = defaultdict(list)
        self._by_name: defaultdict[str, list[str]] = defaultdict(list)
        for inside, photo in sorted(_inside(root, photos)):
            key = folded(inside)
            self._by_path[key] = photo
            self._by_stem[_layout_key(_stem(key))].append(key)
            self._by_name[posixpath.basename(key)].append(key)

    def photo(self, inside: str) -> Path:
        return self._by_path[inside]

    def size(self, inside: str) -> Size:
        return self._photos[self._by_path[inside]]

    def at(self, path: str, *, base: str = "") -> str | None:
        """The photo at `path`, relative to the folder `base`; None when there is none inside."""
        inside = folded(posixpath.normpath(posixpath.join(base, path.replace("\\", "/"))))
        return inside if inside in self._by_path else None

    def named(self, name: str) -> list[str]:
        """All photos of that file name, in any folder."""
        return self._by_name.get(folded(name), [])

    def beside(self, label: str) -> list[str]:
        """Photos for the label file `label`: same name but for the ending, in the same folder or
        in the matching one (labels/train/a.txt for images/train/a.jpg)."""
        key = _layout_key(_stem(folded(label)))
        found = self._by_stem.get(key, [])
        folder, depth = posixpath.dirname(folded(label)), label.count("/")
        here = [photo for photo in found if posixpath.dirname(photo) == folder]
        return here or [photo for photo in found if photo.count("/") == depth] or found

    def pairs(self, labels: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
        """Each label file with the photos it can belong to, by its place or else by its name alone.

        By name alone only where exactly one photo of the same split has it and no label file of its
        own (train/annotations/a.xml for train/images/scratches/a.jpg).
        """
        placed = [(label, self.beside(label)) for label in labels]
        owned = {photo for _, photos in placed for photo in photos}
        free: defaultdict[tuple[str, Split | None], list[str]] = defaultdict(list)
        for photo in self._by_path:
            if photo not in owned:
                free[_stem(posixpath.basename(photo)), split_of(photo)].append(photo)
        for label, photos in placed:
            if not photos:
                name = _stem(posixpath.basename(folded(label)))
                found = free.get((name, split_of(posixpath.dirname(label) + "/")), [])
                photos = found if len(found) == 1 else []
            yield label, photos


class Owners:
    """Says which photo a label file speaks of, and sees to it that no photo is given twice."""

    def __init__(self, index: PhotoIndex, report: Report) -> None:
        self._index = index
        self._report = report
        self._given: dict[str, str] = {}

    def choose(self, label: str, candidates: list[str], declared: str | None = None) -> str | None:
        """The photo of `label`, or None after reporting why there is none.

        `declared` is the path or name that the label file itself gives for its photo.
        """
        photo = self._choose(label, candidates, declared)
        if isinstance(photo, _Doubt):
            self._report(Problem(self._index.root / label, None, photo.why, "skipped"))
            return None
        other = self._given.setdefault(photo, label)
        if other != label:
            why = f"the photo {photo} has its labels from {other} already"
            self._report(Problem(self._index.root / label, None, why, "skipped"))
            return None
        return photo

    def _choose(self, label: str, candidates: list[str], declared: str | None) -> "str | _Doubt":
        named = self._index.at(declared, base=posixpath.dirname(label)) if declared else None
        if not candidates:
            return named or _Doubt("there is no readable photo for these labels in this folder")
        name = posixpath.basename(folded((declared or "").replace("\\", "/")))
        fitting = [photo for photo in candidates if posixpath.basename(photo) == name]
        if len(candidates) > 1 and len(fitting) != 1:
            return _Doubt(f"these labels could belong to {' or to '.join(candidates[:3])}")
        photo = (fitting or candidates)[0]
        # Renamed photos leave stale names behind; only a name that fits another photo is a doubt.
        twin = named or (self._index.at(name, base=posixpath.dirname(photo)) if name else None)
        if twin is not None and twin != photo:
            return _Doubt(f"it lies where the labels of {photo} belong, but says it is for {twin}")
        return photo


class _Doubt(NamedTuple):
    why: str


def _stem(path: str) -> str:
    folder, name = posixpath.split(path)
    return posixpath.join(folder, posixpath.splitext(name)[0])


def _layout_key(stem: str) -> str:
    """The path without the folders that only part photos from labels."""
    *folders, name = stem.split("/")
    kept = [
        folder
        for folder in folders
        if folder.lower() not in LABEL_FOLDERS and folder.lower() not in IMAGE_FOLDERS
    ]
    return "/".join([*kept, name])


def _inside(root: Path, photos: Photos) -> Iterator[tuple[str, Path]]:
    """Every photo with its path relative to `root`, as seen from there: a link may lead outside."""
    start = str(root).rstrip(os.sep) + os.sep
    outside = set()
    for photo in photos:
        text = str(photo)
        if text.startswith(start):
            yield text[len(start) :].replace(os.sep, "/"), photo
        else:
            outside.add(photo)
    if outside:
        for path in root.rglob("*"):
            # Not Path.resolve, which raises where links go in a circle.
            if path.is_symlink() and (target := Path(os.path.realpath(path))) in outside:
                yield path.relative_to(root).as_posix(), target
