"""From the history to where something was done, also where nothing of it stands any more."""

from collections.abc import Callable, Mapping
from functools import cached_property

from PySide6.QtCore import QObject, Signal

from app.core.annotation import Annotation
from app.core.label_class import LabelClass
from app.core.shape import Shape
from app.shell.bench.document import Document
from app.shell.bench.guests import Guests
from app.shell.bench.panels import Panels
from app.shell.bench.sight import Sight
from app.shell.bench.viewing import Viewing
from widgets.canvas.ghost import Guest
from widgets.panels.history_panel import HistoryEntry
from widgets.words import class_title

_GREY = "#c0c0c0"


class PastPlaces(QObject):
    """A gesture on several images leads from one of them to the next. A box that has gone is shown
    as it stood, until somebody goes on working or another image comes.
    """

    jump = Signal(int, str)  # image id, uid of a box or ""

    def __init__(
        self,
        document: Document,
        viewing: Viewing,
        sight: Sight,
        panels: Panels,
        *,
        classes: Callable[[], Mapping[int, LabelClass]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._viewing, self._classes = document, viewing, classes
        self._canvas = panels.canvas
        self._sight = sight
        self._shown: tuple[int, str] | None = None
        panels.when_made(Panels.history, lambda panel: panel.chosen.connect(self._go))
        document.applied.connect(self._forget)
        document.changed.connect(self._take_change)

    @cached_property
    def _guests(self) -> Guests:
        """Made when the first box that has gone is looked at."""
        return Guests(self._document, self._viewing, self._sight, self._canvas, self)

    def _go(self, entry: HistoryEntry) -> None:
        if not entry.places:
            return
        ids = [place.image_id for place in entry.places]
        image = self._document.image
        after_this = ids.index(image.id) + 1 if image is not None and image.id in ids else 0
        place = entry.places[after_this % len(ids)]
        box = place.box
        self._forget()
        self.jump.emit(place.image_id, box.uid if box else "")
        if box is None:
            return
        if not self._stands(box.uid):
            self._shown = place.image_id, box.uid
            self._guests.show(self, place.image_id, [self._guest(box)])
        if self._viewing.is_there:  # one that comes is fitted in
            self._canvas.bring_into_sight(box.box)

    def _stands(self, uid: str) -> bool:
        sheet = self._document.sheet
        return sheet is not None and bool(sheet.of([uid]))

    def _guest(self, box: Annotation) -> Guest:
        words = self.tr("{name}: not here any more")
        known = self._classes().get(box.class_id)
        name = class_title(known) if known else self.tr("a class that is gone")
        colour = known.colour if known else _GREY
        return Guest(Shape(box.box, box.polygon), colour, words.format(name=name))

    def _take_change(self) -> None:
        """Another image has come, or the box is back."""
        image = self._document.image
        if self._shown is not None and image is not None:
            image_id, uid = self._shown
            if image.id != image_id or self._stands(uid):
                self._forget()

    def _forget(self) -> None:
        if self._shown is not None:
            self._shown = None
            self._guests.clear(self)
