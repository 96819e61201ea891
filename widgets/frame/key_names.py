"""Keys in words: as they are kept, as people know them, and as they are pressed."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

MODIFIER_KEYS = frozenset(
    {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta}
)
_PORTABLE = QKeySequence.SequenceFormat.PortableText
_NATIVE = QKeySequence.SequenceFormat.NativeText


def portable(key: str) -> str:
    """One key as Qt writes it for files: "d" as "D"; "" for what is no single key."""
    sequence = QKeySequence.fromString(key, _PORTABLE)
    return sequence.toString(_PORTABLE) if sequence.count() == 1 else ""


def shown(key: str) -> str:
    """A portable key as people know it from their keyboard."""
    if portable(key) == "Enter":  # Qt's Chinese has one word for both of them
        return QCoreApplication.translate("Keys", "Enter (keypad)")
    return QKeySequence.fromString(key, _PORTABLE).toString(_NATIVE)


def key_of(event: QKeyEvent) -> str:
    """The portable key of an event. Shift is part of it, but not where it only makes a sign."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    sign = event.text()[:1]
    if sign.isprintable() and sign and not sign.isalnum() and not sign.isspace():
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return QKeySequence(modifiers.value | event.key()).toString(_PORTABLE)
