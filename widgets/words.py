"""Words that several widgets show."""

from PySide6.QtCore import QCoreApplication, QLocale

from app.core.image import ImageLabel, State
from app.core.label_class import LabelClass


def class_title(label_class: LabelClass) -> str:
    """The class's name in the language of the screen, where it has one in it."""
    return in_screen_language(label_class.name, label_class.name_zh)


def in_screen_language(name: str, name_zh: str) -> str:
    """Of a class or tag; `name_zh` may be "" where there is none."""
    return name_zh if QLocale().language() == QLocale.Language.Chinese and name_zh else name


def counted_images(count: int) -> str:
    """With the word for them, for a sentence or alone."""
    if count == 1:
        return QCoreApplication.translate("Counted", "1 image")
    return QCoreApplication.translate("Counted", "{n} images").format(n=f"{count:,}")


def counted_boxes(count: int) -> str:
    """As `counted_images`."""
    if count == 1:
        return QCoreApplication.translate("Counted", "1 box")
    return QCoreApplication.translate("Counted", "{n} boxes").format(n=f"{count:,}")


def counted_proposals(count: int) -> str:
    """As `counted_images`."""
    if count == 1:
        return QCoreApplication.translate("Counted", "1 proposal")
    return QCoreApplication.translate("Counted", "{n} proposals").format(n=f"{count:,}")


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


def why_words(label: ImageLabel) -> str:
    """Who took the image to its state and why, as far as that is known; "" where it says enough."""
    translate = QCoreApplication.translate  # not named tr: lupdate takes that for a method
    who, by = label.reviewer, label.annotator
    if label.state == "returned":
        return translate("State", "by {who}: {why}").format(who=who or "–", why=label.reason)
    if label.state == "approved" and who:
        return translate("State", "by {who}, labelled by {by}").format(who=who, by=by or "–")
    if label.state == "submitted" and by:
        return translate("State", "by {who}").format(who=by)
    if label.state == "excluded":
        return label.reason
    if label.state == "in_progress" and label.reason:
        return translate("State", "came back: {why}").format(why=label.reason)
    return ""
