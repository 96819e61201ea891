"""Whatever the window tells, the photo stays where it is: or a click would miss its place."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication

from app.core.errors import UserError
from app.core.image import STATES, ImageLabel
from tests.gui.bench_driver import BenchDriver

LONG = "a reason of many words, " * 20
NAMES = ("li", "李明", "a name of many words " * 10)


def place(bench: BenchDriver) -> QRect:
    """Of the canvas in the window, once all that was asked for is laid out."""
    QApplication.processEvents()
    canvas = bench.canvas
    return QRect(canvas.mapTo(bench.window, canvas.rect().topLeft()), canvas.size())


@pytest.mark.parametrize("who", NAMES)
def test_no_state_of_an_image_moves_it(bench: BenchDriver, who: str) -> None:
    stands, strip = place(bench), bench.window.strip
    for state in STATES:
        strip.show_label(
            ImageLabel(state, assigned_to=who, annotator=who, reviewer=who, reason=LONG)
        )
        assert place(bench) == stands
    for is_on in (True, False):
        strip.show_reviewing(is_on, ("Space", "Shift+R"))
        strip.show_blind(is_on)
        strip.show_waiting(3 * is_on)
        assert place(bench) == stands


def test_no_message_moves_it(bench: BenchDriver) -> None:
    stands, messages = place(bench), bench.window.messages
    messages.info("saved")
    assert place(bench) == stands
    for number in range(3):
        messages.error(UserError(f"{number}: {LONG}", hint=LONG))
        assert place(bench) == stands
    status = bench.window.status
    status.show_not_saved(LONG)
    status.show_model(LONG, done=3, total=9, images_per_s=1.0)
    assert place(bench) == stands
