"""What can be done to images in the queue, one or many selected, as one gesture."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QMenu, QWidgetAction

from app.core import corrections, review
from app.core.edit import Edit
from app.core.errors import UserError
from app.core.image import OPEN
from app.core.sheet import Sheet
from app.shell.bench.asking_why import AskingWhy
from app.shell.bench.document import Document
from app.shell.bench.ready_reasons import Asked
from app.shell.bench.team import Team
from app.storage.project import Project
from widgets.queue.image_queue import ImageQueue
from widgets.words import counted_images, in_screen_language

Change = Callable[[Sheet], list[Edit]]


class QueueMenu(QObject):
    """Opens where the queue asks for it, for the images that are selected there."""

    refused = Signal(object)  # UserError; then nothing was done to any image
    people_changed = Signal()  # images may be somebody's now who had none

    def __init__(
        self,
        project: Project,
        document: Document,
        team: Team,
        why: AskingWhy,
        queue: ImageQueue,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._document, self._team, self._why = project, document, team, why
        self._menu = QMenu(queue)
        queue.context_wanted.connect(self._open)

    @property
    def menu(self) -> QMenu:
        """As it was opened last."""
        return self._menu

    def _open(self, at: QPoint, image_ids: Sequence[int]) -> None:
        self._menu.clear()
        self._fill(self._menu, tuple(image_ids))
        self._menu.popup(at)

    def _fill(self, menu: QMenu, ids: Sequence[int]) -> None:
        title = menu.addAction(counted_images(len(ids)))
        title.setEnabled(False)
        title.setVisible(len(ids) > 1)
        me = self._document.person
        menu.addAction(self.tr("Assign to me"), partial(self._assign, ids, me))
        self._add_people(menu.addMenu(self.tr("Assign to")), ids)
        menu.addAction(self.tr("Assign to nobody"), partial(self._assign, ids, None))
        menu.addSeparator()
        tags = menu.addMenu(self.tr("Tag"))
        for name, name_zh in self._project.tags():
            tags.addAction(in_screen_language(name, name_zh), partial(self._tag, ids, name))
        tags.setEnabled(not tags.isEmpty())
        menu.addSeparator()
        menu.addAction(self.tr("Exclude …"), partial(self._ask, "excluded", ids, review.excluded))
        menu.addAction(self.tr("Reopen …"), partial(self._ask, "reopened", ids, _reopened))

    def _add_people(self, menu: QMenu, ids: Sequence[int]) -> None:
        known = {person.name for person in self._team.people}
        for person in sorted({*known, *self._project.queue.people()} - {self._document.person}):
            menu.addAction(person, partial(self._assign, ids, person))
        name = QLineEdit()
        name.setPlaceholderText(self.tr("Another name …"))
        name.returnPressed.connect(lambda: self._assign_typed(ids, name.text().strip()))
        field = QWidgetAction(menu)
        field.setDefaultWidget(name)
        menu.addAction(field)
        menu.aboutToShow.connect(name.setFocus, Qt.ConnectionType.QueuedConnection)

    def _assign_typed(self, ids: Sequence[int], name: str) -> None:
        if name:
            self._menu.close()
            self._assign(ids, name)

    def _assign(self, ids: Sequence[int], to: str | None) -> None:
        # Who has images can be asked for in the filter, as soon as it is saved.
        self._document.saved.connect(self.people_changed, Qt.ConnectionType.SingleShotConnection)
        self._change(ids, lambda sheet: corrections.assigned(sheet, to))

    def _tag(self, ids: Sequence[int], tag: str) -> None:
        """On all of them; where all have it, off."""
        tagged = [tag in self._document.read(each).label.tags for each in ids]
        self._change(ids, lambda sheet: corrections.tagged(sheet, tag, not all(tagged)))

    def _ask(
        self, asked: Asked, ids: Sequence[int], change: Callable[[Sheet, str], list[Edit]]
    ) -> None:
        """One reason for all of them; nothing is asked where none would change."""
        try:
            changing = [each for each in ids if self._edits([each], lambda s: change(s, "-"))]
        except UserError as e:
            self.refused.emit(e)
            return
        if changing:
            self._why.ask(
                asked,
                lambda reason: self._change(changing, lambda sheet: change(sheet, reason)),
                count=len(changing),
            )

    def _change(self, ids: Sequence[int], change: Change) -> None:
        try:
            self._document.apply(self._edits(ids, change))
        except UserError as e:
            self.refused.emit(e)

    def _edits(self, ids: Sequence[int], change: Change) -> list[Edit]:
        """Raises UserError for a step that the person may not take."""
        edits: list[Edit] = []
        for each in ids:
            edits += change(self._document.read(each))
        self._team.permit(edits)
        return edits


def _reopened(sheet: Sheet, reason: str) -> list[Edit]:
    """Only what is closed: work that was not begun stays so."""
    return [] if sheet.label.state in OPEN else review.reopened(sheet, reason)
