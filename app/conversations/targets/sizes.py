"""At which size trainers and image processors show a picture.

Their rules, read in ms-swift 4.6.0, qwen-vl-utils 0.0.14, LLaMA-Factory 0.9.5 and transformers 5.6.
Sizes are (width, height) in pixels.
"""

import math
from dataclasses import dataclass

from app.core.errors import UserError

MOST_LLAMA_FACTORY_PX = 768 * 768
"""LLaMA-Factory's default of `image_max_pixels`."""

_LEAST_LLAMA_FACTORY_PX = 32 * 32

LONGEST = 200
"""How many times longer than wide a picture may be, for all that resize as Qwen2-VL does."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an image processor makes of any picture: sides that are multiples of `factor_px`, and
    an area from `least_px` to `most_px`.

    It refuses what is more than `longest` times longer than wide, and sides above `most_side_px`;
    None for no such limit.
    """

    factor_px: int
    least_px: int
    most_px: int
    longest: int | None = LONGEST
    most_side_px: int | None = None

    def check_shape(self, width_px: int, height_px: int) -> None:
        """Raises UserError for a picture that is too long and thin."""
        if self.is_too_thin(width_px, height_px):
            raise too_thin(width_px, height_px)

    def is_too_thin(self, width_px: int, height_px: int) -> bool:
        long, short = max(width_px, height_px), min(width_px, height_px)
        return self.longest is not None and long > self.longest * short


@dataclass(frozen=True, slots=True)
class Patches:
    """An image processor that cuts any picture in squares of `side_px`: it shrinks one of more than
    `most` whole squares, fills its sides up to even numbers of them, and refuses more than
    `most_in_row`."""

    side_px: int
    most: int
    most_in_row: int

    @property
    def most_side_px(self) -> int:
        """Of a picture that isn't shrunk."""
        return self.most_in_row // 2 * 2 * self.side_px

    def check_shape(self, width_px: int, height_px: int) -> None:
        """Raises UserError for a picture that is too long and thin."""
        squares = (width_px // self.side_px) * (height_px // self.side_px)
        shrink = math.sqrt(self.most / squares) if squares > self.most else 1.0
        if int(max(width_px, height_px) * shrink) > self.most_side_px:
            raise too_thin(width_px, height_px)


KIMI = Patches(14, 4_096, 511)
"""preprocessor_config.json and image_processing_kimi_vl.py of Kimi-VL-A3B-Instruct: it refuses 512
squares in a row, which strips of 64:1 and more come to even when they are shrunk."""

HF_QWEN2 = Limits(28, 3_136, 12_845_056)
"""preprocessor_config.json of Qwen2-VL and Qwen2.5-VL."""

HF_QWEN3 = Limits(32, 65_536, 16_777_216)
"""preprocessor_config.json of Qwen3-VL."""

HF_GLM = Limits(28, 6_272, 4_816_896)
"""preprocessor_config.json of GLM-4.5V, whose processor counts each picture as two frames."""


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
    limits.check_shape(width_px, height_px)
    factor = limits.factor_px
    width, height = round(width_px / factor) * factor, round(height_px / factor) * factor
    if width * height > limits.most_px:
        width, height = (max(factor, side) for side in _shrunk(width_px, height_px, limits))
    elif width * height < limits.least_px:
        width, height = _grown(width_px, height_px, limits)
    return width, height


def swift_size(width_px: int, height_px: int, limits: Limits) -> tuple[int, int]:
    """`smart_resize` of qwen-vl-utils, which ms-swift calls instead of the image processor's.

    Raises UserError for a picture that it refuses.
    """
    limits.check_shape(width_px, height_px)
    width, height = fitted_size(width_px, height_px, limits)
    if not width or not height:
        raise too_thin(width_px, height_px)
    return width, height


def fitted_size(width_px: int, height_px: int, limits: Limits) -> tuple[int, int]:
    """What qwen-vl-utils makes of a picture of any shape; a side of 0 where it can't shrink it."""
    factor = limits.factor_px
    width = max(factor, round(width_px / factor) * factor)
    height = max(factor, round(height_px / factor) * factor)
    if width * height > limits.most_px:
        return _shrunk(width_px, height_px, limits)
    if width * height < limits.least_px:
        return _grown(width_px, height_px, limits)
    return width, height


def llama_factory_opened(
    width_px: int, height_px: int, most_px: int = MOST_LLAMA_FACTORY_PX
) -> tuple[int, int]:
    """What LLaMA-Factory makes of a picture for any VLM: one of at most `most_px` (its
    `image_max_pixels`).

    Raises UserError for a picture of which nothing would be left.
    """
    width, height = width_px, height_px
    if width * height > most_px:
        width, height = _scaled(width, height, math.sqrt(most_px / (width * height)))
        if not width or not height:
            raise too_thin(width_px, height_px)
    if width * height < _LEAST_LLAMA_FACTORY_PX:
        grow = math.sqrt(_LEAST_LLAMA_FACTORY_PX / (width * height))
        width, height = _scaled(width, height, grow)
    return width, height


def llama_factory_size(
    width_px: int, height_px: int, limits: Limits, most_px: int = MOST_LLAMA_FACTORY_PX
) -> tuple[int, int]:
    """LLaMA-Factory resizes by itself, then hands over to the image processor with its own
    `limits`, which resizes once more.

    Raises UserError for a picture that one of the two refuses.
    """
    width, height = llama_factory_opened(width_px, height_px, most_px)
    width, height = max(width, 28), max(height, 28)
    # The picture is squeezed here, not cut: 180 is LLaMA-Factory's number.
    if width > LONGEST * height:
        width = 180 * height
    elif height > LONGEST * width:
        height = 180 * width
    return hf_size(width, height, limits)


def too_thin(width_px: int, height_px: int) -> UserError:
    return UserError(
        f"a picture of {width_px}x{height_px} is too long and thin: image processors refuse it",
        hint="Leave it out, or cut it in pieces before you label it.",
    )


def _scaled(width_px: int, height_px: int, scale: float) -> tuple[int, int]:
    return int(width_px * scale), int(height_px * scale)


def _shrunk(width_px: int, height_px: int, limits: Limits) -> tuple[int, int]:
    factor = limits.factor_px
    shrink = math.sqrt(height_px * width_px / limits.most_px)
    return (
        math.floor(width_px / shrink / factor) * factor,
        math.floor(height_px / shrink / factor) * factor,
    )


def _grown(width_px: int, height_px: int, limits: Limits) -> tuple[int, int]:
    factor = limits.factor_px
    grow = math.sqrt(limits.least_px / (height_px * width_px))
    return (
        math.ceil(width_px * grow / factor) * factor,
        math.ceil(height_px * grow / factor) * factor,
    )
