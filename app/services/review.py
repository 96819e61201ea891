"""Signs images, sends them back, takes them out of the set or opens them again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.core.edit import Edit, ImageEdit
from app.core.errors import UserError
from app.core.image import Image
from app.core.review import SELF_REVIEW_SETTING, approved, excluded, refuse_illegal, reopened
from app.core.review import returned as sent_back
from app.core.sheet import Sheet
from app.services.own_view import OwnView
from app.storage.project import Project

Move = Callable[[Sheet], list[Edit]]


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """`refused` are those images that stay as they are, each with the reason."""

    done: int
    refused: tuple[tuple[str, UserError], ...]


def approve(project: Project, image: Image, *, person: str) -> ReviewReport:
    """One at a time: many are signed at once only where each of their boxes was looked at."""
    return _take(project, [image], lambda sheet: approved(sheet, person=person), person)


def send_back(
    project: Project, images: Sequence[Image], reason: str, *, person: str
) -> ReviewReport:
    return _take(project, images, lambda sheet: sent_back(sheet, reason, person=person), person)


def exclude(project: Project, images: Sequence[Image], reason: str, *, person: str) -> ReviewReport:
    return _take(project, images, lambda sheet: excluded(sheet, reason), person)


def reopen(project: Project, images: Sequence[Image], reason: str, *, person: str) -> ReviewReport:
    return _take(project, images, lambda sheet: reopened(sheet, reason), person)


def _take(project: Project, images: Sequence[Image], move: Move, person: str) -> ReviewReport:
    """All images that may go there, as one gesture, so that one undo takes them back."""
    images = list({image.id: image for image in images}.values())
    refused: list[tuple[str, UserError]] = []
    gesture: list[Edit] = []
    with project.transaction():
        who = project.people.meet(person)
        view = OwnView(project, person)
        self_review = project.settings.get(SELF_REVIEW_SETTING) is True
        for image in images:
            now = view.image(image.id)
            try:
                edits = move(view.sheet(now))
                for edit in edits:
                    if isinstance(edit, ImageEdit):
                        hands = project.handed_in_by(edit.image_id)
                        refuse_illegal(edit, who, self_review=self_review, handed_in_by=hands)
            except UserError as e:
                refused.append((now.path, e))
            else:
                gesture += edits
        project.apply(gesture, actor=person)
    return ReviewReport(len(images) - len(refused), tuple(refused))
