from app.core.activity import Visit
from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.storage.runs import RunKey

BEFORE_ALL, AFTER_ALL = "2020-01-01T08:00:00.000+00:00", "2099-01-01T08:00:00.000+00:00"


def visit(image_id=1, person="ann", at="2026-05-04T08:00:00.000+00:00", active=1000, **more):
    return Visit(image_id, person, at, active, more.pop("idle", 0), **more)


def propose(project, image_id):
    with project.transaction():
        run = project.runs.open(RunKey("model", "starter", "w", {}), actor="lead")
    proposal = Annotation(f"p{image_id}", 1, Box(0, 0, 9, 9), score=0.5, run_id=run)
    project.apply([AnnotationEdit(image_id, None, proposal)], actor="lead", kind="prelabel")


def test_what_is_added_is_read_back(project):
    visits = [visit(), visit(person="bo", idle=70_000, is_blind=True)]
    for each in visits:
        project.visits.add(each)
    assert project.visits.of_image(1) == visits
    assert project.visits.of_image(2) == []


def test_totals_are_of_the_person_and_of_each_image_as_a_whole(project):
    for image_id, active in ((1, 2_000), (1, 4_000), (2, 1_000), (3, 30_000)):
        project.visits.add(visit(image_id, active=active, idle=500))
    project.visits.add(visit(1, "bo", active=99_000))
    totals = project.visits.totals("ann")
    assert (totals.active_ms, totals.idle_ms) == (37_000, 2_000)
    assert (totals.images, totals.median_active_ms) == (3, 6_000)
    assert project.visits.active_ms(1, "ann") == 6_000


def test_totals_of_today_leave_yesterday_out(project):
    project.visits.add(visit(1, at="2026-05-03T23:59:59.999+00:00", active=8_000))
    project.visits.add(visit(2, at="2026-05-04T00:00:00.000+00:00", active=3_000))
    totals = project.visits.totals("ann", since="2026-05-04T00:00:00.000+00:00")
    assert (totals.active_ms, totals.images) == (3_000, 1)


def test_who_has_not_worked_has_zeros(project):
    totals = project.visits.totals("nobody")
    assert (totals.active_ms, totals.images, totals.median_active_ms) == (0, 0, 0)
    assert project.visits.active_ms(1, "nobody") == 0
    assert project.visits.recent_ms("nobody", most=20) == ()


def test_the_last_visits_come_oldest_first(project):
    for n in range(5):
        project.visits.add(visit(1 + n % 3, at=f"2026-05-04T08:00:0{n}.000+00:00", active=n))
    assert project.visits.recent_ms("ann", most=3) == (2, 3, 4)


def test_proposals_were_seen_by_who_was_there_after_they_came(project):
    propose(project, 1)
    project.visits.add(visit(1, at=AFTER_ALL))
    assert project.visits.was_seen_open(1, "ann")
    assert not project.visits.was_seen_open(1, "bo")
    assert not project.visits.was_seen_open(2, "ann")


def test_a_blind_visit_shows_no_proposals(project):
    propose(project, 1)
    project.visits.add(visit(1, at=AFTER_ALL, is_blind=True))
    assert not project.visits.was_seen_open(1, "ann")


def test_a_visit_before_the_proposals_showed_none(project):
    project.visits.add(visit(1, at=BEFORE_ALL))
    propose(project, 1)
    assert not project.visits.was_seen_open(1, "ann")


def test_proposals_that_came_while_somebody_looked_were_seen(project):
    many_years_ms = 20 * 365 * 86_400_000
    project.visits.add(visit(1, at=BEFORE_ALL, active=many_years_ms))
    propose(project, 1)
    assert project.visits.was_seen_open(1, "ann")


def test_boxes_of_people_are_no_proposals(project):
    drawn = Annotation("d", 1, Box(0, 0, 9, 9), author="bo")
    project.apply([AnnotationEdit(1, None, drawn)], actor="bo")
    project.visits.add(visit(1, at=AFTER_ALL))
    assert not project.visits.was_seen_open(1, "ann")
