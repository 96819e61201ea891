"""A model over the images of a project: photos decoded ahead, proposals saved batch by batch."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from app.core.annotation import Annotation, new_uid
from app.core.detection import Detection
from app.core.edit import Edit
from app.core.errors import UserError
from app.core.image import Image
from app.core.label_class import LabelClass
from app.core.photo import Rgb
from app.core.prelabelling import PrelabelReport
from app.core.progress import OnProgress, Progress, ignore_progress
from app.core.stopping import Stop
from app.services.asking import Answered, Asking
from app.services.class_mapping import Ask, map_classes
from app.services.class_names import class_names, remember_class_names
from app.services.decoding import decoded_batches
from app.services.disagreements import record
from app.services.model_bench import Workers, own_worker
from app.services.models import Model
from app.services.own_view import OwnView
from app.services.plan import Plan, plan_for
from app.services.prelabel_options import PrelabelOptions
from app.services.proposing import count_new, edits_for, is_open_to_models, second_edits_for
from app.storage.project import Project
from backends.client import ModelWorker

__all__ = ["PrelabelOptions", "PrelabelReport", "load_class_names", "prelabel"]

Finds = Mapping[int, Sequence[Annotation]]
"""Image id → what a model found there."""

OnFound = Callable[[int, Sequence[Detection]], object]
"""Told the id of an image and all that the model answered for it, in no certain pixels."""

OnSaved = Callable[[Sequence[int]], object]
"""Told the ids of the images of a batch once what was found on them is saved."""

OnDeath = Callable[[UserError], object]
"""Told why the model's process died, or was ended, before it is started again."""


def prelabel(
    project: Project,
    model: Model | Plan,
    options: PrelabelOptions,
    *,
    actor: str,
    ask: Ask | None = None,
    on_progress: OnProgress = ignore_progress,
    on_found: OnFound = lambda image_id, found: None,
    on_saved: OnSaved = lambda ids: None,
    on_death: OnDeath = lambda error: None,
    stop: Stop | None = None,
    workers: Workers = own_worker,
) -> PrelabelReport:
    """Adds what `model` finds as proposals; see `proposal_edits` for what they never touch.

    Where it disagrees with people who worked on an image is noted with the same save.

    Every batch is saved with the note that its images were seen, so a run that was stopped, even
    killed, goes on where it was. A project without classes takes the model's. A photo that can't be
    read, or is too much for the model, is refused and the rest goes on. The model isn't loaded when
    nothing is left to do and its classes are known. Raises UserError when the model can't be
    loaded, its classes can't be mapped, it can't do what it is asked, or its process dies, and
    Cancelled once a `stop` was requested, in the middle of whatever.
    """
    stop = stop or Stop()
    report = PrelabelReport()
    plan = model if isinstance(model, Plan) else plan_for(model, options, project.classes.all())
    begin = partial(_begin, project, plan, options, report, actor=actor, ask=ask)
    names = class_names(plan, options.cache)
    # In a project without classes nothing can have been seen, and its first come when they are
    # needed, not before the model has shown that it can be loaded.
    run = begin(names) if names and project.classes.all() else None
    if run is not None and not run.images:
        return report
    with _started(workers, plan, options.cache, stop) as worker:
        report.device, report.notes = worker.device, worker.notes
        if run is None or (worker.class_names and worker.class_names != names):
            # One that is asked in words has no classes of its own.
            run = begin(worker.class_names or names or ())
        on_progress(Progress(0, len(run.images)))
        started = time.monotonic()
        asking = Asking(
            *(worker, run.query),
            refuse=run.refuse,
            note=report.add_note,
            died=on_death,
            stop=stop,
        )
        read = partial(run.read, worker)
        for answered in asking.answers(decoded_batches(run.images, read, run.refuse)):
            run.save(answered)
            for each in answered:
                on_found(each.image.id, each.found)
            on_saved([each.image.id for each in answered])
            done = report.images + len(report.refused)
            on_progress(Progress(done, len(run.images), answered[-1].image.path))
        report.elapsed_s = time.monotonic() - started
    return report


def load_class_names(
    model: Model, options: PrelabelOptions, *, stop: Stop, workers: Workers
) -> tuple[str, ...]:
    """Loads the model to learn its classes, for `class_names` to know; raises as `prelabel`."""
    with _started(workers, plan_for(model, options, ()), options.cache, stop) as worker:
        return worker.class_names


@contextmanager
def _started(workers: Workers, plan: Plan, cache: Path, stop: Stop) -> Iterator[ModelWorker]:
    with workers(plan.backend, plan.settings) as worker, stop.on_request(worker.interrupt):
        worker.start(stop)
        if worker.class_names:
            remember_class_names(plan, worker.class_names, cache)
        yield worker


def _begin(
    project: Project,
    plan: Plan,
    options: PrelabelOptions,
    report: PrelabelReport,
    names: Sequence[str],
    *,
    actor: str,
    ask: Ask | None,
) -> "_Run":
    classes = project.classes.all()
    if not classes:
        wanted = [LabelClass(n) for n in names if options.classes is None or n in options.classes]
        classes = project.add_classes(wanted, actor=actor)
    mapped = map_classes(names, classes, given=_given(options, names), ask=ask)
    some = options.classes is not None and not options.classes.issuperset(names)
    return _Run(project, plan, options, mapped, report, actor, of_some_classes=some)


