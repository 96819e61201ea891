"""All that asks models from the window: made when it is first needed, one request at a time."""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.shell.bench.browsing import Browsing
from app.shell.bench.document import Document
from app.shell.bench.moves import Moves
from app.shell.bench.panels import Panels
from app.shell.bench.sight import Sight
from app.shell.bench.writer import Writer
from app.shell.frame.messages import Messages
from app.storage.project import Project

if TYPE_CHECKING:
    from app.shell.bench.finding import Finding
    from app.shell.bench.modelling import Modelling
    from app.shell.bench.segmenting import Keep, Segmenting


class Models(QObject):
    """`modelling` runs models over images, `finding` searches for more of what is there; one of
    them at a time, for what is told of two at once would be told of neither. `segmenting` answers
    clicks whatever they do. Most days begin without any of them.
    """

    progress = Signal(str, object)  # as of Modelling
    stopping = Signal()
    idle = Signal(str)
    proposed = Signal()  # there is something new on some images

    def __init__(
        self,
        project: Project,
        writer: Writer,
        document: Document,
        moves: Moves,
        sight: Sight,
        browsing: Browsing,
        panels: Panels,
        messages: Messages,
        *,
        keep: "Keep",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._writer, self._document = project, writer, document
        self._moves, self._sight, self._browsing = moves, sight, browsing
        self._panels, self._messages, self._keep = panels, messages, keep
        self._is_told = False  # that something is at work
        self._is_closed = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._show)
        self.progress.connect(lambda *_: setattr(self, "_is_told", True))
        self.idle.connect(lambda _: setattr(self, "_is_told", False))

    @cached_property
    def modelling(self) -> "Modelling":
        from app.shell.bench.modelling import Modelling

        made = Modelling(
            *(self._project, self._writer, self._panels, self._browsing, self._messages),
            person=self._document.person,
            is_searching=self._is_searching,
            is_blind=lambda: self._sight.is_blind,
            parent=self,
        )
        made.set_image(self._document.image.id if self._document.image else None)
        made.proposed.connect(lambda _: self.proposed.emit())
        made.progress.connect(self.progress)
        made.stopping.connect(self.stopping)
        made.idle.connect(self._tell_modelling)
        return made

    @cached_property
    def finding(self) -> "Finding":
        from app.shell.bench.finding import Finding

        made = Finding(
            *(self._project, self._document, self._moves, self._browsing, self._messages),
            segmenter=lambda: self.segmenting.name,
            is_model_at_work=self._is_model_at_work,
            parent=self,
        )
        made.proposed.connect(self.proposed)
        made.progress.connect(self.progress)
        made.stopping.connect(self.stopping)
        made.idle.connect(self.idle)
        return made

    @cached_property
    def segmenting(self) -> "Segmenting":
        from app.shell.bench.segmenting import Segmenting

        made = Segmenting(
            *(self._project, self._document, self._panels.canvas, self._moves, self._browsing),
            *(self._panels.segmenters, self._messages),
            keep=self._keep,
            parent=self,
        )
        made.told.connect(self._tell_segmenter)
        return made

    def look(self) -> None:
        """Their panel comes in sight: in a moment it says what there is to choose from. Not at
        once: where docks are put in their places or taken away Qt shows each of them meanwhile.
        """
        self._soon.start()

    def _show(self) -> None:
        if self._is_closed or not self._panels.is_seen(Panels.prelabel):
            return
        self.modelling.choice.list_again()
        self.segmenting.list_segmenters()

    def take_tool(self, name: str) -> None:
        """The tool that asks a segmenter finds it there: its first click is answered at once."""
        if name == "segment":
            self.segmenting  # noqa: B018 - this makes it

    def leave(self) -> None:
        """Another image comes."""
        if "modelling" in self.__dict__:
            self.modelling.leave()

    def set_image(self, image_id: int) -> None:
        """Another image is on the bench."""
        if "modelling" in self.__dict__:
            self.modelling.set_image(image_id)
        if "segmenting" in self.__dict__:
            self.segmenting.image_changed()

    def cancel(self) -> None:
        """Whatever is under way."""
        for name in _MADE_LATE:
            if name in self.__dict__:
                getattr(self, name).cancel()

    def drop(self) -> None:
        """What was asked for and has not begun will not: the window is about to close."""
        for name in ("modelling", "finding"):
            if name in self.__dict__:
                getattr(self, name).drop()

    def close(self) -> None:
        """Ends requests, threads and processes."""
        self._is_closed = True
        for name in _MADE_LATE:
            if name in self.__dict__:
                getattr(self, name).close()

    def _is_model_at_work(self) -> bool:
        return "modelling" in self.__dict__ and self.modelling.is_busy

    def _is_searching(self) -> bool:
        return "finding" in self.__dict__ and self.finding.is_busy

    def _tell_modelling(self, words: str) -> None:
        """During a search it only has looked into a model's file: that is not told over it."""
        if not self._is_searching():
            self.idle.emit(words)

    def _tell_segmenter(self, words: str) -> None:
        """Where nothing is said that takes longer."""
        if not self._is_told:
            self.idle.emit(words)


_MADE_LATE = ("modelling", "finding", "segmenting")
