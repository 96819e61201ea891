"""Notices what other programs and our own jobs change in the project while it is open."""

from PySide6.QtCore import QObject, QTimer, Signal

from app.storage.project import Project

_EVERY_MS = 300


class ProjectWatch(QObject):
    """Looks a few times a second; that costs microseconds while nothing has changed."""

    images_changed = Signal(object)  # frozenset of the ids of images that somebody changed
    images_added = Signal()
    classes_changed = Signal()

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._version = project.version()
        self._gesture = project.log.newest()
        self._newest_image = project.images.newest()
        self._classes = project.classes.all()
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Now, not at the next tick."""
        version = self._project.version()
        if version == self._version:
            return
        self._version = version
        self._look_at_classes()
        self._look_at_images()

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
            changed = self._project.log.images_changed_since(self._gesture)
            self._gesture = gesture
            self.images_changed.emit(changed)
