"""What stands on images with so many boxes that reading them keeps people waiting."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.annotation import Annotation
from app.core.image import ImageLabel
from app.services.own_view import OwnView
from app.shell.photos.recent import Recent
from app.storage.project import Project

CROWDED_FROM = 500
"""Boxes on an image; fewer are read in no time."""

_BUDGET_BYTES = 16 * 2**20
_BOX_BYTES, _CORNER_BYTES = 500, 120  # as CPython keeps them

Labels = tuple[ImageLabel, Sequence[Annotation]]


@dataclass(frozen=True, slots=True)
class _Read:
    """`as_of` is the id of the newest edit of the image before it was read."""

    as_of: int
    labels: Labels
    nbytes: int


class CrowdedImages:
    """Keeps those that were read last, each until somebody changes it. What a person labels a
    second time is theirs alone, and is not kept.
    """

    def __init__(self, project: Project, view: OwnView) -> None:
        self._project, self._view = project, view
        self._kept: Recent[int, _Read] = Recent(_BUDGET_BYTES)

    def labels_of(self, image_id: int) -> Labels:
        """Of any image, as `OwnView.labels_of` has them."""
        as_of, kept = self._project.log.newest_edit_of(image_id), self._kept.get(image_id)
        if kept is not None and kept.as_of == as_of and not self._view.is_second(image_id):
            return kept.labels
        labels = self._view.labels_of(image_id)
        if len(labels[1]) >= CROWDED_FROM and not self._view.is_second(image_id):
            self._kept.put(image_id, _Read(as_of, labels, _bytes_of(labels[1])))
        return labels

    def read(self, image_id: int) -> bool:
        """An image that may come next, where that is worth it; else False."""
        is_crowded = self._project.annotations.count_of_image(image_id) >= CROWDED_FROM
        if not is_crowded or self._view.is_second(image_id):
            return False
        self.labels_of(image_id)
        return True


def _bytes_of(annotations: Sequence[Annotation]) -> int:
    corners = sum(len(a.polygon) for a in annotations if a.polygon)
    return _BOX_BYTES * len(annotations) + _CORNER_BYTES * corners
