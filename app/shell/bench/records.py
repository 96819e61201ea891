"""The record of the image that is open: what shows it is made when somebody first looks."""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.shell.bench.document import Document
from app.shell.bench.panels import Panels
from app.shell.bench.sight import Sight
from app.shell.bench.viewing import Viewing
from app.storage.project import Project

if TYPE_CHECKING:
    from app.shell.bench.conversing import Conversing


class Records(QObject):
    """Most days begin without one, and what writes records takes a while to load."""

    failed = Signal(object)  # UserError

    def __init__(
        self,
        project: Project,
        document: Document,
        sight: Sight,
        viewing: Viewing,
        panels: Panels,
        *,
        person: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._document, self._sight = project, document, sight
        self._viewing, self._panels, self._person = viewing, panels, person
        panels.when_made(Panels.conversation, lambda panel: panel.wanted.connect(self._look))
        viewing.appeared.connect(self._look)

    @cached_property
    def conversing(self) -> "Conversing":
        from app.shell.bench.conversing import Conversing

        made = Conversing(
            *(self._project, self._document, self._sight),
            *(self._panels.canvas, self._panels.conversation),
            person=self._person,
            parent=self,
        )
        made.failed.connect(self.failed)
        return made

    def leave(self) -> None:
        """What is being typed is saved, before another image comes."""
        if self._is_made:
            self.conversing.leave()

    def close(self) -> None:
        """Returns when everything is saved; nothing is read after it."""
        if self._is_made:
            self.conversing.close()

    def _look(self) -> None:
        """While the window opens nobody looks at it: not before the photo is there."""
        if self._viewing.is_there and self._panels.is_seen(Panels.conversation):
            self.conversing.refresh()

    @property
    def _is_made(self) -> bool:
        return "conversing" in self.__dict__
