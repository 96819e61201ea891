"""A model tried on this machine: whether it loads, on which device, and how fast it is."""

import shutil
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import numpy as np

from app.core.geometry import Box
from app.core.photo import Rgb
from app.core.segmentation import Prompt
from app.core.stopping import Stop
from app.core.text_query import TextQuery
from app.samples.powder_bed import powder_bed_photo
from app.services.shelf_card import Trial
from app.services.shelf_model import ShelfModel, ensure_usable
from backends.base import BACKENDS, BackendSpec, DetectorSettings, SegmenterSettings, WorkerSettings
from backends.client import ModelWorker

PHOTO_PX = 1024
_QUERY = TextQuery({"streak": ("a long thin streak",), "slag": ("a dark speck",)})
_LONG_ENOUGH_S = 2.0
_MOST_REPEATS = 20


def try_model(
    model: ShelfModel,
    *,
    cache: Path,
    device: str = "auto",
    stop: Stop | None = None,
    spec: BackendSpec | None = None,
) -> Trial:
    """Loads it in a process of its own and runs it on a synthetic powder bed.

    `spec` stands for the row of BACKENDS that is the model's family. Raises UserError when the
    model can't be used, loaded or run, or nobody vouched for it; Cancelled after `stop`.
    """
    ensure_usable(model)
    spec = spec or BACKENDS[model.family]
    settings = _settings(model, spec, cache, device)
    stop = stop or Stop()
    worker = ModelWorker(settings, spec)
    with closing(worker), stop.on_request(worker.interrupt):
        began = time.perf_counter()
        worker.start(stop)
        load_s = time.perf_counter() - began
        photo = _photo()
        if spec.role == "segmenter":
            photo_ms, click_ms = _segmenter_ms(worker, photo)
        else:
            query = _QUERY if spec.reads_text else None
            photo_ms, click_ms = _median_ms(lambda: worker.detect([photo], query)), 0.0
    return Trial(
        sha256=model.weights_hash,
        device=worker.device,
        load_s=round(load_s, 2),
        photo_ms=round(photo_ms, 1),
        photo_px=PHOTO_PX,
        tested_at=datetime.now(UTC).isoformat(timespec="seconds"),
        click_ms=round(click_ms, 1),
        class_names=worker.class_names,
        notes=worker.notes,
    )


def _settings(model: ShelfModel, spec: BackendSpec, cache: Path, device: str) -> WorkerSettings:
    if spec.role == "segmenter":
        own = cache / "trial"
        # What an earlier trial has left would be found there instead of computed.
        shutil.rmtree(own, ignore_errors=True)
        return SegmenterSettings(model.weights, own, device=device)
    if model.weights is None:
        raise ValueError(f"a detector without weights: {model}")
    return DetectorSettings(model.weights, cache, device=device)


def _photo() -> Rgb:
    grey = powder_bed_photo(7, size_px=PHOTO_PX, kind=None).pixels
    return np.repeat(grey[:, :, None], 3, axis=2)


def _segmenter_ms(worker: ModelWorker, photo: Rgb) -> tuple[float, float]:
    """For a photo it hasn't seen, and for a box in one it has."""
    keys: list[str] = []

    def embed() -> object:
        keys.append(uuid4().hex)
        return worker.ask("embed", [photo], [keys[-1]])

    photo_ms = _median_ms(embed)
    box = Box(PHOTO_PX * 0.4, PHOTO_PX * 0.4, PHOTO_PX * 0.6, PHOTO_PX * 0.5)
    # The photo goes along: a segmenter without weights computes nothing ahead.
    click_ms = _median_ms(lambda: worker.ask("segment", [photo], keys[-1], (Prompt(box),)))
    return photo_ms, click_ms


def _median_ms(work: Callable[[], object]) -> float:
    """Of some repeats after a first one, which is only counted when it takes very long."""
    first = _elapsed_s(work)
    if first > 2 * _LONG_ENOUGH_S:
        return first * 1000
    times: list[float] = []
    while sum(times) < _LONG_ENOUGH_S and len(times) < _MOST_REPEATS:
        times.append(_elapsed_s(work))
    return float(np.median(times)) * 1000


def _elapsed_s(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
