"""GroundingDINO: boxes for what English phrases name, from either kind of checkpoint."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import pad
from torchvision.ops import batched_nms

from app.core.detection import Detection
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.photo import Rgb
from app.core.prompting import Caption, TextFind, best_phrases, captions, reasons
from app.core.text_query import TextQuery
from backends.base import DetectorSettings
from backends.devices import (
    choose_device,
    computes_in_half,
    half_where_faster,
    photos_at_once,
)
from backends.grounding_dino_engine import Engine
from backends.identify import identify
from backends.memory_errors import device_in_words, device_told
from backends.offline import thread_count

_ON_CUDA = 4  # photos at once
_STRIDES = (8, 16, 32, 64)  # of the maps that the network looks at, in pixels
_PAD_STEP_PX = 32


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A photo as the network wants it, 3xHxW; and what of the photo, in pixels, H and W cover."""

    pixels: torch.Tensor
    height_px: float
    width_px: float
    photo_size: tuple[int, int]

    def box(self, centred: NDArray[np.float64]) -> Box | None:
        """In pixels of the photo, cut at its edges; None when nothing is left of it."""
        x, y, width, height = centred.tolist()
        # Phrased so that NaN, which half precision may overflow to, is refused too.
        if not (width > 0 and height > 0):
            return None
        box = Box.from_centre(x, y, width, height).scaled(self.width_px, self.height_px)
        return box.clipped(self.photo_size[1], self.photo_size[0])


class GroundingDinoDetector:
    """One loaded GroundingDINO; what it looks for comes with each query.

    `settings.weights` is a checkpoint in the original format (.pth, run by groundingdino-py), or a
    folder as published for transformers, or a file in it. The query's thresholds count, not
    `settings.confidence`. `settings.image_size_px` is the longer side; None: what the weights were
    trained with. On CUDA it computes in half precision. Raises UserError for weights that can't be
    loaded, for a device that isn't there and for too little memory.
    """

    class_names: tuple[str, ...] = ()
    device: str
    notes: tuple[str, ...] = ()

    def __init__(self, settings: DetectorSettings) -> None:
        torch.set_num_threads(thread_count())
        self._place = choose_device(settings.device)
        self._at_once = photos_at_once(self._place, on_cuda=_ON_CUDA)
        precision = ", half precision" if computes_in_half(self._place) else ""
        self.device = f"{device_in_words(self._place)} (PyTorch{precision})"
        self._settings = settings
        with device_told(self.device):
            self._engine = _opened(settings.weights)
            self._engine.to(self._place)

    def detect(
        self, photos: Sequence[Rgb], query: TextQuery | None = None
    ) -> list[list[Detection]]:
        """One list of finds for each photo (HxWx3 uint8 RGB), best first, in pixels of that photo.

        A find has the class whose phrase scores it best, and that score: the best of the phrase's
        tokens. Raises UserError as `captions` does, and when there is no query or too little
        memory.
        """
        return [[each.find for each in finds] for finds in self.explain(photos, query)]

    def explain(
        self, photos: Sequence[Rgb], query: TextQuery | None = None
    ) -> list[list[TextFind]]:
        """What `detect` finds, each with its phrase and the words that reach the text threshold."""
        if query is None:
            raise UserError(
                "GroundingDINO looks for what it is told, and no phrases were given.",
                hint="Give the label classes English phrases.",
            )
        asked = captions(query.phrases, tokenize=self._engine.tokenize, window=self._engine.window)
        found: list[list[TextFind]] = []
        with device_told(self.device), torch.inference_mode():
            for batch in _batches(map(self._prepared, photos), self._at_once):
                found.extend(self._answer(batch, asked, query))
        return found

    def _prepared(self, photo: Rgb) -> _Prepared:
        if photo.dtype != np.uint8 or photo.ndim != 3 or photo.shape[2] != 3:
            raise ValueError(f"not an HxWx3 uint8 photo: {photo.shape} {photo.dtype}")
        height, width = photo.shape[:2]
        longer_px = self._settings.image_size_px
        wanted = (
            self._engine.trained_size((height, width))
            if longer_px is None
            else (longer_px * height / max(height, width), longer_px * width / max(height, width))
        )
        # Of the thinnest photos nothing would be left.
        size = max(1, round(wanted[0])), max(1, round(wanted[1]))
        pixels = padded(self._engine.prepare(photo, size), least_places=self._engine.query_count)
        return _Prepared(
            pixels,
            height_px=height * pixels.shape[1] / size[0],
            width_px=width * pixels.shape[2] / size[1],
            photo_size=(height, width),
        )

    def _answer(
        self, batch: list[_Prepared], asked: Sequence[Caption], query: TextQuery
    ) -> list[list[TextFind]]:
        found: list[list[TextFind]] = [[] for _ in batch]
        pixels = torch.stack([each.pixels for each in batch]).to(self._place)
        for caption in asked:
            with half_where_faster(self._place):
                logits, boxes = self._engine.infer(pixels, caption.text)
            scores = logits.float().sigmoid().cpu().numpy()
            centred = boxes.cpu().double().numpy()
            for i, photo in enumerate(batch):
                found[i].extend(_named(photo, scores[i], centred[i], caption, query))
        return [self._without_doubles(finds) for finds in found]

    def _without_doubles(self, finds: list[TextFind]) -> list[TextFind]:
        """Best first; of boxes of one class that several phrases found the better stays."""
        if not finds:
            return []
        names = sorted({each.find.class_name for each in finds})
        kept = batched_nms(
            torch.tensor([each.find.box.corners for each in finds]),
            torch.tensor([each.find.score for each in finds]),
            torch.tensor([names.index(each.find.class_name) for each in finds]),
            self._settings.iou,
        )
        return [finds[i] for i in kept[: self._settings.max_detections].tolist()]


