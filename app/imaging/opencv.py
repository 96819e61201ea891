"""The one door to OpenCV: importing it elsewhere would break Qt's window."""

import os

import numpy as np

from app.imaging.container import Levels, damaged

# On import, opencv-python points Qt at the Qt 5 plugins and fonts that it carries, which a window
# of another Qt version can't load, and puts its folder (and with it the working folder) on the
# library search path that child processes inherit. All three go back to what they were.
_TOUCHED = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR", "LD_LIBRARY_PATH")
_before = {name: os.environ.get(name) for name in _TOUCHED}

import cv2  # noqa: E402 - after the variables were noted

for _name, _value in _before.items():
    if _value is None:
        os.environ.pop(_name, None)
    else:
        os.environ[_name] = _value

# A photo that can't be read is told as a UserError; its codec's words on stderr help nobody.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

__all__ = ["cv2", "decode_with_opencv"]


def decode_with_opencv(data: bytes, flags: int) -> Levels:
    """Height x width (grey) or height x width x 3 (RGB), 8 or 16 bit. Raises BadPhoto.

    `flags` as for `cv2.imdecode`: unchanged, grey or RGB. From bytes, never `cv2.imread`: that
    fails on paths which the system's code page can't spell.
    """
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        raise damaged("its pixels can't be decoded") from error
    if pixels is None:
        raise damaged("some of its pixels are missing or can't be decoded")
    if flags == cv2.IMREAD_UNCHANGED and pixels.ndim == 3:
        pixels = pixels[:, :, 2::-1]
    if pixels.dtype == np.uint16:
        return pixels.astype(np.uint16, copy=False)
    return pixels.astype(np.uint8, copy=False)
