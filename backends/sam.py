"""Segment Anything in all its families: outlines from boxes and clicks, and what looks alike."""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from app.core.detection import Detection
from app.core.errors import UserError
from app.core.geometry import Box, Polygon
from app.core.photo import Rgb
from app.core.segmentation import Outline, Prompt
from app.imaging.outlines import mask_outlines
from backends.base import NotEmbeddedError, SegmenterSettings
from backends.devices import choose_device, computes_in_half, photos_at_once
from backends.embedding_cache import Embedding, EmbeddingCache
from backends.memory_errors import device_in_words, device_told
from backends.offline import thread_count
from backends.sam_engine import SamEngine
from backends.sam_masks import Decoded, photo_mask
from backends.sam_original import OriginalSam, is_original
from backends.sam_similar import Target, similar_parts
from backends.sam_weights import State, fingerprint, foreign, load_state, misfits_told

_LOG = logging.getLogger(__name__)

_ON_CUDA = 4  # photos at once


class SamSegmenter:
    """One loaded Segment Anything model; which one, its weights' tensors tell.

    What the encoder makes of a photo is kept, in half precision, in memory and in `cache`, and is
    found there by other processes. A process that only decodes stays small: the encoder's weights
    stay in the file until the first photo that is not kept.
    Raises UserError for weights that can't be used, and for a device that isn't there.
    """

    class_names: tuple[str, ...] = ()
    device: str
    notes: tuple[str, ...] = ()

    def __init__(self, settings: SegmenterSettings) -> None:
        if settings.weights is None:
            raise ValueError("Segment Anything needs weights")
        torch.set_num_threads(thread_count())
        device = choose_device(settings.device)
        with device_told(device):
            state = load_state(settings.weights)
        with misfits_told(settings.weights), device_told(device):
            self._engine = _engine(state, settings.weights, device)
        self._cache = EmbeddingCache(
            settings.cache, fingerprint(settings.weights), limit_bytes=settings.cache_bytes
        )
        self._cache_folder = settings.cache
        self._at_once = photos_at_once(device, on_cuda=_ON_CUDA)
        precision = ", half precision" if computes_in_half(device) else ""
        self.device = f"{device_in_words(device)} (PyTorch{precision}, {self._engine.title})"

    def embed(self, photos: Sequence[Rgb], keys: Sequence[str]) -> list[None]:
        """Encodes those photos (HxWx3 uint8 RGB) that are not kept yet, and keeps them.

        Raises UserError when memory or the cache's disk doesn't suffice.
        """
        missing = {
            key: photo
            for photo, key in zip(photos, keys, strict=True)
            if self._cache.get(key) is None
        }
        try:
            for key, embedding in self._encoded(missing):
                self._cache.put(key, embedding)
        except OSError as e:
            raise UserError(
                f"The cache folder {self._cache_folder} can't be written: {e.strerror or e}.",
                hint="Free some room on its disk, or check its permissions.",
            ) from e
        return [None] * len(keys)

    def segment(
        self, photos: Sequence[Rgb], key: str, prompts: Sequence[Prompt], most: int | None = None
    ) -> list[list[Outline]]:
        """For each prompt the outlines it may mean, best first; at most `most`, unless None.

        A single click is ambiguous: up to three outlines, by score. For a box, or several clicks,
        the model has one answer, which comes first; what it would make of them otherwise follows,
        by score. Empty masks and repeated outlines are left out. Corners of boxes and clicks are
        handed to the model as they are, as its own predictor does.

        `photos` holds the photo, HxWx3 uint8 RGB, or nothing when it was embedded before. Raises
        NotEmbeddedError when it is needed and not given, UserError when memory doesn't suffice.
        """
        embedding = self._embedding(key, photos)
        with device_told(self.device):
            return [self._outlines(embedding, prompt, most) for prompt in prompts]

    def similar(
        self, photos: Sequence[Rgb], target_key: str, target: Box, key: str
    ) -> list[Detection]:
        """Where in photo `key` there is what `target` holds in photo `target_key`, best first.

        Finds have no class name; see `similar_parts` for how they are found and scored.
        `photos` holds the target's photo and then the other, or nothing when both were embedded
        before. Raises as `segment`.
        """
        marked = self._embedding(target_key, photos[:1])
        other = self._embedding(key, photos[1:])
        with device_told(self.device):
            return similar_parts(
                Target(marked, target, self._engine.decode(marked, Prompt(target))),
                other,
                self._engine.decode,
                _outline,
                same_photo=key == target_key,
            )

    def _embedding(self, key: str, photos: Sequence[Rgb]) -> Embedding:
        kept = self._cache.get(key)
        if kept is not None:
            return kept
        if not photos:
            raise NotEmbeddedError(
                "Nothing is kept of this photo.", hint="Hand the photo in again."
            )
        ((_, embedding),) = self._encoded({key: photos[0]})
        try:
            self._cache.put(key, embedding)
        except OSError:
            _LOG.warning("an embedding can't be kept on disk", exc_info=True)
        return embedding

    def _encoded(self, photos: dict[str, Rgb]) -> Iterator[tuple[str, Embedding]]:
        keys = list(photos)
        for start in range(0, len(keys), self._at_once):
            batch = keys[start : start + self._at_once]
            with device_told(self.device):
                embeddings = self._engine.encode([photos[key] for key in batch])
            yield from zip(batch, embeddings, strict=True)

    def _outlines(self, embedding: Embedding, prompt: Prompt, most: int | None) -> list[Outline]:
        decoded = self._engine.decode(embedding, prompt)
        outlines: list[Outline] = []
        for number in _ranked(decoded, prompt):
            if len(outlines) == most:
                break
            polygon = _outline(embedding, decoded, number)
            if polygon is not None and all(polygon != other.polygon for other in outlines):
                score = float(decoded.scores[number].clip(0, 1))
                outlines.append(Outline(polygon, score))
        return outlines


def _engine(state: State, weights: Path, device: str) -> SamEngine:
    if is_original(state):
        return OriginalSam(state, device)
    from backends.offline import settle_ultralytics

    settle_ultralytics()
    from backends.sam_ultralytics import MobileSam, Sam2, is_mobile, is_sam2

    if is_mobile(state):
        return MobileSam(state, device)
    if is_sam2(state):
        return Sam2(state, device)
    raise foreign(weights, state)


def _ranked(decoded: Decoded, prompt: Prompt) -> list[int]:
    """The numbers of the masks to show, best first."""
    possible = sorted(range(1, len(decoded.scores)), key=lambda number: -decoded.scores[number])
    is_ambiguous = prompt.box is None and len(prompt.clicks) == 1
    return possible if is_ambiguous else [0, *possible]


def _outline(embedding: Embedding, decoded: Decoded, number: int) -> Polygon | None:
    mask, left, top = photo_mask(decoded, number, embedding.height_px, embedding.width_px)
    return mask_outlines(mask, left=left, top=top) if mask.any() else None
