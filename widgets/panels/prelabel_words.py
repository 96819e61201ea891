"""What the panel says of a model at work, and of what came of it."""

from PySide6.QtCore import QCoreApplication

from app.core.prelabelling import PrelabelProgress, PrelabelReport

_MINUTES_FROM_S = 120


def progress_words(told: PrelabelProgress) -> str:
    parts = [
        QCoreApplication.translate("Prelabel", "{done} of {total} images").format(
            done=f"{told.progress.done:,}", total=f"{told.progress.total:,}"
        )
    ]
    if told.images_per_s is not None and told.left_s is not None:
        speed = QCoreApplication.translate("Prelabel", "{n} per second")
        parts += [speed.format(n=f"{told.images_per_s:.1f}"), _left(told.left_s)]
    return " · ".join(parts)


def report_words(report: PrelabelReport) -> str:
    """One line for what came of it, one for what was left alone, and what the model had to say."""
    drawn = QCoreApplication.translate("Prelabel", "New proposals: {n}, on images: {images}.")
    lines = [drawn.format(n=f"{report.proposals:,}", images=f"{report.images:,}")]
    if report.disagreements:
        text = QCoreApplication.translate("Prelabel", "Disagrees with people: {n} times.")
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
    return "\n".join([*lines, *report.notes])


def _left(left_s: float) -> str:
    if left_s < _MINUTES_FROM_S:
        return QCoreApplication.translate("Prelabel", "{n} s left").format(n=round(left_s))
    minutes = round(left_s / 60)
    return QCoreApplication.translate("Prelabel", "{n} min left").format(n=f"{minutes:,}")
