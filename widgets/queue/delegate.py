"""How one image of the queue is drawn: its picture, name, state, words and counts."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.core.queue import QueueRow
from widgets.queue.model import Bounded, Index, QueueModel
from widgets.queue.state_mark import STATE_COLOURS, paint_state
from widgets.words import state_title

THUMBNAIL = QSize(80, 64)
_PADDING_PX = 8
_MARK_PX = 11
_GAP_PX = 6
_CURRENT_BAR_PX = 3
_SMALL = 0.86  # of the font, for all but the name
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_LEFT, _RIGHT = _MIDDLE | Qt.AlignmentFlag.AlignLeft, _MIDDLE | Qt.AlignmentFlag.AlignRight


class QueueDelegate(QStyledItemDelegate):
    """`current_id` is the image on the canvas; a bar at the left tells it from those selected."""

    def __init__(self, model: QueueModel, pictures: Bounded[QPixmap], parent: QWidget) -> None:
        """`pictures` fit into THUMBNAIL; a null one stands for a photo that can't be read."""
        super().__init__(parent)
        self._model, self._pictures = model, pictures
        self.current_id: int | None = None
        self.is_compact = False
        self.tag_titles: Mapping[str, str] = {}
        self.person_colours: Mapping[str, str] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line_px = option.fontMetrics.height()
        if self.is_compact:
            return QSize(160, line_px + 10)
        return QSize(160, max(THUMBNAIL.height(), 3 * line_px) + 12)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        _paint_ground(painter, option, self._model.id_at(index.row()) == self.current_id)
        row = self._model.row_at(index.row())
        if row is not None:
            pen = _RowPainter(
                *(painter, option, row, self._model.name(row)),
                tag_titles=self.tag_titles,
                person_colours=self.person_colours,
            )
            inside = option.rect.adjusted(_PADDING_PX, 0, -_PADDING_PX, 0)
            if self.is_compact:
                pen.paint_line(inside)
            else:
                frame = QRect(inside.topLeft(), THUMBNAIL)
                frame.moveTop(inside.center().y() - THUMBNAIL.height() // 2)
                _paint_picture(painter, frame, self._pictures.get(row.id), option.palette)
                pen.paint_block(inside.adjusted(THUMBNAIL.width() + 10, 6, 0, -6))
        painter.restore()


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem, is_current: bool) -> None:
    accent = option.palette.color(QPalette.ColorRole.Highlight)
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(option.rect, _faint(accent, 0.28))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(option.rect, _faint(accent, 0.10))
    if is_current:
        bar = QRect(option.rect.topLeft(), QSize(_CURRENT_BAR_PX, option.rect.height()))
        painter.fillRect(bar, accent)


