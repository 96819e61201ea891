"""What both libraries that run GroundingDINO are asked for here, and what their loaders share."""

import pickle
from typing import Protocol

import torch
from safetensors import SafetensorError

from app.core.photo import Rgb

# What reading a file that is no such model has been seen to raise.
LOAD_FAILURES = (
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    pickle.UnpicklingError,
    SafetensorError,
)


class Engine(Protocol):
    """A loaded GroundingDINO. Sizes are (height, width) in pixels."""

    window: int
    """Tokens that a caption may have, with the two that frame it."""
    query_count: int
    """Boxes it answers with; it needs at least as many places in a photo."""

    def to(self, device: str) -> None: ...

    def tokenize(self, word: str) -> list[str]: ...

    def trained_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """What a photo of that size was scaled to when the weights were trained."""
        ...

    def prepare(self, photo: Rgb, size: tuple[int, int]) -> torch.Tensor:
        """The photo (HxWx3 uint8 RGB) scaled to `size`, as 3xHxW floats that the network wants."""
        ...

    def infer(self, pixels: torch.Tensor, caption: str) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits (B x boxes x tokens) and boxes (B x boxes x 4) for Bx3xHxW pixels.

        Boxes are centre x, centre y, width, height in shares (0..1) of the pixels.
        """
        ...


def reason(error: Exception) -> str:
    """The beginning of what a library says; torch's first line may only announce the second."""
    lines = [line.strip() for line in str(error).strip().splitlines()]
    return " ".join(lines[:2]) or type(error).__name__
