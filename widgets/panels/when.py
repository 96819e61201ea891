"""Points in time and durations as people read them."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication


def local_time(at: str) -> str:
    """The time of day for today, the date before it otherwise. `at` is in UTC, ISO 8601."""
    when = datetime.fromisoformat(at).astimezone()
    is_today = when.date() == datetime.now().astimezone().date()
    return when.strftime("%H:%M:%S" if is_today else "%Y-%m-%d %H:%M")


def duration(ms: int) -> str:
    """Two parts at most: "4.2 s", "3 min 20 s", "2 h 05 min"."""
    if ms < 59_950:
        return QCoreApplication.translate("Duration", "{s} s").format(s=f"{ms / 1000:.1f}")
    minutes, seconds = divmod(round(ms / 1000), 60)
    if minutes < 60:
        words = QCoreApplication.translate("Duration", "{min} min {s} s")
        return words.format(min=minutes, s=f"{seconds:02}")
    hours, minutes = divmod(minutes, 60)
    return QCoreApplication.translate("Duration", "{h} h {min} min").format(
        h=hours, min=f"{minutes:02}"
    )
