"""More of what is there: boxes like one that is selected, and those of the layer before."""

import time
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal

from app.core.errors import UserError
from app.core.prelabelling import PrelabelProgress
from app.core.progress import Cancelled, OnProgress, Progress
from app.core.stopping import Stop
from app.services import environment
from app.services.carry_over import CarryReport, carry_over
from app.services.live_segmenter import open_hand
from app.services.shelf import Shelf
from app.services.similar import SimilarReport, find_similar_in
from app.shell.bench.browsing import Browsing
from app.shell.bench.document import Document
from app.shell.bench.moves import Moves
from app.shell.bench.segment_jobs import Lane
from app.shell.frame.messages import Messages
from app.storage.project import Project
from widgets.panels.prelabel_words import blind_words

Report = SimilarReport | CarryReport
Search = Callable[[Project, OnProgress, Stop], Report]


class Finding(QObject):
    """One search at a time, in a thread with a connection of its own; finds come as proposals.

    `segmenter` gives the name of the one in use: it says what "similar" means, and fits what is
    carried over. While a model `is_model_at_work` on something else, none is begun.
    """

    progress = Signal(str, object)  # what is done, PrelabelProgress or None while it begins
    idle = Signal(str)  # what became of the last search, in words
    stopping = Signal()  # somebody has cancelled it; `idle` follows
    proposed = Signal()  # there is something new on some images

    _went_on = Signal(object, object)  # Stop of the search, Progress; from its thread
    _saved = Signal()

    def __init__(
        self,
        project: Project,
        document: Document,
        moves: Moves,
        browsing: Browsing,
        messages: Messages,
        *,
        segmenter: Callable[[], str],
        is_model_at_work: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._document, self._moves = project, document, moves
        self._browsing, self._messages = browsing, messages
        self._segmenter, self._is_model_at_work = segmenter, is_model_at_work
        self._lane = Lane(self)
        self._next: Callable[[], None] | None = None  # once all is saved that it looks at
        self._is_closed = False
        self._title, self._began_s = "", 0.0
        self._went_on.connect(self._tell_progress, Qt.ConnectionType.QueuedConnection)
        self._saved.connect(self._tell_saved, Qt.ConnectionType.QueuedConnection)
        document.saved.connect(self._go_on)
        document.failed.connect(self.drop)

    @property
    def is_busy(self) -> bool:
        """From a request until how it ended was told."""
        return self._lane.is_busy or self._next is not None

    def find_here(self) -> None:
        """More like the box that is meant, on the image that is open."""
        if self._document.image is not None:
            self._find([self._document.image.id], again=True)

    def find_elsewhere(self) -> None:
        """More like it on the other images that the filter lets through."""
        here = self._document.image
        if here is not None:
            self._find([i for i in self._browsing.order.ids if i != here.id], again=False)

    def carry_over(self) -> None:
        """The boxes that people drew or accepted on the layer before, where they still fit."""
        image = self._document.image
        if image is not None and self._is_free():
            person, name = self._document.person, self._segmenter()

            def search(project: Project, on_progress: OnProgress, stop: Stop) -> Report:
                shelf = Shelf(environment.models_folder())
                with open_hand(name, environment.cache_folder(), shelf, steps_back=True) as hand:
                    return carry_over(
                        *(project, image.id),
                        actor=person,
                        segmenter=hand,
                        segmenter_name=name,
                        stop=stop,
                    )

            self._when_saved(partial(self._begin, self.tr("Carrying over"), search))

    def drop(self) -> None:
        """What waits for a save is not begun: nobody waits for it any more, or the save failed."""
        self._next = None

    def cancel(self) -> None:
        """Does nothing when nothing is under way."""
        self.drop()
        if self._lane.is_busy:
            self.stopping.emit()
            self._lane.stop()

    def close(self) -> None:
        """Ends search and thread; nothing is told or begun after it."""
        self._is_closed = True
        self.drop()
        self._lane.stop()
        self._lane.close()

    def _find(self, image_ids: Sequence[int], *, again: bool) -> None:
        meant = self._moves.meant
        if len(meant) != 1:
            self._messages.info(self.tr("Select the one box that the others are to be like."))
        elif not image_ids:
            self._messages.info(self.tr("There is no other image to search."))
        elif self._is_free():
            search = self._similar(meant[0], image_ids, again=again)
            self._when_saved(partial(self._begin, self.tr("Finding similar ones"), search))

    def _similar(self, uid: str, image_ids: Sequence[int], *, again: bool) -> Search:
        image, person, name = self._document.image, self._document.person, self._segmenter()
        assert image is not None

        def search(project: Project, on_progress: OnProgress, stop: Stop) -> Report:
            shelf = Shelf(environment.models_folder())
            with open_hand(name, environment.cache_folder(), shelf, steps_back=True) as hand:
                return find_similar_in(
                    *(project, image.id, uid, image_ids),
                    actor=person,
                    segmenter=hand,
                    segmenter_name=name,
                    again=again,
                    on_progress=on_progress,
                    on_saved=lambda _: self._saved.emit(),
                    stop=stop,
                )

        return search

    def _is_free(self) -> bool:
        """Says so when not."""
        is_free = not (self.is_busy or self._is_model_at_work())
        if not is_free:
            self._messages.info(self.tr("A model or a search is at work already."))
        return is_free

    def _when_saved(self, begin: Callable[[], None]) -> None:
        """The search reads what is in the file."""
        self._next = begin
        self._go_on()

    def _go_on(self) -> None:
        if self._next is not None and not self._document.unsaved:
            begin, self._next = self._next, None
            begin()

    def _begin(self, title: str, search: Search) -> None:
        self._title, self._began_s = title, time.monotonic()
        self.progress.emit(title, None)
        self._lane.run(partial(self._search, search), self._take)

    def _search(self, search: Search, stop: Stop) -> Report:
        """Runs in the thread."""
        with Project.open(self._project.folder) as project:
            return search(project, lambda told: self._went_on.emit(stop, told), stop)

    def _tell_saved(self) -> None:
        if not self._is_closed:
            self.proposed.emit()

    def _tell_progress(self, stop: Stop, told: Progress) -> None:
        if self._lane.is_busy and not stop.requested:
            elapsed_s = time.monotonic() - self._began_s
            self.progress.emit(self._title, PrelabelProgress(told, elapsed_s))

    def _take(self, result: Report | UserError | Cancelled) -> None:
        self.proposed.emit()
        match result:
            case UserError():
                self._messages.error(result)
                self.idle.emit(self.tr("search failed"))
            case Cancelled():
                self.idle.emit(self.tr("search stopped"))
            case _:
                self._tell(result)

    def _tell(self, report: Report) -> None:
        if report.refused:
            self._messages.error(report.refused[0])
        if report.settled and not report.images:
            self._messages.info(self.tr("People have settled this already; nothing was changed."))
        told, said = report.images - report.blind, list[str]()
        if told or not report.blind:
            words = self.tr("New proposals: {count}, on images: {images}")
            dropped = report.dropped if isinstance(report, CarryReport) else 0
            if dropped:
                words = self.tr("New proposals: {count}; no longer there: {dropped}")
            said.append(words.format(count=report.proposals, images=told, dropped=dropped))
        if report.blind:
            said.append(blind_words(report.blind))
        self.idle.emit("\n".join(said))
