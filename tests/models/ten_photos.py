"""Ten photos, unlike in shape, size and colour, that every family of models is held against."""

import cv2
import numpy as np

SIZES = {
    "wide": (480, 640),
    "upright": (640, 200),
    "square": (300, 300),
    "tiny": (40, 50),
    "strip": (150, 1000),
    "pillar": (900, 90),
    "large": (1500, 2100),
    "near": (255, 257),
    "odd": (333, 517),
    "small": (120, 181),
}
"""Height and width by name."""
GREY = ("tiny", "strip", "small")

MOST_UNLIKE = ("upright", "large", "odd")
"""For models that take seconds for each."""


def ten_photos(names=tuple(SIZES)):
    """HxWx3 uint8 RGB by name, or those of `names`."""
    return {
        name: photo(*size, seed, is_grey=name in GREY)
        for seed, (name, size) in enumerate(SIZES.items(), start=10)
        if name in names
    }


def photo(height, width, seed, *, is_grey=False):
    """Soft coloured blobs; the colour channels differ, so that swapping them shows."""
    random = np.random.default_rng(seed)
    small = random.integers(0, 256, (8, 8, 3), np.uint8)
    blobs = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.int16)
    blobs += random.integers(-20, 20, blobs.shape, np.int16)
    if is_grey:
        blobs[:] = blobs[..., :1]
    else:
        blobs = blobs * (1.0, 0.7, 0.4)
    return blobs.clip(0, 255).astype(np.uint8)
