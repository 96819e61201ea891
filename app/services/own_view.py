"""A project as one person sees it: photos that they label a second time are like any other, and of
those that they label blind nobody tells them what models say."""

from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from app.core.annotation import Annotation
from app.core.blind import visible
from app.core.builds import build_of
from app.core.comment import Comment
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.errors import UserError
from app.core.image import Image, ImageLabel, State
from app.core.queue import QueueFilter, QueueRow
from app.core.second import SecondLabelling
from app.core.second_queue import Stand, placed
from app.core.sheet import Sheet
from app.services.blindness import Blindness
from app.storage.edit_log import Gesture
from app.storage.project import Project


class OwnView:
    """For one thread, as `project` is. Of its first labelling nothing is told to who labels a photo
    a second time.

    A share of blind images that makes no sense hides none: `Blindness` says what is wrong with it.
    """

    def __init__(self, project: Project, person: str) -> None:
        self._project, self._person = project, person

    def is_second(self, image_id: int) -> bool:
        return self._second(image_id) is not None

    @property
    def has_blind(self) -> bool:
        """Whether any image is served blind to them."""
        return self._blindness is not None

    def is_blind(self, image: Image) -> bool:
        """Its proposals are hidden from them; `image` as they know it."""
        return self._covers(image.id, image.content_hash, image.label.state)

    def uncover(self, image_id: int) -> None:
        """As `Blindness.uncover`."""
        if self._blindness is not None:
            self._blindness.uncover(image_id)

    def blind_among(self, image_ids: Iterable[int]) -> frozenset[int]:
        """Those of the images that `is_blind` holds for."""
        if not self.has_blind:
            return frozenset()
        return frozenset(i for i in image_ids if self.is_blind(self.image(i)))

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
        """What is said of the image, and all that is drawn on it."""
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
        they are: nothing may tell them apart. Where a blind one stands its proposals don't tell.
        """
        blind = self._blindness.images() if self._blindness and wanted.heeds_boxes else ()
        found = self._project.queue.ids(wanted, blind=blind)
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
        """What a list shows of these images."""
        second = self._project.second.given_to(self._person)
        rows = self._project.queue.rows(ids)
        return [self._blinded(self._row(row) if row.id in second else row) for row in rows]

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
        done = self._done_on(image_id)
        if not self.blind_among([image_id]):
            return done
        return [told for gesture in done if (told := self._without_finds(gesture)).edits]

    def _done_on(self, image_id: int) -> list[Gesture]:
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
        """As `EditLog.latest`. What was only about hidden proposals stays, as nothing."""
        second = self._project.second.given_to(self._person)
        done = self._project.log.latest(
            most=most,
            before=before,
            most_edits=most_edits,
            but=second,
            apart_of=self._person if second else None,
        )
        return [self._without_finds(gesture) for gesture in done]

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
        return Stand(image, self._known(image, second.annotations), beside)

    def _stand_of(self, image_id: int) -> Stand:
        second = self._second(image_id)
        if second is not None:
            return self._stand(second)
        image, boxes = self._project.images.get(image_id), self._project.annotations
        return Stand(image, self._known(image, boxes.of_image(image_id)), image_id)

    @cached_property
    def _blindness(self) -> Blindness | None:
        """None where no image is served blind."""
        try:
            blindness = Blindness(self._project, self._person)
        except UserError:
            return None
        return blindness if blindness.is_on else None

    def _covers(self, image_id: int, content_hash: str, state: State) -> bool:
        blindness = self._blindness
        return blindness is not None and blindness.covers(image_id, content_hash, state)

    def _known(self, image: Image, boxes: Iterable[Annotation]) -> tuple[Annotation, ...]:
        return tuple(visible(boxes, is_blind=self.is_blind(image)))

    def _blinded(self, row: QueueRow) -> QueueRow:
        """Of a blind image nobody is told how many proposals it has."""
        if not row.proposals or not self._covers(row.id, row.content_hash, row.state):
            return row
        return replace(row, boxes=row.boxes - row.proposals, proposals=0)

    def _without_finds(self, gesture: Gesture) -> Gesture:
        """Without what it did to proposals on blind images."""
        blind = self.blind_among({edit.image_id for edit in gesture.edits})
        known = {a.uid for i in blind for a in self.labels_of(i)[1] if not a.is_proposal}
        kept = tuple(
            edit for edit in gesture.edits if edit.image_id not in blind or _is_told(edit, known)
        )
        if len(kept) == len(gesture.edits):
            return gesture
        return replace(gesture, edits=kept, left_out=gesture.left_out if kept else 0)

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


def _is_told(edit: Edit, known: Collection[str]) -> bool:
    """Of a blind image, on which boxes `known` are people's: what is said of the image, of these
    boxes, and of others for as long as they were people's.
    """
    if isinstance(edit, ImageEdit) or edit.uid in known:
        return True
    return not any(a is not None and a.is_proposal for a in (edit.before, edit.after))


def _is_find(edit: AnnotationEdit) -> bool:
    return all(a is None or a.is_proposal for a in (edit.before, edit.after))
