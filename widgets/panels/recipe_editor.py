"""The recipes of a project: a list of them, and the one that is looked at as a form."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.recipe import Recipe
from widgets.panels.recipe_form import RecipeForm

_LIST_PX = 180


@dataclass(frozen=True, slots=True)
class ListedRecipe:
    """`is_own`: kept in the project; else it ships, and saving makes the project's own of it."""

    recipe: Recipe
    is_own: bool


class RecipeEditor(QWidget):
    saved = Signal(object)  # Recipe
    removed = Signal(str)

    def __init__(
        self,
        in_screen_words: Callable[[str], str] = str,
        parent: QWidget | None = None,
    ) -> None:
        """`in_screen_words` says in the language of the screen why a recipe is none."""
        super().__init__(parent)
        self._in_screen_words = in_screen_words
        self.names, self.form = QListWidget(), RecipeForm()
        self.new_button = QPushButton(self.tr("New, like this one"))
        self.save_button = QPushButton(self.tr("Save"))
        self.remove_button = QPushButton(self.tr("Remove"))
        self.why_not = QLabel()
        self._listed: Sequence[ListedRecipe] = ()
        self._lay_out()
        self.names.currentRowChanged.connect(self._show)
        self.form.changed.connect(self._check)
        self.new_button.clicked.connect(self._begin_another)
        self.save_button.clicked.connect(lambda: self.saved.emit(self.form.recipe()))
        self.remove_button.clicked.connect(lambda: self.removed.emit(self._current().recipe.name))

    def set_recipes(self, listed: Sequence[ListedRecipe], current: str = "") -> None:
        """Shows `current`, by name, or else the first."""
        self._listed = listed
        blocked = self.names.blockSignals(True)
        self.names.clear()
        for entry in listed:
            item = QListWidgetItem(entry.recipe.name)
            if not entry.is_own:
                item.setToolTip(self.tr("Ships with Flawmark"))
                font = item.font()
                font.setItalic(True)
                item.setFont(font)
            self.names.addItem(item)
        by_name = [entry.recipe.name for entry in listed]
        self.names.setCurrentRow(by_name.index(current) if current in by_name else 0)
        self.names.blockSignals(blocked)
        self._show()

    def _current(self) -> ListedRecipe:
        return self._listed[self.names.currentRow()]

    def _show(self) -> None:
        if self._listed:
            self.form.set_recipe(self._current().recipe)
            self._check()

    def _begin_another(self) -> None:
        """A form that is not saved yet, under a name that nobody has."""
        taken = {entry.recipe.name for entry in self._listed}
        base = self._current().recipe.name
        number = next(n for n in range(2, len(taken) + 3) if f"{base} {n}" not in taken)
        self.form.set_recipe(replace(self._current().recipe, name=f"{base} {number}"))
        self.form.name.setFocus()
        self.form.name.selectAll()

    def _check(self) -> None:
        why = ""
        recipe = None
        try:
            recipe = self.form.recipe()
        except ValueError as e:
            why = self._in_screen_words(str(e))
        self.why_not.setText(why)
        self.why_not.setVisible(bool(why))
        kept = recipe in [entry.recipe for entry in self._listed if entry.is_own]
        self.save_button.setEnabled(recipe is not None and not kept)
        current = self._current() if self._listed else None
        # What is only being written is not kept yet, and what it was made of is not meant.
        is_shown = current is not None and self.form.name.text().strip() == current.recipe.name
        self.remove_button.setEnabled(current is not None and current.is_own and is_shown)

    def _lay_out(self) -> None:
        self.names.setFixedWidth(_LIST_PX)
        self.why_not.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.addWidget(self.new_button)
        buttons.addStretch(1)
        buttons.addWidget(self.remove_button)
        buttons.addWidget(self.save_button)
        right = QVBoxLayout()
        right.addWidget(self.form)
        right.addStretch(1)
        right.addWidget(self.why_not)
        right.addLayout(buttons)
        columns = QHBoxLayout(self)
        columns.addWidget(self.names, 0, Qt.AlignmentFlag.AlignLeft)
        columns.addLayout(right, 1)
