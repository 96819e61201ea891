"""YOLO text labels (ultralytics and darknet), read and written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

import yaml

from app.core.geometry import Box
from app.core.image import SPLITS, Split
from app.formats.base import LabelledImage, LabelledShape, Photos, Report, Size
from app.formats.class_list import MAX_CLASSES, silent, write_list
from app.formats.files import MIB, Taken, read_or_report, walk, write_text, written_path
from app.formats.fitting import BadRowError, Found, around, fit_all, parsed_number, score, short
from app.formats.pairing import Owners, PhotoIndex
from app.formats.yolo_set import Splits, named_classes

_LABEL_LIMIT = 16 * MIB
_NOT_LABELS = ("readme", "license", "requirements", "autosplit_")


@dataclass(frozen=True, slots=True)
class YoloImage:
    """One photo of a written set.

    `path` is where the set has the photo, relative to the set, such as images/train/a.jpg; a folder
    train, val or test right under images/ is its split. `lines` are the rows of its label file
    without line ends, none for a normal image. It is trained on `times` times, once at least.
    A changed copy `is_copy`: it is never validated on.
    """

    path: Path
    lines: tuple[str, ...] = ()
    times: int = 1
    is_copy: bool = False


class Yolo:
    """`class cx cy w h`, shares of the photo's width and height, one label a line.

    A sixth column is a score; an odd count from 7 on is an outline `class x1 y1 x2 y2 …`.
    """

    name = "yolo"
    title = "YOLO (ultralytics, darknet)"

    def detect(self, root: Path) -> bool:
        """Whether the first text files that aren't lists hold rows of numbers."""
        labels = (path for path in walk(root, ".txt") if not _is_other(path))
        in_labels_folder = False
        for path in islice(labels, 50):
            text = read_or_report(root / path, silent, limit_bytes=_LABEL_LIMIT)
            # Any row will do: one that is spoilt may not hide the whole set.
            if any(_looks_like_labels(row) for _, row in _rows(text or "")):
                return True
            in_labels_folder |= _in_labels(path)
        return in_labels_folder

    def class_names(self, root: Path, report: Report) -> tuple[str, ...]:
        """From data.yaml, else classes.txt, else "0", "1", … up to the highest index in use."""
        root = root.resolve()
        files = list(walk(root, ".txt"))
        names = named_classes(root, files, report)
        if names is not None:
            return names
        highest = max(
            (_highest_index(root / file) for file in files if not _is_other(file)), default=-1
        )
        return tuple(str(index) for index in range(highest + 1))

    def read(self, root: Path, photos: Photos, report: Report) -> Iterator[LabelledImage]:
        root = root.resolve()
        files = list(walk(root, ".txt"))
        names = named_classes(root, files, silent)
        index = PhotoIndex(root, photos)
        splits = Splits(index, report)
        owners = Owners(index, report)
        # Where there is a folder of labels, a text without photo outside of it is no lost label.
        homed = any(_in_labels(file) for file in files)
        for label, candidates in index.pairs(files):
            if not candidates and (_is_other(label) or (homed and not _in_labels(label))):
                continue
            photo = owners.choose(label, candidates)
            if photo is None:
                continue
            text = read_or_report(root / label, report, limit_bytes=_LABEL_LIMIT)
            if text is None:
                continue
            size = index.size(photo)
            reader = _RowReader(names, size)
            fitted = fit_all(_rows(text), reader.found, size, file=root / label, report=report)
            yield LabelledImage(
                index.photo(photo), size, fitted.shapes, splits.of(photo), fitted.lost
            )

    def write(
        self, out: Path, images: Iterable[LabelledImage], class_names: tuple[str, ...]
    ) -> None:
        """Boxes only: an outline has no place in a detection label."""
        index = {name: i for i, name in enumerate(class_names)}
        lines = (
            YoloImage(image.path, tuple(_line(shape, image.size, index) for shape in image.shapes))
            for image in images
        )
        write_dataset(out, lines, class_names)


def write_dataset(out: Path, images: Iterable[YoloImage], class_names: tuple[str, ...]) -> None:
    """Writes labels/ (mirrored from images/), data.yaml and classes.txt under `out`.

    ultralytics takes data.yaml unchanged, from any working directory and after the folder was
    moved. Photos in no split folder train; a set without val photos is validated on what it trains
    on (and the other way round), because ultralytics needs both entries. Where some photos are
    trained on several times, or as copies, train.txt lists each as often as that, and a set without
    val photos has a val.txt of what is no copy.

    Raises UserError when two photos would share a label file, ValueError for a path that leaves
    the set.
    """
    taken = Taken()
    groups: defaultdict[Split | None, list[str]] = defaultdict(list)
    again: list[str] = []
    for image in images:
        photo = written_path(image.path)
        label = label_path(photo)
        taken.claim(label, photo)
        write_text(out / label, "".join(f"{line}\n" for line in image.lines))
        if not image.is_copy:
            groups[_written_split(photo)].append(str(photo))
        again += [str(photo)] * (image.times - (not image.is_copy))
    parts = _parts(out, groups, again)
    write_text(out / "data.yaml", _data_yaml(parts, class_names))
    write_list(out, class_names)


def label_path(photo: PurePosixPath) -> PurePosixPath:
    """Where ultralytics looks for the labels of a photo: the last images/ turned into labels/."""
    folders = list(photo.parts[:-1])
    for place in range(len(folders) - 1, -1, -1):
        if folders[place] == "images":
            folders[place] = "labels"
            break
    return PurePosixPath(*folders, photo.stem + ".txt")


