"""A model over the images of a project: photos decoded ahead, proposals saved batch by batch."""

import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from app.core.annotation import Annotation, new_uid
from app.core.detection import Detection
from app.core.edit import Edit, ImageEdit
from app.core.errors import UserError
from app.core.image import SETTLED, STATES, Image, ImageLabel
from app.core.label_class import LabelClass
from app.core.photo import Rgb
from app.core.progress import OnProgress, Progress, ignore_progress
from app.core.proposals import proposal_edits
from app.imaging.pixels import read_pixels
from app.services.class_mapping import Ask, map_classes
from app.services.decoding import decoded_batches
from app.services.models import DEFAULT_CONFIDENCE, Model
from app.services.preparing import PREPARE
from app.storage.project import Project
from app.storage.runs import RunKey
from backends.base import DetectorSettings
from backends.client import ModelWorker, Ticket

_BATCHES_AHEAD = 2


@dataclass(frozen=True, slots=True)
class PrelabelOptions:
    """None leaves a setting to the model. `mapping`: model class → label class, None for neither.

    `again` goes over images that this model has seen with these settings before.
    """

    cache: Path
    confidence: float | None = None
    iou: float | None = None
    image_size_px: int | None = None
    device: str = "auto"
    tile_px: int | None = None
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    again: bool = False
    fast_engine: bool = True


@dataclass(slots=True)
class PrelabelReport:
    """`skipped`: images that people have settled, or that this run had been over before."""

    device: str = ""
    notes: tuple[str, ...] = ()
    images: int = 0
    proposals: int = 0
    skipped: int = 0
    elapsed_s: float = 0.0
    refused: list[UserError] = field(default_factory=list)


def prelabel(
    project: Project,
    model: Model,
    options: PrelabelOptions,
    *,
    actor: str,
    ask: Ask | None = None,
    on_progress: OnProgress = ignore_progress,
) -> PrelabelReport:
    """Adds what `model` finds as proposals; see `proposal_edits` for what they never touch.

    Every batch is saved with the note that its images were seen, so a run that was stopped, even
    killed, goes on where it was. A project without classes takes the model's. A photo that can't be
    read is refused and the rest goes on. Raises UserError when the model can't be loaded, its
    classes can't be mapped, or its process dies.
    """
    report = PrelabelReport()
    with ModelWorker(_settings(model, options), slots=_BATCHES_AHEAD) as worker:
        report.device, report.notes = worker.device, worker.notes
        mapped = _map(project, worker.class_names, options, actor=actor, ask=ask)
        run = _Run(project, model, options, mapped, report, actor)
        images = run.images_to_do()
        on_progress(Progress(0, len(images)))
        started = time.monotonic()
        for answered in _answers(worker, run, images):
            run.save(answered)
            done = report.images + len(report.refused)
            on_progress(Progress(done, len(images), answered[-1].image.path))
        report.elapsed_s = time.monotonic() - started
    return report


def _least_score(model: Model, options: PrelabelOptions, class_name: str) -> float:
    if options.confidence is not None:
        return options.confidence
    return model.confidence.get(class_name, DEFAULT_CONFIDENCE)


def _settings(model: Model, options: PrelabelOptions) -> DetectorSettings:
    least = options.confidence
    if least is None:
        least = min([DEFAULT_CONFIDENCE, *model.confidence.values()])
    return DetectorSettings(
        weights=model.weights,
        cache=options.cache,
        confidence=least,
        iou=model.iou if options.iou is None else options.iou,
        image_size_px=options.image_size_px or model.image_size_px,
        max_detections=model.max_detections,
        device=options.device,
        tile_px=options.tile_px,
        fast_engine=options.fast_engine,
    )


def _map(
    project: Project,
    names: Sequence[str],
    options: PrelabelOptions,
    *,
    actor: str,
    ask: Ask | None,
) -> dict[str, LabelClass]:
    classes = project.classes.all()
    if not classes:
        classes = project.add_classes([LabelClass(name) for name in names], actor=actor)
    return map_classes(names, classes, given=options.mapping, ask=ask)


@dataclass(frozen=True, slots=True)
class _Answered:
    """What the model found on an image, in pixels of the photo of this size that it saw."""

    image: Image
    seen_width_px: int
    seen_height_px: int
    found: Sequence[Detection]


