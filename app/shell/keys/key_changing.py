"""A person changes keys: from the editor's wish to the new key map, or to why not."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from app.core.errors import UserError
from app.shell.keys.key_map import KeyMap, editable_sections
from widgets.frame.key_editor import KeyEditor


class KeyChanging(QObject):
    """Stands between an editor and whoever keeps the keys."""

    changed = Signal(object)  # KeyMap

    def __init__(
        self, editor: KeyEditor, key_map: KeyMap, of_classes: Mapping[str, str] | None = None
    ) -> None:
        """`of_classes`: the title of the class that each of the project's class keys picks."""
        super().__init__(editor)
        self._editor, self._key_map, self._of_classes = editor, key_map, of_classes
        editor.key_chosen.connect(self._choose)
        editor.reset_wanted.connect(self._reset)
        editor.reset_all_wanted.connect(lambda: self._use(KeyMap(specs=self._key_map.specs)))

    def _choose(self, name: str, key: str, is_added: bool) -> None:
        kept = self._key_map.keys(name) if is_added else ()
        try:
            keys = dict.fromkeys((*kept, key))
            self._use(self._key_map.with_keys(name, list(keys), of_classes=self._of_classes))
        except UserError as e:
            self._editor.refuse(name, f"{e.what} {e.hint}")

    def _reset(self, name: str) -> None:
        try:
            self._use(self._key_map.with_default(name))
        except UserError as e:
            self._editor.refuse(name, f"{e.what} {e.hint}")

    def _use(self, key_map: KeyMap) -> None:
        self._key_map = key_map
        self._editor.show_sections(editable_sections(key_map))
        self.changed.emit(key_map)
