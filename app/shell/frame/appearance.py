"""How the window looks: its theme and language, its icons, and the bar of tools."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QToolBar

from app.shell.frame.icons import Icons
from app.shell.frame.language import LANGUAGES, LanguageChoice
from app.shell.frame.preferences import Preferences
from app.shell.frame.theme import THEMES, Theme, ThemeChoice
from app.shell.keys.action_set import ActionSet
from widgets.frame.dock_tabs import DockTabs
from widgets.frame.part_by_part import PartByPart
from widgets.frame.start_page import StartPage

TOOL_BAR = (
    ("undo", "redo"),
    ("correct", "draw", "polygon", "brush", "segment", "ruler"),
    ("fit", "actual_size", "fit_box", "crosshair", "magnifier"),
    ("flat_field", "clahe", "invert", "looks_reset"),
    ("reject_all_proposals", "mark_normal", "accept_submit_next"),
)
"""Actions in reach of the mouse, in groups."""

DOCK_ICONS = {
    "images": "image",
    "classes": "tag",
    "looking": "sliders-horizontal",
    "prelabel": "robot",
    "time": "clock",
    "history": "clock-counter-clockwise",
    "ask": "chat-circle-dots",
    "boxes": "bounding-box",
    "proposals": "sparkle",
    "comments": "chat-text",
    "disagreements": "warning-circle",
    "conversation": "notebook",
    "survey": "clipboard-text",
    "balance": "scales",
    "quality": "gauge",
}
"""By the name of the dock."""

_ICON_PX = 18


class Appearance(QObject):
    """Starts as `preferences` say, and tells what a person chooses, to be remembered."""

    theme_chosen = Signal(str)  # ThemeChoice
    language_chosen = Signal(str)  # LanguageChoice, from the next start on

    def __init__(
        self,
        window: QMainWindow,
        painting: PartByPart,
        actions: ActionSet,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._actions = actions
        self.theme = Theme(application, preferences.theme)
        self.theme.changing.connect(painting.hold)
        self.theme.changed.connect(painting.let_go)
        for theme in THEMES:
            actions.bind(f"theme_{theme}", lambda _, theme=theme: self._choose_theme(theme))
        for language in LANGUAGES:
            actions.bind(
                f"language_{language}", lambda _, language=language: self._choose_language(language)
            )
        self._mark("theme", THEMES, preferences.theme)
        self._mark("language", LANGUAGES, preferences.language)
        self._bar = _tool_bar(self.tr("Tools"), actions)
        window.addToolBar(self._bar)
        self._icons, self._dock_tabs = Icons(), DockTabs(window)

    def set_project_open(self, is_open: bool) -> None:
        """On the start page there is nothing to use tools on."""
        self._bar.setVisible(is_open)

    def load_icons(self, page: StartPage) -> None:
        """Of all actions and the start page; they follow the palette by themselves."""
        icon = self._icons.icon
        self._actions.set_icons(icon)
        page.set_icons(*(icon(n) for n in ("folder-plus", "folder-open", "play")))

    def take_docks(self, docks: Mapping[str, QDockWidget]) -> None:
        """By name. Their tabs become icons where there is no room for all titles."""
        self._dock_tabs.set_icons(
            {dock.windowTitle(): self._icons.icon(DOCK_ICONS[n]) for n, dock in docks.items()}
        )

    def _choose_theme(self, theme: ThemeChoice) -> None:
        self.theme.choose(theme)
        self._mark("theme", THEMES, theme)
        self.theme_chosen.emit(theme)

    def _choose_language(self, language: LanguageChoice) -> None:
        self._mark("language", LANGUAGES, language)
        self.language_chosen.emit(language)

    def _mark(self, group: str, names: Sequence[str], chosen: str) -> None:
        for name in names:
            self._actions.action(f"{group}_{name}").setChecked(name == chosen)


def _tool_bar(title: str, actions: ActionSet) -> QToolBar:
    bar = QToolBar(title)
    bar.setObjectName("tools")  # by which Qt remembers its place
    bar.setIconSize(QSize(_ICON_PX, _ICON_PX))
    for number, group in enumerate(TOOL_BAR):
        if number:
            bar.addSeparator()
        for name in group:
            bar.addAction(actions.action(name))
            bar.widgetForAction(actions.action(name)).setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return bar
