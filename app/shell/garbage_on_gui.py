"""Garbage is searched for on the GUI thread alone: widgets are among it."""

import gc

from PySide6.QtCore import QObject, QTimer

_LOOK_EVERY_MS = 200
_DUE_AFTER = (10_000, 3, 50)
"""Objects that came and stayed; searches among the new ones; searches among those and the middle.

10,000 objects take 4 ms. By the threshold that spares a reader of 5,000 boxes the search
(`collect_rarely`) they would take 25, between two paints: here nobody is in the middle of reading.
"""


class GarbageOnGui(QObject):
    """From now on. Python searches in whichever thread allocates: one that finds a widget, held by
    a circle of references alone, destroys it there, and Qt ends the process.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        look = QTimer(self, interval=_LOOK_EVERY_MS)
        look.timeout.connect(collect_due)
        look.start()


def collect_due() -> None:
    """The oldest generation that is due, with those that are younger."""
    due = zip(gc.get_count(), _DUE_AFTER, strict=True)
    over = [generation for generation, (count, most) in enumerate(due) if count > most]
    if over:
        gc.collect(over[-1])
