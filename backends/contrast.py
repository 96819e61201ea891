"""The segmenter that needs no weights, as backends are asked: contrast and correlation."""

from collections.abc import Sequence

from app.core.detection import Detection
from app.core.geometry import Box
from app.core.photo import Rgb
from app.core.segmentation import Outline, Prompt
from app.imaging.contrast_segmenter import outlines_of
from app.imaging.similar import find_similar
from backends.base import NotEmbeddedError, SegmenterSettings


class ContrastSegmenter:
    """Sees the photo anew each time: nothing is computed ahead, and every call needs the photo."""

    class_names: tuple[str, ...] = ()
    device = "cpu"
    notes: tuple[str, ...] = ()

    def __init__(self, settings: SegmenterSettings) -> None:
        """`settings` say nothing that it heeds: it has no weights, and keeps nothing."""

    def embed(self, photos: Sequence[Rgb], keys: Sequence[str]) -> list[None]:
        return [None] * len(keys)

    def segment(
        self, photos: Sequence[Rgb], key: str, prompts: Sequence[Prompt], most: int | None = None
    ) -> list[list[Outline]]:
        """See `Segmenter`."""
        if not photos:
            raise _needs_photo()
        return [outlines_of(photos[0], prompt, most=most) for prompt in prompts]

    def similar(
        self, photos: Sequence[Rgb], target_key: str, target: Box, key: str
    ) -> list[Detection]:
        """See `Segmenter`. Finds have no class of their own: what they are like has."""
        if len(photos) != 2:
            raise _needs_photo()
        known = [target] if target_key == key else []
        found = find_similar(photos[0], target, photos[1], known=known)
        return [Detection("", box, score) for box, score in found]


def _needs_photo() -> NotEmbeddedError:
    return NotEmbeddedError("Nothing is kept of this photo.", hint="Hand the photo in again.")
