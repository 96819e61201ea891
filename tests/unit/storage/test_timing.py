from datetime import UTC, datetime, timedelta

from app.core.activity import OwnTime, Visit
from app.services.timing import own_time


def test_a_person_sees_today_and_all_their_time_on_the_image(project):
    today = datetime.now(UTC)
    before = today - timedelta(days=2)
    for image_id, at, active in ((1, before, 9_000), (1, today, 2_000), (2, today, 4_000)):
        text = at.isoformat(timespec="milliseconds")
        project.visits.add(Visit(image_id, "ann", text, active, 50_000))
    project.visits.add(Visit(2, "bo", text, 77_000, 0))
    assert own_time(project, "ann", 1) == OwnTime(11_000, 6_000, 2, 3_000, (9_000, 2_000, 4_000))
    assert own_time(project, "ann").image_ms == 0
    assert own_time(project, "cy", 1) == OwnTime()
