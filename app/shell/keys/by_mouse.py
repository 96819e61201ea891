"""What the mouse does on the photo, and the key that always leaves what was begun."""

from PySide6.QtCore import QCoreApplication

from widgets.frame.cheat_sheet import KeyLine, KeySection


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Marks a text for lupdate, which knows it by this name; it is translated when it is shown."""
    return text


_BY_MOUSE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (QT_TRANSLATE_NOOP("Mouse", "Select a box"), (QT_TRANSLATE_NOOP("Mouse", "Click"),)),
    (
        QT_TRANSLATE_NOOP("Mouse", "Select one more, or one less"),
        (QT_TRANSLATE_NOOP("Mouse", "Shift+Click"), QT_TRANSLATE_NOOP("Mouse", "Ctrl+Click")),
    ),
    (
        QT_TRANSLATE_NOOP("Mouse", "Select all in a frame"),
        (QT_TRANSLATE_NOOP("Mouse", "Ctrl+Drag"),),
    ),
    (
        QT_TRANSLATE_NOOP("Mouse", "Draw, or pull an edge; move what is selected"),
        (QT_TRANSLATE_NOOP("Mouse", "Drag"),),
    ),
    (
        QT_TRANSLATE_NOOP("Mouse", "Whole image; on an outline, one corner more"),
        (QT_TRANSLATE_NOOP("Mouse", "Double click"),),
    ),
    (
        QT_TRANSLATE_NOOP("Mouse", "Take a corner of an outline away"),
        (QT_TRANSLATE_NOOP("Mouse", "Alt+Click"),),
    ),
    (
        QT_TRANSLATE_NOOP("Mouse", "With the brush: take away"),
        (QT_TRANSLATE_NOOP("Mouse", "Shift+Drag"),),
    ),
    (
        QT_TRANSLATE_NOOP("Mouse", "Outline by a click: this is beside it"),
        (QT_TRANSLATE_NOOP("Mouse", "Right click"), QT_TRANSLATE_NOOP("Mouse", "Alt+Click")),
    ),
    (QT_TRANSLATE_NOOP("Mouse", "Zoom at the pointer"), (QT_TRANSLATE_NOOP("Mouse", "Wheel"),)),
    (
        QT_TRANSLATE_NOOP("Mouse", "Move the photo"),
        (QT_TRANSLATE_NOOP("Mouse", "Middle drag"), QT_TRANSLATE_NOOP("Mouse", "Right drag")),
    ),
    (
        QT_TRANSLATE_NOOP("Mouse", "Move the photo sideways, up and down"),
        (QT_TRANSLATE_NOOP("Mouse", "Shift+Wheel"), QT_TRANSLATE_NOOP("Mouse", "Alt+Wheel")),
    ),
)


def mouse_section() -> KeySection:
    """In the language of the screen."""

    def said(text: str) -> str:
        return QCoreApplication.translate("Mouse", text)

    lines = [KeyLine(said(title), by_mouse=tuple(map(said, how))) for title, how in _BY_MOUSE]
    drop = KeyLine(said(QT_TRANSLATE_NOOP("Mouse", "Drop what is begun; deselect")), ("Esc",))
    return KeySection(said(QT_TRANSLATE_NOOP("Mouse", "Mouse and Esc")), (*lines, drop))
