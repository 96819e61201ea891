"""Words that several widgets show."""

from PySide6.QtCore import QCoreApplication, QLocale

from app.core.image import State
from app.core.label_class import LabelClass


def class_title(label_class: LabelClass) -> str:
    """The class's name in the language of the screen, where it has one in it."""
    if QLocale().language() == QLocale.Language.Chinese and label_class.name_zh:
        return label_class.name_zh
    return label_class.name


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
