"""What a sample photo shows and where: the truth that its pixels were drawn from."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Box

CLASS_NAMES = ("streak", "slag", "over_melt", "wrinkle", "incomplete_spreading")
"""Names of the powder-bed classes, in the order of their export index."""


@dataclass(frozen=True, slots=True, eq=False)
class SampleDefect:
    """One drawn defect.

    `mask` is height x width, True where the defect lies; `box` holds exactly its True pixels
    (pixels of the photo, right and bottom exclusive).
    """

    class_name: str
    box: Box
    mask: NDArray[np.bool_]

    @classmethod
    def from_mask(cls, class_name: str, mask: NDArray[np.bool_]) -> Self | None:
        """The defect with the bounds of `mask` as its box, or None for an empty mask."""
        rows = np.flatnonzero(mask.any(axis=1))
        columns = np.flatnonzero(mask.any(axis=0))
        if rows.size == 0:
            return None
        box = Box(float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1))
        return cls(class_name, box, mask)
