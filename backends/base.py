"""What a detector must offer, and the table of those we ship; importing it never imports torch."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

from app.core.detection import Detection
from app.core.errors import UserError
from app.core.photo import Rgb


@dataclass(frozen=True, slots=True)
class DetectorSettings:
    """How a detector is to be run.

    `weights` is a file or, for engines that need several files, a folder. `confidence` (0..1) is
    the least score, `iou` the overlap above which the weaker of two boxes of one class goes,
    `image_size_px` what the longer side is scaled to (None: what the weights were trained with).
    `device` is "cpu", "cuda", "cuda:1", "mps" or "auto". `tile_px` cuts larger photos into
    overlapping squares of that side (None: never); `tile_overlap` is the shared part of a side,
    0 up to but not including 1.
    `fast_engine` lets a CPU run convert .pt weights, once, to the faster engine kept in `cache`.
    """

    weights: Path
    cache: Path
    confidence: float = 0.25
    iou: float = 0.6
    image_size_px: int | None = None
    max_detections: int = 300
    device: str = "auto"
    tile_px: int | None = None
    tile_overlap: float = 0.2
    fast_engine: bool = True


class Detector(Protocol):
    """A loaded model. Lives in the worker process and is called from one thread."""

    class_names: tuple[str, ...]
    device: str
    """Where it runs, in words for people: "cpu (OpenVINO)"."""
    notes: tuple[str, ...]
    """What the user should know about how it runs: a setting that these weights can't follow."""

    def detect(self, photos: Sequence[Rgb]) -> list[list[Detection]]:
        """One list of finds for each photo, best score first, in pixels of that photo."""
        ...


@dataclass(frozen=True, slots=True)
class BackendSpec:
    """A row of the table: where a model family lives, imported on first use."""

    title: str
    target: str  # "module:callable", called with DetectorSettings

    def load(self, settings: DetectorSettings) -> Detector:
        """Raises UserError when a library is missing or the weights aren't what they say."""
        module, _, name = self.target.partition(":")
        try:
            factory: Callable[[DetectorSettings], Detector] = getattr(import_module(module), name)
        except ModuleNotFoundError as e:
            raise self.lacks(e) from e
        return factory(settings)

    def lacks(self, missing: ModuleNotFoundError) -> UserError:
        """In words: a bundle comes without model libraries, an installation may have holes."""
        return UserError(
            f"{self.title} needs a library that is not installed: {missing.name}.",
            hint="The program in one folder comes without models: install Flawmark with pip or uv."
            if hasattr(sys, "frozen")
            else "Run `flawmark doctor` to see what is missing.",
        )


BACKENDS = {
    "ultralytics": BackendSpec("Ultralytics YOLO", "backends.ultralytics_yolo:UltralyticsDetector"),
}
