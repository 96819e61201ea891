"""A person's own time in a project."""

from datetime import UTC, datetime

from app.core.activity import OwnTime
from app.storage.project import Project

_RECENT_IMAGES = 20


def own_time(project: Project, person: str, image_id: int | None = None) -> OwnTime:
    """What is saved so far; `image_id` is the image that is open."""
    today = project.visits.totals(person, since=_midnight())
    return OwnTime(
        image_ms=0 if image_id is None else project.visits.active_ms(image_id, person),
        today_ms=today.active_ms,
        today_images=today.images,
        median_ms=today.median_active_ms,
        recent_ms=project.visits.recent_ms(person, most=_RECENT_IMAGES),
    )


def _midnight() -> str:
    """When today began where the person sits, in UTC, as visits are kept."""
    midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.astimezone(UTC).isoformat(timespec="milliseconds")
