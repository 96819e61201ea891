"""What was saved, taken back, or written by others: who on the bench is told of it."""

from PySide6.QtCore import QObject, Signal

from app.shell.bench.browsing import Browsing
from app.shell.bench.document import Document
from app.shell.bench.overviews import Overviews
from app.shell.bench.reviewing import Reviewing
from app.shell.bench.showing import Showing
from app.shell.bench.telling import Telling
from app.shell.bench.watch import ProjectWatch
from app.shell.frame.messages import Messages
from app.storage.edit_log import Gesture


class News(QObject):
    """Of labels and comments; `ClassChoice` hears of classes, `FirstImage` of photos."""

    opened = Signal(int)  # an image that is to be seen, for something was taken back there

    def __init__(
        self,
        watch: ProjectWatch,
        document: Document,
        showing: Showing,
        browsing: Browsing,
        reviewing: Reviewing,
        telling: Telling,
        overviews: Overviews,
        messages: Messages,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._showing, self._browsing = document, showing, browsing
        self._reviewing, self._telling, self._overviews = reviewing, telling, overviews
        self._messages = messages
        document.saved.connect(self._take_saved)
        document.recorded.connect(watch.expect)
        document.reverted.connect(self._take_reverted)
        watch.images_changed.connect(self._take_changes)
        watch.classes_changed.connect(overviews.refresh)
        telling.told.connect(lambda image_id: browsing.refresh([image_id]))

    def close(self) -> None:
        """No other image comes any more; what is still being saved is told as ever."""
        self._document.reverted.disconnect(self._take_reverted)

    def _take_saved(self) -> None:
        self._showing.count()
        self._overviews.refresh()
        self._telling.refresh()
        if self._document.image is not None:
            self._browsing.refresh([self._document.image.id])

    def _take_changes(self, image_ids: frozenset[int], by_others: frozenset[int]) -> None:
        """These images have changed in the file; what we did ourselves is on screen already."""
        self._showing.forget_runs()
        self._showing.count()
        self._overviews.refresh()
        self._browsing.refresh(list(image_ids))
        self._reviewing.refresh(by_others)
        if self._document.image is not None and self._document.image.id in by_others:
            self._document.reload()
            self._telling.refresh()

    def _take_reverted(self, gesture: Gesture) -> None:
        """Undo goes where the gesture was, so that people see what came back or went."""
        images = {edit.image_id for edit in gesture.edits}
        self._browsing.refresh(list(images))
        current = self._document.image
        if images and (current is None or current.id not in images):
            self.opened.emit(min(images))
        if len(images) > 1:
            words = self.tr("That step was on {count} images.")
            self._messages.info(words.format(count=len(images)))
