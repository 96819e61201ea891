"""What becomes of a person's edits when a model has been over their images in the meantime."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.image import State
from app.storage.failures import OutdatedError

_E = TypeVar("_E", bound=AnnotationEdit | ImageEdit)


def caught_up(edit: _E, state_of: Callable[[int], State | None]) -> _E:
    """That a model has been over the image is no reason to refuse work that begins on it."""
    if isinstance(edit, ImageEdit) and (edit.before.state, edit.after.state) == (
        "new",
        "in_progress",
    ):
        now = state_of(edit.image_id)
        if now == "prelabelled":
            return replace(edit, before=replace(edit.before, state=now))
    return edit


def refuse_unseen(edits: Iterable[Edit], boxes_of: Callable[[int], Iterable[Annotation]]) -> None:
    """Once `edits` are written, in the same transaction; `boxes_of` tells what is on an image.

    Raises OutdatedError where one of them settles an image on which proposals stand.
    """
    for edit in edits:
        if not isinstance(edit, ImageEdit) or not _settles(edit):
            continue
        if any(a.is_proposal for a in boxes_of(edit.image_id)):
            raise OutdatedError(
                f"A model has found something on image {edit.image_id} in the meantime.",
                hint="Look at it, then do that again. Nothing of it was saved.",
            )


def _settles(edit: ImageEdit) -> bool:
    """From now on no model draws on the image, and nobody need look at it."""
    is_handed_in = edit.before.state != edit.after.state == "submitted"
    return is_handed_in or (edit.after.is_normal and not edit.before.is_normal)
