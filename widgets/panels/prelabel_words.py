"""What the panel says of a model at work, and of what came of it."""

from PySide6.QtCore import QCoreApplication

from app.core.prelabelling import PrelabelProgress, PrelabelReport
from widgets.words import counted_images

_MINUTES_FROM_S = 120


def progress_words(told: PrelabelProgress) -> str:
    parts = [
        QCoreApplication.translate("Prelabel", "{done} of {images}").format(
            done=f"{told.progress.done:,}", images=counted_images(told.progress.total)
        )
    ]
    if told.images_per_s is not None and told.left_s is not None:
        speed = QCoreApplication.translate("Prelabel", "{n} per second")
        parts += [speed.format(n=f"{told.images_per_s:.1f}"), _left(told.left_s)]
    return " · ".join(parts)


def refused_words(report: PrelabelReport) -> str:
    """How many photos could not be read, or were too much for the model; "" for none."""
    if not report.refused:
        return ""
    words = QCoreApplication.translate("Prelabel", "Photos left out: {n}.")
    return words.format(n=f"{len(report.refused):,}")


def report_words(report: PrelabelReport) -> str:
    """What the model had to say, a line for what came of it, and one for what was left alone."""
    lines = [*report.notes]
    told = report.images - report.blind
    if told or not report.blind:
        drawn = QCoreApplication.translate("Prelabel", "New proposals: {n}, on images: {images}.")
        lines.append(drawn.format(n=f"{report.proposals:,}", images=f"{told:,}"))
    if report.blind:
        lines.append(blind_words(report.blind))
    if report.disagreements:
        text = QCoreApplication.translate("Prelabel", "Disagreements with people: {n}.")
        lines.append(text.format(n=f"{report.disagreements:,}"))
    if report.settled:
        text = QCoreApplication.translate("Prelabel", "Left alone, settled by people: {n}.")
        lines.append(text.format(n=f"{report.settled:,}"))
    if seen := report.skipped - report.settled:
        text = QCoreApplication.translate("Prelabel", "Left alone, seen before: {n}.")
        lines.append(text.format(n=f"{seen:,}"))
    if report.device:
        where = QCoreApplication.translate("Prelabel", "Ran on {device}.")
        lines.append(where.format(device=report.device))
    return "\n".join(lines)


def blind_words(images: int) -> str:
    """Why nothing is told of what was found on so many images."""
    words = QCoreApplication.translate(
        "Prelabel", "Nothing is told of images that you label blind: {n}."
    )
    return words.format(n=f"{images:,}")


def _left(left_s: float) -> str:
    if left_s < _MINUTES_FROM_S:
        return QCoreApplication.translate("Prelabel", "{n} s left").format(n=round(left_s))
    minutes = round(left_s / 60)
    return QCoreApplication.translate("Prelabel", "{n} min left").format(n=f"{minutes:,}")
