"""A recipe in the model process: detectors → fusion → filters → segmenter → both again."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from app.core.detection import Detection
from app.core.errors import UserError
from app.core.filtering import kept
from app.core.fusion import fused, joined
from app.core.geometry import intersection_over_union
from app.core.photo import Preprocess, Rgb
from app.core.recipe import Filters, Fusion
from app.core.segmentation import Outline, Prompt
from app.core.text_query import TextQuery
from app.imaging.preparing import PREPARE
from backends.base import BACKENDS, BackendSpec, Detector, DetectorSettings, SegmenterSettings
from backends.loading import load_model

_STRAYED_IOU = 0.3
"""An outline whose box overlaps the detector's less than this is of something else."""


@dataclass(frozen=True, slots=True)
class Member:
    """A detector of the chain; `name` tells it from the others and stands in `Detection.sources`.

    `backend` is a family of BACKENDS, or a row of that table. `names`: what it calls a thing → name
    of the label class; finds of others are left out. `least_scores` (0..1), by what it calls a
    thing, are asked for beside those of `settings` and `query`. Where `query` is None it is asked
    what the whole chain is asked. `preprocess` is done to a photo before it sees it.
    """

    name: str
    backend: str | BackendSpec
    settings: DetectorSettings
    preprocess: Preprocess = "none"
    query: TextQuery | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    least_scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SegmenterMember:
    """The segmenter of the chain; as `Member`."""

    name: str
    backend: str | BackendSpec
    settings: SegmenterSettings


@dataclass(frozen=True, slots=True)
class RecipeSettings:
    """What a chain is loaded with; can be sent to another process.

    Raises ValueError without a detector, or with two of one name.
    """

    cache: Path
    detectors: tuple[Member, ...]
    fusion: Fusion = field(default_factory=Fusion)
    segmenter: SegmenterMember | None = None
    filters: Filters = field(default_factory=Filters)

    def __post_init__(self) -> None:
        names = [member.name for member in self.detectors]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"a recipe needs detectors with a name of their own each: {names}")


class RecipeDetector:
    """A loaded chain; itself a `Detector`, whose classes are label classes.

    Raises UserError that names the member which can't be loaded.
    """

    class_names: tuple[str, ...]
    device: str
    notes: tuple[str, ...]

    def __init__(self, settings: RecipeSettings) -> None:
        self._fusion, self._filters = settings.fusion, settings.filters
        self._members = [_LoadedMember(member) for member in settings.detectors]
        self._segmenter: _LoadedSegmenter | None = None
        parts: list[_LoadedMember | _LoadedSegmenter] = [*self._members]
        if settings.segmenter is not None:
            self._segmenter = _LoadedSegmenter(settings.segmenter)
            parts.append(self._segmenter)
        names = (name for member in self._members for name in member.class_names)
        self.class_names = tuple(dict.fromkeys(names))
        self.device = ", ".join(dict.fromkeys(part.device for part in parts))
        self.notes = tuple(f"{part.name}: {note}" for part in parts for note in part.notes)

    def detect(
        self, photos: Sequence[Rgb], query: TextQuery | None = None
    ) -> list[list[Detection]]:
        """One list of finds for each photo, best first, in label classes and pixels of that photo.

        `query` is for those detectors read text that have none of their own. Raises UserError that
        names the member which failed.
        """
        answers = [(member.name, member.detect(photos, query)) for member in self._members]
        return [
            self._finished(photo, [(name, answer[i]) for name, answer in answers])
            for i, photo in enumerate(photos)
        ]

    def _finished(
        self, photo: Rgb, found: Sequence[tuple[str, Sequence[Detection]]]
    ) -> list[Detection]:
        height, width = photo.shape[:2]
        finds = kept(fused(found, self._fusion), self._filters, width, height)
        if self._segmenter is None or not finds:
            return finds
        refitted = self._segmenter.refitted(photo, finds)
        # Boxes that two detectors drew of one thin streak may meet only now.
        return kept(joined(refitted, self._fusion), self._filters, width, height)


