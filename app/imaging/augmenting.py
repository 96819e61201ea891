"""Changed copies of photos, as `app.core.augmentation` words the change."""

from pathlib import Path

import numpy as np

from app.core.augmentation import Augmentation
from app.core.photo import Rgb
from app.imaging.baking import write_rgb
from app.imaging.pixels import read_pixels


def augmented(pixels: Rgb, change: Augmentation) -> Rgb:
    """`pixels` is height x width x 3; the copy has the size that `change.size` says."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = change.cut_px
    cut = pixels[top : height - bottom, left : width - right]
    if change.is_mirrored:
        cut = cut[:, ::-1]
    turned = np.rot90(cut, -change.quarter_turns)
    if change.gain != 1.0:
        turned = np.clip(np.rint(turned * change.gain), 0, 255)
    return np.ascontiguousarray(turned, np.uint8)


def write_augmented(photo: Path, target: Path, change: Augmentation) -> None:
    """A changed copy of `photo`, upright and 8 bit, at `target`, which ends in .jpg or .png.

    Raises UserError when the photo can't be read.
    """
    write_rgb(augmented(read_pixels(photo), change), target, photo=photo)
