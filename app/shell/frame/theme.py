"""Light and dark in neutral greys, so that nothing beside a grey photo tints what the eye sees."""

from typing import Literal, get_args

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

ThemeChoice = Literal["system", "light", "dark"]
THEMES: tuple[ThemeChoice, ...] = get_args(ThemeChoice)

Role = QPalette.ColorRole

_LIGHT: dict[Role, str] = {
    Role.Window: "#e9e9e9",
    Role.WindowText: "#1c1c1c",
    Role.Base: "#f7f7f7",
    Role.AlternateBase: "#f0f0f0",
    Role.Text: "#1c1c1c",
    Role.PlaceholderText: "#757575",
    Role.Button: "#e4e4e4",
    Role.ButtonText: "#1c1c1c",
    Role.BrightText: "#ffffff",
    Role.ToolTipBase: "#fbfbfb",
    Role.ToolTipText: "#1c1c1c",
    Role.Light: "#ffffff",
    Role.Midlight: "#f2f2f2",
    Role.Mid: "#bdbdbd",
    Role.Dark: "#9e9e9e",
    Role.Shadow: "#6e6e6e",
    Role.Highlight: "#47708f",
    Role.HighlightedText: "#ffffff",
    Role.Accent: "#47708f",
    Role.Link: "#2f6388",
    Role.LinkVisited: "#6a5580",
}
_DARK: dict[Role, str] = {
    Role.Window: "#2c2c2c",
    Role.WindowText: "#dedede",
    Role.Base: "#232323",
    Role.AlternateBase: "#282828",
    Role.Text: "#dedede",
    Role.PlaceholderText: "#8f8f8f",
    Role.Button: "#383838",
    Role.ButtonText: "#dedede",
    Role.BrightText: "#ffffff",
    Role.ToolTipBase: "#3a3a3a",
    Role.ToolTipText: "#e6e6e6",
    Role.Light: "#5a5a5a",
    Role.Midlight: "#444444",
    Role.Mid: "#4a4a4a",
    Role.Dark: "#1b1b1b",
    Role.Shadow: "#101010",
    Role.Highlight: "#4d7794",
    Role.HighlightedText: "#ffffff",
    Role.Accent: "#5d8aa8",
    Role.Link: "#8ab4d0",
    Role.LinkVisited: "#b09ac4",
}
_FADED: dict[bool, str] = {False: "#9a9a9a", True: "#707070"}
"""Words on what is disabled, by whether it is dark."""


class Theme(QObject):
    """Dresses the whole application; with the choice `system` it follows the desktop."""

    changing = Signal()  # in a moment all looks different
    changed = Signal(bool)  # whether it is dark now

    def __init__(self, app: QApplication, choice: ThemeChoice = "system") -> None:
        super().__init__(app)
        self._app, self._choice = app, choice
        self._is_dark: bool | None = None
        app.setStyle("Fusion")  # the one style that takes any palette on any system
        app.styleHints().colorSchemeChanged.connect(self._dress)
        self._tell_system()
        self._dress()

    @property
    def choice(self) -> ThemeChoice:
        return self._choice

    @property
    def is_dark(self) -> bool:
        return bool(self._is_dark)

    def choose(self, choice: ThemeChoice) -> None:
        self._choice = choice
        self._tell_system()
        self._dress()

    def _tell_system(self) -> None:
        """So that title bars and the system's own dialogs match, where it lets us."""
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        scheme = schemes.get(self._choice, Qt.ColorScheme.Unknown)
        self._app.styleHints().setColorScheme(scheme)

    def _dress(self) -> None:
        system = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        is_dark = {"system": system, "light": False, "dark": True}[self._choice]
        if is_dark != self._is_dark:
            self._is_dark = is_dark
            self.changing.emit()
            self._app.setPalette(palette(is_dark=is_dark))
            self.changed.emit(is_dark)


def palette(*, is_dark: bool) -> QPalette:
    """All colours of one theme."""
    made = QPalette()
    for role, colour in (_DARK if is_dark else _LIGHT).items():
        made.setColor(QPalette.ColorGroup.All, role, QColor(colour))
    for role in (Role.WindowText, Role.Text, Role.ButtonText, Role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(_FADED[is_dark]))
    made.setColor(QPalette.ColorGroup.Disabled, Role.Highlight, made.color(Role.Mid))
    return made