def _given(options: PrelabelOptions, names: Sequence[str]) -> Mapping[str, str | None]:
    """What the mapping says, with the model's classes that aren't wanted left out."""
    if options.classes is None:
        return options.mapping
    strangers = sorted(options.classes.difference(names))
    if strangers:
        raise UserError(
            f"The model doesn't know the classes {', '.join(strangers)}.",
            hint=f"Its classes are: {', '.join(names)}.",
        )
    unwanted = [name for name in names if name not in options.classes]
    return {**options.mapping, **dict.fromkeys(unwanted)}


class _Run:
    """One pass under way: which images, how they are read, and how answers become edits."""

    def __init__(
        self,
        project: Project,
        plan: Plan,
        options: PrelabelOptions,
        mapped: Mapping[str, LabelClass],
        report: PrelabelReport,
        actor: str,
        *,
        of_some_classes: bool,
    ) -> None:
        self._project, self._mapped = project, mapped
        self._report, self._actor, self._view = report, actor, OwnView(project, actor)
        self.refuse = report.refused.append
        self._plan, self.query = plan, plan.query
        self._class_ids = frozenset(c.id for c in mapped.values())
        self._only_compares = options.compare
        with project.transaction():
            self._id = project.runs.open(plan.run_key(mapped), actor=actor)
            if options.again:
                project.second.forget(self._id)
                if options.image_ids is None:
                    project.runs.forget(self._id)
            earlier = project.runs.of_models([plan.weights_hash])
            self._own_runs = earlier | project.runs.of_models(plan.members)
            # Of other classes it has nothing to say, unless those it has go for all it had before.
            self._redone = frozenset[int]() if of_some_classes else earlier
        # Photos that somebody labels a second time are new to them, whatever the first says.
        self._second = {} if options.compare else project.second.unlooked_at(self._id)
        self._only_second = frozenset[int]()
        self.images = self._images_to_do(options)

    def _images_to_do(self, options: PrelabelOptions) -> list[Image]:
        asked = self._asked_for(options.image_ids)
        if options.compare:
            return self._images_to_compare(asked, options)
        given = {each.image_id: each.label for each in self._project.second.of_person(self._actor)}
        unsettled = [image for image in asked if is_open_to_models(image.label)]
        seen = frozenset[int]() if options.again else self._project.runs.seen(self._id)
        waiting = {image.id for image in unsettled if image.id not in seen}
        self._only_second = frozenset(self._second.keys() - waiting)
        to_do = [image for image in asked if image.id in waiting | self._only_second]
        # As whoever asks sees it: to them a photo that they label a second time is like any other.
        self._report.settled = sum(
            not is_open_to_models(given.get(image.id, image.label))
            for image in asked
            if image.id not in self._second
        )
        self._report.skipped = len(asked) - len(to_do)
        return to_do

    def _images_to_compare(self, asked: list[Image], options: PrelabelOptions) -> list[Image]:
        table = self._project.disagreements
        if options.again:
            table.forget(self._id, options.image_ids)
        wanted = table.to_compare(self._id)
        waiting = [image for image in asked if image.id in wanted]
        self._report.skipped = len(asked) - len(waiting)
        return waiting

    def _asked_for(self, image_ids: frozenset[int] | None) -> list[Image]:
        images = self._project.images
        if image_ids is None:
            return list(images.all())
        return [images.get(image_id) for image_id in sorted(image_ids)]

    def read(self, worker: ModelWorker, image: Image) -> Rgb | UserError:
        """Called from the decoding threads."""
        try:
            return worker.read(self._project.locate(image.path), self._plan.prepare)
        except UserError as e:
            return e

    def save(self, batch: Sequence[Answered]) -> None:
        """One transaction: proposals, where people say otherwise, and that the images were seen."""
        finds = {each.image.id: self._finds(each) for each in batch}
        with self._project.transaction():
            blind = self._view.blind_among(finds)
            of_first = {i: found for i, found in finds.items() if i not in self._only_second}
            if not self._only_compares:
                edits = self._edits(of_first)
                second = self._second_edits(finds)
                seen = [*edits, *second.get(self._actor, ())]
                self._report.proposals += count_new(seen, but=blind)
                self._project.propose(edits, second, actor=self._actor)
                self._project.runs.mark_seen(self._id, of_first)
            for image_id, found in of_first.items():
                noted = record(self._project, self._id, image_id, found, classes=self._class_ids)
                self._report.disagreements += 0 if image_id in blind else noted
        self._report.blind += len(blind)
        self._report.images += len(batch)

    def _edits(self, finds: Finds) -> list[Edit]:
        return [
            edit
            for image_id, found in finds.items()
            for edit in edits_for(
                *(self._project, image_id, found),
                own_runs=self._own_runs,
                replaces=self._replaces,
            )
        ]

    def _second_edits(self, finds: Finds) -> dict[str, list[Edit]]:
        """Person → what changes on photos that they label a second time."""
        edits: dict[str, list[Edit]] = {}
        for image_id, found in finds.items():
            for person in self._second.get(image_id, ()):
                edits.setdefault(person, []).extend(
                    second_edits_for(
                        *(self._project, image_id, person, found),
                        own_runs=self._own_runs,
                        replaces=self._replaces,
                    )
                )
                self._project.second.mark_seen(self._id, image_id, person)
        return edits

    def _replaces(self, proposal: Annotation) -> bool:
        return proposal.class_id in self._class_ids or proposal.run_id in self._redone

    def _finds(self, answered: Answered) -> list[Annotation]:
        return [self._proposal(each, answered) for each in answered.found if self._wanted(each)]

    def _wanted(self, found: Detection) -> bool:
        name = found.class_name
        return name in self._mapped and found.score >= self._plan.least_score_of(name)

    def _proposal(self, found: Detection, answered: Answered) -> Annotation:
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
            sources=found.sources,
        )
