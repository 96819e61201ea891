"""What every Segment Anything family offers, and tensors for what goes in and comes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from app.core.photo import Rgb
from app.core.segmentation import Prompt
from backends.embedding_cache import Embedding
from backends.sam_masks import Decoded


class SamEngine(Protocol):
    """A loaded model; its encoder's weights come into memory when the first photo is encoded."""

    title: str

    def encode(self, photos: Sequence[Rgb]) -> list[Embedding]:
        """One embedding for each photo (HxWx3), computed together. May raise OutOfMemoryError."""
        ...

    def decode(self, embedding: Embedding, prompt: Prompt) -> Decoded:
        """Coordinates of `prompt` are those of the photo."""
        ...


@dataclass(frozen=True, slots=True)
class PromptTensors:
    """A prompt in pixels of the encoder's input: 1xNx2 (x, y) with 1xN labels, and 1x4 corners."""

    points: tuple[torch.Tensor, torch.Tensor] | None
    box: torch.Tensor | None


def prompt_tensors(prompt: Prompt, *, sx: float, sy: float, device: str) -> PromptTensors:
    """`sx`, `sy`: pixels of the encoder's input per pixel of the photo."""
    points = box = None
    if prompt.clicks:
        at = [(click.x * sx, click.y * sy) for click in prompt.clicks]
        labels = [int(click.is_positive) for click in prompt.clicks]
        points = (
            torch.tensor([at], dtype=torch.float32, device=device),
            torch.tensor([labels], dtype=torch.int32, device=device),
        )
    if prompt.box is not None:
        corners = prompt.box.scaled(sx, sy).corners
        box = torch.tensor([corners], dtype=torch.float32, device=device)
    return PromptTensors(points, box)


def map_tensors(embedding: Embedding, device: str) -> list[torch.Tensor]:
    """The maps in full precision, each 1 x channels x rows x columns."""
    return [torch.from_numpy(each).to(device)[None].float() for each in embedding.maps]


def half_maps(*maps: torch.Tensor) -> list[tuple[NDArray[np.float16], ...]]:
    """For each photo of a batch its maps, from maps that are photos x channels x rows x columns."""
    arrays = [each.half().cpu().numpy() for each in maps]
    # Copies: a slice would keep the whole batch in memory.
    return [tuple(array[i].copy() for array in arrays) for i in range(len(arrays[0]))]
