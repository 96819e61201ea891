"""Paints a photo where the view has it, from the copy of it that costs least."""

from math import ceil, floor

from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QImage, QPainter

from widgets.photo.picture import Picture
from widgets.photo.view import Size, View

SQUARES_FROM_SCALE = 2.0
"""From this scale on pixels are shown as squares: what looks like a defect may be one pixel."""


def paint_picture(
    painter: QPainter, picture: Picture, view: View, widget_size: Size, device_ratio: float
) -> None:
    """Leaves the painter as it was. `widget_size` is in Qt's pixels, of which each side has
    `device_ratio` device pixels.
    """
    device_scale = view.scale * device_ratio
    painter.save()
    fitted = picture.fitted_for(device_scale)
    if fitted is not None:
        _copy(painter, fitted, view, device_ratio)
    else:
        smooth = device_scale < SQUARES_FROM_SCALE
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        _stretch(painter, picture.level_for(device_scale), picture.size, view, widget_size)
    painter.restore()


def _copy(painter: QPainter, fitted: QImage, view: View, device_ratio: float) -> None:
    """Pixel for pixel; for that it begins at a whole device pixel, at most half of one away."""
    painter.scale(1 / device_ratio, 1 / device_ratio)
    at = QPoint(round(view.left * device_ratio), round(view.top * device_ratio))
    painter.drawImage(at, fitted)


def _stretch(painter: QPainter, level: QImage, size: Size, view: View, widget_size: Size) -> None:
    across, down = size.width / level.width(), size.height / level.height()
    # Only what is in sight is handed over: Qt would also walk what is not.
    left, top = view.to_image(0, 0)
    right, bottom = view.to_image(widget_size.width, widget_size.height)
    left_px, top_px = max(floor(left / across) - 1, 0), max(floor(top / down) - 1, 0)
    right_px = min(ceil(right / across) + 1, level.width())
    bottom_px = min(ceil(bottom / down) + 1, level.height())
    source = QRectF(left_px, top_px, right_px - left_px, bottom_px - top_px)
    x, y = view.to_widget(left_px * across, top_px * down)
    scale_x, scale_y = view.scale * across, view.scale * down
    target = QRectF(x, y, source.width() * scale_x, source.height() * scale_y)
    painter.drawImage(target, level, source)
