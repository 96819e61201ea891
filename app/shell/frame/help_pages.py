"""What explains the window: all keys at a glance, how to change them, what was said so far."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDockWidget, QWidget

from app.shell.keys.key_changing import KeyChanging
from app.shell.keys.key_map import cheat_sections, class_key_titles, editable_sections
from widgets.frame.cheat_sheet import CheatSheet
from widgets.frame.key_editor import KeyEditor
from widgets.frame.message_bar import MessageHistory
from widgets.words import in_screen_language

if TYPE_CHECKING:
    from app.shell.frame.main_window import MainWindow


class HelpPages(QObject):
    """Each is made when it is asked for, and none stops the work."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._sheet: CheatSheet | None = None
        self._dock: QDockWidget | None = None

    def toggle_cheat_sheet(self) -> None:
        """Over the window, for as long as it is looked at."""
        if self._sheet is None:
            self._sheet = CheatSheet(self._window)
        if self._sheet.isVisible():
            self._sheet.close_sheet()
            return
        bench = self._window.bench
        tags = [in_screen_language(*tag) for tag in bench.project.tags()] if bench else []
        classes = bench.classes if bench else []
        key_map = self._window.action_set.key_map
        self._sheet.show_sections(cheat_sections(key_map, classes, tags))

    def show_key_editor(self) -> None:
        bench, key_map = self._window.bench, self._window.action_set.key_map
        editor = KeyEditor(editable_sections(key_map))
        of_classes = class_key_titles(bench.classes, key_map) if bench else {}
        KeyChanging(editor, key_map, of_classes).changed.connect(self._window.set_keys)
        self._show(self.tr("Keys"), editor)

    def show_messages(self) -> None:
        history = MessageHistory()
        history.show_messages(self._window.messages.history)
        self._show(self.tr("Messages"), history)

    def _show(self, title: str, page: QWidget) -> None:
        if self._dock is None:
            self._dock = QDockWidget(self._window)
            self._dock.setObjectName("help")
            self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self._dock)
            self._dock.setFloating(True)
            self._dock.resize(560, 640)
        old = self._dock.widget()
        self._dock.setWidget(page)
        if old is not None:
            old.deleteLater()
        self._dock.setWindowTitle(title)
        self._dock.show()
        self._dock.raise_()