def _paint_picture(
    painter: QPainter, frame: QRect, picture: QPixmap | None, palette: QPalette
) -> None:
    """In the middle of the frame, at its own shape; a blank while there is none."""
    if picture is None or picture.isNull():
        side = frame.height()
        blank = QRect(frame.center().x() - side // 2, frame.top(), side, side)
        painter.fillRect(blank, _faint(palette.color(QPalette.ColorRole.Text), 0.08))
        if picture is not None:
            painter.setPen(_faint(palette.color(QPalette.ColorRole.Text), 0.5))
            painter.drawText(blank, int(Qt.AlignmentFlag.AlignCenter), "?")
        return
    shown = picture.deviceIndependentSize().toSize()
    place = QRect(frame.topLeft(), shown)
    place.moveCenter(frame.center())
    painter.drawPixmap(place, picture)


class _RowPainter:
    """Draws the words and marks of one row; each step takes the room that the last one left."""

    def __init__(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        row: QueueRow,
        name: str,
        *,
        tag_titles: Mapping[str, str],
        person_colours: Mapping[str, str],
    ) -> None:
        self._painter, self._row, self._name = painter, row, name
        self._tag_titles, self._person_colours = tag_titles, person_colours
        self._font = option.font
        self._small = QFont(option.font)
        self._small.setPointSizeF(option.font.pointSizeF() * _SMALL)
        self._small_metrics = QFontMetrics(self._small)
        self._metrics = option.fontMetrics
        self._ink = option.palette.color(QPalette.ColorRole.Text)
        self._soft_ink = _faint(self._ink, 0.68)

    def paint_block(self, place: QRect) -> None:
        """Three lines: the name; the state and who has it; words and counts."""
        line_px = place.height() // 3
        first, second, third = (
            QRect(place.left(), place.top() + n * line_px, place.width(), line_px) for n in range(3)
        )
        self._paint_name(first)
        second = self._paint_person(self._paint_comment_mark(second))
        second = self._paint_mark(second)
        self._painter.setFont(self._small)
        self._painter.setPen(self._soft_ink)
        words = self._small_metrics.elidedText(
            self._state_words(), Qt.TextElideMode.ElideRight, second.width()
        )
        self._painter.drawText(second, int(_LEFT), words)
        self._paint_tags(self._paint_counts(third))

    def paint_line(self, place: QRect) -> None:
        place = self._paint_comment_mark(self._paint_counts(place))
        self._paint_name(self._paint_mark(place))

    def _state_words(self) -> str:
        """With the reason, where somebody waits for it to be acted on."""
        state = state_title(self._row.state)
        is_waiting = self._row.state == "returned" and self._row.reason
        return f"{state}: {self._row.reason}" if is_waiting else state

    def _paint_name(self, place: QRect) -> None:
        # Layers of one build differ at the end of their names.
        name = self._metrics.elidedText(self._name, Qt.TextElideMode.ElideLeft, place.width())
        self._painter.setFont(self._font)
        self._painter.setPen(self._ink)
        self._painter.drawText(place, int(_LEFT), name)

    def _paint_mark(self, place: QRect) -> QRect:
        top = place.center().y() - _MARK_PX / 2 + 0.5
        mark = QRectF(place.left() + 1, top, _MARK_PX, _MARK_PX)
        paint_state(self._painter, mark, self._row.state)
        return place.adjusted(_MARK_PX + _GAP_PX + 1, 0, 0, 0)

    def _paint_comment_mark(self, place: QRect) -> QRect:
        """A bubble at the right, where somebody waits for an answer."""
        if not self._row.has_open_comments:
            return place
        painter = self._painter
        bubble = QRectF(place.right() - 12, place.center().y() - 5, 12, 8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(STATE_COLOURS["in_progress"]))
        painter.drawRoundedRect(bubble, 2.5, 2.5)
        left, bottom = bubble.left() + 2.5, bubble.bottom() - 0.5
        painter.drawPolygon(
            [QPointF(left, bottom), QPointF(left + 4, bottom), QPointF(left, bottom + 3.5)]
        )
        return place.adjusted(0, 0, -12 - _GAP_PX, 0)

    def _paint_person(self, place: QRect) -> QRect:
        """The first letter of who is to label it, or has labelled it, in a circle of theirs."""
        name = self._row.assigned_to or self._row.annotator
        if not name:
            return place
        painter, side = self._painter, self._small_metrics.height() + 1
        circle = QRectF(place.right() - side, place.center().y() - side / 2 + 0.5, side, side)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colour = self._person_colours.get(name)
        painter.setBrush(QColor(colour) if colour else _faint(self._ink, 0.16))
        painter.drawEllipse(circle)
        painter.setFont(self._small)
        painter.setPen(QColor(Qt.GlobalColor.white) if colour else self._ink)
        painter.drawText(circle, int(Qt.AlignmentFlag.AlignCenter), name[0].upper())
        return place.adjusted(0, 0, -side - _GAP_PX, 0)

    def _paint_counts(self, place: QRect) -> QRect:
        """From the right: proposals beside a hollow square, checked boxes beside a filled one."""
        row = self._row
        if row.is_normal:
            green = QColor(STATE_COLOURS["approved"])
            place = self._paint_chip(
                place, QCoreApplication.translate("ImageQueue", "normal"), green, at_right=True
            )
        if row.proposals:
            place = self._paint_count(place, row.proposals, is_filled=False)
        if row.boxes > row.proposals:
            place = self._paint_count(place, row.boxes - row.proposals, is_filled=True)
        return place

    def _paint_count(self, place: QRect, count: int, *, is_filled: bool) -> QRect:
        painter, text = self._painter, f"{count:,}"
        painter.setFont(self._small)
        painter.setPen(self._soft_ink)
        painter.drawText(place, int(_RIGHT), text)
        width_px = self._small_metrics.horizontalAdvance(text)
        square = QRectF(place.right() - width_px - 11.5, place.center().y() - 3.5, 7, 7)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(self._soft_ink)
        painter.setBrush(self._soft_ink if is_filled else Qt.BrushStyle.NoBrush)
        painter.drawRect(square)
        return place.adjusted(0, 0, -width_px - 12 - _GAP_PX, 0)

    def _paint_tags(self, place: QRect) -> None:
        """As many as there is room for; then how many more there are."""
        tags = [self._tag_titles.get(name, name) for name in self._row.tags]
        for number, tag in enumerate(tags):
            more = f"+{len(tags) - number}"
            room_px = place.width() - self._small_metrics.horizontalAdvance(more) - _GAP_PX
            is_last = number == len(tags) - 1
            if self._chip_px(tag) > (place.width() if is_last else room_px):
                self._painter.setFont(self._small)
                self._painter.setPen(self._soft_ink)
                self._painter.drawText(place, int(_LEFT), more)
                return
            place = self._paint_chip(place, tag, self._ink, at_right=False)

    def _chip_px(self, text: str) -> int:
        return self._small_metrics.horizontalAdvance(text) + 10

    def _paint_chip(self, place: QRect, text: str, colour: QColor, *, at_right: bool) -> QRect:
        """Returns the room beside it."""
        painter, width_px = self._painter, self._chip_px(text)
        left = place.right() - width_px + 1 if at_right else place.left()
        height_px = self._small_metrics.height() + 1
        chip = QRectF(left, place.center().y() - height_px / 2 + 0.5, width_px, height_px)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_faint(colour, 0.14))
        painter.drawRoundedRect(chip, 4, 4)
        painter.setFont(self._small)
        painter.setPen(colour if at_right else self._soft_ink)
        painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), text)
        taken_px = width_px + 4
        return place.adjusted(0, 0, -taken_px, 0) if at_right else place.adjusted(taken_px, 0, 0, 0)


def _faint(colour: QColor, share: float) -> QColor:
    faint = QColor(colour)
    faint.setAlphaF(share)
    return faint
