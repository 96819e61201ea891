"""What a turn of the wheel or two fingers on a pad mean: nearer, further, or sideways."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QInputDevice, QWheelEvent

ZOOM_PER_STEP = 1.25
_STEP = 120  # in eighths of a degree, as Qt counts
_PAN_PX_PER_STEP = 80.0
_PAD_PX_PER_STEP = 50.0  # that two fingers move for as much zoom as a step of the wheel gives


@dataclass(frozen=True, slots=True)
class Zoom:
    factor: float


@dataclass(frozen=True, slots=True)
class Pan:
    """By widget pixels; the photo moves right and down."""

    dx: float
    dy: float


def meaning(event: QWheelEvent) -> Zoom | Pan:
    """A wheel zooms, with shift it pans sideways, with alt up and down; two fingers on a pad pan.

    Ctrl zooms with either.
    """
    held = event.modifiers()
    is_wheel = _is_wheel(event)
    turned = QPointF(event.angleDelta()) / _STEP
    steps = turned.y() or turned.x()  # Qt turns the axis with alt, and some systems with shift
    if not is_wheel and steps == 0:
        turned = QPointF(event.pixelDelta()) / _PAD_PX_PER_STEP
        steps = turned.y() or turned.x()
    if held & Qt.KeyboardModifier.ControlModifier:
        return Zoom(ZOOM_PER_STEP**steps)
    if not is_wheel:
        return Pan(event.pixelDelta().x(), event.pixelDelta().y())
    if held & Qt.KeyboardModifier.ShiftModifier:
        return Pan(steps * _PAN_PX_PER_STEP, 0.0)
    if held & Qt.KeyboardModifier.AltModifier:
        return Pan(0.0, steps * _PAN_PX_PER_STEP)
    return Zoom(ZOOM_PER_STEP ** turned.y())


def _is_wheel(event: QWheelEvent) -> bool:
    """X11 reports pixels for some mice too, but never a beginning and an end as pads do."""
    if event.pixelDelta().isNull():
        return True
    is_mouse = event.device().type() == QInputDevice.DeviceType.Mouse
    return is_mouse and event.phase() == Qt.ScrollPhase.NoScrollPhase
