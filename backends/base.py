"""What models must offer, and the table of those we ship; importing it never imports torch."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, Protocol

from app.core.detection import Detection
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.photo import Rgb
from app.core.segmentation import Outline, Prompt
from app.core.text_query import TextQuery


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


@dataclass(frozen=True, slots=True)
class SegmenterSettings:
    """How a segmenter is to be run: `weights` is a file, or None for one that needs none.

    What it computes once for a photo is kept in `cache`, at most `cache_bytes` of it.
    """

    weights: Path | None
    cache: Path
    device: str = "auto"
    cache_bytes: int = 4 * 2**30


class NotEmbeddedError(UserError, LookupError):
    """A segmenter needs the photo itself: it keeps nothing under the photo's key (any more)."""


class DeviceFailedError(UserError):
    """A card gave up. What was computed on it is lost, and only a new process may use it again."""


class LibraryMissingError(UserError):
    """No model of that family can run: a library that it takes is not installed."""


class WorkerSettings(Protocol):
    """What the process that holds a model needs to know of its settings."""

    @property
    def cache(self) -> Path: ...


class Model(Protocol):
    """A loaded model. Lives in the worker process and is called from one thread."""

    class_names: tuple[str, ...]
    """Empty where the question says what to look for."""
    device: str
    """Where it runs, in words for people: "cpu (OpenVINO)"."""
    notes: tuple[str, ...]
    """What the user should know about how it runs: a setting that these weights can't follow."""


class Detector(Model, Protocol):
    def detect(
        self, photos: Sequence[Rgb], query: TextQuery | None = None
    ) -> list[list[Detection]]:
        """One list of finds for each photo, best score first, in pixels of that photo.

        `query` is for detectors that are asked in words; the others ignore it.
        """
        ...


class Segmenter(Model, Protocol):
    """`key` names a photo by its content: what was computed for it is found again by that name."""

    def embed(self, photos: Sequence[Rgb], keys: Sequence[str]) -> list[None]:
        """Computes, ahead of any prompt, what only depends on the photo, and keeps it."""
        ...

    def segment(
        self, photos: Sequence[Rgb], key: str, prompts: Sequence[Prompt], most: int | None = None
    ) -> list[list[Outline]]:
        """For each prompt the outlines it may mean, best first; none where nothing stands out.

        With `most` (from 1 on) the best so many of each, sooner. `photos` holds the one photo, or
        nothing when it was embedded before under that key. Raises NotEmbeddedError, through the
        worker too, when it is needed and not given.
        """
        ...

    def similar(
        self, photos: Sequence[Rgb], target_key: str, target: Box, key: str
    ) -> list[Detection]:
        """Where in photo `key` there is what `target` holds in photo `target_key`, best first.

        `photos` holds the target's photo and then the other; or nothing, as for `segment`.
        """
        ...


Role = Literal["detector", "segmenter"]


@dataclass(frozen=True, slots=True)
class BackendSpec:
    """A row of the table: where a model family lives, imported on first use.

    `reads_text`: a detector that is asked in words, with a TextQuery.
    """

    title: str
    target: str  # "module:callable", called with the settings
    role: Role = "detector"
    reads_text: bool = False

    def load(self, settings: WorkerSettings) -> Any:  # noqa: ANN401 - a Detector or a Segmenter
        """Raises LibraryMissingError, or UserError when the weights aren't what they say."""
        module, _, name = self.target.partition(":")
        try:
            factory: Callable[[WorkerSettings], Any] = getattr(import_module(module), name)
        except ModuleNotFoundError as e:
            raise self.lacks(e) from e
        return factory(settings)

    def lacks(self, missing: ModuleNotFoundError) -> LibraryMissingError:
        """In words: a bundle comes without model libraries, an installation may have holes."""
        return LibraryMissingError(
            f"{self.title} needs a library that is not installed: {missing.name}.",
            hint="The program in one folder comes without models: install Flawmark with pip or uv."
            if hasattr(sys, "frozen")
            else "Run `flawmark doctor` to see what is missing.",
        )


BACKENDS = {
    "ultralytics": BackendSpec("Ultralytics YOLO", "backends.ultralytics_yolo:UltralyticsDetector"),
    "grounding-dino": BackendSpec(
        "GroundingDINO", "backends.grounding_dino:GroundingDinoDetector", reads_text=True
    ),
    "sam": BackendSpec("Segment Anything", "backends.sam:SamSegmenter", role="segmenter"),
    "recipe": BackendSpec("Recipe", "backends.recipe:RecipeDetector"),
    "contrast": BackendSpec("Contrast", "backends.contrast:ContrastSegmenter", role="segmenter"),
}
"""By family. A recipe is a chain of the others, in one process."""