class _LoadedMember:
    def __init__(self, member: Member) -> None:
        self._member = member
        self.name = member.name
        self._detector: Detector = _loaded(member.name, member.backend, member.settings)
        known = self._detector.class_names or tuple(member.names)
        self.class_names = tuple(member.names[name] for name in known if name in member.names)
        self.device = self._detector.device
        self.notes = self._detector.notes
        if not self.class_names:
            nothing = f"none of its classes ({', '.join(known)}) is wanted; it adds nothing."
            self.notes = (*self.notes, nothing)

    def detect(self, photos: Sequence[Rgb], query: TextQuery | None) -> list[list[Detection]]:
        """As `Detector.detect`, in label classes."""
        settings = self._member.settings
        # Tiles are cut from the whole photo, so nothing reduces it before.
        reduced_to = None if settings.tile_px else settings.image_size_px
        prepare = PREPARE[self._member.preprocess]
        prepared = [prepare(photo, longer_side_px=reduced_to) for photo in photos]
        asked = query if self._member.query is None else self._member.query
        with _told_of(self.name):
            answers = self._detector.detect(prepared, asked)
        return [
            [self._translated(find, photo, seen) for find in finds if self._is_wanted(find)]
            for photo, seen, finds in zip(photos, prepared, answers, strict=True)
        ]

    def _is_wanted(self, find: Detection) -> bool:
        least = self._member.least_scores.get(find.class_name, 0.0)
        return find.class_name in self._member.names and find.score >= least

    def _translated(self, find: Detection, photo: Rgb, seen: Rgb) -> Detection:
        """In the label class, and back from the pixels that the detector saw to the photo's."""
        name = self._member.names[find.class_name]
        sx, sy = photo.shape[1] / seen.shape[1], photo.shape[0] / seen.shape[0]
        polygon = find.polygon and tuple((x * sx, y * sy) for x, y in find.polygon)
        return replace(find, class_name=name, box=find.box.scaled(sx, sy), polygon=polygon)


class _LoadedSegmenter:
    def __init__(self, member: SegmenterMember) -> None:
        self.name = member.name
        self._segmenter = _loaded(member.name, member.backend, member.settings)
        self.device = self._segmenter.device
        self.notes = self._segmenter.notes

    def refitted(self, photo: Rgb, finds: Sequence[Detection]) -> list[Detection]:
        """Each find with the outline of what its box is around, and the box around that."""
        key = _content_key(photo)
        best = [_of_same(find, each) for find, each in self._asked(photo, key, finds, most=1)]
        # Most first answers are of the thing: the others are not worth drawing before they miss.
        strayed = [find for find, outline in zip(finds, best, strict=True) if outline is None]
        others = iter(self._asked(photo, key, strayed) if strayed else [])
        outlines = [outline or _of_same(*next(others)) for outline in best]
        return [
            find if outline is None else replace(find, box=outline.box, polygon=outline.polygon)
            for find, outline in zip(finds, outlines, strict=True)
        ]

    def _asked(
        self, photo: Rgb, key: str, finds: Sequence[Detection], most: int | None = None
    ) -> list[tuple[Detection, list[Outline]]]:
        prompts = [Prompt(find.box) for find in finds]
        with _told_of(self.name):
            answers = self._segmenter.segment([photo], key, prompts, most)
        return list(zip(finds, answers, strict=True))


def _of_same(find: Detection, outlines: Sequence[Outline]) -> Outline | None:
    """The best outline that is of the same thing."""
    for outline in outlines:
        if intersection_over_union(outline.box, find.box) >= _STRAYED_IOU:
            return outline
    return None


def _content_key(photo: Rgb) -> str:
    # Where the processor helps with it, twice as fast as the rest.
    digest = hashlib.sha256(np.ascontiguousarray(photo).data)
    digest.update(repr(photo.shape).encode())
    return digest.hexdigest()


def _loaded(
    name: str, backend: str | BackendSpec, settings: DetectorSettings | SegmenterSettings
) -> Any:  # noqa: ANN401 - a Detector or a Segmenter
    spec = BACKENDS[backend] if isinstance(backend, str) else backend
    with _told_of(name):
        return load_model(spec, settings)


@contextmanager
def _told_of(name: str) -> Iterator[None]:
    try:
        yield
    except UserError as e:
        raise UserError(f"{name}: {e.what}", hint=e.hint) from e
