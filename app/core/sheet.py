"""One image with everything that is said of it, as one person has it before them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, Edit
from app.core.image import ImageLabel


@dataclass(frozen=True, slots=True)
class Sheet:
    """Sizes are of the upright image. `annotations` in the order they were drawn. `is_reviewed`:
    who has it before them reviews it, so their corrections don't take it back to work."""

    image_id: int
    width_px: int
    height_px: int
    label: ImageLabel
    annotations: tuple[Annotation, ...] = ()
    is_reviewed: bool = False

    @property
    def proposals(self) -> tuple[Annotation, ...]:
        return tuple(a for a in self.annotations if a.is_proposal)

    def of(self, uids: Iterable[str]) -> tuple[Annotation, ...]:
        """Those of the annotations, in their own order; what is gone is left out."""
        wanted = frozenset(uids)
        return tuple(a for a in self.annotations if a.uid in wanted)


def edited(sheet: Sheet, edits: Iterable[Edit]) -> Sheet:
    """As it is once `edits` are saved; edits of other images change nothing.

    An edit that the sheet has taken already may come again: what stands after it stays the same.
    """
    label = sheet.label
    standing = {a.uid: a for a in sheet.annotations}
    for edit in edits:
        if edit.image_id != sheet.image_id:
            continue
        if not isinstance(edit, AnnotationEdit):
            label = edit.after
        elif edit.after is None:
            standing.pop(edit.uid, None)
        else:
            standing[edit.uid] = edit.after
    return replace(sheet, label=label, annotations=tuple(standing.values()))
