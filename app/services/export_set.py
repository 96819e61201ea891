"""What every exporter writes, and what it tells of it."""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from app.core.augmentation import AugmentKind
from app.core.image import Image
from app.core.label_class import LabelClass
from app.core.progress import OnProgress, Progress
from app.services.placing import ExportNames
from app.services.record_options import RecordExport
from app.storage.images import ImageList
from app.storage.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """What is done to training images for the balance of classes, in this order.

    `cap` leaves images out so that each class is on so many at most; `balance` takes those of rare
    classes several times, see `repeat_factors`; `normal_share` (0 to 1) leaves out until so many
    are normal. `augment`: instead of repeating an image, such changed copies of it are added.

    Raises ValueError for a share outside 0 to 1, or a cap below 1.
    """

    balance: bool = False
    cap: int | None = None
    normal_share: float | None = None
    augment: tuple[AugmentKind, ...] = ()

    def __post_init__(self) -> None:
        if self.cap is not None and self.cap < 1:
            raise ValueError(f"a class must be on one image at least: {self.cap}")
        if self.normal_share is not None and not 0 <= self.normal_share <= 1:
            raise ValueError(f"the normal share must be 0..1: {self.normal_share}")


@dataclass(frozen=True, slots=True)
class ExportSet:
    """Images, by id, with the place of each photo, in (`Project.locate`) and out (`names`).

    `project` is as it stood when the first of it was written, and can only be read.
    `records` is for the one exporter that writes such, `mix` for all others.
    """

    project: Project
    images: ImageList
    names: ExportNames
    classes: tuple[LabelClass, ...]
    copy_photos: bool
    records: RecordExport
    mix: Mix = field(default_factory=Mix)

    def each(self, on_progress: OnProgress) -> Iterator[tuple[Image, Path, PurePosixPath]]:
        for done, image in enumerate(self.images, start=1):
            photo = self.project.locate(image.path)
            name = self.names.of(image, photo)
            yield image, photo, name
            on_progress(Progress(done, len(self.images), str(name)))


@dataclass(frozen=True, slots=True)
class Written:
    """`notes` tell people what to know before they train on it; `records` are multimodal ones.

    `image_ids` are of the images that were written, ascending; None where all were.
    """

    notes: tuple[str, ...] = ()
    records: int = 0
    image_ids: "array[int] | None" = None


def _prepare_nothing(*_: object) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Exporter:
    """`write` writes a set into an empty folder that will become the second path.

    Before that `prepare` writes into the project what is wanting there for those images, and
    returns what to tell of it; the set is the project as it stands after that.
    """

    write: Callable[[ExportSet, Path, Path, OnProgress], Written]
    prepare: Callable[[Project, ImageList, RecordExport, OnProgress], tuple[str, ...]] = (
        _prepare_nothing
    )
