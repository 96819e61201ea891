"""Boxes that somebody else speaks of, over the photo of the image that they belong to."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from app.shell.bench.document import Document
from app.shell.bench.sight import Sight
from app.shell.bench.viewing import Viewing
from widgets.canvas.canvas import Canvas
from widgets.canvas.ghost import Ghost, Guest


class Guests(QObject):
    """They are no annotations: nothing can be done to them on the canvas. Of a blind image none is
    shown. `owner` is whoever shows them: it clears its own and no others.
    """

    def __init__(
        self,
        document: Document,
        viewing: Viewing,
        sight: Sight,
        canvas: Canvas,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._viewing, self._sight = document, viewing, sight
        self._canvas, self._ghost = canvas, Ghost(canvas)
        self._owner: object = None
        self._image_id: int | None = None
        self._guests: Sequence[Guest] = ()
        document.changed.connect(self._draw)
        viewing.appeared.connect(self._draw)
        sight.blindness_changed.connect(self._draw)

    def show(self, owner: object, image_id: int, guests: Sequence[Guest]) -> None:
        """Instead of those before; once that image is open, if it isn't yet."""
        self._owner, self._image_id, self._guests = owner, image_id, tuple(guests)
        self._draw()

    def keep(self, owner: object, image_id: int, guests: Sequence[Guest]) -> None:
        """As `show`, but somebody else's stay who are on the image that is open."""
        if self._owner in (None, owner) or not self._are_seen:
            self.show(owner, image_id, guests)

    def raise_guest(self, owner: object, place: int | None) -> None:
        """Makes one stand out from the others."""
        if owner is self._owner and self._are_seen:
            self._ghost.raise_guest(place)

    def look_at(self, owner: object, place: int) -> None:
        """From close."""
        if owner is self._owner and self._are_seen:
            self._canvas.look_at(self._guests[place].shape.box)

    def clear(self, owner: object) -> None:
        if owner is self._owner:
            self._owner, self._image_id, self._guests = None, None, ()
            self._draw()

    @property
    def _are_seen(self) -> bool:
        sheet = self._document.sheet
        is_open = sheet is not None and sheet.image_id == self._image_id
        return is_open and self._viewing.is_there and not self._sight.is_kept_back

    def _draw(self) -> None:
        if not self._are_seen or not self._guests:
            self._ghost.clear()
        elif self._ghost.guests != self._guests:
            self._ghost.show_guests(self._guests)
