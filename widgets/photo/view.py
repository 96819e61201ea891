"""Where on the widget a photo's pixels land: pure arithmetic, no Qt."""

from dataclasses import dataclass, replace
from typing import Self

from app.core.geometry import Box

MAX_SCALE = 64.0
SMALLEST_SIDE_PX = 48.0
"""A photo is never shown smaller than this (longer side), nor pushed out further."""


@dataclass(frozen=True, slots=True)
class Size:
    """In pixels of whatever it is the size of; both above 0."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class View:
    """Image point (x, y) is shown at widget point (x * scale + left, y * scale + top).

    Image points are continuous: (0, 0) is the outer corner of the top-left pixel, as in `Box`.
    Widget points are in Qt's device-independent pixels.
    """

    scale: float
    left: float
    top: float

    def to_widget(self, x: float, y: float) -> tuple[float, float]:
        return x * self.scale + self.left, y * self.scale + self.top

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.left) / self.scale, (y - self.top) / self.scale

    def box_on_widget(self, box: Box) -> Box:
        """At least one pixel wide and high, so that the smallest box can be seen."""
        left, top = self.to_widget(box.left, box.top)
        right, bottom = self.to_widget(box.right, box.bottom)
        return Box(left, top, max(right, left + 1), max(bottom, top + 1))

    def panned(self, dx: float, dy: float, *, image: Size, widget: Size) -> Self:
        """Moved by widget pixels, but never so far that the photo is out of sight."""
        return replace(
            self,
            left=_in_sight(self.left + dx, image.width * self.scale, widget.width),
            top=_in_sight(self.top + dy, image.height * self.scale, widget.height),
        )

    def centred_on(self, x: float, y: float, *, image: Size, widget: Size) -> Self:
        """Moved so that the image point is in the middle, as far as the photo stays in sight."""
        at_x, at_y = self.to_widget(x, y)
        dx, dy = widget.width / 2 - at_x, widget.height / 2 - at_y
        return self.panned(dx, dy, image=image, widget=widget)

    def shows(self, box: Box, widget: Size) -> bool:
        """Whether all of it is in sight."""
        return self.box_on_widget(box).inside(widget.width, widget.height)

    def zoomed(self, factor: float, about: tuple[float, float], *, image: Size) -> Self:
        """Scaled by `factor` while what is shown at the widget point `about` stays there.

        Beside the photo, the photo's nearest point stays instead, so that it can't be lost.
        """
        x, y = self.to_image(*about)
        x, y = _clamped(x, 0, image.width), _clamped(y, 0, image.height)
        fixed_x, fixed_y = self.to_widget(x, y)
        smallest = min(SMALLEST_SIDE_PX / max(image.width, image.height), 1.0)
        scale = _clamped(self.scale * factor, smallest, MAX_SCALE)
        return replace(self, scale=scale, left=fixed_x - x * scale, top=fixed_y - y * scale)


def fitted(image: Size, widget: Size, *, margin_px: float) -> View:
    """The whole photo, as large as it gets inside the margin, in the middle of the widget."""
    room_x = max(widget.width - 2 * margin_px, 1.0)
    room_y = max(widget.height - 2 * margin_px, 1.0)
    scale = min(room_x / image.width, room_y / image.height, MAX_SCALE)
    left = (widget.width - image.width * scale) / 2
    top = (widget.height - image.height * scale) / 2
    return View(scale, left, top)


def framed(box: Box, widget: Size, *, share: float) -> View:
    """The box in the middle, its longer side taking that share of the widget."""
    scale = min(widget.width / box.width, widget.height / box.height) * share
    scale = min(scale, MAX_SCALE)
    x, y = box.centre
    return View(scale, widget.width / 2 - x * scale, widget.height / 2 - y * scale)


def _in_sight(start: float, length: float, room: float) -> float:
    kept = min(SMALLEST_SIDE_PX, length, room)
    return _clamped(start, kept - length, room - kept)


def _clamped(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
