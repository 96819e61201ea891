"""Moves the view over a photo: fit, zoom, pan, frame. Arithmetic and what has to be kept for it."""

from app.core.geometry import Box
from widgets.photo.view import Size, View, fitted, framed

MARGIN_PX = 22.0
"""Around a photo that is fitted in: room for the names of boxes at its edge."""
_FRAMED_SHARE = 0.5  # of the widget, for a box that is looked at closely


class Camera:
    """A photo that was fitted in stays so while the widget changes its size."""

    def __init__(self) -> None:
        self.view = View(1.0, 0.0, 0.0)
        self._room = Size(1.0, 1.0)
        self._image: Size | None = None
        self._is_fitted = True

    @property
    def bounds(self) -> Box | None:
        """The whole photo as a box; None while there is none."""
        return Box(0, 0, self._image.width, self._image.height) if self._image else None

    def show(self, image: Size, *, keep_view: bool) -> None:
        """Another photo; the view is kept only where it is as large as the one before."""
        same_place = keep_view and image == self._image and not self._is_fitted
        self._image = image
        if not same_place:
            self.fit()

    def show_nothing(self) -> None:
        """No photo; the next one is fitted in."""
        self._image = None

    def resize(self, room: Size) -> None:
        """Of the widget."""
        self._room = room
        if self._is_fitted:
            self.fit()

    def fit(self) -> None:
        self._is_fitted = True
        if self._image:
            self.view = self.fitted(self._image)

    def fitted(self, image: Size) -> View:
        """What `fit` would show of such a photo."""
        return fitted(image, self._room, margin_px=MARGIN_PX)

    def zoom(self, factor: float, about: tuple[float, float] | None = None) -> None:
        """What is shown at a widget point stays there; without one, what is in the middle."""
        if self._image:
            self._is_fitted = False
            middle = self._room.width / 2, self._room.height / 2
            self.view = self.view.zoomed(factor, about or middle, image=self._image)

    def pan(self, dx: float, dy: float) -> None:
        """The photo moves by widget pixels."""
        if self._image:
            self._is_fitted = False
            self.view = self.view.panned(dx, dy, image=self._image, widget=self._room)

    def frame(self, box: Box) -> None:
        """From close, with its surroundings."""
        self._is_fitted = False
        self.view = framed(box, self._room, share=_FRAMED_SHARE)

    def shows(self, box: Box) -> bool:
        """All of it."""
        return self.view.shows(box, self._room)

    def bring_into_sight(self, box: Box) -> None:
        """As little as can be: nothing moves where all of it is in sight."""
        if self._image and not self.shows(box):
            self._is_fitted = False
            self.view = self.view.centred_on(*box.centre, image=self._image, widget=self._room)
