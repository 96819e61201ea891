"""What the project holds, written out for trainers and other tools."""

import os
from array import array
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from app.core.batches import batches
from app.core.by_image import ByImage
from app.core.errors import UserError
from app.core.image import Split, State
from app.core.progress import OnProgress, ignore_progress
from app.core.splitting import Shares
from app.formats import yolo
from app.formats.table import FORMATS
from app.services.export_records import RECORDS
from app.services.export_set import Exporter, ExportSet, Mix, Written
from app.services.leaks import find_leaks, leak_notes
from app.services.placing import ExportNames, written_whole
from app.services.record_options import RecordExport
from app.services.selection import LABELLED, Selection, select
from app.services.splits import loose_notes, split_for_export
from app.services.training_mix import TrainingMix
from app.storage.images import ImageList
from app.storage.project import Project

_BATCH = 500


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """`copy_photos` False links where the disk can.

    `shares` gives images without a split one, which they then keep; None only lets images follow
    their build. `records` is for the target "jsonl", `mix` for all others. Splits are locked by
    what goes out `for_training`, not by what is only to be looked at.
    """

    states: tuple[State, ...] = LABELLED
    copy_photos: bool = False
    shares: Shares | None = None
    records: RecordExport = field(default_factory=RecordExport)
    mix: Mix = field(default_factory=Mix)
    for_training: bool = True


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
    on_leak_check: OnProgress = ignore_progress,
) -> ExportReport:
    """Writes the labelled images for `target`, a key of `TARGETS`, into the folder `out`.

    The folder appears when it is complete; an earlier export there stands until then.
    It holds the project as it stood at one moment, whatever others change meanwhile.
    `on_leak_check` is told of photos that are looked at in the end, each once in a project. Raises
    UserError for an unknown target, when there is nothing to write, when all photos are missing, or
    when somebody changed splits meanwhile that are to be locked. Cancelled by either, it leaves
    nothing but the splits that it gave.
    """
    options = options or ExportOptions()
    if target not in TARGETS:
        raise UserError(
            f"There is no export to {target!r}.", hint=f"Choose one of: {', '.join(TARGETS)}."
        )
    exporter = TARGETS[target]
    chosen = select(project, options.states).images
    chosen, told = split_for_export(project, chosen, options.shares, actor=actor)
    chosen, missing = _present(project, chosen)
    splits: ByImage[Split | None] = ByImage(())

    def placing() -> AbstractContextManager[None]:
        if not options.for_training:
            return nullcontext()
        return _locked(project, splits, actor, f"{target} {out}")

    with written_whole(out, placing=placing) as folder:
        prepared = exporter.prepare(project, chosen, options.records, on_progress)
        with project.as_it_stands() as still:
            selection = select(still, options.states)
            images = _going_out(still, chosen, selection)
            names = ExportNames(images, still.locate)
            classes = tuple(still.classes.all())
            whole = ExportSet(
                *(still, images, names, classes, options.copy_photos, options.records), options.mix
            )
            written = exporter.write(whole, folder, Path(os.path.realpath(out)), on_progress)
            ids = images.ids if written.image_ids is None else written.image_ids
            exported = still.images.listed(ids)
            splits = ByImage((image.id, image.label.split) for image in exported)
            leaks = find_leaks(still, exported, kept_in=project, on_progress=on_leak_check)
            boxes, with_boxes = _drawn_on(still, ids)
            notes = (
                *_selection_notes(selection, missing),
                *told,
                *(loose_notes(exported) if options.for_training else ()),
                *leak_notes(leaks),
                *prepared,
                *written.notes,
            )
    return ExportReport(out, len(ids), boxes, len(ids) - with_boxes, notes, written.records)


def _going_out(still: Project, chosen: ImageList, selection: Selection) -> ImageList:
    """Those of `chosen` that are labelled still, and don't lie between runs of their build.

    Raises UserError when there is none.
    """
    labelled, left_out = frozenset(selection.images.ids), still.splits.left_out()
    ids = array("q", (i for i in chosen.ids if i in labelled and i not in left_out))
    if not ids:
        raise UserError(
            "None of the images that were chosen for the export is to go out any more.",
            hint="Somebody changed them meanwhile. Nothing was written; export again.",
        )
    return still.images.listed(ids)


@contextmanager
def _locked(
    project: Project, splits: ByImage[Split | None], actor: str, exported: str
) -> Iterator[None]:
    """Locks the splits that images went out with, in one transaction with the block.

    Raises UserError when any is another one by now: who locked that would train on what is
    validated on.
    """
    with project.transaction():
        for batch in batches(splits.items(), _BATCH):
            went_out = dict(batch)
            if project.splits.of_images(went_out) != went_out:
                raise UserError(
                    f"The splits of {project.folder.name} changed while it was exported: nothing"
                    " was written.",
                    hint="Export again.",
                )
            project.splits.lock(went_out, actor, exported)
        yield


def _present(project: Project, images: ImageList) -> tuple[ImageList, ImageList]:
    """Images whose photo is there, and those whose isn't. Raises UserError when none is."""
    there, missing = array("q"), array("q")
    for image in images:
        (there if project.locate(image.path).is_file() else missing).append(image.id)
    if not there:
        raise UserError(
            f"All {len(images)} photos are missing, the first is {images[0].path}.",
            hint="Find them again with `flawmark relink PROJECT FOLDER`.",
        )
    return project.images.listed(there), project.images.listed(missing)


def _drawn_on(project: Project, image_ids: Collection[int]) -> tuple[int, int]:
    """How many boxes those images have, and how many of them have any."""
    counts = [project.annotations.drawn_on(batch) for batch in batches(image_ids, _BATCH)]
    return sum(boxes for boxes, _ in counts), sum(images for _, images in counts)


def _selection_notes(selection: Selection, missing: ImageList) -> Iterator[str]:
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


def _to_yolo(whole: ExportSet, folder: Path, _: Path, on_progress: OnProgress) -> Written:
    mix = TrainingMix(whole)
    index = {c.name: place for place, c in enumerate(whole.classes)}

    def labelled() -> Iterator[yolo.YoloImage]:
        for each in mix.placed(folder, "images", on_progress):
            if each.change is None:
                lines = whole.project.annotations.yolo_lines(each.image.id)
            else:
                lines = tuple(
                    yolo.row(index[s.class_name], s.box, each.size) for s in each.shapes()
                )
            yield yolo.YoloImage(each.place, lines, each.times, each.change is not None)

    yolo.write_dataset(folder, labelled(), tuple(index))
    return Written(tuple(mix.notes()), image_ids=mix.image_ids)


def _to_format(name: str, *, photo_folder: str) -> Exporter:
    label_format = FORMATS[name]

    def write(whole: ExportSet, folder: Path, _: Path, on_progress: OnProgress) -> Written:
        mix = TrainingMix(whole)
        placed = mix.placed(folder, photo_folder, on_progress)
        names = tuple(c.name for c in whole.classes)
        label_format.write(folder, (each.labelled() for each in placed), names)
        return Written(tuple(mix.notes()), image_ids=mix.image_ids)

    return Exporter(write)


TARGETS: Mapping[str, Exporter] = {
    "yolo": Exporter(_to_yolo),
    "coco": _to_format("coco", photo_folder="images"),
    "voc": _to_format("voc", photo_folder="JPEGImages"),
    "labelme": _to_format("labelme", photo_folder=""),
    "xanylabeling": _to_format("xanylabeling", photo_folder=""),
    "jsonl": RECORDS,
}
