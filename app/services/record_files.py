"""The files of an export of records: one line a record, and what is told of each."""

import csv
import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple, TextIO

from app.conversations.targets.trainers import tells_types
from app.core.conversation import Fault, Kind, Record
from app.core.image import SPLITS, Image, Split
from app.core.language import Language

LIST_NAME = "records.csv"
LEFT_OUT_NAME = "left_out.csv"
_to_json = json.JSONEncoder(ensure_ascii=False).encode
COLUMNS = ("file", "line", "image", "photo", "language", "kinds", "fault", "reworded_by")
_Told = tuple[str, str, str, str, str, str]
"""COLUMNS from the image on."""

_HELD_BYTES = 2**22
"""Of the rows that wait to be written; more of them wait on the disk."""

_EARLY_BYTES = 2**20
"""A row that tells the types is early enough behind so many: trainers learn them from 10 MB."""


class LeftOut(NamedTuple):
    """A turn that isn't written for how coarsely its numbers, or those of others, are told.

    `coarse_boxes` are those of the image, `least_iou` is the least overlap of these, "" where it
    has none.
    """

    image: str
    language: Language
    question: str
    why: str
    coarse_boxes: int
    least_iou: str


@dataclass(slots=True)
class SplitCount:
    """What one of the files holds. A record of several kinds counts for each of them.

    `normal` images have no defect; `classes` counts the images that show each, by its id. An image
    counts once, however many records it has.
    """

    records: int = 0
    images: int = 0
    normal: int = 0
    languages: Counter[Language] = field(default_factory=Counter)
    kinds: Counter[Kind] = field(default_factory=Counter)
    faults: Counter[Fault] = field(default_factory=Counter)
    classes: Counter[int] = field(default_factory=Counter)

    def add(self, record: Record) -> None:
        self.records += 1
        self.languages[record.language] += 1
        for kind in set(record.kinds):
            self.kinds[kind] += 1
        if record.fault:
            self.faults[record.fault] += 1


def split_of(image: Image) -> Split:
    """An image without a split is trained on."""
    return image.label.split or "train"


def file_name(split: Split) -> str:
    return f"{split}.jsonl"


class RecordFiles:
    """Use `record_files`. `counts` are by split, of those that there are; `image_ids` of images
    that have a record, as they came."""

    def __init__(self, folder: Path, files: ExitStack) -> None:
        self.counts: dict[Split, SplitCount] = {}
        self.image_ids = array("q")
        self._folder = folder
        self._files = files
        self._open: dict[Split, TextIO] = {}
        self._held: dict[Split, SpooledTemporaryFile[str]] = {}
        self._held_bytes: Counter[Split] = Counter()
        self._n_lines: Counter[Split] = Counter()
        self._list = csv.writer(self._opened(LIST_NAME), lineterminator="\n")
        self._list.writerow(COLUMNS)
        self._left_out: Any = None  # a writer of the csv module, which has no name for its type

    def add_image(
        self,
        image: Image,
        photo: str,
        class_ids: frozenset[int],
        lines: Sequence[tuple[Record, Mapping[str, object]]],
    ) -> None:
        """All records of an image, each with its row; `class_ids` of its boxes.

        `photo` is the file that the rows name.
        """
        if not lines:
            return
        self.image_ids.append(image.id)
        split = split_of(image)
        count = self.counts.setdefault(split, SplitCount())
        count.images += 1
        count.normal += not class_ids
        count.classes.update(class_ids)
        for record, row in lines:
            count.add(record)
            kinds = " ".join(record.kinds)
            fault, models = record.fault or "", " ".join(record.reworded_by)
            told = (image.path, photo, record.language, kinds, fault, models)
            self._add(split, row, told)

    def leave_out(self, turns: Iterable[LeftOut]) -> None:
        """Lists turns that aren't written."""
        for turn in turns:
            if self._left_out is None:
                self._left_out = csv.writer(self._opened(LEFT_OUT_NAME), lineterminator="\n")
                self._left_out.writerow(LeftOut._fields)
            self._left_out.writerow(turn)

    def end(self) -> None:
        """Writes what waits in vain for a row that tells the types."""
        for split in list(self._held):
            self._begin(split)

    def _add(self, split: Split, row: Mapping[str, object], told: _Told) -> None:
        """Trainers learn types from a file's first rows, so one that tells them goes in front where
        it would come late."""
        line = _to_json(row)
        if split not in self._open and not tells_types(row):
            self._hold(split, line, told)
            return
        if split not in self._open:
            late = self._held_bytes[split] > _EARLY_BYTES
            self._begin(split, *([(line, told)] if late else []))
            if late:
                return
        self._write(split, line, told)

    def _hold(self, split: Split, line: str, told: _Told) -> None:
        if split not in self._held:
            folder = str(self._folder)
            held = SpooledTemporaryFile(_HELD_BYTES, mode="w+", encoding="utf-8", dir=folder)  # noqa: SIM115
            self._held[split] = self._files.enter_context(held)
        self._held[split].write(_to_json((line, told)) + "\n")
        self._held_bytes[split] += len(line.encode())

    def _begin(self, split: Split, *first: tuple[str, _Told]) -> None:
        self._open[split] = self._opened(file_name(split))
        for line, told in first:
            self._write(split, line, told)
        if held := self._held.pop(split, None):
            held.seek(0)
            for each in held:
                self._write(split, *json.loads(each))

    def _write(self, split: Split, line: str, told: _Told) -> None:
        self._open[split].write(line + "\n")
        self._n_lines[split] += 1
        self._list.writerow((file_name(split), self._n_lines[split], *told))

    def _opened(self, name: str) -> TextIO:
        path = self._folder / name
        return self._files.enter_context(path.open("w", encoding="utf-8", newline="\n"))


@contextmanager
def record_files(folder: Path) -> Iterator[RecordFiles]:
    with ExitStack() as files:
        written = RecordFiles(folder, files)
        yield written
        written.end()


def in_order(counts: Mapping[Split, SplitCount]) -> dict[Split, SplitCount]:
    return {split: counts[split] for split in SPLITS if split in counts}
