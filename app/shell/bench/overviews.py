"""What tells how the whole project stands: made when somebody first looks."""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.shell.bench.browsing import Browsing
from app.shell.bench.document import Document
from app.shell.bench.panels import Panels
from app.shell.bench.sight import Sight
from app.shell.bench.viewing import Viewing
from app.shell.frame.messages import Messages
from app.storage.project import Project

if TYPE_CHECKING:
    from app.shell.bench.balancing import Balancing
    from app.shell.bench.quality import Quality


class Overviews(QObject):
    """`balancing` of the classes, and `quality` of the labels."""

    failed = Signal(object)  # UserError
    opened = Signal(int)  # a person wants to see that image

    def __init__(
        self,
        project: Project,
        document: Document,
        sight: Sight,
        viewing: Viewing,
        browsing: Browsing,
        panels: Panels,
        messages: Messages,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._document, self._sight = project, document, sight
        self._viewing, self._browsing, self._panels = viewing, browsing, panels
        self._messages = messages
        panels.when_made(
            Panels.balance, lambda panel: panel.wanted.connect(lambda: self.balancing.look())
        )
        panels.when_made(
            Panels.quality, lambda panel: panel.wanted.connect(lambda: self.quality.look())
        )

    @cached_property
    def balancing(self) -> "Balancing":
        from app.shell.bench.balancing import Balancing

        panel, bar = self._panels.balance, self._panels.filter_bar
        person = self._document.person
        made = Balancing(self._project, panel, self._browsing, bar, person=person, parent=self)
        made.jump.connect(self.opened)
        return made

    @cached_property
    def quality(self) -> "Quality":
        from app.shell.bench.quality import Quality

        made = Quality(
            *(self._project, self._document, self._sight, self._viewing),
            *(self._panels.canvas, self._panels.quality, self._messages),
            person=self._document.person,
            parent=self,
        )
        made.jump.connect(self.opened)
        made.failed.connect(self.failed)
        return made

    def refresh(self) -> None:
        """Something has changed: what is in sight is read anew, in a moment."""
        for name in ("balancing", "quality"):
            if name in self.__dict__:
                getattr(self, name).refresh()

    def close(self) -> None:
        """Nothing is read after it; what was answered is saved."""
        for name in ("balancing", "quality"):
            if name in self.__dict__:
                getattr(self, name).close()
