"""The others who work in the project that a window has open: a model, and a colleague."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app.core import corrections, review
from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import SETTLED
from app.core.label_class import LabelClass
from app.core.proposals import proposal_edits
from app.core.shape import Shape
from app.core.sheet import Sheet
from app.services.import_photos import import_photos
from app.storage.edit_log import Gesture
from app.storage.project import Project
from app.storage.runs import RunKey
from tests.gui.conftest import write_photo

WIDTH_PX, HEIGHT_PX = 64, 48
GREYS = {1: 60, 2: 100, 3: 140, 4: 180}
"""Of each image, by its id: so that the photo on screen tells whose it is."""
CLASSES = (1, 2, 3)
TAGS = ("shadow", "blur")
PERSON, COLLEAGUE = "ann", "bo"


def make_project(folder: Path) -> None:
    """Four small even photos; a model's boxes on two, and a person's on the first."""
    photos = folder / "photos"
    photos.mkdir(parents=True)
    for image_id, grey in GREYS.items():
        write_photo(photos / f"layer_{image_id}.png", grey, width=WIDTH_PX, height=HEIGHT_PX)
    colours = ("#e6194b", "#4363d8", "#3cb44b")
    with Project.create(folder / "line") as project:
        project.add_classes(
            [LabelClass(f"kind {n}", colour=c) for n, c in zip(CLASSES, colours, strict=True)],
            actor="lead",
        )
        project.add_tags([(tag, "") for tag in TAGS])
        import_photos(project, photos)
        others = Others(project)
        others.draw(1, Box(8, 8, 24, 24))
        for image_id in (1, 2):
            others.propose(image_id, [(2, Box(32, 8, 56, 20), 0.8), (1, Box(4, 28, 28, 44), 0.3)])


class Others:
    """They write through a connection of their own, by the rules that hold for everybody."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.proposed: dict[str, int] = {}
        self.edits_by_colleague = self.edits_by_model = 0
        with project.transaction():
            self._run = project.runs.open(RunKey("model", "finder", "w", {}), actor=PERSON)

    def sheet(self, image_id: int) -> Sheet:
        """As the database has it."""
        image = self.project.images.get(image_id)
        boxes = tuple(self.project.annotations.of_image(image_id))
        return Sheet(image.id, image.width_px, image.height_px, image.label, boxes)

    def propose(self, image_id: int, found: list[tuple[int, Box, float]]) -> None:
        """A model has been over the image: its finds (class id, box, score) come in."""
        with self.project.transaction():
            label = self.project.images.get(image_id).label
            if label.state in SETTLED or label.is_normal:
                return
            edits: list[Edit] = [
                *proposal_edits(
                    image_id,
                    self.project.annotations.of_image(image_id),
                    self.project.log.rejected(image_id),
                    [
                        Annotation(new_uid(), class_id, box, score=score, run_id=self._run)
                        for class_id, box, score in found
                    ],
                    own_runs={self._run},
                )
            ]
            came = [e.uid for e in edits if isinstance(e, AnnotationEdit) and e.before is None]
            if label.state == "new":
                edits.append(ImageEdit(image_id, label, replace(label, state="prelabelled")))
            self.project.apply(edits, actor=PERSON, kind="prelabel")
        self.proposed |= dict.fromkeys(came, image_id)
        self.edits_by_model += len(edits)

    def draw(self, image_id: int, box: Box) -> None:
        self._correct(
            image_id, lambda s: corrections.drawn(s, [(1, Shape(box))], person=COLLEAGUE)[0]
        )

    def move(self, image_id: int, number: int, box: Box) -> None:
        """One of the boxes, if there is any."""
        self._correct(
            image_id,
            lambda s: corrections.reshaped(
                s, {uid: Shape(box) for uid in _one(s, number)}, person=COLLEAGUE
            ),
        )

    def remove(self, image_id: int, number: int) -> None:
        self._correct(image_id, lambda s: corrections.removed(s, _one(s, number)))

    def exclude(self, image_id: int) -> None:
        self._correct(image_id, lambda s: review.excluded(s, "blurred"))

    def reopen(self, image_id: int) -> None:
        self._correct(image_id, lambda s: review.reopened(s, "a mistake"))

    def by_person_since(self, gesture_id: int) -> list[Gesture]:
        """What the person at the window did after that gesture, oldest first."""
        log = self.project.log
        made = [log.get(n) for n in range(gesture_id + 1, log.newest() + 1)]
        return [g for g in made if g.actor == PERSON and g.kind in ("edit", "undo", "redo")]

    def _correct(self, image_id: int, correct: Callable[[Sheet], list[Edit]]) -> None:
        with self.project.transaction():  # the window may be saving at this moment
            try:
                edits = correct(self.sheet(image_id))
                self.project.apply(edits, actor=COLLEAGUE)
            except UserError:
                return  # the rules refuse it: a locked image, say, or a step for reviewers
        self.edits_by_colleague += len(edits)


def _one(sheet: Sheet, number: int) -> list[str]:
    return (
        [a.uid for a in sheet.annotations[number % len(sheet.annotations) :][:1]]
        if (sheet.annotations)
        else []
    )
