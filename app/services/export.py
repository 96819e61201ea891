"""What the project holds, written out for trainers and other tools."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from app.conversations import ms_swift
from app.core.edit import ImageEdit
from app.core.errors import UserError
from app.core.image import SPLITS, Image, Split, State
from app.core.label_class import LabelClass
from app.core.progress import OnProgress, Progress, ignore_progress
from app.formats import yolo
from app.formats.base import LabelledImage, LabelledShape, Size
from app.formats.table import FORMATS
from app.imaging.header import read_header
from app.imaging.upright import write_upright
from app.services.converse import objects_on, write_conversations
from app.services.placing import export_names, place_photo, written_whole
from app.services.selection import LABELLED, Selection, Shares, assign_splits, select
from app.storage.project import Project


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """`copy_photos` False links where the disk can.

    `shares` gives images without a split one, which they then keep; None adds none.
    """

    states: tuple[State, ...] = LABELLED
    copy_photos: bool = False
    shares: Shares | None = None


@dataclass(frozen=True, slots=True)
class ExportReport:
    """`notes` tell people what to know before they train on it."""

    out: Path
    images: int
    boxes: int
    normal: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Set:
    """What every exporter writes: images with the place of each photo, in and out."""

    project: Project
    images: tuple[Image, ...]
    names: tuple[PurePosixPath, ...]
    classes: tuple[LabelClass, ...]
    copy_photos: bool

    def each(self, on_progress: OnProgress) -> Iterator[tuple[Image, Path, PurePosixPath]]:
        for done, (image, name) in enumerate(zip(self.images, self.names, strict=True), start=1):
            yield image, self.project.locate(image.path), name
            on_progress(Progress(done, len(self.images), str(name)))


Exporter = Callable[[_Set, Path, Path, OnProgress], list[str]]
"""Writes a set into an empty folder that will become the second path; returns notes for people."""


def export(
    project: Project,
    target: str,
    out: Path,
    *,
    actor: str = "flawmark",
    options: ExportOptions | None = None,
    on_progress: OnProgress = ignore_progress,
) -> ExportReport:
    """Writes the labelled images for `target`, a key of `TARGETS`, into the folder `out`.

    The folder appears when it is complete; an earlier export there stands until then. Raises
    UserError for an unknown target, when there is nothing to write, or when a photo is missing.
    """
    options = options or ExportOptions()
    if target not in TARGETS:
        raise UserError(
            f"There is no export to {target!r}.", hint=f"Choose one of: {', '.join(TARGETS)}."
        )
    selection = select(project, options.states)
    if options.shares is not None:
        _keep_splits(project, assign_splits(selection.images, options.shares), actor=actor)
        selection = select(project, options.states)
    images, missing = _present(project, selection.images)
    names = tuple(export_names(images, [project.locate(image.path) for image in images]))
    classes = tuple(project.classes.all())
    whole = _Set(project, images, names, classes, options.copy_photos)
    with written_whole(out) as folder:
        notes = TARGETS[target](whole, folder, Path(os.path.realpath(out)), on_progress)
    boxes = [project.annotations.count_of_image(image.id) for image in images]
    return ExportReport(
        out,
        len(images),
        sum(boxes),
        boxes.count(0),
        (*_selection_notes(selection, missing), *_split_notes(images, options), *notes),
    )


def _keep_splits(project: Project, splits: Mapping[int, Split], *, actor: str) -> None:
    """Kept in the project, so that what was once trained on is never validated on."""
    labels = {image.id: image.label for image in project.images.all()}
    edits = [ImageEdit(i, labels[i], replace(labels[i], split=s)) for i, s in splits.items()]
    project.apply(edits, actor=actor, kind="split")


def _present(
    project: Project, images: Sequence[Image]
) -> tuple[tuple[Image, ...], tuple[Image, ...]]:
    """Images whose photo is there, and those whose isn't. Raises UserError when none is."""
    there = {image.id for image in images if project.locate(image.path).is_file()}
    if not there:
        raise UserError(
            f"All {len(images)} photos are missing, the first is {images[0].path}.",
            hint="Find them again with `flawmark relink PROJECT FOLDER`.",
        )
    present = tuple(image for image in images if image.id in there)
    return present, tuple(image for image in images if image.id not in there)


