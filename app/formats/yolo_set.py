"""What a YOLO set says of itself: the classes and splits in data.yaml, classes.txt or neither."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.core.errors import UserError
from app.core.image import SPLITS, Split
from app.formats.base import Problem, Report
from app.formats.class_list import MAX_CLASSES, checked, read_list, report_other_order
from app.formats.files import MIB, UnreadableError, read_or_report, read_text
from app.formats.pairing import PhotoIndex, folded, split_of
from app.formats.plain_yaml import load_plain

_SPLIT_KEYS: dict[str, Split] = {
    "train": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
}


@dataclass(frozen=True, slots=True)
class DataYaml:
    """The parts of an ultralytics data.yaml that a reader of labels needs."""

    file: Path
    base: str
    """Folder of the photos relative to the set's root, "" for the root itself."""
    names: tuple[str, ...] | None
    parts: dict[Split, tuple[str, ...]] = field(default_factory=dict)
    """For each split, folders of photos, or .txt files that list photos."""


def find_data_yaml(root: Path) -> Path | None:
    """data.yaml, or else the one file of the root that reads like one."""
    files = sorted(
        path for path in root.glob("*.y*ml") if path.suffix in {".yaml", ".yml"} and path.is_file()
    )
    files.sort(key=lambda path: path.stem not in {"data", "dataset"})
    for path in files[:20]:
        if path.stem == "data":
            return path
        try:
            loaded = _load(path)
        except UserError:
            continue
        if isinstance(loaded, dict) and ("names" in loaded or "nc" in loaded):
            return path
    return None


def read_data_yaml(path: Path) -> DataYaml:
    """Raises UserError when the file can't be understood."""
    loaded = _load(path)
    if not isinstance(loaded, dict):
        raise _not_understood(path, "has no entries")
    parts: dict[Split, tuple[str, ...]] = {}
    for key, split in _SPLIT_KEYS.items():
        value = loaded.get(key)
        values = value if isinstance(value, list) else [value]
        found = tuple(v for v in values if isinstance(v, str) and v)
        if found:
            parts[split] = parts.get(split, ()) + found
    base = loaded.get("path")
    return DataYaml(path, base if isinstance(base, str) else "", _names(path, loaded), parts)


def _load(path: Path) -> object:
    try:
        return load_plain(read_text(path, limit_bytes=MIB // 4))
    except (UnreadableError, ValueError) as error:
        raise _not_understood(path, str(error)) from error


def _not_understood(path: Path, why: str) -> UserError:
    return UserError(
        f"{path} can't be understood: {why}",
        hint="Repair it, or take it out of the folder to read the labels without it.",
    )


def _names(path: Path, loaded: dict[object, object]) -> tuple[str, ...] | None:
    names = loaded.get("names")
    if isinstance(names, list):
        return checked(path, names)
    if isinstance(names, dict):
        try:
            by_index = {int(str(index)): name for index, name in names.items()}
        except ValueError as error:
            raise _not_understood(path, "its classes are not numbered") from error
        if sorted(by_index) != list(range(len(by_index))) or len(by_index) != len(names):
            raise _not_understood(path, "its classes are not numbered 0, 1, 2 … without gaps")
        return checked(path, (by_index[index] for index in range(len(by_index))))
    count = loaded.get("nc")
    if isinstance(count, str) and count.isascii() and count.isdigit() and len(count) < 8:
        if int(count) > MAX_CLASSES:
            raise _not_understood(path, f"it speaks of {count} classes")
        return tuple(str(index) for index in range(int(count)))
    return None


def named_classes(root: Path, labels: list[str], report: Report) -> tuple[str, ...] | None:
    """Class names in the order of their indices; None when nothing in the set names them.

    `labels` are all text files of the set. Raises UserError for a list that can't be understood.
    """
    lists = [root / path for path in _class_lists(root, labels)]
    data_yaml = find_data_yaml(root)
    names = read_data_yaml(data_yaml).names if data_yaml else None
    used = data_yaml if names is not None else None
    if names is None and lists:
        used = lists[0]
        names = read_list(used)
    for other in lists:
        if names is not None and used is not None and other != used:
            report_other_order(used, other, names, report)
    return names


def _class_lists(root: Path, labels: list[str]) -> list[str]:
    found = [path for path in labels if posixpath.basename(path).lower() == "classes.txt"]
    found += ["obj.names"] if (root / "obj.names").is_file() else []
    return sorted(found, key=lambda path: (path.count("/"), path != "labels/classes.txt", path))


class Splits:
    """Tells the split of a photo: from data.yaml where it speaks of it, else from its folders."""

    def __init__(self, index: PhotoIndex, report: Report) -> None:
        self._index = index
        self._report = report
        self._folders: list[tuple[str, Split]] = []
        self._listed: dict[str, set[Split]] = {}
        path = find_data_yaml(index.root)
        if path is not None:
            self._take(read_data_yaml(path))

    def of(self, photo: str) -> Split | None:
        # One folder for all splits ("train: images, val: images") says nothing of any photo.
        deepest = max((len(f) for f, _ in self._folders if photo.startswith(f)), default=-1)
        found = {s for f, s in self._folders if len(f) == deepest and photo.startswith(f)}
        found |= self._listed.get(photo, set())
        return found.pop() if len(found) == 1 else split_of(photo)

    def _take(self, data: DataYaml) -> None:
        for split in SPLITS:
            for part in data.parts.get(split, ()):
                places = self._places(data.base, part)
                inside = next((place for place in places if self._exists(place)), None)
                if not places:
                    said = f"{split}: {part} lies outside this folder and is not read"
                    self._report(Problem(data.file, None, said, "skipped"))
                elif inside is None:  # an empty split, as many writers leave it
                    continue
                elif inside.endswith(".txt"):
                    for photo in self._photos_in(inside, data.base):
                        self._listed.setdefault(photo, set()).add(split)
                else:
                    self._folders.append(("" if inside == "." else inside + "/", split))

    def _places(self, base: str, part: str) -> list[str]:
        """Where a folder or list can be meant, relative to the root; never outside of it."""
        part = part.replace("\\", "/")
        start = self._index.root.as_posix().rstrip("/") + "/"
        found = []
        # Roboflow writes "../train/images" for a folder that lies beside its data.yaml.
        for place in (posixpath.join(base, part), part, part.removeprefix("../")):
            inside = posixpath.normpath(place)
            if (inside + "/").startswith(start):
                inside = inside.removeprefix(start.rstrip("/")).lstrip("/") or "."
            if not posixpath.isabs(inside) and inside.split("/")[0] != "..":
                found.append(folded(inside))
        return found

    def _exists(self, inside: str) -> bool:
        try:
            return (self._index.root / inside).exists()
        except (OSError, ValueError):  # a name that no file system takes
            return False

    def _photos_in(self, inside: str, base: str) -> Iterator[str]:
        text = read_or_report(self._index.root / inside, self._report, limit_bytes=64 * MIB)
        start = self._index.root.as_posix().rstrip("/") + "/"
        for line in (text or "").split("\n"):
            named = line.strip().removeprefix(start)
            for place in (posixpath.dirname(inside), base, ""):
                photo = self._index.at(named, base=place) if named else None
                if photo is not None:
                    yield photo
                    break
