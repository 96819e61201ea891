"""The images of a project in the order they are worked on, as a list to pick from."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QItemSelectionModel, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QListView, QWidget

from widgets.queue.delegate import THUMBNAIL, QueueDelegate
from widgets.queue.model import Bounded, QueueModel, RowsOf

_SETTLED_MS = 60
_PICTURES_KEPT = 300


class ImageQueue(QListView):
    """Says which image a person picked; the one that is shown is set from outside.

    Any number of images opens at once: rows and thumbnails are asked for as they come into sight,
    and a bounded number of them is kept. A click takes the focus, so that letters no longer go into
    a text field, but no key does anything here: all of them are left to the window.
    """

    picked = Signal(int)
    """The image that was clicked; not while Ctrl or Shift select several."""
    thumbnails_wanted = Signal(object)
    """[(image id, path, content hash)] of rows in sight without one, top to bottom. Said again
    when scrolling comes to rest; the last one holds, what came before need not be made."""
    context_wanted = Signal(QPoint, list)
    """Where on the screen a menu is wanted, and the ids of the images it is for."""

    def __init__(self, rows_of: RowsOf, parent: QWidget | None = None) -> None:
        """`rows_of` gives rows of ids. It must be quick, and not raise; it may leave out some."""
        super().__init__(parent)
        self._model = QueueModel(rows_of, self)
        self._pictures: Bounded[QPixmap] = Bounded(_PICTURES_KEPT)
        self._delegate = QueueDelegate(self._model, self._pictures, self)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)  # or Qt would measure every row of the project
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMouseTracking(True)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self._look_around)
        self.verticalScrollBar().valueChanged.connect(lambda: self._settled.start())

    def set_ids(self, ids: Sequence[int]) -> None:
        """All images of the queue, in order. The current one stays so, and comes into sight."""
        self._model.set_ids(ids)
        self._show_current()
        self._settled.start()

    def set_shared_folder(self, folder: str) -> None:
        """What names leave out at their beginning."""
        self._model.set_shared_folder(folder)
        self.viewport().update()

    def set_tag_titles(self, titles: Mapping[str, str]) -> None:
        """What a tag's name is on screen; one that is missing is shown as its name."""
        self._delegate.tag_titles = titles
        self.viewport().update()

    def set_person_colours(self, colours: Mapping[str, str]) -> None:
        """By name; who has none is shown without."""
        self._delegate.person_colours = colours
        self.viewport().update()

    def set_compact(self, compact: bool) -> None:
        """One line an image, without thumbnails."""
        if compact == self._delegate.is_compact:
            return
        self._delegate.is_compact = compact
        self.reset()  # the height of a row is kept by Qt
        self._show_current()
        self._settled.start()

    def set_current(self, image_id: int | None) -> None:
        """The image on the canvas; selects it alone. Not reported as picked."""
        before = self._delegate.current_id
        if image_id != before:
            self._delegate.current_id = image_id
            self._show_current()
            if before is not None:
                self._repaint(before)

    def refresh(self, ids: Iterable[int]) -> None:
        """Something about these images has changed; a photo that had no picture may have one."""
        changed = list(ids)
        self._model.forget(changed)
        for image_id in changed:
            if (picture := self._pictures.get(image_id)) is not None and picture.isNull():
                self._pictures.drop(image_id)
        self.viewport().update()
        if not self._settled.isActive():  # a running model changes one image after the other
            self._settled.start()

    def set_thumbnail(self, image_id: int, image: QImage) -> None:
        """Any size; kept small. A null image: there is none to be had."""
        scale = self.devicePixelRatioF()
        picture = QPixmap()
        if not image.isNull():
            fitted = image.scaled(
                (THUMBNAIL.toSizeF() * scale).toSize(),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            picture = QPixmap.fromImage(fitted)
            picture.setDevicePixelRatio(scale)
        self._pictures.put(image_id, picture)
        self._repaint(image_id)

    def selected_ids(self) -> list[int]:
        """In the order of the queue."""
        places = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [self._model.id_at(place) for place in places]

    def place_of(self, image_id: int) -> QRect:
        """Where in the viewport the image's row is; empty when it is not in the queue."""
        place = self._model.place_of(image_id)
        return self.visualRect(self._model.index(place, 0)) if place >= 0 else QRect()

    def sizeHint(self) -> QSize:
        return QSize(280, 600)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if index.isValid() and plain and event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(self._model.id_at(index.row()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        # The list may scroll under a hand that shakes while it clicks. Shift selects ranges.
        if event.buttons() == Qt.MouseButton.NoButton:
            super().mouseMoveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if ids := self.selected_ids():
            self.context_wanted.emit(event.globalPos(), ids)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settled.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_current()
        self._settled.start()

    def _show_current(self) -> None:
        current_id = self._delegate.current_id
        place = -1 if current_id is None else self._model.place_of(current_id)
        if place < 0:
            self.selectionModel().clear()
        else:
            # By the list itself, keys that are down would count: Ctrl+Z would toggle the row.
            self.selectionModel().setCurrentIndex(
                self._model.index(place, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
            # People see where they are going, and where they come from.
            for near in (place + 1, place - 1, place):
                self.scrollTo(self._model.index(near, 0))
            self.update(self._model.index(place, 0))

    def _repaint(self, image_id: int) -> None:
        place = self._model.place_of(image_id)
        if place >= 0:
            self.update(self._model.index(place, 0))

    def _in_sight(self) -> range:
        """The places of the rows that are shown, also in part."""
        viewport = self.viewport().rect()
        first, last = (
            self.indexAt(corner) for corner in (viewport.topLeft(), viewport.bottomLeft())
        )
        if not first.isValid():
            return range(0)
        return range(
            first.row(), (last.row() if last.isValid() else self._model.rowCount() - 1) + 1
        )

    def _look_around(self) -> None:
        """Reads a page ahead both ways, and asks for thumbnails: of what is in sight, then of these
        pages, so that a photo that somebody scrolls to and opens has one.
        """
        shown = self._in_sight()
        if not self.isVisible() or not shown:
            return
        before, after = shown.start - len(shown), shown.stop + len(shown)
        self._model.fetch(before, after)
        if self._delegate.is_compact:
            return
        below = range(shown.stop, min(after, self._model.rowCount()))
        above = range(max(before, 0), shown.start)
        rows = (self._model.row_at(place) for place in (*shown, *below, *reversed(above)))
        wanted = [
            (row.id, row.path, row.content_hash)
            for row in rows
            if row is not None and row.id not in self._pictures
        ]
        if wanted:
            self.thumbnails_wanted.emit(wanted)