def _written_split(photo: PurePosixPath) -> Split | None:
    parts = photo.parts
    found = [split for split in SPLITS if parts[:2] == ("images", split) and len(parts) > 2]
    return found[0] if found else None


def _parts(out: Path, groups: dict[Split | None, list[str]], again: list[str]) -> dict[str, str]:
    """The entries train, val and test: folders, or a list where a folder can't say what is meant.

    `again` has photos to train on once more, and copies.
    """
    loose = groups.get(None, [])
    splits = [split for split in SPLITS if groups.get(split)]
    trained_on = loose + groups.get("train", [])
    parts: dict[str, str] = {split: f"images/{split}" for split in splits}
    if not splits:
        folder = "images" if all(path.startswith("images/") for path in loose) else "."
        parts |= {"train": folder, "val": folder}
    # The folder of loose photos holds the split folders too, so they are listed by name then.
    if again or (loose and splits):
        parts["train"] = _listed(out / "train.txt", trained_on + again)
    if again and "val" not in splits:
        parts["val"] = _listed(out / "val.txt", trained_on)
    parts.setdefault("train", parts.get("val", parts.get("test", ".")))
    parts.setdefault("val", parts["train"])
    return {split: parts[split] for split in SPLITS if split in parts}


def _listed(file: Path, photos: list[str]) -> str:
    write_text(file, "".join(f"./{photo}\n" for photo in photos))
    return file.name


def _data_yaml(parts: dict[str, str], class_names: tuple[str, ...]) -> str:
    # No `path`: ultralytics then takes the folder of this file, while "." would mean the working
    # directory.
    content = {**parts, "nc": len(class_names), "names": dict(enumerate(class_names))}
    return str(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1_000_000))


def _line(shape: LabelledShape, size: Size, index: dict[str, int]) -> str:
    if shape.class_name not in index:
        raise ValueError(f"class {shape.class_name!r} is not among those to be written")
    box = shape.box.clipped(size.width_px, size.height_px) or shape.box
    return row(index[shape.class_name], box, size)


def row(index: int, box: Box, size: Size) -> str:
    """The row of a label file, by the same rule as the project's view `yolo_labels`."""
    (x, y), width, height = box.centre, size.width_px, size.height_px
    shares = (x / width, y / height, box.width / width, box.height / height)
    return f"{index} " + " ".join(f"{share:.8f}" for share in shares)


class _RowReader:
    """Reads the rows of one label file."""

    def __init__(self, names: tuple[str, ...] | None, size: Size) -> None:
        self._names = names
        self._size = size

    def found(self, text: str) -> Found:
        """Raises BadRowError."""
        columns = text.split()
        if len(columns) < 5 or (len(columns) > 6 and len(columns) % 2 == 0):
            raise BadRowError(
                f"{len(columns)} columns, expected 5 (class and box), 6 (with score), "
                "or 7 and more, an odd count (outline)"
            )
        name = self._name(columns[0])
        values = [parsed_number(token, "coordinate") for token in columns[1:]]
        width, height = self._size.width_px, self._size.height_px
        if len(columns) > 6:
            xs, ys = values[0::2], values[1::2]
            outline = tuple((x * width, y * height) for x, y in zip(xs, ys, strict=True))
            return Found(name, around(outline), outline)
        x, y, w, h = values[:4]
        if w <= 0 or h <= 0:
            raise BadRowError(f"the box has no area: width {w:g}, height {h:g}")
        corners = ((x - w / 2) * width, (y - h / 2) * height)
        far = ((x + w / 2) * width, (y + h / 2) * height)
        return Found(name, corners + far, None, score(values[4] if len(values) == 5 else None))

    def _name(self, token: str) -> str:
        index = _class_index(token)
        if self._names is None:
            if index >= MAX_CLASSES:
                raise BadRowError(f"class {index} is out of range")
            return str(index)
        if index >= len(self._names):
            raise BadRowError(f"class {index} is unknown: the set names {len(self._names)} classes")
        return self._names[index]


def _class_index(token: str) -> int:
    value = parsed_number(token, "class")
    if value < 0 or value != int(value):
        raise BadRowError(f"class {short(token)} is not a whole number from 0 on")
    return int(value)


def _rows(text: str) -> Iterator[tuple[int, str]]:
    lines = enumerate(text.split("\n"), start=1)
    return ((number, line) for number, line in lines if line.strip())


def _highest_index(path: Path) -> int:
    highest = -1
    text = read_or_report(path, silent, limit_bytes=_LABEL_LIMIT) or ""
    reader = _RowReader(None, Size(1, 1))
    for _, line in _rows(text):
        try:
            highest = max(highest, int(reader.found(line).class_name))
        except BadRowError:
            continue
    return highest


def _looks_like_labels(line: str) -> bool:
    try:
        _RowReader(None, Size(1, 1)).found(line)
    except BadRowError:
        return False
    return True


def _in_labels(path: str) -> bool:
    return "labels" in path.lower().split("/")[:-1]


def _is_other(path: str) -> bool:
    """Whether a text file is a list or a note by its name."""
    name = path.rsplit("/", 1)[-1].lower()
    lists = ("classes.txt", "labels.txt", "train.txt", "val.txt", "valid.txt", "test.txt")
    return name in lists or name.startswith(_NOT_LABELS)
