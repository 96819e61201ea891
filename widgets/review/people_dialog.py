"""Who works on a project and as what, with what the team has set for reviewing."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.people import COLOURS, ROLES, Person, Role
from widgets.panels.scrolling import replace_widget
from widgets.panels.when import local_time

_DOT_PX = 16
_REASON_LINES = 5


class PeopleDialog(QDialog):
    """Leads change what it shows; to all others it only shows it. What is changed holds at once."""

    person_changed = Signal(object)  # Person
    self_review_toggled = Signal(bool)
    reasons_changed = Signal(object)  # tuple of str, none where ours are to hold

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("People"))
        self.resize(560, 520)
        self.note, self.me = QLabel(), QLabel()
        self.self_review = QCheckBox(self.tr("People may approve what they handed in themselves"))
        self.self_review.clicked.connect(self.self_review_toggled)
        self.reasons = QPlainTextEdit()
        self.roles: dict[str, QComboBox] = {}
        self.colours: dict[str, QToolButton] = {}
        self._shown_reasons: tuple[str, ...] = ()
        self._scroll = QScrollArea()
        self._lay_out()

    def show_team(
        self,
        people: Sequence[Person],
        me: Person,
        *,
        self_review: bool,
        reasons: Sequence[str],
    ) -> None:
        """`reasons` are those that stand one key away when an image is returned."""
        said = self.tr("You are {name}: {role}.")
        self.me.setText(said.format(name=me.name, role=role_title(me.role)))
        self._show_people(people, is_lead=me.leads)
        self.self_review.setChecked(self_review)
        self.self_review.setEnabled(me.leads)
        self._shown_reasons = tuple(reasons)
        if not self.reasons.hasFocus():
            self.reasons.setPlainText("\n".join(reasons))
        self.reasons.setReadOnly(not me.leads)

    def done(self, result: int) -> None:
        self._take_reasons()
        super().done(result)

    def _take_reasons(self) -> None:
        lines = (" ".join(line.split()) for line in self.reasons.toPlainText().splitlines())
        kept = tuple(line for line in lines if line)
        if not self.reasons.isReadOnly() and kept != self._shown_reasons:
            self._shown_reasons = kept
            self.reasons_changed.emit(kept)

    def _show_people(self, people: Sequence[Person], *, is_lead: bool) -> None:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setColumnStretch(1, 1)
        self.roles, self.colours = {}, {}
        for row, person in enumerate(people):
            name = QLabel(person.name)
            name.setTextFormat(Qt.TextFormat.PlainText)
            since = QLabel(local_time(person.since))
            since.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            self.colours[person.name] = self._colour_button(person, is_lead=is_lead)
            self.roles[person.name] = self._role_choice(person, is_lead=is_lead)
            cells = (self.colours[person.name], name, self.roles[person.name], since)
            for column, widget in enumerate(cells):
                grid.addWidget(widget, row, column)
        grid.setRowStretch(len(people), 1)
        replace_widget(self._scroll, table)

    def _role_choice(self, person: Person, *, is_lead: bool) -> QComboBox:
        choice = QComboBox()
        for role in ROLES:
            choice.addItem(role_title(role), role)
        choice.setCurrentIndex(ROLES.index(person.role))
        choice.setEnabled(is_lead)
        choice.activated.connect(
            lambda place: self._change(person, replace(person, role=ROLES[place]))
        )
        return choice

    def _colour_button(self, person: Person, *, is_lead: bool) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setIcon(_dot(person.colour))
        button.setIconSize(QSize(_DOT_PX, _DOT_PX))
        button.setToolTip(self.tr("Colour of {name}").format(name=person.name))
        button.setEnabled(True)
        if is_lead:
            menu = QMenu(button)
            for colour in COLOURS:
                action = menu.addAction(_dot(colour), colour)
                action.triggered.connect(
                    lambda _, colour=colour: self._change(person, replace(person, colour=colour))
                )
            button.setMenu(menu)
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _change(self, before: Person, after: Person) -> None:
        if after != before:
            self.person_changed.emit(after)

    def _lay_out(self) -> None:
        self.note.setText(
            self.tr(
                "Names and roles are a record of who did what, not a lock: whoever can open the"
                " project's folder may choose any name. Whoever opens a project is put on this"
                " list; the first leads it."
            )
        )
        self._scroll.setWidgetResizable(True)
        self.reasons.setFixedHeight(_REASON_LINES * self.fontMetrics().lineSpacing() + 14)
        self.reasons.setTabChangesFocus(True)
        reasons = QLabel(self.tr("Reasons to return an image, one a line; keys 1 to 9 give them"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        for label in (self.note, self.me, reasons):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column = QVBoxLayout(self)
        column.addWidget(self.me)
        column.addWidget(self._scroll, 1)
        for widget in (self.note, self.self_review, reasons, self.reasons, buttons):
            column.addWidget(widget)


def role_title(role: Role) -> str:
    return {
        "annotator": QCoreApplication.translate("Role", "annotator"),
        "reviewer": QCoreApplication.translate("Role", "reviewer"),
        "lead": QCoreApplication.translate("Role", "lead"),
    }[role]


def _dot(colour: str) -> QIcon:
    picture = QPixmap(2 * _DOT_PX, 2 * _DOT_PX)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(picture.rect().adjusted(3, 3, -3, -3))
    return QIcon(picture)
