"""Words and numbers of the quality figures, as the panel shows them."""

from PySide6.QtCore import QCoreApplication

from app.core.label_errors import ErrorKind
from app.core.quality_facts import Fate, Mode, Outcome
from widgets.panels.when import duration


def fate_titles() -> dict[Fate, str]:
    return {
        "accepted": QCoreApplication.translate("Quality", "accepted"),
        "moved": QCoreApplication.translate("Quality", "moved"),
        "relabelled": QCoreApplication.translate("Quality", "other class"),
        "deleted": QCoreApplication.translate("Quality", "deleted"),
        "withheld": QCoreApplication.translate("Quality", "unseen"),
        "missed": QCoreApplication.translate("Quality", "missed"),
    }


def outcome_titles() -> dict[Outcome, str]:
    return {
        "kept": QCoreApplication.translate("Quality", "kept"),
        "moved": QCoreApplication.translate("Quality", "moved"),
        "relabelled": QCoreApplication.translate("Quality", "other class"),
        "removed": QCoreApplication.translate("Quality", "removed"),
        "added": QCoreApplication.translate("Quality", "overlooked"),
    }


def mode_titles() -> dict[Mode, str]:
    return {
        "shown": QCoreApplication.translate("Quality", "proposals shown"),
        "blind": QCoreApplication.translate("Quality", "proposals hidden"),
    }


def error_titles() -> dict[ErrorKind, str]:
    return {
        "overlooked": QCoreApplication.translate("Quality", "overlooked"),
        "badly_located": QCoreApplication.translate("Quality", "badly located"),
        "swapped": QCoreApplication.translate("Quality", "swapped class"),
        "duplicate": QCoreApplication.translate("Quality", "drawn twice"),
    }


def percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def time(ms: float | None) -> str:
    return "–" if ms is None else duration(round(ms))
