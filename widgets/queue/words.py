"""Words for what the queue is filtered and sorted by."""

from PySide6.QtCore import QCoreApplication

from app.core.queue import Disagreeing, Origin, Sort


def origin_title(origin: Origin) -> str:
    return {
        "any": QCoreApplication.translate("Queue", "any"),
        "people": QCoreApplication.translate("Queue", "checked by a person"),
        "proposals": QCoreApplication.translate("Queue", "proposals"),
        "none": QCoreApplication.translate("Queue", "no boxes"),
    }[origin]


def disagreement_title(disagreement: Disagreeing) -> str:
    """Of a model, against what people drew."""
    return {
        "any": QCoreApplication.translate("Queue", "disagrees"),
        "extra": QCoreApplication.translate("Queue", "sees more"),
        "missed": QCoreApplication.translate("Queue", "misses a box"),
        "shifted": QCoreApplication.translate("Queue", "draws elsewhere"),
        "class": QCoreApplication.translate("Queue", "says another class"),
    }[disagreement]


def sort_title(sort: Sort) -> str:
    return {
        "added": QCoreApplication.translate("Queue", "as added"),
        "name": QCoreApplication.translate("Queue", "name"),
        "state": QCoreApplication.translate("Queue", "state"),
        "boxes": QCoreApplication.translate("Queue", "number of boxes"),
        "lowest_score": QCoreApplication.translate("Queue", "lowest score"),
        "highest_score": QCoreApplication.translate("Queue", "highest score"),
        "changed": QCoreApplication.translate("Queue", "last changed"),
        "label_next": QCoreApplication.translate("Queue", "rarest classes first"),
        "review_next": QCoreApplication.translate("Queue", "to review, likeliest faults first"),
    }[sort]


def short_count(count: int) -> str:
    """In at most four characters, rounded down: 999, 1.2k, 20k, 1.5M."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if count >= 10 * size:
            return f"{count // size}{letter}"
        if count >= size:
            return f"{count * 10 // size / 10:g}{letter}"
    return str(count)
