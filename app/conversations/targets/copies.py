"""The sizes of copies of photos that no trainer resizes again."""

import math
from functools import lru_cache

from app.conversations.targets.frames import FINE_BOX_PX, FINE_OVERLAP
from app.conversations.targets.sizes import MOST_LLAMA_FACTORY_PX, Limits, fitted_size

MOST_BAKED_PX = MOST_LLAMA_FACTORY_PX
"""What every trainer shows as it is: LLaMA-Factory's is the least default."""

_FINE_SCALE = 1 / (FINE_BOX_PX * (1 - math.sqrt(FINE_OVERLAP)))
"""So many numbers to a pixel are enough for FINE_OVERLAP: rounding takes at most one number off
each length of FINE_BOX_PX."""


def baked_size(width_px: int, height_px: int, limits: Limits) -> tuple[int, int]:
    """The size of a copy that no trainer with these limits resizes again.

    A photo so thin that no such copy has its shape is squeezed lengthwise. Raises UserError for one
    that the limits refuse.
    """
    limits.check_shape(width_px, height_px)
    factor = limits.factor_px
    width, height = (max(factor, s) for s in fitted_size(width_px, height_px, limits))
    if width > height:
        return min(width, _longest_side(height, limits)), height
    return width, min(height, _longest_side(width, limits))


def _longest_side(other_px: int, limits: Limits) -> int:
    """In pixels, of a copy whose other side is so long."""
    longest = limits.most_px // other_px // limits.factor_px * limits.factor_px
    if limits.longest is not None:
        # Rounding may make a picture that is nearly too long into one that is.
        longest = min(longest, limits.longest * other_px)
    return longest if limits.most_side_px is None else min(longest, limits.most_side_px)


@lru_cache(maxsize=4096)
def enlarged_size(width_px: int, height_px: int, limits: Limits) -> tuple[int, int]:
    """As `baked_size`, but so large that whole pixels of the copy say where boxes of the photo lie.

    With FINE_OVERLAP for all of FINE_BOX_PX and more, or as finely as the limits allow; in the
    photo's shape, as near as multiples of the factor come to it.
    Raises UserError for one that the limits refuse.
    """
    plain = baked_size(width_px, height_px, limits)
    scale = min(_FINE_SCALE, math.sqrt(limits.most_px / (width_px * height_px)))
    if scale <= 1:
        return plain
    widths = _multiples_around(width_px * scale, limits.factor_px)
    heights = _multiples_around(height_px * scale, limits.factor_px)
    sizes = [(w, h) for w in widths for h in heights if _is_shown_as_is(w, h, limits)]

    def overlap(size: tuple[int, int]) -> float:
        return _least_overlap(width_px, height_px, size)

    def stretch(size: tuple[int, int]) -> float:
        return abs(math.log(size[0] / width_px * height_px / size[1]))

    fine = [size for size in sizes if overlap(size) >= FINE_OVERLAP]
    like_it = min(fine or sizes, key=stretch, default=plain)
    return max(plain, like_it, key=overlap)


def _least_overlap(width_px: int, height_px: int, size: tuple[int, int]) -> float:
    """Of a box of FINE_BOX_PX with what its whole pixels in a picture of `size` say.

    Each edge is rounded by half a pixel at most, so a length of n pixels shares (1 - 1/n) of
    itself or more; the overlap is the product of both.
    """
    across, down = FINE_BOX_PX * size[0] / width_px, FINE_BOX_PX * size[1] / height_px
    return max(0.0, 1 - 1 / across) * max(0.0, 1 - 1 / down)


def _multiples_around(side: float, factor: int) -> list[int]:
    steps = side / factor
    return [max(whole, 1) * factor for whole in (math.floor(steps), math.ceil(steps))]


def _is_shown_as_is(width: int, height: int, limits: Limits) -> bool:
    is_large_enough = width * height >= limits.least_px
    return is_large_enough and max(width, height) <= _longest_side(min(width, height), limits)
