"""One recorded change to the labels of one image. History, undo and audit are made of these."""

from dataclasses import dataclass

from app.core.annotation import Annotation
from app.core.image import ImageLabel


@dataclass(frozen=True, slots=True)
class AnnotationEdit:
    """`before` is None when the annotation is new, `after` is None when it goes.

    Raises ValueError when both are None, the uid changes, or nothing does.
    """

    image_id: int
    before: Annotation | None
    after: Annotation | None

    def __post_init__(self) -> None:
        if self.before == self.after:
            raise ValueError(f"an edit of image {self.image_id} that changes nothing")
        if self.before and self.after and self.before.uid != self.after.uid:
            raise ValueError(f"an edit can't turn {self.before.uid} into {self.after.uid}")

    @property
    def uid(self) -> str:
        annotation = self.after or self.before
        assert annotation is not None
        return annotation.uid


@dataclass(frozen=True, slots=True)
class ImageEdit:
    """A change to what is said of the image as a whole: its state, normal mark, tags …"""

    image_id: int
    before: ImageLabel
    after: ImageLabel

    def __post_init__(self) -> None:
        if self.before == self.after:
            raise ValueError(f"an edit of image {self.image_id} that changes nothing")


Edit = AnnotationEdit | ImageEdit


def inverse(edit: Edit) -> Edit:
    """The edit that takes `edit` back."""
    if isinstance(edit, AnnotationEdit):
        return AnnotationEdit(edit.image_id, edit.after, edit.before)
    return ImageEdit(edit.image_id, edit.after, edit.before)
