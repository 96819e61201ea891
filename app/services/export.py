"""What the project holds, written out for trainers and other tools."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.core.edit import ImageEdit
from app.core.errors import UserError
from app.core.image import SPLITS, Image, Split, State
from app.core.progress import OnProgress, ignore_progress
from app.formats import yolo
from app.formats.base import LabelledImage, LabelledShape, Size
from app.formats.table import FORMATS
from app.services.export_records import write_records
from app.services.export_set import Exporter, ExportSet, Written
from app.services.placing import export_names, place_photo, written_whole
from app.services.record_options import RecordExport
from app.services.selection import LABELLED, Selection, Shares, assign_splits, select
from app.storage.project import Project


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """`copy_photos` False links where the disk can.

    `shares` gives images without a split one, which they then keep; None adds none. `records` is
    for the target "jsonl".
    """

    states: tuple[State, ...] = LABELLED
    copy_photos: bool = False
    shares: Shares | None = None
    records: RecordExport = field(default_factory=RecordExport)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """`notes` tell people what to know before they train on it. `records` are multimodal ones."""

    out: Path
    images: int
    boxes: int
    normal: int
    notes: tuple[str, ...]
    records: int = 0


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
    whole = ExportSet(project, images, names, classes, options.copy_photos, options.records)
    with written_whole(out) as folder:
        written = TARGETS[target](whole, folder, Path(os.path.realpath(out)), on_progress)
    ids = {image.id for image in images} if written.image_ids is None else written.image_ids
    boxes = [project.annotations.count_of_image(image_id) for image_id in ids]
    return ExportReport(
        out,
        len(ids),
        sum(boxes),
        boxes.count(0),
        (*_selection_notes(selection, missing), *_split_notes(images, options), *written.notes),
        written.records,
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


def _to_yolo(whole: ExportSet, folder: Path, _: Path, on_progress: OnProgress) -> Written:
    def labelled() -> Iterator[yolo.YoloImage]:
        for image, photo, name in whole.each(on_progress):
            place = Path("images", image.label.split or "", name)
            place_photo(photo, folder / place, copy=whole.copy_photos)
            yield yolo.YoloImage(place, whole.project.annotations.yolo_lines(image.id))

    yolo.write_dataset(folder, labelled(), tuple(c.name for c in whole.classes))
    return Written()


def _to_format(name: str, *, photo_folder: str) -> Exporter:
    label_format = FORMATS[name]

    def write(whole: ExportSet, folder: Path, _: Path, on_progress: OnProgress) -> Written:
        def labelled() -> Iterator[LabelledImage]:
            for image, photo, name in whole.each(on_progress):
                place = Path(photo_folder, image.label.split or "", name)
                place_photo(photo, folder / place, copy=whole.copy_photos)
                size = Size(image.width_px, image.height_px)
                yield LabelledImage(place, size, _shapes(whole, image), image.label.split)

        label_format.write(folder, labelled(), tuple(c.name for c in whole.classes))
        return Written()

    return write


def _shapes(whole: ExportSet, image: Image) -> tuple[LabelledShape, ...]:
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


TARGETS: Mapping[str, Exporter] = {
    "yolo": _to_yolo,
    "coco": _to_format("coco", photo_folder="images"),
    "voc": _to_format("voc", photo_folder="JPEGImages"),
    "labelme": _to_format("labelme", photo_folder=""),
    "xanylabeling": _to_format("xanylabeling", photo_folder=""),
    "jsonl": write_records,
}
