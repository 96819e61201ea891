"""Photos that look alike, told by 64 bits of each: the same one saved again, or the next layer.

The perceptual hash of Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions"
(2010), section 3.2.1: signs of a block of the photo's cosine transform. Other than there, the two
lowest frequencies of each direction are left out, too: they are the lamp, which all photos of one
machine share.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.imaging.opencv import cv2
from app.imaging.reduced import read_small

NEAR_BITS = 6
"""Photos of which no more bits differ are near-duplicates.

Of real steel surfaces no two of a million pairs lie so near, of powder beds in different folders
one pair of 42,000; a photo that was halved or saved again at JPEG quality 70 does 19 times of 20.
"""

Looks = NDArray[np.uint64]

_READ_PX = 256
_SIDE_PX = 64
_LAMP = 2
_BLOCK = 8
_PAIRS_AT_ONCE = 4_000_000


def look(path: Path) -> int:
    """The 64 bits of a photo file, 0 to 2**64 - 1. Raises UserError when it can't be read."""
    return look_of(read_small(path, longest_px=_READ_PX))


def look_of(pixels: NDArray[np.uint8]) -> int:
    """Of height x width (grey) or height x width x 3 (RGB)."""
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA)
    waves = np.asarray(cv2.dct(small.astype(np.float32)))
    block = waves[_LAMP : _LAMP + _BLOCK, _LAMP : _LAMP + _BLOCK]
    return int.from_bytes(np.packbits(block > 0).tobytes(), "big")


def nearest(looks: Looks, among: Looks) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """For each of `looks` the place of the nearest in `among`, and how many bits differ.

    `among` holds one at least.
    """
    places = np.empty(len(looks), np.intp)
    bits = np.empty(len(looks), np.uint8)
    step = max(_PAIRS_AT_ONCE // len(among), 1)
    for start in range(0, len(looks), step):
        block = slice(start, start + step)
        differing = np.bitwise_count(looks[block, None] ^ among[None, :])
        places[block] = differing.argmin(1)
        bits[block] = differing.min(1)
    return places, bits
