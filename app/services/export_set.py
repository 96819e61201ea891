"""What every exporter writes, and what it tells of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.core.image import Image
from app.core.label_class import LabelClass
from app.core.progress import OnProgress, Progress
from app.services.record_options import RecordExport
from app.storage.project import Project


@dataclass(frozen=True, slots=True)
class ExportSet:
    """Images with the place of each photo, in (`Project.locate`) and out (`names`).

    `records` is for the one exporter that writes such.
    """

    project: Project
    images: tuple[Image, ...]
    names: tuple[PurePosixPath, ...]
    classes: tuple[LabelClass, ...]
    copy_photos: bool
    records: RecordExport

    def each(self, on_progress: OnProgress) -> Iterator[tuple[Image, Path, PurePosixPath]]:
        for done, (image, name) in enumerate(zip(self.images, self.names, strict=True), start=1):
            yield image, self.project.locate(image.path), name
            on_progress(Progress(done, len(self.images), str(name)))


@dataclass(frozen=True, slots=True)
class Written:
    """`notes` tell people what to know before they train on it; `records` are multimodal ones.

    `image_ids` are of the images that were written, None where all were.
    """

    notes: tuple[str, ...] = ()
    records: int = 0
    image_ids: frozenset[int] | None = None


Exporter = Callable[[ExportSet, Path, Path, OnProgress], Written]
"""Writes a set into an empty folder that will become the second path."""
