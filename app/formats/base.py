"""What every label format reads and writes, in the project's own words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from app.core.geometry import Box, Polygon
from app.core.image import Split


@dataclass(frozen=True, slots=True)
class Size:
    """Of the upright image, in pixels."""

    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class LabelledShape:
    """One label: box and polygon in pixels of the upright image, always inside it."""

    class_name: str
    box: Box
    polygon: Polygon | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """One photo and all that its label says.

    No shapes and nothing lost means a normal image: somebody says there is nothing to label.
    `lost` counts labels that were there but could not be taken.
    `path` is the photo file: where it lies (reading), or where the written set has it (writing).
    """

    path: Path
    size: Size
    shapes: tuple[LabelledShape, ...] = ()
    split: Split | None = None
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a label file that could not be taken as it stands.

    `line` is 1-based, or the 1-based place in the list for formats without lines; None for the
    whole file. `what` is for people: what is wrong, with the offending value.
    """

    file: Path
    line: int | None
    what: str
    outcome: Literal["skipped", "clipped"]

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line is not None else str(self.file)
        return f"{place}: {self.what} ({self.outcome})"


Report = Callable[[Problem], None]
Photos = Mapping[Path, Size]
"""Every readable photo under the folder being read: resolved absolute path to size."""


class LabelFormat(Protocol):
    """One label format, in and out."""

    @property
    def name(self) -> str:
        """What people type: `--format yolo`."""
        ...

    @property
    def title(self) -> str: ...

    def detect(self, root: Path) -> bool:
        """Whether the folder `root` holds labels in this format. Cheap: not all files."""
        ...

    def class_names(self, root: Path, report: Report) -> tuple[str, ...]:
        """Class names in the order of the set, empty when it keeps none apart from its labels.

        Raises UserError when the file that names them can't be understood.
        """
        ...

    def read(self, root: Path, photos: Photos, report: Report) -> Iterator[LabelledImage]:
        """Every photo that has a label file or entry, in a stable order.

        A photo without one is not yielded: nobody has labelled it. What is wrong in a row, a file
        or an entry goes to `report`, and the rest is read on. Raises UserError only when nothing of
        the set can be read (for instance a COCO file that is no JSON).
        """
        ...

    def write(
        self, out: Path, images: Iterable[LabelledImage], class_names: tuple[str, ...]
    ) -> None:
        """Writes label files under `out`, an empty folder. Photo paths are relative to `out`."""
        ...
