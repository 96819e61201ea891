"""Why an image is excluded, reopened or returned: asked first, done with the answer."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QRect

from app.core.geometry import Box
from app.shell.bench.ready_reasons import Asked, ready_reasons, why_title
from app.shell.bench.team import Team
from widgets.canvas.canvas import Canvas
from widgets.review.reason_popup import ReasonPopup

Then = Callable[[str], object]


class AskingWhy(QObject):
    """One question at a time; whoever leaves it has done nothing."""

    def __init__(self, canvas: Canvas, team: Team, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.popup = ReasonPopup(canvas)
        self._canvas, self._team = canvas, team
        self._then: Then | None = None
        self.popup.given.connect(self._take)
        self.popup.left.connect(self.forget)

    def ask(
        self,
        asked: Asked,
        then: Then,
        *,
        count: int = 1,
        note: str = "",
        boxes: Sequence[Box] = (),
    ) -> None:
        """Calls `then` with the reason, once it is given. `boxes` of the photo stay in sight."""
        self._then = then
        own = self._team.return_reasons if asked in ("returned", "pinned") else ()
        place = self._place_of(boxes) if boxes else None
        title = why_title(asked, count)
        self.popup.ask(title, own or ready_reasons(asked), note=note, clear_of=place)

    def _place_of(self, boxes: Sequence[Box]) -> QRect:
        """On the canvas."""
        around = Box.around(p for b in boxes for p in (b.corners[:2], b.corners[2:]))
        left, top, right, bottom = map(round, self._canvas.view.box_on_widget(around).corners)
        return QRect(left, top, right - left, bottom - top)

    def forget(self) -> None:
        """The image it was about is left."""
        self._then = None
        self.popup.leave()

    def _take(self, reason: str) -> None:
        then, self._then = self._then, None
        if then is not None:
            then(reason)
