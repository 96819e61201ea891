"""Decoding with Pillow, for what OpenCV reads wrong or not at all."""

import struct
import zlib
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from app.imaging.container import damaged, truncated

_DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    struct.error,
    zlib.error,
)


def decode_with_pillow(plugin: type[ImageFile.ImageFile], data: bytes) -> NDArray[np.uint8]:
    """Height x width (grey) or height x width x 3 (RGB), alpha dropped, orientation not applied.

    The plugin is opened directly: `Image.open` would guess the type again, and warn about sizes
    that are allowed here. Raises BadPhoto where the data is damaged.
    """
    try:
        with plugin(BytesIO(data)) as image:
            image.load()
            return np.array(_plain(image), dtype=np.uint8)
    except _DECODER_ERRORS as error:
        if "truncated" in str(error):
            raise truncated("its pixels end early") from error
        raise damaged("its pixels can't be decoded") from error


def _plain(image: Image.Image) -> Image.Image:
    if image.mode == "L":
        return image
    if image.mode in ("1", "LA"):
        return image.convert("L")
    if image.mode == "RGBa":
        # Pillow can undo premultiplied alpha, but only on the way to RGBA.
        return image.convert("RGBA").convert("RGB")
    return image.convert("RGB")
