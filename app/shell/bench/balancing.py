"""The balance of the classes while somebody looks at it, and the order it asks of the queue."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.core.image import OPEN
from app.core.queue import QueueFilter
from app.services.balance import read_balance, without_proposals
from app.services.own_view import OwnView
from app.shell.bench.browsing import Browsing
from app.shell.turn_timer import TurnTimer
from app.storage.project import Project
from widgets.panels.balance_panel import BalancePanel
from widgets.queue.filter_bar import FilterBar

_SETTLED_MS = 300


class Balancing(QObject):
    """Reads figures only while the panel is in sight.

    What it asks of the queue goes through the filter bar, as if a person had set it there: so it is
    seen there, kept, and can be taken back.
    """

    jump = Signal(int)  # the image that is first in the new order

    def __init__(
        self,
        project: Project,
        panel: BalancePanel,
        browsing: Browsing,
        bar: FilterBar,
        *,
        person: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._panel, self._person = project, panel, person
        self._browsing, self._bar = browsing, bar
        # Who labels fast isn't made to wait for the charts.
        self._soon = TurnTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._soon.due.connect(self.look)
        panel.class_wanted.connect(self._find_class)
        panel.order_wanted.connect(self._order)
        panel.build_wanted.connect(self._find_build)

    def look(self) -> None:
        """Somebody looks: read at once."""
        self._soon.stop()
        balance, view = read_balance(self._project), OwnView(self._project, self._person)
        self._panel.show_balance(without_proposals(balance) if view.has_blind else balance)

    def refresh(self) -> None:
        """Something has changed: read anew, in a moment."""
        if self._panel.isVisible():
            self._soon.start()

    def close(self) -> None:
        """Nothing is read after it."""
        self._soon.stop()

    def _find_class(self, class_id: int) -> None:
        """Images to be labelled with proposals of that class."""
        self._want(
            QueueFilter(
                states=OPEN, class_ids=frozenset({class_id}), origin="proposals", sort="label_next"
            )
        )

    def _order(self) -> None:
        """The same images in another order, if there is work on them."""
        self._want(replace(self._browsing.filter, sort="label_next", descending=False))

    def _find_build(self, build: str) -> None:
        self._want(replace(self._browsing.filter.everything, build=build))

    def _want(self, wanted: QueueFilter) -> None:
        self._bar.set_filter(wanted)
        self._bar.changed.emit(wanted)
        ids = self._browsing.order.ids
        if ids:
            self.jump.emit(ids[0])
