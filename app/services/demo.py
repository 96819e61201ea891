"""The whole job on photos of our own: made, imported, pre-labelled, counted, exported."""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.core.errors import UserError
from app.core.geometry import Box, match_one_to_one
from app.core.progress import OnProgress, Progress
from app.core.stopping import Stop
from app.imaging.opencv import cv2
from app.samples.powder_bed import SampleDefect, powder_bed_photo
from app.services.create import create_project, load_label_set
from app.services.export import ExportOptions, ExportReport, export
from app.services.import_photos import import_photos
from app.services.models import starter_model
from app.services.placing import made_beside
from app.services.prelabel import PrelabelOptions, PrelabelReport, prelabel
from app.storage.project import Project
from app.storage.project_file import FILE_NAME
from backends.base import LibraryMissingError

PHOTOS = 48
DemoStep = Literal["photos", "import", "prelabel", "export"]
_NAME = "flawmark-demo"
_PHOTOS, _PROJECT = "photos", "project"
_SEED = 20260101
_JPEG_QUALITY = 92
_MATCH_IOU = 0.3


@dataclass(frozen=True, slots=True)
class DemoReport:
    """`drawn` defects are in the photos; the model `found` that many of them.

    Where no model can run, `prelabelled` says why; then there are no proposals, and no exports.
    """

    project: Path
    photos: Path
    drawn: int
    found: int
    prelabelled: PrelabelReport | LibraryMissingError
    exports: tuple[ExportReport, ...]


def demo_folder(home: Path) -> Path:
    """The demo that was made in `home`; without one, the first of its names that is free there."""
    names = itertools.chain([_NAME], (f"{_NAME}-{n}" for n in itertools.count(2)))
    return next(f for f in map(home.joinpath, names) if demo_project(f) or _is_free(f))


def demo_project(folder: Path) -> Path | None:
    """Where the project of a demo is, None while there is none in `folder`."""
    project = folder / _PROJECT
    return project if (project / FILE_NAME).is_file() else None


def demo(
    folder: Path,
    *,
    actor: str,
    cache: Path,
    on_step: Callable[[DemoStep], OnProgress],
    photos: int = PHOTOS,
    stop: Stop | None = None,
) -> DemoReport:
    """Makes `folder` with photos, a project, proposals and exports.

    The project comes there whole or not at all. `on_step` is told what begins and returns whom to
    tell its progress. Raises UserError when the folder is not empty or can't be written, and
    Cancelled once a `stop` was requested while the model is at work.
    """
    folder = Path(os.path.realpath(folder))
    if not _is_free(folder):
        raise UserError(f"{folder} is not empty.", hint="Give a new folder: `flawmark demo DIR`.")
    with _in_words(folder), made_beside(folder) as beside:
        truth = make_photos(beside / _PHOTOS, count=photos, on_progress=on_step("photos"))
        label_set = load_label_set("powder-bed")
        with create_project(beside / _PROJECT, label_set, actor=actor) as project:
            import_photos(project, beside / _PHOTOS, on_progress=on_step("import"))
            options, on_progress = PrelabelOptions(cache=cache), on_step("prelabel")
            prelabelled = _prelabelled(project, options, actor, on_progress, stop)
            found = _found(project, truth)
        folder.mkdir(exist_ok=True)
        for name in (_PHOTOS, _PROJECT):  # the project last: where it is, all of it is
            (beside / name).rename(folder / name)
    return DemoReport(
        folder / _PROJECT,
        folder / _PHOTOS,
        sum(map(len, truth.values())),
        found,
        prelabelled,
        () if isinstance(prelabelled, UserError) else _exported(folder, on_step),
    )


def _prelabelled(
    project: Project,
    options: PrelabelOptions,
    actor: str,
    on_progress: OnProgress,
    stop: Stop | None,
) -> PrelabelReport | LibraryMissingError:
    try:
        return prelabel(
            *(project, starter_model(), options),
            actor=actor,
            on_progress=on_progress,
            stop=stop,
        )
    except LibraryMissingError as e:
        return e


def _exported(folder: Path, on_step: Callable[[DemoStep], OnProgress]) -> tuple[ExportReport, ...]:
    """Only where the project will stay: a link to a photo names its place."""
    with Project.open(folder / _PROJECT) as project:
        return tuple(
            export(
                *(project, target, folder / f"export-{target}"),
                options=ExportOptions(for_training=False),
                on_progress=on_step("export"),
            )
            for target in ("yolo", "jsonl")
        )


def _is_free(folder: Path) -> bool:
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


@contextmanager
def _in_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as e:
        raise UserError(
            f"The demo in {folder} could not be made: {e.strerror or e}.",
            hint="Check the rights of the folder that it lies in, and free space.",
        ) from e


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
