"""What is seen first: the projects of late, and ways to a new one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from PySide6.QtCore import QDate, QEvent, QLocale, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFont,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.people import MOST_CHARACTERS
from widgets.words import counted_images

_PAGE_PX = 780
_CARD_PX = 62
_PAD_PX = 14
_NAME_PX = 220


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """A project that was opened before. `is_there`: its folder still is. `images` 0: not known."""

    path: str
    opened_at: datetime
    is_there: bool
    images: int = 0
    finished: int = 0


class StartPage(QWidget):
    """Asks the shell for everything."""

    new_wanted = Signal()
    open_wanted = Signal()
    demo_wanted = Signal()
    open_recent = Signal(str)  # path
    forget_recent = Signal(str)  # path
    person_chosen = Signal(str)  # the name under which people work from now on

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.new = QPushButton(self.tr("New project …"))
        self.open = QPushButton(self.tr("Open …"))
        self.demo = QPushButton()
        self.show_making_demo(False)
        self.new.clicked.connect(self.new_wanted)
        self.open.clicked.connect(self.open_wanted)
        self.demo.clicked.connect(self.demo_wanted)
        self.person = QLineEdit()
        self.person.setMaxLength(MOST_CHARACTERS)
        self.person.editingFinished.connect(self._choose_person)
        self._person = ""
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        self._column.addStretch(1)
        self._cards: list[_Card] = []
        self._lay_out()
        self.show_recent([])

    @property
    def cards(self) -> "tuple[_Card, ...]":
        """Those that are shown, from the top."""
        return tuple(self._cards)

    def show_recent(self, projects: Sequence[ProjectCard]) -> None:
        """The last opened first."""
        for card in self._cards:
            card.hide()  # until the event loop deletes it, it would be seen still
            card.deleteLater()
        self._cards = [self._card(project) for project in projects]
        for place, card in enumerate(self._cards):
            self._column.insertWidget(place, card)
        self._heading.setVisible(bool(projects))
        self._welcome.setVisible(not projects)

    def show_person(self, name: str, *, is_fixed: bool) -> None:
        """Whose name goes into histories; fixed where it is set for the machine."""
        self._person = name
        self.person.setText(name)
        self.person.setReadOnly(is_fixed)
        fixed = self.tr("Set for this machine by FLAWMARK_USER.")
        record = self.tr("It goes into the history of all that you do. A record, not a lock.")
        self.person.setToolTip(fixed if is_fixed else record)

    def show_making_demo(self, is_being_made: bool) -> None:
        """Another one can't be asked for meanwhile."""
        making, wanted = self.tr("Making the demo …"), self.tr("Try the demo")
        self.demo.setText(making if is_being_made else wanted)
        self.demo.setEnabled(not is_being_made)

    def set_icons(self, new: QIcon, open_: QIcon, demo: QIcon) -> None:
        for button, icon in ((self.new, new), (self.open, open_), (self.demo, demo)):
            button.setIcon(icon)

    def _choose_person(self) -> None:
        """A name of nothing is none: the one before stays."""
        name = " ".join(self.person.text().split())
        self.person.setText(name or self._person)
        if name and name != self._person:
            self._person = name
            self.person_chosen.emit(name)

    def _card(self, project: ProjectCard) -> "_Card":
        card = _Card(project)
        card.chosen.connect(self.open_recent)
        card.forgotten.connect(self.forget_recent)
        return card

    def _lay_out(self) -> None:
        name = QLabel("Flawmark")
        name.setFont(scaled(name.font(), 2.2))
        what = QLabel(self.tr("Models draw first, people correct."))
        what.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        for button in (self.new, self.open, self.demo):
            button.setMinimumHeight(34)
            button.setIconSize(QSize(18, 18))
            buttons.addWidget(button)
        buttons.addStretch(1)
        who = QLabel(self.tr("Your name"))
        who.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.person.setFixedWidth(_NAME_PX)
        buttons.addWidget(who)
        buttons.addWidget(self.person)
        self._heading = QLabel(self.tr("Opened before"))
        self._heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._welcome = QLabel(
            self.tr("Make a project for your photos, or drop a project's folder here.")
        )
        self._welcome.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column = middle_column(self, _PAGE_PX)
        column.addWidget(name)
        column.addWidget(what)
        column.addSpacing(24)
        column.addLayout(buttons)
        column.addSpacing(28)
        column.addWidget(self._heading)
        column.addWidget(self._welcome)
        column.addSpacing(4)
        column.addWidget(_scrolled(self._column), 1)


