"""Boxes carried over from the layer before, where the photo still shows what they are around."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from app.core.annotation import Annotation, new_uid
from app.core.errors import UserError
from app.core.geometry import Box, intersection_over_union
from app.core.image import Image
from app.core.photo import Rgb
from app.core.progress import OnProgress, Progress, ignore_progress
from app.core.segmentation import Outline, Prompt
from app.core.stopping import Stop
from app.imaging.contrast_segmenter import outlines_of
from app.imaging.pixels import read_pixels
from app.imaging.registration import LEAST_LIKENESS, still_there
from app.imaging.similar import Flat, flattened
from app.services.live_segmenter import Hand
from app.services.own_view import OwnView
from app.services.proposing import is_open_to_models, propose_as_seen
from app.services.shelf_names import CONTRAST
from app.storage.project import Project
from app.storage.runs import RunKey

RUN_NAME = "carried over"

_LEAST_FIT_IOU = 0.5
"""With the place it was carried to: a segmenter that strays further is not followed."""


@dataclass(slots=True)
class CarryReport:
    """`proposals` on `images` images, but for `blind` of them: of what whoever asked labels blind
    nothing is told. `dropped`: boxes whose picture is no longer there.

    `settled`: images that people have settled; `first`: those without a layer before them.
    """

    images: int = 0
    proposals: int = 0
    dropped: int = 0
    settled: int = 0
    first: int = 0
    blind: int = 0
    refused: list[UserError] = field(default_factory=list)


def carry_over(
    project: Project,
    image_id: int,
    *,
    actor: str,
    least_likeness: float = LEAST_LIKENESS,
    segmenter: Hand | None = None,
    segmenter_name: str = "segmenter",
    stop: Stop | None = None,
) -> CarryReport:
    """Proposes on an image what people drew or accepted on the one before it in its folder.

    Each box is moved as the photo has moved, fitted to what stands out there, and dropped when the
    picture is less like the old one than `least_likeness` (0..1), which is the proposal's score.
    A `segmenter` fits it to what it outlines there; without one it is the contrast that does;
    `segmenter_name` tells its proposals from those of others. What was carried over before is
    replaced; see `proposal_edits` for what is never touched. One transaction. Raises UserError when
    the image is the first of its folder, a photo can't be read or is of another size than the one
    before, or the segmenter can't be loaded or dies; Cancelled once a `stop` was requested.
    """
    fitter = _Fitter(segmenter, segmenter_name)
    carrying = _Carrying(project, fitter, actor, least_likeness)
    with fitter.ready(stop or Stop()):
        carrying.carry(image_id)
    if carrying.report.first:
        raise UserError(
            "There is no layer before this one to carry boxes over from.",
            hint="Layers are the images of one folder, in the order in which they came in.",
        )
    return carrying.report


def carry_over_all(
    project: Project,
    image_ids: Collection[int],
    *,
    actor: str,
    least_likeness: float = LEAST_LIKENESS,
    segmenter: Hand | None = None,
    segmenter_name: str = "segmenter",
    on_progress: OnProgress = ignore_progress,
    stop: Stop | None = None,
) -> CarryReport:
    """As `carry_over` for each, one transaction an image; what can't be read, or is too much for
    the segmenter, is refused.

    Raises UserError when the segmenter can't be loaded, Cancelled once a `stop` was requested.
    """
    stop = stop or Stop()
    fitter = _Fitter(segmenter, segmenter_name)
    carrying = _Carrying(project, fitter, actor, least_likeness)
    for done, image_id in enumerate(sorted(image_ids)):
        stop.check()
        on_progress(Progress(done, len(image_ids), project.images.get(image_id).path))
        with fitter.ready(stop):
            try:
                carrying.carry(image_id)
            except UserError as e:
                carrying.report.refused.append(e)
    on_progress(Progress(len(image_ids), len(image_ids)))
    return carrying.report


@dataclass(frozen=True, slots=True)
class _Layer:
    pixels: Rgb
    flat: Flat


class _Fitter:
    """Boxes at the places they were carried to, fitted to what is there."""

    def __init__(self, segmenter: Hand | None, name: str) -> None:
        self._segmenter = segmenter
        self.name = CONTRAST if segmenter is None else name

    @contextmanager
    def ready(self, stop: Stop) -> Iterator[None]:
        """Started, also when it died over the last photo; `stop` reaches it in what it does."""
        segmenter = self._segmenter
        if segmenter is None:
            yield
            return
        with stop.on_request(segmenter.interrupt):
            segmenter.start(stop)
            yield

    def fitted(self, image: Image, pixels: Rgb, places: Sequence[Box]) -> list[Outline]:
        """The outline of what is at each place; the place itself where nothing is."""
        prompts = tuple(Prompt(place) for place in places)
        try:
            found = self._outlines(image, pixels, prompts)
        except UserError as e:
            raise UserError(f"{image.path}: {e.what}", hint=e.hint) from e
        return [_nearest(each, place) for each, place in zip(found, places, strict=True)]

    def _outlines(
        self, image: Image, pixels: Rgb, prompts: tuple[Prompt, ...]
    ) -> list[list[Outline]]:
        if self._segmenter is None or not prompts:
            return [outlines_of(pixels, prompt) for prompt in prompts]
        outlines: list[list[Outline]] = self._segmenter.ask(
            "segment", [pixels], image.content_hash, prompts
        )
        return outlines


class _Carrying:
    """One pass: the last two layers are kept, as the next image's layer before is this one."""

    def __init__(
        self, project: Project, fitter: _Fitter, actor: str, least_likeness: float
    ) -> None:
        self._project, self._fitter, self._actor = project, fitter, actor
        self._least_likeness = least_likeness
        self._layer = lru_cache(maxsize=2)(self._read)
        self.report = CarryReport()

    def carry(self, image_id: int) -> None:
        project, report = self._project, self.report
        image = project.images.get(image_id)
        before_id = project.images.layer(image_id, -1)
        if not is_open_to_models(OwnView(project, self._actor).image(image_id).label):
            report.settled += 1
            return
        if before_id is None:
            report.first += 1
            return
        before = project.images.get(before_id)
        drawn = [a for a in project.annotations.of_image(before_id) if not a.is_proposal]
        found = self._found(before, image, drawn) if drawn else []
        with project.transaction():
            run_id = project.runs.open(self._key(), actor=self._actor)
            proposals = [_proposal(old, outline, run_id) for old, outline in found]
            proposed = propose_as_seen(
                *(project, {image_id: proposals}),
                run_id=run_id,
                actor=self._actor,
                has_looked=False,
            )
        report.proposals += proposed.boxes
        report.blind += proposed.blind
        report.images += 1
        report.dropped += len(drawn) - len(found)

    def _key(self) -> RunKey:
        settings: dict[str, object] = {"least_likeness": self._least_likeness}
        if self._fitter.name != CONTRAST:
            settings["segmenter"] = self._fitter.name
        return RunKey("model", RUN_NAME, RUN_NAME, settings)

    def _found(
        self, before: Image, image: Image, drawn: list[Annotation]
    ) -> list[tuple[Annotation, Outline]]:
        """Those that are still there, each with its new outline, scored by its likeness."""
        old, new = self._layer(before.path), self._layer(image.path)
        if old.pixels.shape != new.pixels.shape:
            raise UserError(
                f"{image.path} is of another size than the layer before it, {before.path}.",
                hint="Boxes can be carried over between photos of one camera only.",
            )
        boxes = [a.box for a in drawn]
        places = still_there(old.flat, new.flat, boxes, least_likeness=self._least_likeness)
        there = [(a, *place) for a, place in zip(drawn, places, strict=True) if place is not None]
        fitted = self._fitter.fitted(image, new.pixels, [place for _, place, _ in there])
        return [
            (a, Outline(outline.polygon, likeness))
            for (a, _, likeness), outline in zip(there, fitted, strict=True)
        ]

    def _read(self, path: str) -> _Layer:
        pixels = read_pixels(self._project.locate(path))
        return _Layer(pixels, flattened(pixels))


def _nearest(outlines: Sequence[Outline], place: Box) -> Outline:
    """The best that lies at the place; the place itself when none does."""
    for outline in outlines:
        if intersection_over_union(outline.box, place) >= _LEAST_FIT_IOU:
            return outline
    left, top, right, bottom = place.corners
    return Outline(((left, top), (right, top), (right, bottom), (left, bottom)))


def _proposal(old: Annotation, outline: Outline, run_id: int) -> Annotation:
    """With an outline where the box that it comes from had one."""
    polygon = None if old.polygon is None else outline.polygon
    return Annotation(new_uid(), old.class_id, outline.box, polygon, outline.score, run_id=run_id)
