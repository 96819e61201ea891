"""Light and dark, and icons that are drawn in them."""

import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from app.shell.frame.icons import Icons
from app.shell.frame.theme import Theme, palette
from app.shell.keys.actions import ACTIONS

Role = QPalette.ColorRole


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    before, style = qapp.palette(), qapp.style().objectName()
    theme = Theme(qapp, "light")
    yield theme
    qapp.styleHints().colorSchemeChanged.disconnect(theme._dress)
    theme.deleteLater()
    qapp.setPalette(before)
    qapp.setStyle(style)


@pytest.mark.parametrize("is_dark", [False, True])
def test_what_surrounds_the_photo_has_no_tint(is_dark: bool):
    made = palette(is_dark=is_dark)

    for role in (Role.Window, Role.Base, Role.Button, Role.Mid, Role.Text):
        colour = made.color(role)
        assert colour.red() == colour.green() == colour.blue()


@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize(
    ("words", "ground"),
    [
        (Role.WindowText, Role.Window),
        (Role.Text, Role.Base),
        (Role.ButtonText, Role.Button),
        (Role.HighlightedText, Role.Highlight),
        (Role.ToolTipText, Role.ToolTipBase),
    ],
)
def test_words_can_be_read(is_dark: bool, words: QPalette.ColorRole, ground: QPalette.ColorRole):
    """WCAG 2.1, 1.4.3: a contrast of 4.5 at least."""
    made = palette(is_dark=is_dark)

    assert contrast(made.color(words), made.color(ground)) >= 4.5


def test_a_choice_dresses_the_application_at_once(qapp: QApplication, theme: Theme):
    told: list[bool] = []
    theme.changed.connect(told.append)

    theme.choose("dark")
    theme.choose("dark")

    assert (told, theme.is_dark, theme.choice) == ([True], True, "dark")
    assert qapp.palette().color(Role.Window).lightness() < 80


def test_it_follows_the_desktop_when_it_is_told_to(qapp, theme, monkeypatch):
    scheme = Qt.ColorScheme.Dark
    monkeypatch.setattr(type(qapp.styleHints()), "colorScheme", lambda _: scheme)

    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert not theme.is_dark  # light was chosen
    theme.choose("system")
    assert theme.is_dark
    scheme = Qt.ColorScheme.Light
    qapp.styleHints().colorSchemeChanged.emit(scheme)
    assert not theme.is_dark


def test_every_action_has_an_icon_that_the_font_has(qapp: QApplication):
    icons = Icons()

    for name in {spec.icon for spec in ACTIONS if spec.icon}:
        assert inked(icons.icon(name).pixmap(24, 24)) > 0, name
    with pytest.raises(KeyError):
        icons.icon("no such icon")


def test_icons_follow_the_theme_by_themselves(qapp: QApplication, theme: Theme):
    icon = Icons().icon("check")
    before = darkest(icon.pixmap(24, 24))
    theme.choose("dark")

    assert before < 100 < darkest(icon.pixmap(24, 24))


def test_an_icon_of_what_is_disabled_is_fainter(qapp: QApplication, theme: Theme):
    icon = Icons().icon("check")

    assert darkest(icon.pixmap(QSize(24, 24), QIcon.Mode.Disabled)) > darkest(icon.pixmap(24, 24))


def test_icons_outlive_who_made_them(qtbot: QtBot):
    button = QToolButton()
    qtbot.addWidget(button)
    button.setIcon(Icons().icon("ruler"))
    copies = [QIcon(button.icon()) for _ in range(50)]
    gc.collect()

    button.show()
    assert inked(button.grab()) > 0
    assert all(inked(copy.pixmap(16, 16)) for copy in copies)


@pytest.mark.parametrize(
    "module", ["app.shell.frame.icons", "app.shell.keys.action_set", "app.shell.frame.theme"]
)
def test_the_costly_way_to_the_font_is_never_taken(module: str):
    code = f"import sys, {module}; sys.exit('qtpy' in sys.modules or 'qtawesome' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def contrast(a: QColor, b: QColor) -> float:
    """WCAG 2.1's ratio of relative luminances."""
    lighter, darker = sorted((luminance(a), luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: QColor) -> float:
    linear = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
        for c in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def opaque_colours(pixmap: QPixmap) -> list[QColor]:
    image = pixmap.toImage()
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    colours = (image.pixelColor(x, y) for x, y in places)
    return [colour for colour in colours if colour.alpha() > 200]


def inked(pixmap: QPixmap) -> int:
    """How many pixels were drawn on."""
    return len(opaque_colours(pixmap))


def darkest(pixmap: QPixmap) -> int:
    return min(colour.lightness() for colour in opaque_colours(pixmap))
