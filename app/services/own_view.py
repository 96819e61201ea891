"""A project as one person sees it: photos that they label a second time are like any other."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from app.core.annotation import Annotation
from app.core.builds import build_of
from app.core.comment import Comment
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.image import Image, ImageLabel, State
from app.core.queue import QueueFilter, QueueRow
from app.core.second import SecondLabelling
from app.core.second_queue import Stand, placed
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
        """By the path under which they know it; see `locate`."""
        image, second = self._project.images.get(image_id), self._second(image_id)
        return image if second is None else self._seen(image, second)

    def locate(self, path: str) -> Path:
        """Where the photo lies that they know by that path."""
        image_id = self._project.second.shown_as(path, self._person)
        kept = path if image_id is None else self._project.images.get(image_id).path
        return self._project.locate(kept)

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
        """As `QueueTable.ids`. Photos to label a second time stand where any other would that is as
        they are: nothing may tell them apart."""
        found = self._project.queue.ids(wanted)
        second = {each.image_id: each for each in self._project.second.of_person(self._person)}
        if not second:
            return found
        order = [image_id for image_id in found if image_id not in second]
        stands = [self._stand(each) for each in second.values()]
        passing = [stand for stand in stands if stand.passes(wanted)]
        for stand in sorted(passing, key=lambda each: (each.beside, each.image.path)):
            order.insert(placed(stand, order, self._stand_of, wanted), stand.image.id)
        return array("q", order)

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
            own += [g for each in log.of_image(image_id) if (g := _of_models(each)).edits]
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

    def _seen(self, image: Image, second: SecondLabelling) -> Image:
        worn = second.disguise
        if worn is None:
            return replace(image, label=second.label)
        build = build_of(worn.path, self._project.images.build_pattern())
        return replace(image, label=second.label, path=worn.path, found_build=build)

    def _stand(self, second: SecondLabelling) -> Stand:
        image = self._seen(self._project.images.get(second.image_id), second)
        beside = second.disguise.beside if second.disguise else image.id
        return Stand(image, second.annotations, beside)

    def _stand_of(self, image_id: int) -> Stand:
        second = self._second(image_id)
        if second is not None:
            return self._stand(second)
        boxes = self._project.annotations.of_image(image_id)
        return Stand(self._project.images.get(image_id), tuple(boxes), image_id)

    def _row(self, row: QueueRow) -> QueueRow:
        label, boxes = self.labels_of(row.id)
        return replace(
            row,
            path=self.image(row.id).path,
            state=label.state,
            is_normal=label.is_normal,
            tags=label.tags,
            boxes=len(boxes),
            proposals=sum(box.is_proposal for box in boxes),
            assigned_to=label.assigned_to,
            has_open_comments=any(c.is_open for c in self.comments_on(row.id)),
            annotator=label.annotator,
            reviewer=None,
            reason="",
        )


def _of_models(gesture: Gesture) -> Gesture:
    """What models did to a new image, whatever became of it; of others nothing."""
    finds = [
        edit
        for edit in gesture.edits
        if (isinstance(edit, ImageEdit) and edit.after.state == "prelabelled")
        or (isinstance(edit, AnnotationEdit) and _is_find(edit))
    ]
    return replace(gesture, edits=tuple(finds) if gesture.kind == "prelabel" else ())


def _is_find(edit: AnnotationEdit) -> bool:
    return all(a is None or a.is_proposal for a in (edit.before, edit.after))
