"""Which image is opened where none is: with the project, and when the list gets its first."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.shell.bench.browsing import Browsing
from app.shell.bench.document import Document
from app.shell.bench.reviewing import Reviewing
from app.shell.bench.viewing import Viewing
from app.shell.bench.watch import ProjectWatch
from app.storage.project import Project

_LAST_IMAGE = "image"


class FirstImage(QObject):
    """`keep` saves a setting of the person's in the project."""

    opened = Signal(int)  # the image that is to be opened
    missing = Signal()  # there is none, as is said in the place of its photo

    def __init__(
        self,
        project: Project,
        watch: ProjectWatch,
        document: Document,
        viewing: Viewing,
        browsing: Browsing,
        reviewing: Reviewing,
        *,
        keep: Callable[[str, object], None],
        person: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._document, self._viewing = project, document, viewing
        self._browsing, self._reviewing = browsing, reviewing
        self._keep, self._person = keep, person
        browsing.searched.connect(self._take_search)
        browsing.filter_changed.connect(self._open_if_none)
        watch.images_added.connect(self._take_new_images)

    def open(self) -> None:
        """What came back, the image that was open last, or the first of the queue."""
        last = self._project.settings.get(_LAST_IMAGE, person=self._person)
        ids = self._browsing.order.ids
        if (returned := self._reviewing.next_returned(ids)) is not None:
            self.opened.emit(returned)
        elif isinstance(last, int) and last in ids:
            self.opened.emit(last)
        elif ids:
            self.opened.emit(ids[0])
        else:
            self._show_nothing()

    def keep_last(self) -> None:
        """The image that is open now is the one to begin with the next time."""
        if self._document.image is not None:
            self._keep(_LAST_IMAGE, self._document.image.id)

    def _open_if_none(self) -> None:
        if self._document.image is None and self._browsing.order.ids:
            self.open()

    def _take_new_images(self) -> None:
        current = self._document.image
        self._browsing.search(current.id if current else None)
        self._open_if_none()

    def _take_search(self, found: int) -> None:
        if not found and self._document.image is None:
            self._show_nothing()

    def _show_nothing(self) -> None:
        if self._project.images.newest():
            words = self.tr("No image of this project passes the filter.")
        else:
            words = self.tr("This project has no photos yet.\n\nDrop a folder with photos here.")
        self._viewing.show_nothing(words)
        self.missing.emit()
