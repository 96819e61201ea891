"""Words that several widgets show."""

from PySide6.QtCore import QCoreApplication, QLocale

from app.core.image import State
from app.core.label_class import LabelClass


def class_title(label_class: LabelClass) -> str:
    """The class's name in the language of the screen, where it has one in it."""
    return in_screen_language(label_class.name, label_class.name_zh)


def in_screen_language(name: str, name_zh: str) -> str:
    """Of a class or tag; `name_zh` may be "" where there is none."""
    return name_zh if QLocale().language() == QLocale.Language.Chinese and name_zh else name


def state_title(state: State) -> str:
    return {
        "new": QCoreApplication.translate("State", "new"),
        "prelabelled": QCoreApplication.translate("State", "pre-labelled"),
        "in_progress": QCoreApplication.translate("State", "in progress"),
        "submitted": QCoreApplication.translate("State", "submitted"),
        "approved": QCoreApplication.translate("State", "approved"),
        "returned": QCoreApplication.translate("State", "returned"),
        "excluded": QCoreApplication.translate("State", "excluded"),
    }[state]
