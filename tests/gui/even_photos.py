"""Photos of one grey or colour, written as real files."""

from pathlib import Path

import numpy as np

from app.imaging.opencv import cv2


def write_even(
    path: Path, rgb: int | tuple[int, int, int], *, width: int = 240, height: int = 160
) -> None:
    """In three channels, in the format that the name says."""
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[...] = rgb
    _, content = cv2.imencode(path.suffix, pixels[:, :, ::-1])
    path.write_bytes(content.tobytes())