class _Run:
    """One pass under way: which images, how they are read, and how answers become edits."""

    def __init__(
        self,
        project: Project,
        model: Model,
        options: PrelabelOptions,
        mapped: Mapping[str, LabelClass],
        report: PrelabelReport,
        actor: str,
    ) -> None:
        self._project, self._mapped = project, mapped
        self._report, self._actor = report, actor
        self._least_score = {name: _least_score(model, options, name) for name in mapped}
        # Tiles are cut from the whole photo, so nothing reduces it before.
        reduced_to = None if options.tile_px else _settings(model, options).image_size_px
        self._prepare = partial(PREPARE[model.preprocess], longer_side_px=reduced_to)
        with project.transaction():
            self._id = project.runs.open(_key(model, options, mapped), actor=actor)
            if options.again:
                project.runs.forget(self._id)
            self._own_runs = project.runs.same_model(self._id)

    def images_to_do(self) -> list[Image]:
        everything = list(self._project.images.all(STATES))
        seen = self._project.runs.seen(self._id)
        waiting = [i for i in everything if i.id not in seen and _open_to_models(i.label)]
        self._report.skipped = len(everything) - len(waiting)
        return waiting

    def read(self, image: Image) -> Rgb | UserError:
        """Called from the decoding threads."""
        try:
            return self._prepare(read_pixels(self._project.locate(image.path)))
        except UserError as e:
            return e

    def refuse(self, error: UserError) -> None:
        self._report.refused.append(error)

    def save(self, batch: Sequence[_Answered]) -> None:
        """One transaction: proposals, and the note that the images were seen."""
        with self._project.transaction():
            edits = [edit for answered in batch for edit in self._edits(answered)]
            self._project.apply(edits, actor=self._actor, kind="prelabel")
            self._project.runs.mark_seen(self._id, [each.image.id for each in batch])
        self._report.images += len(batch)

    def _edits(self, answered: _Answered) -> Iterator[Edit]:
        image = answered.image
        # Read now, not when the run began: people may have worked on the image since.
        label = self._project.images.get(image.id).label
        if not _open_to_models(label):
            return
        edits = proposal_edits(
            image.id,
            self._project.annotations.of_image(image.id),
            list(self._project.log.rejected(image.id)),
            [self._proposal(each, answered) for each in answered.found if self._wanted(each)],
            own_runs=self._own_runs,
        )
        self._report.proposals += sum(edit.before is None for edit in edits)
        yield from edits
        if label.state == "new":
            yield ImageEdit(image.id, label, ImageLabel("prelabelled", split=label.split))

    def _wanted(self, found: Detection) -> bool:
        name = found.class_name
        return name in self._mapped and found.score >= self._least_score[name]

    def _proposal(self, found: Detection, answered: _Answered) -> Annotation:
        """Back from the pixels that the model saw to those of the photo."""
        sx = answered.image.width_px / answered.seen_width_px
        sy = answered.image.height_px / answered.seen_height_px
        polygon = found.polygon and tuple((x * sx, y * sy) for x, y in found.polygon)
        return Annotation(
            new_uid(),
            self._mapped[found.class_name].id,
            found.box.scaled(sx, sy),
            polygon,
            min(max(found.score, 0.0), 1.0),
            run_id=self._id,
        )


def _open_to_models(label: ImageLabel) -> bool:
    return label.state not in SETTLED and not label.is_normal


def _key(model: Model, options: PrelabelOptions, mapped: Mapping[str, LabelClass]) -> RunKey:
    """Where it ran doesn't make it another run; what could change a box does."""
    settings = _settings(model, options)
    return RunKey(
        "model",
        model.name,
        model.weights_hash,
        {
            "confidence": {name: _least_score(model, options, name) for name in mapped},
            "iou": settings.iou,
            "image_size_px": settings.image_size_px,
            "max_detections": settings.max_detections,
            "preprocess": model.preprocess,
            "tile_px": settings.tile_px,
            "classes": {name: label_class.id for name, label_class in mapped.items()},
        },
    )


def _answers(
    worker: ModelWorker, run: _Run, images: Sequence[Image]
) -> Iterator[Sequence[_Answered]]:
    """Batches with the model's finds, in order; the next ones are decoded and sent meanwhile."""
    under_way: deque[tuple[list[Image], list[Rgb], Ticket]] = deque()
    for batch, photos in decoded_batches(images, run.read, run.refuse):
        under_way.append((batch, photos, worker.submit(photos)))
        if len(under_way) == _BATCHES_AHEAD:
            yield from _answer(worker, run, *under_way.popleft())
    while under_way:
        yield from _answer(worker, run, *under_way.popleft())


def _answer(
    worker: ModelWorker, run: _Run, batch: list[Image], photos: list[Rgb], ticket: Ticket
) -> Iterator[Sequence[_Answered]]:
    try:
        answers = worker.result(ticket)
    except UserError as e:
        if not worker.running:
            raise
        run.refuse(e)
        return
    yield [
        _Answered(image, photo.shape[1], photo.shape[0], found)
        for image, photo, found in zip(batch, photos, answers, strict=True)
    ]
