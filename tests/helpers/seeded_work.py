"""A project in which models drew, people corrected and reviewed, with faults at known places."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Self

from app.core.annotation import Annotation, new_uid
from app.core.corrections import classified, drawn, removed, reshaped, submitted
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.review import approved, returned
from app.core.shape import Shape, shape_of
from app.core.sheet import Sheet
from app.services.disagreements import record
from app.storage.images import NewImage
from app.storage.project import Project
from app.storage.runs import RunKey

WIDTH_PX, HEIGHT_PX = 1000, 800
STREAK, SLAG = 1, 2
Marked = tuple[int, Box]


def place(number: int) -> Box:
    """One of fifty places that lie apart."""
    column, row = number % 10, number // 10
    return Box(column * 100 + 10, row * 150 + 10, column * 100 + 70, row * 150 + 110)


class SeededWork:
    """Two classes, and as many images as are asked for. The lead reviews."""

    def __init__(self, project: Project, images: int) -> None:
        self.project = project
        project.add_classes(
            [LabelClass("streak"), LabelClass("slag", name_zh="灰渣")], actor="lead"
        )
        with project.transaction():
            project.images.add(
                NewImage(f"a/{n}.png", f"{n:064x}", 1, 1, WIDTH_PX, HEIGHT_PX)
                for n in range(1, images + 1)
            )

    @classmethod
    def over(cls, project: Project) -> Self:
        """Of a project that has its classes and images already."""
        work = cls.__new__(cls)
        work.project = project
        return work

    def sheet(self, image_id: int, person: str = "") -> Sheet:
        """As that person has it: the lead's corrections of what is handed in leave it so."""
        label = self.project.images.get(image_id).label
        standing = tuple(self.project.annotations.of_image(image_id))
        sheet = Sheet(image_id, WIDTH_PX, HEIGHT_PX, label, standing)
        return replace(sheet, is_reviewed=person == "lead")

    def prelabel(
        self, image_id: int, found: Iterable[Marked], *, model: str = "starter", score: float = 0.8
    ) -> list[str]:
        """The uids of its proposals."""
        project = self.project
        with project.transaction():
            settings = {"classes": {"streak": STREAK, "slag": SLAG}}
            run = project.runs.open(RunKey("model", model, model, settings), actor="lead")
            new = [Annotation(new_uid(), c, box, score=score, run_id=run) for c, box in found]
            edits: list[Edit] = [AnnotationEdit(image_id, None, a) for a in new]
            label = project.images.get(image_id).label
            if label.state == "new":
                edits.append(ImageEdit(image_id, label, replace(label, state="prelabelled")))
            project.apply(edits, actor="lead", kind="prelabel")
            project.runs.mark_seen(run, [image_id])
            record(project, run, image_id, new, classes={STREAK, SLAG})
        return [a.uid for a in new]

    def draw(self, image_id: int, class_id: int, box: Box, person: str) -> str:
        shapes = [(class_id, Shape(box))]
        edits, (uid,) = drawn(self.sheet(image_id, person), shapes, person=person)
        self.project.apply(edits, actor=person)
        return uid

    def remove(self, image_id: int, uids: Sequence[str], person: str) -> None:
        self.project.apply(removed(self.sheet(image_id, person), uids), actor=person)

    def relabel(self, image_id: int, uid: str, class_id: int, person: str) -> None:
        sheet = self.sheet(image_id, person)
        self.project.apply(classified(sheet, [uid], class_id, person=person), actor=person)

    def move(self, image_id: int, uid: str, person: str, *, by_px: float = 20) -> None:
        sheet = self.sheet(image_id, person)
        (box,) = sheet.of([uid])
        shapes = {uid: replace(shape_of(box), box=box.box.moved(by_px, 0))}
        self.project.apply(reshaped(sheet, shapes, person=person), actor=person)

    def hand_in(self, image_id: int, person: str, *, unseen: Sequence[str] = ()) -> None:
        edits = submitted(self.sheet(image_id), unseen=unseen, person=person)
        self.project.apply(edits, actor=person)

    def mark_normal(self, image_id: int, person: str) -> None:
        label = self.project.images.get(image_id).label
        after = replace(label, is_normal=True)
        self.project.apply([ImageEdit(image_id, label, after)], actor=person)

    def approve(self, image_id: int, person: str = "lead") -> None:
        self.project.apply(approved(self.sheet(image_id), person=person), actor=person)

    def send_back(self, image_id: int, person: str = "lead") -> None:
        edits = returned(self.sheet(image_id), "look again", person=person)
        self.project.apply(edits, actor=person)
