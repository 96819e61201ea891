"""Icons from one of qtawesome's fonts, in the colours of the palette, without its start-up cost."""

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

# Importing qtawesome star-imports all of Qt through qtpy, which makes every class of it at once:
# 200 ms and 28 MB here, to draw the same glyphs that this takes 4 ms and 1 MB for.
_PACKAGE = "qtawesome"
_FAMILY = "phosphor"


class Icons:
    """Loads the font when the first icon is asked for: after the window was painted, best."""

    def __init__(self) -> None:
        self._glyphs: Mapping[str, str] = {}
        self._font = QFont()

    def icon(self, name: str) -> QIcon:
        """By its name in Phosphor. It follows the palette by itself.

        Raises KeyError when the font has no such icon, RuntimeError when it can't be loaded.
        """
        if not self._glyphs:
            self._load()
        return QIcon(_GlyphEngine(self._font, self._glyphs[name]))

    def _load(self) -> None:
        font_file, names_file = _files()
        number = QFontDatabase.addApplicationFont(str(font_file))
        if number < 0:
            raise RuntimeError(f"Qt can't read the font {font_file}")
        self._font = QFont(QFontDatabase.applicationFontFamilies(number)[0])
        self._font.setStyleStrategy(QFont.StyleStrategy.NoFontMerging)
        names = json.loads(names_file.read_text("utf-8"))
        self._glyphs = {name: chr(int(code, 16)) for name, code in names.items()}


class _GlyphEngine(QIconEngine):
    """Draws one glyph as large as it is wanted, in the palette that is current then."""

    def __init__(self, font: QFont, glyph: str) -> None:
        super().__init__()
        self._font, self._glyph = font, glyph

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._font, self._glyph)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        font = QFont(self._font)
        font.setPixelSize(max(min(rect.width(), rect.height()), 1))
        is_faded = mode == QIcon.Mode.Disabled
        group = QPalette.ColorGroup.Disabled if is_faded else QPalette.ColorGroup.Active
        is_selected = mode == QIcon.Mode.Selected
        role = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.ButtonText
        painter.save()
        painter.setFont(font)
        painter.setPen(QApplication.palette().color(group, role))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), self._glyph)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        drawn = QPixmap(size)
        drawn.fill(Qt.GlobalColor.transparent)
        with QPainter(drawn) as painter:
            self.paint(painter, drawn.rect(), mode, state)
        return drawn


def _files() -> tuple[Path, Path]:
    """The font and its table of names. Found, not imported; the bundle has the two files alone."""
    spec = find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        fonts = Path(folder) / "fonts"
        font = next(fonts.glob(f"{_FAMILY}-[0-9]*.ttf"), None)
        names = next(fonts.glob(f"{_FAMILY}-charmap-*.json"), None)
        if font is not None and names is not None:
            return font, names
    raise RuntimeError(f"the font {_FAMILY} of {_PACKAGE} is missing")
