"""Whether the records of a file, by whomever they were written, agree with a project's labels."""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.conversations.checks.checking import check_record
from app.conversations.checks.read_back import Told, as_record
from app.conversations.facts import ImageFacts
from app.conversations.targets.targets import Shown, Target
from app.conversations.targets.trainers import images_of
from app.core.conversation import FAULTS, KINDS
from app.core.errors import UserError
from app.core.image import Image
from app.core.language import LANGUAGES
from app.core.progress import OnProgress, Progress, ignore_progress
from app.imaging.header import read_header
from app.services.check import Finding
from app.services.conversation_writing import facts_of_images
from app.services.record_files import COLUMNS, LIST_NAME
from app.storage.project import Project

_HINT = "Mend that line, or export anew."
_OF_ITS_NUMBERS = frozenset({"total", "class_count", "raw_box", "not_only_boxes"})
"""What the checker says of a box that no label has, once it was said that none has it."""


def check_records(
    project: Project, file: Path, target: Target, *, on_progress: OnProgress = ignore_progress
) -> list[Finding]:
    """Each finding names the line of the file, the image, the turn and the words.

    Photos are known by their path, copies and deliberate noise by the list of records beside the
    file where there is one. Raises UserError when the file can't be read.
    """
    findings: list[Finding] = []
    done = 0
    try:
        reader = _Reader(project, file, target)
        size_bytes = file.stat().st_size
        with file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    findings += reader.findings(number, line)
                done += len(line)
                on_progress(Progress(done, size_bytes, str(number)))
    except OSError as error:
        raise UserError(
            f"{file} can't be read: {error.strerror or error}.", hint="Give a JSONL file."
        ) from error
    return findings


class _Reader:
    def __init__(self, project: Project, file: Path, target: Target) -> None:
        self._project = project
        self._target = target
        self._classes = project.classes.all()
        ids = project.images.ids_by_path()
        self._ids = {str(project.locate(path)): image_id for path, image_id in ids.items()}
        self._told: dict[tuple[int, str], Told] = {}
        for number, photo, path, told in _listed(file):
            self._told[number, photo] = told
            if path in ids:
                self._ids[photo] = ids[path]
        self._last: tuple[str, Image, ImageFacts, Shown] | None = None

    def findings(self, number: int, line: bytes) -> Iterator[Finding]:
        path = None
        try:
            row = _row(line)
            photo = _photo(row)
            image, facts, shown = self._looked_up(photo)
            path = image.path
            read = self._target.read(row, shown, facts)
        except UserError as error:
            what = f"line {number}: {error.what}"
            yield Finding("error", "record_not_read", what, error.hint, path)
            return
        told = self._told.get((number, photo))
        record = as_record(read, self._target, facts, told)
        strange = [each for each in read.unmatched if record.messages[each.turn].role != "system"]
        for each in strange:
            where = f"line {number}, turn {each.turn + 1} ({record.messages[each.turn].role})"
            what = f"{where}: no label has the box {each.numbers} of {each.label!r}"
            yield Finding("error", "record_boxes", what, _HINT, path)
        turns_with_strange = {each.turn for each in strange}
        for found in check_record(record, facts):
            if found.turn in turns_with_strange and found.kind in _OF_ITS_NUMBERS:
                continue
            role = record.messages[found.turn].role
            words = f" “{found.words}”" if found.words else ""
            what = f"line {number}, turn {found.turn + 1} ({role}):{words} {found.what}"
            yield Finding("error", f"record_{found.kind}", what, _HINT, path)

    def _looked_up(self, photo: str) -> tuple[Image, ImageFacts, Shown]:
        """Records of one image mostly follow each other, so the last one is kept."""
        if self._last is None or self._last[0] != photo:
            if photo not in self._ids:
                raise UserError(
                    f"{photo} is no photo of the project",
                    hint="Give the project that the file was exported from.",
                )
            image = self._project.images.get(self._ids[photo])
            facts = facts_of_images(self._project, [image], self._classes)[image.id]
            header = read_header(Path(photo))
            # A copy that was baked needs no mention: the trainer shows it in the size that it has.
            shown = Shown(photo, header.width_px, header.height_px)
            self._last = photo, image, facts, shown
        return self._last[1:]


_READ = set(COLUMNS) - {"reworded_by"}  # which older lists lack


def _listed(file: Path) -> Iterator[tuple[int, str, str, Told]]:
    """What the list beside an export says of the lines of `file`: number, photo, image, and so on.

    Nothing where there is none; lines that somebody broke are passed over.
    """
    path = file.with_name(LIST_NAME)
    if not path.is_file():
        return
    with path.open(encoding="utf-8", errors="replace", newline="") as lines:
        reader = csv.DictReader(lines)
        if not _READ.issubset(reader.fieldnames or ()):
            return  # somebody else's
        for line in reader:
            if line["file"] == file.name and _is_whole(line):
                kinds: Any = tuple(line["kinds"].split())
                language: Any = line["language"]
                fault: Any = line["fault"] or None
                told = Told(language, kinds, fault)
                yield int(line["line"]), line["photo"], line["image"], told


def _is_whole(line: Mapping[str, str | None]) -> bool:
    return (
        None not in line.values()
        and str(line["line"]).isdecimal()
        and line["language"] in LANGUAGES
        and set(str(line["kinds"]).split()) <= set(KINDS)
        and line["fault"] in {"", *FAULTS}
    )


def _row(line: bytes) -> Mapping[str, object]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise UserError(f"is not JSON: {error}", hint="Write one record on each line.") from error
    if not isinstance(row, dict):
        raise UserError("is not a JSON object", hint="Write one record on each line.")
    return row


def _photo(row: Mapping[str, object]) -> str:
    photos = images_of(row)
    if len(photos) != 1:
        raise UserError(f"names {len(photos)} photos", hint="Each record is of one photo.")
    return photos[0]
