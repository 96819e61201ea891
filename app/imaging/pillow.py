"""Decoding with Pillow, for what OpenCV reads wrong or not at all.

To be imported where such a photo is met: most people have none, and Pillow takes a while to load.
"""

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import BmpImagePlugin, Image, ImageFile, JpegImagePlugin, PngImagePlugin, TiffImagePlugin

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


class _TiffImageFile(TiffImagePlugin.TiffImageFile):
    """Without Pillow's warning about sizes that are allowed here (`check_size` went before)."""

    def load_prepare(self) -> None:
        if self._im is None:
            self.im = Image.new(self.mode, self._tile_size).im
        super().load_prepare()


_PLUGINS: Mapping[str, type[ImageFile.ImageFile]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": _TiffImageFile,
}


def decode_with_pillow(
    photo_format: Literal["JPEG", "PNG", "BMP", "TIFF"], data: bytes
) -> NDArray[np.uint8]:
    """Height x width (grey) or height x width x 3 (RGB), alpha dropped, orientation not applied.

    The plugin is opened directly: `Image.open` would guess the type again, and warn about sizes
    that are allowed here. Raises BadPhoto where the data is damaged.
    """
    try:
        with _PLUGINS[photo_format](BytesIO(data)) as image:
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
