"""All that asks language models from the window: made when somebody first looks."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from app.core.label_class import LabelClass
from app.shell.bench.document import Document
from app.shell.bench.moves import Moves
from app.shell.bench.panels import Panels
from app.shell.bench.sight import Sight
from app.shell.bench.viewing import Viewing
from app.storage.project import Project

if TYPE_CHECKING:
    from app.shell.bench.asking import Asking
    from app.shell.bench.guests import Guests
    from app.shell.bench.surveying import Surveying


class Chats(QObject):
    """`asking` puts questions about the image that is open, `surveying` about many; `guests` are
    the boxes that they speak of. Most days begin without any, and what reads answers takes a while
    to load.

    `classes` gives those of the project by id.
    """

    failed = Signal(object)  # UserError
    opened = Signal(int)  # a person wants to see that image

    def __init__(
        self,
        project: Project,
        document: Document,
        sight: Sight,
        viewing: Viewing,
        moves: Moves,
        panels: Panels,
        *,
        classes: Callable[[], Mapping[int, LabelClass]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._document, self._sight = project, document, sight
        self._viewing, self._moves, self._panels = viewing, moves, panels
        self._classes = classes
        panels.when_made(Panels.ask, lambda panel: panel.wanted.connect(self._look))
        panels.when_made(Panels.survey, lambda panel: panel.wanted.connect(self._look))
        viewing.appeared.connect(self._look)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        self._application = application
        self._application.applicationStateChanged.connect(self._come_back)

    @cached_property
    def guests(self) -> "Guests":
        from app.shell.bench.guests import Guests

        return Guests(self._document, self._viewing, self._sight, self._panels.canvas, parent=self)

    @cached_property
    def asking(self) -> "Asking":
        from app.shell.bench.answers import Answers
        from app.shell.bench.asking import Asking

        panel, classes = self._panels.ask, self._classes
        answers = Answers(
            *(self._document, self._sight, self._moves, self.guests, panel),
            classes=classes,
            parent=self,
        )
        made = Asking(
            *(self._project, self._document, self._sight, answers, panel),
            classes=classes,
            parent=self,
        )
        made.failed.connect(self.failed)
        return made

    @cached_property
    def surveying(self) -> "Surveying":
        from app.shell.bench.surveying import Surveying

        made = Surveying(
            *(self._project, self._document, self.guests, self._panels.survey),
            classes=self._classes,
            parent=self,
        )
        made.failed.connect(self.failed)
        made.opened.connect(self.opened)
        return made

    def take_classes(self) -> None:
        """The project's classes are others now."""
        if "asking" in self.__dict__:
            self.asking.take_classes()

    def close(self) -> None:
        """Ends what is under way."""
        self._application.applicationStateChanged.disconnect(self._come_back)
        for name in ("asking", "surveying"):
            if name in self.__dict__:
                getattr(self, name).close()

    def _come_back(self, state: Qt.ApplicationState) -> None:
        """Servers are added in a terminal."""
        if state is Qt.ApplicationState.ApplicationActive:
            self._look()

    def _look(self) -> None:
        """While the window opens nobody looks at it: not before the photo is there."""
        if not self._viewing.is_there:
            return
        if self._panels.is_seen(Panels.ask):
            self.asking.look()
        if self._panels.is_seen(Panels.survey):
            self.surveying.look()
