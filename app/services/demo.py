"""The whole job on photos of our own: made, imported, pre-labelled, counted, exported."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import UserError
from app.core.geometry import Box, match_one_to_one
from app.core.progress import OnProgress, Progress
from app.imaging.opencv import cv2
from app.samples.powder_bed import SampleDefect, powder_bed_photo
from app.services.create import create_project, load_label_set
from app.services.export import ExportOptions, ExportReport, export
from app.services.import_photos import import_photos
from app.services.models import starter_model
from app.services.prelabel import PrelabelOptions, PrelabelReport, prelabel
from app.storage.project import Project

PHOTOS = 48
_SEED = 20260101
_JPEG_QUALITY = 92
_MATCH_IOU = 0.3


@dataclass(frozen=True, slots=True)
class DemoReport:
    """`drawn` defects are in the photos; the model `found` that many of them."""

    project: Path
    photos: Path
    drawn: int
    found: int
    prelabelled: PrelabelReport
    exports: tuple[ExportReport, ...]


def demo(
    folder: Path, *, actor: str, cache: Path, on_step: Callable[[str], OnProgress]
) -> DemoReport:
    """Makes `folder` with photos, a project, proposals and exports.

    `on_step` is told what begins and returns whom to tell its progress. Raises UserError when the
    folder is not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder} is not empty.", hint="Give a new folder: `flawmark demo DIR`.")
    photos = folder / "photos"
    truth = make_photos(photos, on_progress=on_step("Making photos"))
    with create_project(folder / "project", load_label_set("powder-bed"), actor=actor) as project:
        import_photos(project, photos, on_progress=on_step("Importing"))
        prelabelled = prelabel(
            project,
            starter_model(),
            PrelabelOptions(cache=cache),
            actor=actor,
            on_progress=on_step("Pre-labelling"),
        )
        exports = tuple(
            export(
                *(project, target, folder / f"export-{target}"),
                options=ExportOptions(for_training=False),
                on_progress=on_step(f"To {target}"),
            )
            for target in ("yolo", "jsonl")
        )
        found = _found(project, truth)
    drawn = sum(map(len, truth.values()))
    return DemoReport(folder / "project", photos, drawn, found, prelabelled, exports)


def make_photos(
    folder: Path, *, count: int = PHOTOS, on_progress: OnProgress
) -> dict[str, tuple[SampleDefect, ...]]:
    """Writes sample photos as JPEG; returns the defects drawn on each, by file name."""
    folder.mkdir(parents=True, exist_ok=True)
    truth = {}
    for number in range(count):
        sample = powder_bed_photo(_SEED + number)
        name = f"layer_{number:04d}.jpg"
        _, content = cv2.imencode(".jpg", sample.pixels, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
        (folder / name).write_bytes(content.tobytes())
        truth[name] = sample.defects
        on_progress(Progress(number + 1, count, name))
    return truth


def _found(project: Project, truth: dict[str, tuple[SampleDefect, ...]]) -> int:
    names = {c.id: c.name for c in project.classes.all()}
    found = 0
    for image in project.images.all():
        proposals = project.annotations.of_image(image.id)
        drawn = truth[Path(image.path).name]
        for class_name in names.values():
            there: list[Box] = [d.box for d in drawn if d.class_name == class_name]
            said = [a.box for a in proposals if names[a.class_id] == class_name]
            found += len(match_one_to_one(there, said, iou=_MATCH_IOU))
    return found
