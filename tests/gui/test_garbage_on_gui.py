"""Widgets that only circles of references hold are destroyed on the GUI thread."""

import gc
import threading

from pytestqt.qtbot import QtBot

from app.shell.garbage_on_gui import GarbageOnGui


class Circle:
    """Tells in which thread it is found to be garbage."""

    def __init__(self, found_by: list[threading.Thread]) -> None:
        self.itself, self._found_by = self, found_by

    def __del__(self) -> None:
        self._found_by.append(threading.current_thread())


def test_a_thread_that_allocates_much_leaves_garbage_to_the_gui_thread(qtbot: QtBot) -> None:
    found_by: list[threading.Thread] = []
    kept: list[list[int]] = []

    def allocate() -> None:
        Circle(found_by)
        kept.extend([n] for n in range(3 * gc.get_threshold()[0]))

    gc.enable()
    garbage = GarbageOnGui()
    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()
    assert not found_by
    qtbot.waitUntil(lambda: bool(found_by))
    assert found_by == [threading.main_thread()]
    garbage.deleteLater()
