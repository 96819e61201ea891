"""Which size of an image a model sees, and the numbers that say where a box lies there.

The rules of the trainers and of the image processors that they call, read in ms-swift 4.6.0,
qwen-vl-utils 0.0.14, LLaMA-Factory 0.9.5 and transformers 5.6. Sizes are (width, height) in pixels.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.core.errors import UserError
from app.core.geometry import Box

Numbers = tuple[float, float, float, float]
"""(left, top, right, bottom) as they stand in a text; whole numbers are ints."""

MOST_LLAMA_FACTORY_PX = 768 * 768
"""LLaMA-Factory's default of `image_max_pixels`."""

MOST_BAKED_PX = MOST_LLAMA_FACTORY_PX
"""What every trainer shows as it is: LLaMA-Factory's is the least default."""

FINE_BOX_PX = 28
"""Boxes of so many pixels of the photo and more, both ways, are to come back ..."""

FINE_OVERLAP = 0.98
"""... with this overlap (IoU) of what was drawn and what the numbers say."""

_LEAST_LLAMA_FACTORY_PX = 32 * 32
_LONGEST = 200
"""How many times longer than wide a picture may be, for all that follow Qwen2-VL."""

_FULL = 1000

_FINE_SCALE = 1 / (FINE_BOX_PX * (1 - math.sqrt(FINE_OVERLAP)))
"""So many numbers to a pixel are enough for FINE_OVERLAP: rounding takes at most one number off
each length of FINE_BOX_PX."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an image processor makes of any picture: sides that are multiples of `factor_px`, and
    an area from `least_px` to `most_px`."""

    factor_px: int
    least_px: int
    most_px: int


HF_QWEN2 = Limits(28, 3_136, 12_845_056)
"""preprocessor_config.json of Qwen2-VL and Qwen2.5-VL."""

HF_QWEN3 = Limits(32, 65_536, 16_777_216)
"""preprocessor_config.json of Qwen3-VL."""


def swift_limits(factor_px: int, most_px: int | None = None) -> Limits:
    """Of qwen-vl-utils, by which ms-swift resizes for Qwen's VLMs; `most_px` is its MAX_PIXELS,
    which counts in whole squares of `factor_px`."""
    square = factor_px**2
    n_squares = 16_384 if most_px is None else most_px // square
    return Limits(factor_px, 4 * square, n_squares * square)


def hf_size(width_px: int, height_px: int, limits: Limits) -> tuple[int, int]:
    """`smart_resize` of transformers (image_processing_qwen2_vl).

    Raises UserError for a picture that it refuses.
    """
    _check_shape(width_px, height_px)
    factor = limits.factor_px
    width, height = round(width_px / factor) * factor, round(height_px / factor) * factor
    if width * height > limits.most_px:
        shrink = math.sqrt(height_px * width_px / limits.most_px)
        width = max(factor, math.floor(width_px / shrink / factor) * factor)
        height = max(factor, math.floor(height_px / shrink / factor) * factor)
    elif width * height < limits.least_px:
        width, height = _grown(width_px, height_px, limits)
    return width, height


def swift_size(width_px: int, height_px: int, limits: Limits) -> tuple[int, int]:
    """`smart_resize` of qwen-vl-utils, which ms-swift calls instead of the image processor's.

    Raises UserError for a picture that it refuses.
    """
    _check_shape(width_px, height_px)
    factor = limits.factor_px
    width = max(factor, round(width_px / factor) * factor)
    height = max(factor, round(height_px / factor) * factor)
    if width * height > limits.most_px:
        shrink = math.sqrt(height_px * width_px / limits.most_px)
        width = math.floor(width_px / shrink / factor) * factor
        height = math.floor(height_px / shrink / factor) * factor
        if not width or not height:
            raise _too_thin(width_px, height_px)
    elif width * height < limits.least_px:
        width, height = _grown(width_px, height_px, limits)
    return width, height


def llama_factory_size(
    width_px: int, height_px: int, limits: Limits, most_px: int = MOST_LLAMA_FACTORY_PX
) -> tuple[int, int]:
    """LLaMA-Factory resizes by itself to `most_px` (its `image_max_pixels`), then hands over to
    the image processor with its own `limits`, which resizes once more.

    Raises UserError for a picture that one of the two refuses.
    """
    width, height = width_px, height_px
    if width * height > most_px:
        width, height = _scaled(width, height, math.sqrt(most_px / (width * height)))
        if not width or not height:
            raise _too_thin(width_px, height_px)
    if width * height < _LEAST_LLAMA_FACTORY_PX:
        grow = math.sqrt(_LEAST_LLAMA_FACTORY_PX / (width * height))
        width, height = _scaled(width, height, grow)
    width, height = max(width, 28), max(height, 28)
    # The picture is squeezed here, not cut: 180 is LLaMA-Factory's number.
    if width > _LONGEST * height:
        width = 180 * height
    elif height > _LONGEST * width:
        height = 180 * width
    return hf_size(width, height, limits)


