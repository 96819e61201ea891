"""Boxes carried over from the layer before, where the photo still shows what they are around."""

from collections.abc import Collection
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
from app.services.proposing import count_new, edits_for, is_open_to_models
from app.storage.project import Project
from app.storage.runs import RunKey

RUN_NAME = "carried over"

_LEAST_FIT_IOU = 0.5
"""With the place it was carried to: a segmenter that strays further is not followed."""


@dataclass(slots=True)
class CarryReport:
    """`proposals` on `images` images. `dropped`: boxes whose picture is no longer there.

    `settled`: images that people have settled; `first`: those without a layer before them.
    """

    images: int = 0
    proposals: int = 0
    dropped: int = 0
    settled: int = 0
    first: int = 0
    refused: list[UserError] = field(default_factory=list)


def carry_over(
    project: Project, image_id: int, *, actor: str, least_likeness: float = LEAST_LIKENESS
) -> CarryReport:
    """Proposes on an image what people drew or accepted on the one before it in its folder.

    Each box is moved as the photo has moved, fitted to what stands out there, and dropped when the
    picture is less like the old one than `least_likeness` (0..1), which is the proposal's score.
    What was carried over before is replaced; see `proposal_edits` for what is never touched. One
    transaction. Raises UserError when the image is the first of its folder, or a photo can't be
    read or is of another size than the one before.
    """
    report = CarryReport()
    _carry(project, image_id, report, _Reader(project), actor, least_likeness)
    if report.first:
        raise UserError(
            "There is no layer before this one to carry boxes over from.",
            hint="Layers are the images of one folder, in the order in which they came in.",
        )
    return report


def carry_over_all(
    project: Project,
    image_ids: Collection[int],
    *,
    actor: str,
    least_likeness: float = LEAST_LIKENESS,
    on_progress: OnProgress = ignore_progress,
    stop: Stop | None = None,
) -> CarryReport:
    """As `carry_over` for each, one transaction an image; what can't be read is refused.

    Raises Cancelled once a `stop` was requested.
    """
    stop = stop or Stop()
    report, reader = CarryReport(), _Reader(project)
    for done, image_id in enumerate(sorted(image_ids)):
        stop.check()
        on_progress(Progress(done, len(image_ids), project.images.get(image_id).path))
        try:
            _carry(project, image_id, report, reader, actor, least_likeness)
        except UserError as e:
            report.refused.append(e)
    on_progress(Progress(len(image_ids), len(image_ids)))
    return report


@dataclass(frozen=True, slots=True)
class _Layer:
    pixels: Rgb
    flat: Flat


class _Reader:
    """Reads layers; the last two are kept, because the next image's layer before is this one."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.layer = lru_cache(maxsize=2)(self._layer)

    def _layer(self, path: str) -> _Layer:
        pixels = read_pixels(self._project.locate(path))
        return _Layer(pixels, flattened(pixels))


def _carry(
    project: Project,
    image_id: int,
    report: CarryReport,
    reader: _Reader,
    actor: str,
    least_likeness: float,
) -> None:
    image = project.images.get(image_id)
    before_id = project.images.layer(image_id, -1)
    if not is_open_to_models(image.label):
        report.settled += 1
        return
    if before_id is None:
        report.first += 1
        return
    before = project.images.get(before_id)
    drawn = [a for a in project.annotations.of_image(before_id) if not a.is_proposal]
    found = _found(reader, before, image, drawn, least_likeness) if drawn else []
    with project.transaction():
        key = RunKey("model", RUN_NAME, RUN_NAME, {"least_likeness": least_likeness})
        run_id = project.runs.open(key, actor=actor)
        proposals = [_proposal(old, outline, run_id) for old, outline in found]
        own_runs = project.runs.same_model(run_id)
        edits = edits_for(project, image_id, proposals, own_runs=own_runs, has_looked=False)
        project.apply(edits, actor=actor, kind="prelabel")
        project.runs.mark_seen(run_id, [image_id])
    report.images += 1
    report.proposals += count_new(edits)
    report.dropped += len(drawn) - len(found)


def _found(
    reader: _Reader, before: Image, image: Image, drawn: list[Annotation], least_likeness: float
) -> list[tuple[Annotation, Outline]]:
    """Those that are still there, each with its new outline."""
    old, new = reader.layer(before.path), reader.layer(image.path)
    if old.pixels.shape != new.pixels.shape:
        raise UserError(
            f"{image.path} is of another size than the layer before it, {before.path}.",
            hint="Boxes can be carried over between photos of one camera only.",
        )
    boxes = [a.box for a in drawn]
    places = still_there(old.flat, new.flat, boxes, least_likeness=least_likeness)
    return [
        (a, _fitted(new.pixels, *place))
        for a, place in zip(drawn, places, strict=True)
        if place is not None
    ]


def _fitted(pixels: Rgb, place: Box, likeness: float) -> Outline:
    """The outline of what stands out at the place; the place itself where nothing does."""
    for outline in outlines_of(pixels, Prompt(place)):
        if intersection_over_union(outline.box, place) >= _LEAST_FIT_IOU:
            return Outline(outline.polygon, likeness)
    left, top, right, bottom = place.corners
    return Outline(((left, top), (right, top), (right, bottom), (left, bottom)), likeness)


def _proposal(old: Annotation, outline: Outline, run_id: int) -> Annotation:
    """With an outline where the box that it comes from had one."""
    polygon = None if old.polygon is None else outline.polygon
    return Annotation(new_uid(), old.class_id, outline.box, polygon, outline.score, run_id=run_id)
