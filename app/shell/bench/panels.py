"""The widgets that show an open project, and the docks they live in."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QScrollArea, QVBoxLayout, QWidget

from app.core.queue import QueueRow
from widgets.canvas.canvas import Canvas
from widgets.panels.ask_panel import AskPanel
from widgets.panels.balance_panel import BalancePanel
from widgets.panels.box_list import BoxList
from widgets.panels.class_panel import ClassPanel
from widgets.panels.comment_panel import CommentPanel
from widgets.panels.conversation_panel import ConversationPanel
from widgets.panels.disagreement_panel import DisagreementPanel
from widgets.panels.history_panel import HistoryPanel
from widgets.panels.looking_panel import LookingPanel
from widgets.panels.prelabel_panel import PrelabelPanel
from widgets.panels.proposal_panel import ProposalPanel
from widgets.panels.quality_panel import QualityPanel
from widgets.panels.segmenter_choice import SegmenterChoice
from widgets.panels.survey_panel import SurveyPanel
from widgets.panels.time_panel import TimePanel
from widgets.queue.filter_bar import FilterBar
from widgets.queue.image_queue import ImageQueue

_LEAST_PX = 220
_UPPER_PX, _LOWER_PX = 330, 470
LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


class Panels:
    """Made with the project they show, and gone with it. `rows_of` gives the queue's rows by id."""

    def __init__(self, rows_of: Callable[[Sequence[int]], Sequence[QueueRow]]) -> None:
        self.canvas = Canvas()
        self.filter_bar = FilterBar()
        self.queue = ImageQueue(rows_of)
        self.boxes = BoxList()
        self.classes = ClassPanel()
        self.proposals = ProposalPanel()
        self.prelabel, self.segmenters = PrelabelPanel(), SegmenterChoice()
        self.looking = LookingPanel()
        self.history = HistoryPanel()
        self.comments = CommentPanel()
        self.conversation = ConversationPanel()
        self.ask, self.survey = AskPanel(), SurveyPanel()
        self.balance, self.quality = BalancePanel(), QualityPanel()
        self.disagreements = DisagreementPanel()
        self.time = TimePanel()
        self.docks: dict[str, QDockWidget] = {}

    def dock_into(self, window: QMainWindow) -> None:
        """Left the queue; right two piles of docks, classes on top and boxes below."""
        translate = QCoreApplication.translate  # not named tr: lupdate takes that for a method
        images, models = QWidget(), QWidget()
        column, below = QVBoxLayout(images), QVBoxLayout(models)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.filter_bar)
        column.addWidget(self.queue, 1)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self.segmenters)
        below.addWidget(self.prelabel, 1)
        left = self._dock(window, "images", translate("Panels", "Images"), images)
        upper = [
            self._dock(window, "classes", translate("Panels", "Classes"), self.classes),
            self._dock(window, "looking", translate("Panels", "Looks"), self.looking),
            self._dock(window, "prelabel", translate("Panels", "Models"), models),
            self._dock(window, "time", translate("Panels", "Time"), self.time),
            self._dock(window, "history", translate("Panels", "History"), self.history),
            self._dock(window, "ask", translate("Panels", "Ask"), self.ask),
        ]
        disputed, record = translate("Panels", "Disputed"), translate("Panels", "Record")
        lower = [
            self._dock(window, "boxes", translate("Panels", "Boxes"), self.boxes),
            self._dock(window, "proposals", translate("Panels", "Proposals"), self.proposals),
            self._dock(window, "comments", translate("Panels", "Comments"), self.comments),
            self._dock(window, "disagreements", disputed, self.disagreements),
            self._dock(window, "conversation", record, self.conversation),
            self._dock(window, "survey", translate("Panels", "Survey"), self.survey),
            self._dock(window, "balance", translate("Panels", "Balance"), self.balance),
            self._dock(window, "quality", translate("Panels", "Quality"), self.quality),
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
        window.resizeDocks([upper[0], lower[0]], [_UPPER_PX, _LOWER_PX], Qt.Orientation.Vertical)

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
        for dock in self.docks.values():
            window.removeDockWidget(dock)
            dock.setParent(None)  # or Qt would find it by its name, for the next project
            dock.deleteLater()
        self.docks.clear()

    def _dock(self, window: QMainWindow, name: str, title: str, content: QWidget) -> QDockWidget:
        dock = QDockWidget(title, window)
        dock.setMinimumWidth(_LEAST_PX)  # also where it was narrow in a smaller window
        dock.setObjectName(name)  # by which Qt remembers its place
        scroll = QScrollArea()  # on a low screen a panel must not push the others out
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        dock.setWidget(scroll)
        # For Qt a dock behind another one is visible. What nobody sees need not be kept up to date.
        dock.visibilityChanged.connect(content.setVisible)
        # And one that is wanted would come up behind the others of its place.
        dock.toggleViewAction().triggered.connect(lambda on: dock.raise_() if on else None)
        self.docks[name] = dock
        return dock
