"""A project as one person sees it: photos that they label a second time look new to them."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.core.annotation import Annotation
from app.core.comment import Comment
from app.core.edit import ImageEdit
from app.core.image import Image, ImageLabel, State
from app.core.queue import NOBODY, QueueFilter, QueueRow, folded
from app.core.second import SecondLabelling
from app.core.sheet import Sheet
from app.storage.edit_log import Gesture
from app.storage.project import Project


class OwnView:
    """For one thread, as `project` is. Of nobody else's work on such a photo anything is told."""

    def __init__(self, project: Project, person: str) -> None:
        self._project, self._person = project, person

    def is_second(self, image_id: int) -> bool:
        return self._second(image_id) is not None

    def image(self, image_id: int) -> Image:
        image, second = self._project.images.get(image_id), self._second(image_id)
        return image if second is None else replace(image, label=second.label)

    def labels_of(self, image_id: int) -> tuple[ImageLabel, Sequence[Annotation]]:
        """What is said of the image, and what is drawn on it."""
        second = self._second(image_id)
        if second is not None:
            return second.label, second.annotations
        label = self._project.images.get(image_id).label
        return label, self._project.annotations.of_image(image_id)

    def sheet(self, image: Image) -> Sheet:
        label, boxes = self.labels_of(image.id)
        return Sheet(image.id, image.width_px, image.height_px, label, tuple(boxes))

    def counts(self) -> dict[State, int]:
        """How many images are in each state."""
        counts = self._project.images.count()
        second = self._project.second.states(self._person)
        for image_id, state in self._project.queue.states(second).items():
            counts[state] -= 1
            counts[second[image_id]] += 1
        return counts

    def ids(self, wanted: QueueFilter) -> "array[int]":
        """As `QueueTable.ids`. Photos to label a second time stand beside the image that came in
        before them, whatever the order: nothing may tell them apart."""
        found = self._project.queue.ids(wanted)
        second = self._project.second.given_to(self._person)
        if not second:
            return found
        kept = [image_id for image_id in found if image_id not in second]
        passing = [i for i in sorted(second) if self._passes(i, wanted)]
        return array("q", _beside(kept, passing))

    def rows(self, ids: Sequence[int]) -> list[QueueRow]:
        second = self._project.second.given_to(self._person)
        return [
            self._row(row) if row.id in second else row for row in self._project.queue.rows(ids)
        ]

    def states(self, ids: Iterable[int]) -> dict[int, State]:
        second = self._project.second.states(self._person)
        states = self._project.queue.states(ids)
        return {image_id: second.get(image_id, state) for image_id, state in states.items()}

    def comments_on(self, image_id: int) -> list[Comment]:
        comments = self._project.comments.of_image(image_id)
        if self.is_second(image_id):
            return [comment for comment in comments if comment.author == self._person]
        return comments

    def done_on(self, image_id: int) -> list[Gesture]:
        """The history of the image, newest first."""
        log, second = self._project.log, self._second(image_id)
        if second is None:
            return log.of_image(image_id)
        own = log.second_of_image(image_id, self._person)
        first = own[-1].edits if own else ()
        began = next((e.before for e in first if isinstance(e, ImageEdit)), second.label)
        if began.state == "prelabelled":
            own += [g for each in log.of_image(image_id) if (g := _without_finds(each)).edits]
        return own

    def latest(self, *, most: int, before: int | None = None, most_edits: int) -> list[Gesture]:
        """As `EditLog.latest`."""
        second = self._project.second.given_to(self._person)
        log = self._project.log
        if not second:
            return log.latest(most=most, before=before, most_edits=most_edits)
        return log.latest(
            most=most, before=before, most_edits=most_edits, but=second, apart_of=self._person
        )

    def _second(self, image_id: int) -> SecondLabelling | None:
        return self._project.second.get(image_id, self._person)

    def _passes(self, image_id: int, wanted: QueueFilter) -> bool:
        """What nobody but others said of the image can't let it through."""
        label, boxes = self.labels_of(image_id)
        of_others = wanted.tags or wanted.disagreement or wanted.class_ids or wanted.run_id
        of_proposals = wanted.origin == "proposals" or not (
            wanted.least_score is wanted.most_score is None
        )
        return not (of_others or of_proposals) and (
            label.state in wanted.states
            and wanted.normal in (None, label.is_normal)
            and wanted.assigned_to in (None, label.assigned_to or NOBODY)
            and (wanted.origin == "any" or (wanted.origin == "people") == bool(boxes))
            and folded(wanted.text) in folded(self._project.images.get(image_id).path)
        )

    def _row(self, row: QueueRow) -> QueueRow:
        label, boxes = self.labels_of(row.id)
        return replace(
            row,
            state=label.state,
            is_normal=label.is_normal,
            tags=label.tags,
            boxes=len(boxes),
            proposals=0,
            assigned_to=label.assigned_to,
            has_open_comments=any(c.is_open for c in self.comments_on(row.id)),
            annotator=label.annotator,
            reviewer=None,
            reason="",
        )


def _without_finds(gesture: Gesture) -> Gesture:
    """That a model has been over a new image, as if it had found nothing; of others nothing."""
    begins = [
        edit
        for edit in gesture.edits
        if isinstance(edit, ImageEdit) and edit.after.state == "prelabelled"
    ]
    return replace(gesture, edits=tuple(begins) if gesture.kind == "prelabel" else ())


def _beside(order: Sequence[int], more: Sequence[int]) -> list[int]:
    """`order` with each of `more` behind the image of the next lower id."""
    rising = sorted(order)
    behind: dict[int | None, list[int]] = {}
    for image_id in more:
        place = bisect_left(rising, image_id)
        behind.setdefault(rising[place - 1] if place else None, []).append(image_id)
    merged = behind.get(None, [])
    for image_id in order:
        merged += [image_id, *behind.get(image_id, ())]
    return merged
