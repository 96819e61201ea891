"""Tiles in rows, as many as there are: only those in sight are painted, and asked for."""

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.core.geometry import Box
from widgets.queue.state_mark import STATE_COLOURS

_TILE_PX, _GAP_PX, _FOOT_PX = 150, 8, 18
_SETTLED_MS = 80
_LOOKED_AFTER_MS = 400
"""A tile that is in sight for less was scrolled past, not looked at."""
_PICTURES_KEPT = 1500
_WRONG, _SEEN = QColor(STATE_COLOURS["returned"]), QColor(STATE_COLOURS["approved"])


@dataclass(frozen=True, slots=True)
class Tile:
    """One box; `name` is its image's, `colour` its class's."""

    uid: str
    name: str
    colour: str


class CropGrid(QAbstractScrollArea):
    crops_wanted = Signal(object)  # uids of tiles in sight without a picture, in order
    seen = Signal(object)  # uids of tiles that were whole in sight, with their picture, for a while
    picked = Signal(str)  # uid of the tile that was clicked

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: Sequence[Tile] = ()
        self._places: dict[str, int] = {}
        self._pictures: OrderedDict[str, tuple[QPixmap, Box]] = OrderedDict()
        self._seen: Collection[str] = ()
        self._wrong: Collection[str] = ()
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self._ask)
        self._looking = QTimer(self, singleShot=True, interval=_LOOKED_AFTER_MS)
        self._looking.timeout.connect(self._look)
        self.verticalScrollBar().valueChanged.connect(self._move)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Pictures of boxes that were here before are kept."""
        self._tiles = tiles
        self._places = {tile.uid: place for place, tile in enumerate(tiles)}
        self.verticalScrollBar().setValue(0)
        self._measure()
        self._move()

    def mark(self, seen: Collection[str], wrong: Collection[str]) -> None:
        """Uids of boxes that were looked at, and that were called wrong."""
        self._seen, self._wrong = seen, wrong
        self.viewport().update()

    def forget(self, uids: Collection[str]) -> None:
        """Their pictures: the boxes lie elsewhere now."""
        for uid in uids:
            self._pictures.pop(uid, None)
        self._move()

    def set_crop(self, uid: str, image: QImage, box: Box) -> None:
        """A null image: the photo can't be read, so nobody can look at the box."""
        self._pictures[uid] = (QPixmap.fromImage(image), box)
        while len(self._pictures) > _PICTURES_KEPT:
            self._pictures.popitem(last=False)
        if uid in self._places:
            self.viewport().update(self.place_of(uid))
            self._looking.start()

    def place_of(self, uid: str) -> QRect:
        """In the viewport."""
        row, column = divmod(self._places[uid], self._columns)
        x = _GAP_PX + column * (_TILE_PX + _GAP_PX)
        y = _GAP_PX + row * self._row_px - self.verticalScrollBar().value()
        return QRect(x, y, _TILE_PX, _TILE_PX + _FOOT_PX)

    def page(self, by: int) -> None:
        """So many screens on."""
        bar = self.verticalScrollBar()
        rows = max(self.viewport().height() // self._row_px, 1)
        bar.setValue(bar.value() + by * rows * self._row_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            for tile in self._in_sight():
                self._paint(painter, tile, self.place_of(tile.uid))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at = event.position().toPoint()
        for tile in self._in_sight():
            if self.place_of(tile.uid).contains(at):
                self.picked.emit(tile.uid)
                return

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_PageDown):
            self.page(1)
        elif event.key() == Qt.Key.Key_PageUp:
            self.page(-1)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()
        self._move()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._move()

    @property
    def _columns(self) -> int:
        return max((self.viewport().width() - _GAP_PX) // (_TILE_PX + _GAP_PX), 1)

    @property
    def _row_px(self) -> int:
        return _TILE_PX + _FOOT_PX + _GAP_PX

    def _measure(self) -> None:
        rows = -(-len(self._tiles) // self._columns)
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(rows * self._row_px + _GAP_PX - height, 0))
        bar.setPageStep(height)
        bar.setSingleStep(self._row_px // 3)

    def _move(self) -> None:
        """Other tiles are in sight: none of them has been looked at yet."""
        self._settled.start()
        self._looking.start()
        self.viewport().update()

    def _in_sight(self) -> Sequence[Tile]:
        """Also in part."""
        top = self.verticalScrollBar().value()
        first = max((top - _GAP_PX) // self._row_px, 0)
        last = (top + self.viewport().height()) // self._row_px + 1
        return self._tiles[first * self._columns : last * self._columns]

    def _ask(self) -> None:
        missing = [tile.uid for tile in self._in_sight() if tile.uid not in self._pictures]
        if missing and self.isVisible():
            self.crops_wanted.emit(missing)

    def _look(self) -> None:
        if not self.isVisible():
            return
        room = self.viewport().rect()
        looked = [
            tile.uid
            for tile in self._in_sight()
            if room.contains(self.place_of(tile.uid).adjusted(0, 0, 0, -_FOOT_PX))
            and self._has_picture(tile.uid)
        ]
        if looked:
            self.seen.emit(looked)

    def _has_picture(self, uid: str) -> bool:
        return uid in self._pictures and not self._pictures[uid][0].isNull()

    def _paint(self, painter: QPainter, tile: Tile, place: QRect) -> None:
        frame = QRect(place.topLeft(), place.topLeft() + QPoint(_TILE_PX - 1, _TILE_PX - 1))
        palette = self.palette()
        painter.fillRect(frame, palette.color(QPalette.ColorRole.AlternateBase))
        if tile.uid in self._pictures:
            self._paint_crop(painter, tile, frame)
        if tile.uid in self._wrong:
            painter.setPen(QPen(_WRONG, 4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(frame.adjusted(2, 2, -2, -2))
        foot = QRect(place.left(), frame.bottom() + 1, place.width(), _FOOT_PX)
        if tile.uid in self._seen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_SEEN)
            painter.drawEllipse(QRectF(foot.right() - 8, foot.center().y() - 3, 7, 7))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        elide, room = Qt.TextElideMode.ElideLeft, foot.width() - 14
        words = painter.fontMetrics().elidedText(tile.name, elide, room)
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignVCenter), words)

    def _paint_crop(self, painter: QPainter, tile: Tile, frame: QRect) -> None:
        picture, box = self._pictures[tile.uid]
        if picture.isNull():
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(frame, int(Qt.AlignmentFlag.AlignCenter), "?")
            return
        scale = _TILE_PX / max(picture.width(), picture.height())
        shown = QRectF(0, 0, picture.width() * scale, picture.height() * scale)
        shown.moveCenter(QRectF(frame).center())
        painter.drawPixmap(shown, picture, QRectF(picture.rect()))
        line = QRectF(box.left, box.top, box.width, box.height)
        line = QRectF(line.topLeft() * scale, line.size() * scale).translated(shown.topLeft())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(0, 0, 0, 150), 3), QPen(QColor(tile.colour), 1.5)):
            painter.setPen(pen)
            painter.drawRect(line)
