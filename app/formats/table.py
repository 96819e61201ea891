"""The table of label formats, and which of them a folder is in."""

from pathlib import Path

from app.core.errors import UserError
from app.formats.base import LabelFormat
from app.formats.coco import Coco
from app.formats.labelme import LABELME
from app.formats.voc import Voc
from app.formats.xanylabeling import X_ANYLABELING
from app.formats.yolo import Yolo

_ALL: tuple[LabelFormat, ...] = (Yolo(), Coco(), Voc(), LABELME, X_ANYLABELING)
FORMATS: dict[str, LabelFormat] = {row.name: row for row in _ALL}


def by_name(name: str) -> LabelFormat:
    """Raises UserError for a format that isn't in the table."""
    try:
        return FORMATS[name.strip().lower()]
    except KeyError:
        raise UserError(
            f"there is no label format {name!r}",
            hint=f"Choose one of: {', '.join(FORMATS)}.",
        ) from None


def detect(root: Path) -> LabelFormat | None:
    """The format of the labels in the folder `root`; None when there are none.

    Raises UserError when it holds labels in several formats.
    """
    found = [row for row in FORMATS.values() if row.detect(root)]
    if len(found) > 1:
        names = ", ".join(row.name for row in found)
        raise UserError(
            f"{root} holds labels in several formats: {names}",
            hint="Say which one to read, with --format.",
        )
    return found[0] if found else None