def _selection_notes(selection: Selection, missing: Sequence[Image]) -> Iterator[str]:
    if missing:
        yield (
            f"{len(missing)} photos are missing and were left out, the first is {missing[0].path}. "
            "Find them with `flawmark relink`."
        )
    if selection.proposals:
        yield f"{selection.proposals} boxes are proposals that no person has checked."
    if selection.unchecked:
        yield (
            f"{selection.unchecked} images were left out: no box on them, and no person said that "
            "they are normal."
        )


def _split_notes(images: Sequence[Image], options: ExportOptions) -> Iterator[str]:
    if options.shares is None:
        return
    counts = {split: sum(image.label.split == split for image in images) for split in SPLITS}
    yield "Split: " + ", ".join(f"{n} {split}" for split, n in counts.items()) + "."


def _to_yolo(whole: _Set, folder: Path, _: Path, on_progress: OnProgress) -> list[str]:
    def labelled() -> Iterator[yolo.YoloImage]:
        for image, photo, name in whole.each(on_progress):
            place = Path("images", image.label.split or "", name)
            place_photo(photo, folder / place, copy=whole.copy_photos)
            yield yolo.YoloImage(place, whole.project.annotations.yolo_lines(image.id))

    yolo.write_dataset(folder, labelled(), tuple(c.name for c in whole.classes))
    return []


def _to_format(name: str, *, photo_folder: str) -> Exporter:
    label_format = FORMATS[name]

    def write(whole: _Set, folder: Path, _: Path, on_progress: OnProgress) -> list[str]:
        def labelled() -> Iterator[LabelledImage]:
            for image, photo, name in whole.each(on_progress):
                place = Path(photo_folder, image.label.split or "", name)
                place_photo(photo, folder / place, copy=whole.copy_photos)
                size = Size(image.width_px, image.height_px)
                yield LabelledImage(place, size, _shapes(whole, image), image.label.split)

        label_format.write(folder, labelled(), tuple(c.name for c in whole.classes))
        return []

    return write


def _shapes(whole: _Set, image: Image) -> tuple[LabelledShape, ...]:
    names = {c.id: c.name for c in whole.classes}
    clipped = (
        (a, a.box.clipped(image.width_px, image.height_px))
        for a in whole.project.annotations.of_image(image.id)
    )
    return tuple(
        LabelledShape(names[a.class_id], box, a.polygon, a.score)
        for a, box in clipped
        if box is not None
    )


def _to_jsonl(whole: _Set, folder: Path, out: Path, on_progress: OnProgress) -> list[str]:
    """One JSONL file for each split. Photos stay where they are unless trainers misread them."""
    write_conversations(whole.project, whole.images)
    lines: dict[str, list[str]] = {}
    left_out = 0
    for image, photo, name in whole.each(on_progress):
        stored = whole.project.conversations.of_image(image.id)
        if stored is None or stored.is_stale:
            left_out += 1
            continue
        shown = _as_trainers_read_it(photo, folder, Path("images", name).with_suffix(".png"))
        objects = objects_on(whole.project, image, whole.classes)
        split = image.label.split or "train"
        lines.setdefault(split, []).append(ms_swift.record(stored.turns, out / shown, objects))
    for name_of_split, records in lines.items():
        (folder / f"{name_of_split}.jsonl").write_text("\n".join(records) + "\n", "utf-8")
    notes = []
    if "train" in lines:
        command = ms_swift.TRAINING_COMMAND.format(dataset=out / "train.jsonl")
        notes.append(f"Train with: {command}")
    if left_out:
        notes.append(f"{left_out} conversations that people edited are stale: left out.")
    return notes


def _as_trainers_read_it(photo: Path, folder: Path, baked: Path) -> Path:
    """The photo itself, or where below `folder` an upright 8-bit copy of it was put.

    ms-swift, LLaMA-Factory and qwen-vl-utils ignore EXIF orientation, and 16-bit photos come out
    white in Pillow, so such a photo would not show what its boxes say.
    """
    header = read_header(photo)
    if header.orientation == 1 and header.bits <= 8:
        return photo
    write_upright(photo, folder / baked)
    return baked


TARGETS: Mapping[str, Exporter] = {
    "yolo": _to_yolo,
    "coco": _to_format("coco", photo_folder="images"),
    "voc": _to_format("voc", photo_folder="JPEGImages"),
    "labelme": _to_format("labelme", photo_folder=""),
    "xanylabeling": _to_format("xanylabeling", photo_folder=""),
    "jsonl": _to_jsonl,
}