class _Card(QWidget):
    """One project: its name, where it lies, when it was opened and how far it has come."""

    chosen = Signal(str)
    forgotten = Signal(str)

    def __init__(self, project: ProjectCard) -> None:
        super().__init__()
        self.project = project
        self._is_pointed = self._is_pressed = False
        self.setFixedHeight(_CARD_PX)
        self.setToolTip(project.path)
        self.setAccessibleName(project.path)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if project.is_there:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.forget = QToolButton(self)
        self.forget.setText("✕")
        self.forget.setToolTip(self.tr("Take it off this list. Nothing in it is deleted."))
        self.forget.setAutoRaise(True)
        self.forget.setCursor(Qt.CursorShape.ArrowCursor)
        self.forget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.forget.setVisible(not project.is_there)
        self.forget.clicked.connect(lambda: self.forgotten.emit(project.path))
        row = QHBoxLayout(self)
        row.setContentsMargins(_PAD_PX, 0, 8, 0)
        row.addStretch(1)
        row.addWidget(self.forget)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._point(True)

    def leaveEvent(self, event: QEvent) -> None:
        self._point(False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_pressed = event.button() == Qt.MouseButton.LeftButton

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Its first press has chosen already, maybe on the card that stood here until then."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_pressed, self._is_pressed = self._is_pressed, False
        if was_pressed and self.rect().contains(event.position().toPoint()):
            self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose()
        elif event.key() == Qt.Key.Key_Delete:
            self.forgotten.emit(self.project.path)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        card = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self._rim())
            painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
            painter.drawRoundedRect(card, 6, 6)
            inside = self.rect().adjusted(_PAD_PX, 9, -44, -9)
            self._paint_words(painter, inside)

    def _paint_words(self, painter: QPainter, inside: QRect) -> None:
        faint = self.palette().color(QPalette.ColorRole.PlaceholderText)
        is_there = self.project.is_there
        plain = self.palette().color(QPalette.ColorRole.Text) if is_there else faint
        metrics = self.fontMetrics()
        right = self._right_words()
        right_px = max(metrics.horizontalAdvance(words) for words in right) + 2
        left = inside.adjusted(0, 0, -right_px - _PAD_PX, 0)
        path = PurePath(self.project.path)
        lines = (
            (path.name or self.project.path, plain, scaled(self.font(), 1.15)),
            (str(path.parent), faint, self.font()),
        )
        for (words, colour, font), other, half in zip(lines, right, _halves(inside), strict=True):
            painter.setFont(font)
            painter.setPen(colour)
            room = QRect(left.left(), half.top(), max(left.width(), 0), half.height())
            cut = painter.fontMetrics().elidedText(
                words, Qt.TextElideMode.ElideMiddle, room.width()
            )
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), cut)
            painter.setFont(self.font())
            painter.setPen(faint)
            side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(half, int(side), other)

    def _right_words(self) -> tuple[str, str]:
        if not self.project.is_there:
            return self.tr("not there any more"), ""
        at = self.project.opened_at
        day = QDate(at.year, at.month, at.day)
        opened = QLocale().toString(day, QLocale.FormatType.ShortFormat) + f"  {at:%H:%M}"
        if not self.project.images:
            return opened, ""
        counts = self.tr("{finished} of {images} finished")
        images = counted_images(self.project.images)
        return opened, counts.format(finished=self.project.finished, images=images)

    def _rim(self) -> QColor:
        is_lit = self.project.is_there and (self._is_pointed or self.hasFocus())
        role = QPalette.ColorRole.Accent if is_lit else QPalette.ColorRole.Mid
        return self.palette().color(role)

    def _choose(self) -> None:
        if self.project.is_there:
            self.chosen.emit(self.project.path)

    def _point(self, is_pointed: bool) -> None:
        self._is_pointed = is_pointed
        self.forget.setVisible(is_pointed or not self.project.is_there)
        self.update()


def middle_column(of: QWidget, width_px: int) -> QVBoxLayout:
    """A column no wider than that, in the middle of a page that may be any size."""
    page = QWidget()
    page.setMaximumWidth(width_px)
    column = QVBoxLayout(page)
    column.setContentsMargins(24, 56, 24, 16)
    row = QHBoxLayout(of)
    row.setContentsMargins(0, 0, 0, 0)
    row.addStretch(1)
    row.addWidget(page, 100)
    row.addStretch(1)
    return column


def scaled(font: QFont, factor: float) -> QFont:
    """The same font, larger by the factor."""
    larger = QFont(font)
    larger.setPointSizeF(font.pointSizeF() * factor)
    return larger


def _halves(inside: QRect) -> tuple[QRect, QRect]:
    height = inside.height() // 2
    return (
        QRect(inside.left(), inside.top(), inside.width(), height),
        QRect(inside.left(), inside.bottom() - height + 1, inside.width(), height),
    )


def _scrolled(content: QVBoxLayout) -> QScrollArea:
    page = QWidget()
    content.setContentsMargins(0, 0, 6, 0)
    page.setLayout(content)
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(page)
    return scroll
