"""The classes of a project: picked, hidden, added, and by a lead changed."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core.label_class import LabelClass
from widgets.panels.class_menu import ClassMenu
from widgets.panels.class_row import ClassBalance, ClassRow
from widgets.panels.eye import Eye
from widgets.panels.legend import Legend
from widgets.panels.scrolling import replace_widget
from widgets.words import class_title

__all__ = ["ClassBalance", "ClassPanel"]

_LINE_PX = 2


class ClassPanel(QWidget):
    """A click on a class picks it, a click on its eye hides or shows it.

    Who may change classes drags them to another place, double clicks to rename them, and has the
    rest in the menu of the right button. Nothing changes here before it is said by `set_balance`.
    """

    class_picked = Signal(int)
    hidden_changed = Signal(object)  # frozenset of the ids of all classes that are hidden
    origins_changed = Signal(bool, bool)  # people's boxes are shown, proposals are shown
    class_added = Signal(str)  # the name of a class that a person wants
    name_wanted = Signal(int, str)  # another name for a class
    chinese_name_wanted = Signal(int, str)
    key_wanted = Signal(int, str)  # a portable key, or "" for none of its own
    colour_wanted = Signal(int, str)  # like #1e90ff
    order_wanted = Signal(object)  # ids of all classes, as they are to stand
    merge_wanted = Signal(int, int)  # a class, and the one that its boxes are to be of
    remove_wanted = Signal(int)
    change_refused = Signal()  # somebody who may not change classes tried to

    def __init__(self, balance: Sequence[ClassBalance] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[int, ClassRow] = {}
        self._eyes: dict[int, Eye] = {}
        self._classes: list[LabelClass] = []
        self._keys: Mapping[int, str] = {}
        self._may_change = True
        self._drop_line = QFrame()
        self._drop_line.setFrameShape(QFrame.Shape.HLine)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.new_name = QLineEdit()
        self.new_name.setPlaceholderText(self.tr("Add a class …"))
        self.new_name.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.new_name.returnPressed.connect(self._add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self.new_name)
        layout.addWidget(self._legend())
        self.set_balance(balance)

    def set_balance(self, balance: Sequence[ClassBalance]) -> None:
        """New counts; what is hidden or current stays so."""
        classes = [each.label_class for each in balance]
        if classes != self._classes:
            self._rebuild(classes)
        most = max((each.boxes for each in balance), default=0)
        for each in balance:
            self._rows[each.label_class.id].set_counts(each, most)

    def set_keys(self, keys: Mapping[int, str]) -> None:
        """The key to show beside each class, by its id; classes without one may be left out."""
        self._keys = keys
        for class_id, row in self._rows.items():
            row.set_key(keys.get(class_id, ""))

    def set_image_counts(self, counts: Mapping[int, int]) -> None:
        """Boxes of each class on the image that is open; classes without any may be left out."""
        for class_id, row in self._rows.items():
            row.set_on_image(counts.get(class_id, 0))

    def set_current(self, class_id: int | None) -> None:
        """The class that the next box gets; does not report it as picked."""
        for each, row in self._rows.items():
            row.setChecked(each == class_id)
        if class_id in self._rows:
            self._scroll.ensureWidgetVisible(self._rows[class_id], 0, 0)

    def set_shown(self, class_id: int, shown: bool) -> None:
        """As if a person had clicked the eye."""
        self._eyes[class_id].setChecked(shown)

    def set_changeable(self, may_change: bool) -> None:
        """Whether the person may change what classes there are, and how they look."""
        self._may_change = may_change

    def move_class(self, class_id: int, by: int) -> None:
        """Wants the class so many places further down."""
        ids = [each.id for each in self._classes]
        place = ids.index(class_id)
        self._want_at(class_id, min(max(place + by, 0), len(ids) - 1))

    def rename(self, class_id: int, *, chinese: bool = False) -> None:
        """Opens a line in the place of its names."""
        known = next(each for each in self._classes if each.id == class_id)
        wanted = self.chinese_name_wanted if chinese else self.name_wanted
        editor = self._rows[class_id].rename(known.name_zh if chinese else known.name)
        editor.taken.connect(lambda name: wanted.emit(class_id, name))

    def ask_key(self, class_id: int) -> None:
        """The next key that is pressed is the one that the class is to have."""
        button = self._rows[class_id].ask_key()
        button.chosen.connect(lambda key: self.key_wanted.emit(class_id, key))

    def menu(self, class_id: int) -> ClassMenu:
        """What the right button opens over a class."""
        known = next(each for each in self._classes if each.id == class_id)
        menu = ClassMenu(known, self._classes, may_change=self._may_change, parent=self)
        menu.rename_wanted.connect(lambda chinese: self.rename(class_id, chinese=chinese))
        menu.key_wanted.connect(lambda own: self._change_key(class_id, own=own))
        menu.colour_wanted.connect(lambda colour: self.colour_wanted.emit(class_id, colour))
        menu.move_wanted.connect(lambda by: self.move_class(class_id, by))
        menu.merge_wanted.connect(lambda into: self.merge_wanted.emit(class_id, into))
        menu.remove_wanted.connect(lambda: self.remove_wanted.emit(class_id))
        return menu

    def row(self, class_id: int) -> QAbstractButton:
        """What a person clicks to pick the class."""
        return self._rows[class_id]

    def eye(self, class_id: int) -> QAbstractButton:
        return self._eyes[class_id]

    def set_origins_shown(self, *, people: bool, proposals: bool) -> None:
        """As if a person had clicked the eyes beside the legend."""
        self._people.setChecked(people)
        self._proposals.setChecked(proposals)

    def _rebuild(self, classes: list[LabelClass]) -> None:
        hidden = self._hidden()
        current = next((i for i, row in self._rows.items() if row.isChecked()), None)
        self._classes, self._rows, self._eyes = classes, {}, {}
        rows = QWidget()
        grid = QGridLayout(rows)
        grid.setContentsMargins(2, 4, 2, 4)
        grid.setSpacing(2)
        grid.setColumnStretch(1, 1)
        for number, each in enumerate(classes):
            self._add_row(grid, number, each)
            self._eyes[each.id].set_silently(each.id not in hidden)
        grid.setRowStretch(len(classes), 1)
        self._drop_line.setParent(None)  # or it would go with the rows
        replace_widget(self._scroll, rows)
        self.set_current(current)
        self.set_keys(self._keys)

    def _add_row(self, grid: QGridLayout, number: int, each: LabelClass) -> None:
        eye = Eye(self.tr("Show or hide {name}").format(name=class_title(each)))
        eye.toggled.connect(lambda: self.hidden_changed.emit(self._hidden()))
        row = ClassRow(each)
        row.clicked.connect(lambda: self._pick(each.id))
        row.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        row.customContextMenuRequested.connect(lambda at: self._open_menu(each.id, at))
        row.rename_wanted.connect(lambda: self._rename_if_allowed(each.id))
        row.dragged.connect(self._show_drop)
        row.dropped.connect(lambda y: self._drop(each.id, y))
        self._eyes[each.id], self._rows[each.id] = eye, row
        grid.addWidget(eye, number, 0)
        grid.addWidget(row, number, 1)

    def _open_menu(self, class_id: int, at: QPoint) -> None:
        menu = self.menu(class_id)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._rows[class_id].mapToGlobal(at))

    def _change_key(self, class_id: int, *, own: bool) -> None:
        if own:
            self.ask_key(class_id)
        else:
            self.key_wanted.emit(class_id, "")

    def _rename_if_allowed(self, class_id: int) -> None:
        if self._may_change:
            self.rename(class_id)
        else:
            self.change_refused.emit()

    def _show_drop(self, y: int) -> None:
        """A line between the classes where one that is dragged to that height would come."""
        if not self._may_change:
            return
        rows = list(self._rows.values())
        place = self._gap_at(y)
        edge = rows[place].geometry().top() if place < len(rows) else rows[-1].geometry().bottom()
        ground = self._scroll.widget()
        assert ground is not None
        self._drop_line.setParent(ground)
        self._drop_line.setGeometry(0, edge - _LINE_PX, ground.width(), _LINE_PX)
        self._drop_line.show()

    def _drop(self, class_id: int, y: int) -> None:
        self._drop_line.hide()
        if self._may_change:
            gap = self._gap_at(y)
            was = list(self._rows).index(class_id)
            self._want_at(class_id, gap - (gap > was))

    def _gap_at(self, y: int) -> int:
        """How many classes have their middle above that height."""
        return sum(row.geometry().center().y() < y for row in self._rows.values())

    def _want_at(self, class_id: int, place: int) -> None:
        ids = [each.id for each in self._classes]
        wanted = [each for each in ids if each != class_id]
        wanted.insert(place, class_id)
        if wanted != ids:
            self.order_wanted.emit(tuple(wanted))

    def _add(self) -> None:
        if name := self.new_name.text().strip():
            self.class_added.emit(name)
        self.new_name.clear()
        self.new_name.clearFocus()  # letters go to the window's keys again

    def _pick(self, class_id: int) -> None:
        self.set_current(class_id)
        self.class_picked.emit(class_id)

    def _hidden(self) -> frozenset[int]:
        return frozenset(i for i, eye in self._eyes.items() if not eye.isChecked())

    def _legend(self) -> Legend:
        legend = Legend()
        self._people = Eye(self.tr("Show or hide what people drew or checked"))
        self._proposals = Eye(self.tr("Show or hide proposals"))
        grid = legend.layout()
        assert isinstance(grid, QGridLayout)
        for label in legend.findChildren(QLabel):
            label.setWordWrap(True)  # or its words would keep the panel wide
        for number, eye in enumerate((self._people, self._proposals)):
            eye.toggled.connect(self._report_origins)
            grid.addWidget(eye, number, 2)
        return legend

    def _report_origins(self) -> None:
        self.origins_changed.emit(self._people.isChecked(), self._proposals.isChecked())