def padded(pixels: torch.Tensor, *, least_places: int) -> torch.Tensor:
    """3xHxW with grey to the right or below until the network has `least_places` places in it.

    It picks its boxes among them and fails when there are fewer.
    """
    height, width = pixels.shape[1:]
    while sum(-(-height // s) * -(-width // s) for s in _STRIDES) < least_places:
        if width < height:
            width += _PAD_STEP_PX
        else:
            height += _PAD_STEP_PX
    return pad(pixels, (0, width - pixels.shape[2], 0, height - pixels.shape[1]))


def _opened(weights: Path) -> Engine:
    """Each library is imported when it is needed: they take seconds."""
    found = identify(weights, expected="grounding-dino").weights
    if found.is_dir():
        from backends.grounding_dino_hf import HuggingFaceEngine

        return HuggingFaceEngine(found)
    from backends.grounding_dino_original import OriginalEngine

    return OriginalEngine(found)


def _named(
    photo: _Prepared,
    scores: NDArray[np.float32],
    centred: NDArray[np.float64],
    caption: Caption,
    query: TextQuery,
) -> Iterator[TextFind]:
    best, tops = best_phrases(scores, caption)
    least = np.array(
        [query.class_thresholds.get(p.class_name, query.box_threshold) for p in caption.phrases]
    )
    for i in np.flatnonzero(tops >= least[best]).tolist():
        phrase, box = caption.phrases[best[i]], photo.box(centred[i])
        if box is not None:
            words = reasons(scores[i], phrase)
            find = Detection(phrase.class_name, box, float(tops[i]), reasons=words)
            yield TextFind(find, phrase.text, find.words(query.text_threshold))


def _batches(photos: Iterator[_Prepared], size: int) -> Iterator[list[_Prepared]]:
    """Neighbours of one shape, so that none is padded for another's sake."""
    batch: list[_Prepared] = []
    for photo in photos:
        if batch and (len(batch) == size or batch[0].pixels.shape != photo.pixels.shape):
            yield batch
            batch = []
        batch.append(photo)
    if batch:
        yield batch