def baked_size(width_px: int, height_px: int, limits: Limits) -> tuple[int, int]:
    """The size of a copy that no trainer with these limits resizes again.

    Raises UserError for a picture that is too long and thin.
    """
    width, height = swift_size(width_px, height_px, limits)
    # Rounding may make a picture that is nearly too long into one that is.
    return min(width, _LONGEST * height), min(height, _LONGEST * width)


@lru_cache(maxsize=4096)
def enlarged_size(width_px: int, height_px: int, limits: Limits) -> tuple[int, int]:
    """As `baked_size`, but so large that whole pixels of the copy say where boxes of the photo lie.

    With FINE_OVERLAP for all of FINE_BOX_PX and more, or as finely as the limits allow; in the
    photo's shape, as near as multiples of the factor come to it.
    Raises UserError for a picture that is too long and thin.
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
    is_within = limits.least_px <= width * height <= limits.most_px
    return is_within and not _is_too_thin(width, height)


def _check_shape(width_px: int, height_px: int) -> None:
    if _is_too_thin(width_px, height_px):
        raise _too_thin(width_px, height_px)


def _is_too_thin(width_px: int, height_px: int) -> bool:
    return max(width_px, height_px) > _LONGEST * min(width_px, height_px)


def _too_thin(width_px: int, height_px: int) -> UserError:
    return UserError(
        f"a picture of {width_px}x{height_px} is too long and thin: image processors refuse it",
        hint=f"Leave out what is more than {_LONGEST} times longer than wide, or cut it in pieces.",
    )


def _scaled(width_px: int, height_px: int, scale: float) -> tuple[int, int]:
    return int(width_px * scale), int(height_px * scale)


def _grown(width_px: int, height_px: int, limits: Limits) -> tuple[int, int]:
    factor = limits.factor_px
    grow = math.sqrt(limits.least_px / (height_px * width_px))
    return (
        math.ceil(width_px * grow / factor) * factor,
        math.ceil(height_px * grow / factor) * factor,
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """The numbers that a VLM says places with: 0 at the left and top edge of the picture,
    `width` and `height` at the right and bottom one.

    `decimals` is how fine they are. Where a trainer turns the numbers into those of another frame,
    that is `seen`.
    """

    width: int
    height: int
    decimals: int = 0
    seen: "Frame | None" = None

    @property
    def unit(self) -> float:
        """The step from one number to the next."""
        return 10.0**-self.decimals

    def numbers(self, box: Box, width_px: int, height_px: int) -> Numbers:
        """Of a box in an image of that size: rounded, within the frame, and never without area.

        A box too thin for that gets the numbers around it, so that each number is less than one
        unit away from the truth.
        """
        seen = self.seen or self
        left, right = self._span(box.left, box.right, width_px, self.width, seen.width)
        top, bottom = self._span(box.top, box.bottom, height_px, self.height, seen.height)
        return left, top, right, bottom

    def corners(
        self, numbers: Sequence[float], width_px: int, height_px: int
    ) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) in pixels of an image of that size, whatever they are."""
        left, top, right, bottom = numbers
        x, y = width_px / self.width, height_px / self.height
        return left * x, top * y, right * x, bottom * y

    def told(self, box: Box, width_px: int, height_px: int) -> Box:
        """What a model that learns the numbers of a box is told of it, in pixels of that image."""
        seen = self.seen or self
        return Box(*seen.corners(seen.numbers(box, width_px, height_px), width_px, height_px))

    def _span(
        self, start_px: float, end_px: float, side_px: int, full: int, seen: int
    ) -> tuple[float, float]:
        # Divided first, as the trainers do: it decides how halves are rounded.
        start, end = start_px / side_px, end_px / side_px
        if self.seen is None:
            digits = self.decimals or None
            low = max(round(start * full, digits), 0)
            high = min(round(end * full, digits), full)
            return (low, high) if low < high else _around(start, end, full, self.decimals)
        low, high = max(round(start * full, self.decimals), 0.0), round(end * full, self.decimals)
        if round(low / full * seen) < round(high / full * seen):
            return low, high
        first, last = _around(start, end, seen, 0)
        return round(first / seen * full, self.decimals), round(last / seen * full, self.decimals)


def _around(start: float, end: float, full: int, decimals: int) -> tuple[float, float]:
    """The last number before the share `start` and the first after `end`."""
    fine = 10**decimals
    last = min(max(math.ceil(end * full * fine), 1), full * fine)
    first = max(min(math.floor(start * full * fine), last - 1), 0)
    return (first / fine, last / fine) if decimals else (first, last)


def whole(full: int = _FULL, *, decimals: int = 0) -> Frame:
    """A frame in which every picture is as wide and as high as `full`."""
    return Frame(full, full, decimals=decimals)


@lru_cache(maxsize=4096)
def pixels(width_px: int, height_px: int) -> Frame:
    """Of the picture that the model sees. Its last edge is said, as ms-swift does and as in every
    other frame; Qwen's own script says one less, and a box there would come back too small."""
    return Frame(width_px, height_px)


@lru_cache(maxsize=4096)
def original_pixels(width_px: int, height_px: int, seen: Frame) -> Frame:
    """Of the file, fine enough that it makes no difference; the trainer makes them `seen`."""
    return Frame(width_px, height_px, decimals=4, seen=seen)
