"""Notices what other programs and our own jobs change in the project while it is open."""

from PySide6.QtCore import QObject, Signal

from app.shell.turn_timer import TurnTimer
from app.storage.project import Project

_EVERY_MS = 300


class ProjectWatch(QObject):
    """Looks a few times a second; that costs microseconds while nothing has changed."""

    images_changed = Signal(object, object)
    """Ids of images that somebody changed, and those of them that somebody else did."""
    images_added = Signal()
    classes_changed = Signal()
    written = Signal()  # somebody has written, whatever it was: other signals may follow

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._version = project.version()
        self._gesture = project.log.newest()
        self._newest_image = project.images.newest()
        self._classes = project.classes.all()
        self._own: set[int] = set()
        self._timer = TurnTimer(self, interval=_EVERY_MS)
        self._timer.due.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Now, not at the next tick."""
        version = self._project.version()
        if version == self._version:
            return
        self._version = version
        self.written.emit()
        self._look_at_classes()
        self._look_at_images()

    def expect(self, gesture_id: int) -> None:
        """That one is our own: whoever made it shows it already."""
        if gesture_id > self._gesture:
            self._own.add(gesture_id)

    def close(self) -> None:
        self._timer.stop()

    def _look_at_classes(self) -> None:
        classes = self._project.classes.all()
        if classes != self._classes:
            self._classes = classes
            self.classes_changed.emit()

    def _look_at_images(self) -> None:
        newest = self._project.images.newest()
        if newest != self._newest_image:
            self._newest_image = newest
            self.images_added.emit()
        gesture = self._project.log.newest()
        if gesture != self._gesture:
            changed = self._project.log.changed_since(self._gesture)
            others = [images for later, images in changed.items() if later not in self._own]
            self._gesture = gesture
            self._own.clear()
            everything = frozenset().union(*changed.values())
            self.images_changed.emit(everything, frozenset().union(*others))
