"""Finds the rest from one box, on its own image or on others, and proposes what it finds."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from app.core.annotation import Annotation, new_uid
from app.core.detection import Detection
from app.core.errors import UserError
from app.core.image import Image
from app.core.photo import Rgb
from app.core.progress import OnProgress, Progress, ignore_progress
from app.core.stopping import Stop
from app.imaging.pixels import read_pixels
from app.imaging.similar import LEAST_SCORE, MOST, Flat, flattened, found_like, pattern_of
from app.services.decoding import decoded_batches
from app.services.live_segmenter import Hand
from app.services.own_view import OwnView
from app.services.proposing import is_open_to_models, propose_as_seen
from app.services.shelf_names import CONTRAST
from app.storage.project import Project
from app.storage.runs import RunKey
from backends.base import NotEmbeddedError

OnSaved = Callable[[Sequence[int]], object]
"""Told the ids of the images of a batch once what was found on them is saved."""


@dataclass(slots=True)
class SimilarReport:
    """`proposals` on `images` images, but for `blind` of them: of what whoever asked labels blind
    nothing is told. `settled`: images that people have settled; `skipped`: these, and those that
    this search had been over before.
    """

    images: int = 0
    proposals: int = 0
    skipped: int = 0
    settled: int = 0
    blind: int = 0
    refused: list[UserError] = field(default_factory=list)


def find_similar_in(
    project: Project,
    image_id: int,
    uid: str,
    image_ids: Collection[int],
    *,
    actor: str,
    segmenter: Hand | None = None,
    segmenter_name: str = "segmenter",
    least_score: float = LEAST_SCORE,
    most: int = MOST,
    again: bool = False,
    on_progress: OnProgress = ignore_progress,
    on_saved: OnSaved = lambda ids: None,
    stop: Stop | None = None,
) -> SimilarReport:
    """Proposes on `image_ids` what looks like the box `uid` of `image_id`, with its class.

    A `segmenter` (one whose `similar` needs weights) searches by its features, without one it is
    correlation that does; `segmenter_name` tells its searches from those of others. At most `most`
    finds an image, of a score of `least_score` (0..1) or more. A box searched for anew replaces
    what it found before; see `proposal_edits` for what is never touched. Saved batch by batch; a
    photo that can't be read, or over which the segmenter died, is refused and the rest goes on.
    Raises UserError when the box is gone, its own photo can't be read, or the segmenter can't be
    loaded, and Cancelled once a `stop` was requested.
    """
    stop = stop or Stop()
    search = _Search(project, image_id, uid, actor=actor, least_score=least_score, most=most)
    engine = CONTRAST if segmenter is None else segmenter_name
    images = search.begin(image_ids, engine, again=again)
    if not images:
        return search.report
    if segmenter is None:
        batches = search.by_correlation(images)
    else:
        batches = search.by_features(images, segmenter, stop)
    on_progress(Progress(0, len(images)))
    for batch in batches:
        stop.check()
        search.save(batch)
        on_saved([image.id for image, _ in batch])
        done = search.report.images + len(search.report.refused)
        on_progress(Progress(done, len(images), batch[-1][0].path))
    return search.report


_Found = tuple[Image, list[Detection]]


class _Search:
    """One box that is searched for: how photos are read, and how finds become edits."""

    def __init__(
        self,
        project: Project,
        image_id: int,
        uid: str,
        *,
        actor: str,
        least_score: float,
        most: int,
    ) -> None:
        self._project, self._actor = project, actor
        self._least_score, self._most = least_score, most
        self._image = project.images.get(image_id)
        self._view = OwnView(project, actor)
        self._target = _annotation(self._view, image_id, uid)
        self.report = SimilarReport()

    def begin(self, image_ids: Collection[int], engine: str, *, again: bool) -> list[Image]:
        """Opens the run; which images are left to do."""
        project = self._project
        with project.transaction():
            self._run_id = project.runs.open(self._key(engine), actor=self._actor)
        asked = [project.images.get(i) for i in sorted(image_ids)]
        unsettled = [i for i in asked if is_open_to_models(self._view.image(i.id).label)]
        seen = frozenset[int]() if again else project.runs.seen(self._run_id)
        waiting = [image for image in unsettled if image.id not in seen]
        self.report.settled = len(asked) - len(unsettled)
        self.report.skipped = len(asked) - len(waiting)
        return waiting

    def by_correlation(self, images: Sequence[Image]) -> Iterator[list[_Found]]:
        pattern = pattern_of(flattened(self._pixels(self._image)), self._target.box)
        for batch, photos in decoded_batches(images, self._read_flat, self.report.refused.append):
            yield [
                (
                    image,
                    [
                        Detection("", box, score)
                        for box, score in found_like(
                            pattern,
                            Flat(levels, image.width_px, image.height_px),
                            most=self._most,
                            least_score=self._least_score,
                            known=[self._target.box] if image.id == self._image.id else [],
                        )
                    ],
                )
                for image, levels in zip(batch, photos, strict=True)
            ]

    def by_features(
        self, images: Sequence[Image], segmenter: Hand, stop: Stop
    ) -> Iterator[list[_Found]]:
        with stop.on_request(segmenter.interrupt):
            for image in images:
                segmenter.start(stop)  # it may have died over the last photo
                try:
                    found = self._asked(segmenter, image)
                except UserError as e:
                    self.report.refused.append(e)
                    continue
                best = [each for each in found if each.score >= self._least_score]
                yield [(image, best[: self._most])]

    def save(self, batch: Sequence[_Found]) -> None:
        """One transaction: proposals, and the note that the images were searched."""
        with self._project.transaction():
            proposed = propose_as_seen(
                self._project,
                {image.id: [self._proposal(each) for each in found] for image, found in batch},
                run_id=self._run_id,
                actor=self._actor,
            )
        self.report.proposals += proposed.boxes
        self.report.blind += proposed.blind
        self.report.images += len(batch)

    def _asked(self, segmenter: Hand, image: Image) -> list[Detection]:
        question = (self._image.content_hash, self._target.box, image.content_hash)
        try:
            found: list[Detection] = segmenter.ask("similar", [], *question)
        except NotEmbeddedError:
            photos = [self._pixels(self._image), self._pixels(image)]
            found = segmenter.ask("similar", photos, *question)
        return found

    def _pixels(self, image: Image) -> Rgb:
        return read_pixels(self._project.locate(image.path))

    def _read_flat(self, image: Image) -> Rgb | UserError:
        """Called from the decoding threads: a tenth of the photo's memory goes on from here."""
        try:
            return flattened(self._pixels(image)).levels
        except UserError as e:
            return e

    def _key(self, engine: str) -> RunKey:
        target = self._target
        name = next(c.name for c in self._project.classes.all() if c.id == target.class_id)
        settings = {
            "box": list(target.box.corners),
            "class": target.class_id,
            "engine": engine,
            "least_score": self._least_score,
            "most": self._most,
        }
        return RunKey("model", f"similar to {name}", f"similar:{target.uid}", settings)

    def _proposal(self, found: Detection) -> Annotation:
        return Annotation(
            new_uid(),
            self._target.class_id,
            found.box,
            found.polygon,
            min(max(found.score, 0.0), 1.0),
            run_id=self._run_id,
        )


def _annotation(view: OwnView, image_id: int, uid: str) -> Annotation:
    for annotation in view.labels_of(image_id)[1]:
        if annotation.uid == uid:
            return annotation
    raise UserError(
        "The box to search for is no longer on its image.",
        hint="Choose one that is there, and search again.",
    )
