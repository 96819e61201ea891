"""Copies of photos that every reader takes the same way."""

from pathlib import Path

from app.core.errors import UserError
from app.imaging.opencv import cv2
from app.imaging.pixels import read_pixels


def write_upright(photo: Path, target: Path) -> None:
    """Writes `photo` as an upright 8-bit RGB PNG at `target`, making its folder.

    Raises UserError when the photo can't be read.
    """
    bgr = cv2.cvtColor(read_pixels(photo), cv2.COLOR_RGB2BGR)
    encoded, content = cv2.imencode(".png", bgr)
    if not encoded:
        raise UserError(f"{photo} could not be copied as PNG.", hint="Check that the photo opens.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content.tobytes())
