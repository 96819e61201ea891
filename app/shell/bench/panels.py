"""The widgets that show an open project, and the docks they live in."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QScrollArea, QVBoxLayout, QWidget

from app.core.queue import QueueRow
from app.shell.bench.late_panels import Late, LatePanels
from widgets.canvas.canvas import Canvas
from widgets.panels.box_list import BoxList
from widgets.panels.class_panel import ClassPanel
from widgets.panels.disagreement_panel import DisagreementPanel
from widgets.panels.looking_panel import LookingPanel
from widgets.queue.filter_bar import FilterBar
from widgets.queue.image_queue import ImageQueue

if TYPE_CHECKING:
    from widgets.panels.ask_panel import AskPanel
    from widgets.panels.balance_panel import BalancePanel
    from widgets.panels.comment_panel import CommentPanel
    from widgets.panels.conversation_panel import ConversationPanel
    from widgets.panels.history_panel import HistoryPanel
    from widgets.panels.prelabel_panel import PrelabelPanel
    from widgets.panels.proposal_panel import ProposalPanel
    from widgets.panels.quality_panel import QualityPanel
    from widgets.panels.segmenter_choice import SegmenterChoice
    from widgets.panels.survey_panel import SurveyPanel
    from widgets.panels.time_panel import TimePanel

_LEAST_PX = 220
LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea

Part = QWidget | Late[Any]


class Panels(LatePanels):
    """Made with the project they show, and gone with it. `rows_of` gives the queue's rows by id.

    Those that are in front when nothing was ever moved, and those that keys change, are made at
    once; most days nobody looks at all of the others.
    """

    def __init__(self, rows_of: Callable[[Sequence[int]], Sequence[QueueRow]]) -> None:
        super().__init__()
        self.canvas = Canvas()
        self.filter_bar = FilterBar()
        self.queue = ImageQueue(rows_of)
        self.boxes = BoxList()
        self.classes = ClassPanel()
        self.looking = LookingPanel()
        self.disagreements = DisagreementPanel()
        self.docks: dict[str, QDockWidget] = {}
        self._pages: dict[str, _Page] = {}
        self._is_placing = False

    @Late
    def segmenters(self) -> "SegmenterChoice":
        from widgets.panels.segmenter_choice import SegmenterChoice

        return SegmenterChoice()

    @Late
    def prelabel(self) -> "PrelabelPanel":
        from widgets.panels.prelabel_panel import PrelabelPanel

        return PrelabelPanel()

    @Late
    def time(self) -> "TimePanel":
        from widgets.panels.time_panel import TimePanel

        return TimePanel()

    @Late
    def history(self) -> "HistoryPanel":
        from widgets.panels.history_panel import HistoryPanel

        return HistoryPanel()

    @Late
    def ask(self) -> "AskPanel":
        from widgets.panels.ask_panel import AskPanel

        return AskPanel()

    @Late
    def proposals(self) -> "ProposalPanel":
        from widgets.panels.proposal_panel import ProposalPanel

        return ProposalPanel()

    @Late
    def comments(self) -> "CommentPanel":
        from widgets.panels.comment_panel import CommentPanel

        return CommentPanel()

    @Late
    def conversation(self) -> "ConversationPanel":
        from widgets.panels.conversation_panel import ConversationPanel

        return ConversationPanel()

    @Late
    def survey(self) -> "SurveyPanel":
        from widgets.panels.survey_panel import SurveyPanel

        return SurveyPanel()

    @Late
    def balance(self) -> "BalancePanel":
        from widgets.panels.balance_panel import BalancePanel

        return BalancePanel()

    @Late
    def quality(self) -> "QualityPanel":
        from widgets.panels.quality_panel import QualityPanel

        return QualityPanel()

    def dock_into(self, window: QMainWindow) -> None:
        """Left the queue; right two piles of docks, classes on top and boxes below."""
        translate = QCoreApplication.translate  # not named tr: lupdate takes that for a method
        images, of = QWidget(), Panels
        column = QVBoxLayout(images)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.filter_bar)
        column.addWidget(self.queue, 1)
        models = (of.segmenters, of.prelabel)
        left = self._dock(window, "images", translate("Panels", "Images"), images)
        upper = [
            self._dock(window, "classes", translate("Panels", "Classes"), self.classes),
            self._dock(window, "looking", translate("Panels", "Looks"), self.looking),
            self._dock(window, "prelabel", translate("Panels", "Models"), *models),
            self._dock(window, "time", translate("Panels", "Time"), of.time),
            self._dock(window, "history", translate("Panels", "History"), of.history),
            self._dock(window, "ask", translate("Panels", "Ask"), of.ask),
        ]
        disputed, record = translate("Panels", "Disputed"), translate("Panels", "Record")
        lower = [
            self._dock(window, "boxes", translate("Panels", "Boxes"), self.boxes),
            self._dock(window, "proposals", translate("Panels", "Proposals"), of.proposals),
            self._dock(window, "comments", translate("Panels", "Comments"), of.comments),
            self._dock(window, "disagreements", disputed, self.disagreements),
            self._dock(window, "conversation", record, of.conversation),
            self._dock(window, "survey", translate("Panels", "Survey"), of.survey),
            self._dock(window, "balance", translate("Panels", "Balance"), of.balance),
            self._dock(window, "quality", translate("Panels", "Quality"), of.quality),
        ]
        window.addDockWidget(LEFT, left)
        window.addDockWidget(RIGHT, upper[0])
        window.splitDockWidget(upper[0], lower[0], Qt.Orientation.Vertical)
        # Never all of them below each other: the window would become that high.
        for first, *others in (upper, lower):
            for dock in others:
                window.tabifyDockWidget(first, dock)
            first.raise_()
        for name in ("survey", "balance", "quality"):  # a lead's: others need the room for titles
            self.docks[name].hide()

    @contextmanager
    def placing(self) -> Iterator[None]:
        """While docks are put in their places, Qt shows each of them for a moment: nobody looks.
        What is in front in the end is there after `fill`.
        """
        self._is_placing = True
        try:
            yield
        finally:
            self._is_placing = False

    def fill(self) -> Iterator[None]:
        """Makes the panels that are in front, one at a step."""
        for page in tuple(self._pages.values()):
            for late in page.wanting:
                self.get(late)
                yield
            page.turn()

    def bring_up(self, name: str) -> None:
        """Shows a dock, in front of those that share its place."""
        dock = self.docks[name]
        dock.show()
        dock.raise_()

    def find(self) -> None:
        """The cursor into the field that images are searched with."""
        self.bring_up("images")
        self.filter_bar.start_typing()

    def undock_from(self, window: QMainWindow) -> None:
        self._is_placing = True  # where one goes, the next one comes to the front
        for dock in self.docks.values():
            window.removeDockWidget(dock)
            dock.setParent(None)  # or Qt would find it by its name, for the next project
            dock.deleteLater()
        self.docks.clear()
        self._pages.clear()

    def _dock(self, window: QMainWindow, name: str, title: str, *parts: Part) -> QDockWidget:
        """With its parts below each other, of which the last one takes the room that is left."""
        dock = QDockWidget(title, window)
        dock.setMinimumWidth(_LEAST_PX)  # also where it was narrow in a smaller window
        dock.setObjectName(name)  # by which Qt remembers its place
        page = self._pages[name] = _Page(self, parts)
        dock.setWidget(page)
        dock.visibilityChanged.connect(lambda seen: self._turn(page, seen))
        # One that is wanted would come up behind the others of its place.
        dock.toggleViewAction().triggered.connect(lambda on: dock.raise_() if on else None)
        self.docks[name] = dock
        return dock

    def _turn(self, page: "_Page", is_in_front: bool) -> None:
        page.is_in_front = is_in_front
        if not self._is_placing:
            page.turn()


class _Page(QWidget):
    """What is in a dock: panels that are late come here when they are made, which is when the dock
    is first in front of the others of its place.
    """

    def __init__(self, panels: Panels, parts: Sequence[Part]) -> None:
        super().__init__()
        self._panels = panels
        self._late = [part for part in parts if isinstance(part, Late)]
        self._inside: QWidget | None = None
        self.is_in_front: bool | None = None  # None as long as Qt has not said it
        self._last = len(parts) - 1
        for place, part in enumerate(parts):
            if isinstance(part, Late):
                panels.when_made(part, partial(self._take, place))
            else:
                self._take(place, part)

    @property
    def wanting(self) -> list[Late[Any]]:
        """What would be seen, and isn't made."""
        if not self.is_in_front:
            return []
        return [late for late in self._late if self._panels.made(late) is None]

    def turn(self) -> None:
        """For Qt a dock behind another one is visible. What nobody sees is not kept up to date."""
        if self.is_in_front:
            for late in self._late:
                self._panels.get(late)
        self._show()

    def _show(self) -> None:
        if self._inside is not None and self.is_in_front is not None:
            self._inside.setVisible(self.is_in_front)

    def _take(self, place: int, panel: QWidget) -> None:
        if self._inside is None:
            self._inside = self._begin()
            self._show()
        at = min(place, self._column.count())
        self._column.insertWidget(at, panel, int(place == self._last))
        panel.show()

    def _begin(self) -> QWidget:
        """What panels are put into; an empty page costs a third of what one with it costs."""
        inside = QWidget()
        scroll = QScrollArea()  # on a low screen a panel must not push the others out
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        around, self._column = QVBoxLayout(self), QVBoxLayout(inside)
        for layout in (around, self._column):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        around.addWidget(scroll)
        scroll.show()  # a page in sight would show it only in the next turn
        return inside
