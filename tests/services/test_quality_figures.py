"""Seeded faults come out as the figures they were seeded with."""

import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from app.core.activity import Visit
from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.quality import PersonFigures, QualityFigures
from app.services import quality
from app.services.disagreements import dismiss, list_disagreements, record
from app.services.quality import answer, count_changed, figures, suspects
from app.storage.project import Project
from tests.helpers.seeded_work import SLAG, STREAK, SeededWork, place

IMAGES = 20


@pytest.fixture
def work(project: Project) -> SeededWork:
    return SeededWork(project, IMAGES)


def counted(project: Project) -> QualityFigures:
    count_changed(project)
    return figures(project)


def person(project: Project, name: str) -> PersonFigures:
    return next(p for p in counted(project).people if p.person == name)


def visit(
    image_id: int, person: str, ms: int, *, is_blind: bool = False, hours_ago: int = 1
) -> Visit:
    at = (datetime.now(UTC) - timedelta(hours=hours_ago)).isoformat(timespec="milliseconds")
    return Visit(image_id, person, at, ms, 500, is_blind)


def test_what_became_of_proposals(work: SeededWork) -> None:
    """Of five on each image one is moved, one relabelled, one deleted; two stay; one is missed."""
    for image_id in range(1, IMAGES + 1):
        uids = work.prelabel(image_id, [(STREAK, place(n)) for n in range(5)])
        work.move(image_id, uids[0], "li")
        work.relabel(image_id, uids[1], SLAG, "li")
        work.remove(image_id, [uids[2]], "li")
        work.draw(image_id, SLAG, place(9), "li")
        work.hand_in(image_id, "li")

    streaks, slag = counted(work.project).proposals
    assert (streaks.class_id, slag.class_id) == (STREAK, SLAG)
    assert streaks.counts == {
        **{"accepted": 2 * IMAGES, "moved": IMAGES, "relabelled": IMAGES, "deleted": IMAGES},
        **{"withheld": 0, "missed": 0},
    }
    assert streaks.judged == 5 * IMAGES
    shares = streaks.share("accepted"), streaks.share("moved"), streaks.share("deleted")
    assert shares == (0.4, 0.2, 0.2)
    assert slag.counts["missed"] == IMAGES and slag.share("missed") == 1.0


def test_what_went_unseen_was_not_rejected(work: SeededWork) -> None:
    shown, unseen = work.prelabel(1, [(STREAK, place(0)), (STREAK, place(1))])
    work.hand_in(1, "li", unseen=[unseen])

    (streaks,) = counted(work.project).proposals
    assert (streaks.counts["accepted"], streaks.counts["withheld"]) == (1, 1)
    assert streaks.counts["deleted"] == 0 and shown != unseen


def test_what_is_drawn_anew_in_its_place_was_changed_not_deleted(work: SeededWork) -> None:
    uids = work.prelabel(1, [(STREAK, place(0)), (STREAK, place(1))])
    work.remove(1, uids, "li")
    work.draw(1, STREAK, place(0).moved(3, 0), "li")
    work.draw(1, SLAG, place(1), "li")
    work.hand_in(1, "li")

    (streaks,) = counted(work.project).proposals
    counts = streaks.counts
    assert (counts["moved"], counts["relabelled"], counts["deleted"]) == (1, 1, 0)
    assert counts["missed"] == 0


def test_what_stood_before_a_model_came_is_missed_only_if_it_says_so(work: SeededWork) -> None:
    work.draw(1, STREAK, place(0), "li")
    work.draw(2, STREAK, place(0), "li")
    work.prelabel(1, [])
    work.prelabel(2, [(STREAK, place(0))])
    project = work.project
    # Its find at the person's box comes in as no proposal.
    (own,) = [a for a in project.annotations.of_image(2) if a.is_proposal]
    with project.transaction():
        project.apply([AnnotationEdit(2, own, None)], actor="lead", kind="prelabel")
    work.hand_in(1, "li")
    work.hand_in(2, "li")

    (streaks,) = counted(project).proposals
    assert (streaks.counts["missed"], streaks.judged) == (1, 0)


def test_what_another_model_brought_is_not_missed(work: SeededWork) -> None:
    work.prelabel(1, [(SLAG, place(1))])
    work.prelabel(1, [], model="other")
    work.hand_in(1, "li")

    (slag,) = counted(work.project).proposals
    assert (slag.run_id, slag.counts["accepted"], slag.counts["missed"]) == (1, 1, 0)


def test_nothing_is_counted_of_proposals_that_wait(work: SeededWork) -> None:
    work.prelabel(1, [(STREAK, place(0))])

    found = counted(work.project)
    assert (found.proposals, found.people, found.uncounted) == ([], [], 0)


def test_undo_takes_the_figures_back(work: SeededWork) -> None:
    uids = work.prelabel(1, [(STREAK, place(0)), (SLAG, place(1))])
    before = counted(work.project)
    work.remove(1, uids[:1], "li")
    work.hand_in(1, "li")
    assert counted(work.project).proposals
    work.project.undo("li")
    work.project.undo("li")

    assert counted(work.project) == before
    work.project.redo("li")
    work.project.redo("li")
    streaks, slag = counted(work.project).proposals
    assert streaks.counts["deleted"] == 1 and slag.counts["accepted"] == 1


def test_return_rate_and_verdicts(work: SeededWork) -> None:
    """Li gets one of five back, Ann one of two; each is approved in the end."""
    for image_id in range(1, IMAGES + 1):
        who, back = ("li", image_id % 5 == 0) if image_id <= 10 else ("ann", image_id % 2 == 0)
        work.draw(image_id, STREAK, place(0), who)
        work.hand_in(image_id, who)
        if back:
            work.send_back(image_id)
            work.move(image_id, work.sheet(image_id).annotations[0].uid, who)
            work.hand_in(image_id, who)
        work.approve(image_id)

    li, ann, lead = (person(work.project, name) for name in ("li", "ann", "lead"))
    assert (li.approved, li.returned, li.return_rate) == (10, 2, 2 / 12)
    assert (ann.approved, ann.returned, ann.return_rate) == (10, 5, 5 / 15)
    assert (lead.gave_approved, lead.gave_returned, lead.return_rate) == (20, 7, None)


def test_faults_that_a_reviewer_finds(work: SeededWork) -> None:
    """Of ten boxes an image, Li misplaces two, mixes up one, invents one, and overlooks two."""
    for image_id in range(1, IMAGES + 1):
        uids = [work.draw(image_id, STREAK, place(n), "li") for n in range(10)]
        work.hand_in(image_id, "li")
        work.move(image_id, uids[0], "lead", by_px=10)
        work.move(image_id, uids[1], "lead", by_px=10)
        work.relabel(image_id, uids[2], SLAG, "lead")
        work.remove(image_id, [uids[3]], "lead")
        work.draw(image_id, SLAG, place(20), "lead")
        work.draw(image_id, SLAG, place(21), "lead")
        work.approve(image_id)

    li = person(work.project, "li")
    assert li.outcomes == {
        **{"kept": 6 * IMAGES, "moved": 2 * IMAGES, "relabelled": IMAGES, "removed": IMAGES},
        "added": 2 * IMAGES,
    }
    assert (li.share("moved"), li.share("relabelled"), li.share("removed")) == (0.2, 0.1, 0.1)
    assert li.share("added") == 2 / 11
    said = li.with_review
    assert (said.first, said.second, said.matched, said.of_one_class) == (
        *(10 * IMAGES, 11 * IMAGES),
        *(9 * IMAGES, 8 * IMAGES),
    )
    assert said.f1 == pytest.approx(18 / 21)
    assert said.mean_iou == pytest.approx((7 + 2 * 50 / 70) / 9)


def test_what_comes_back_is_compared_as_it_was_first_handed_in(work: SeededWork) -> None:
    uid = work.draw(1, STREAK, place(0), "li")
    work.hand_in(1, "li")
    work.send_back(1)
    work.relabel(1, uid, SLAG, "li")
    work.hand_in(1, "li")
    assert person(work.project, "li").with_review.first == 0  # nobody has signed it yet
    work.approve(1)

    assert person(work.project, "li").outcomes["relabelled"] == 1


def test_time_per_image_and_per_box(work: SeededWork) -> None:
    for image_id, ms in enumerate((10_000, 20_000, 60_000), start=1):
        for n in range(image_id):
            work.draw(image_id, STREAK, place(n), "li")
        work.project.visits.add(visit(image_id, "li", ms))
        work.project.visits.add(visit(image_id, "ann", 99_000))
        work.hand_in(image_id, "li")
        work.project.visits.add(visit(image_id, "li", 77_000, hours_ago=-1))

    shown = person(work.project, "li").work["shown"]
    assert (shown.images, shown.timed_images, shown.active_ms) == (3, 3, 90_000)
    assert shown.median_ms == pytest.approx(20_000, rel=0.01)
    assert shown.ms_per_box == 90_000 / 6


def test_blind_against_shown(work: SeededWork) -> None:
    """Shown, Li nods at all four; blind, Li draws two of them, one in another class."""
    for image_id in range(1, IMAGES + 1):
        uids = work.prelabel(image_id, [(STREAK, place(n)) for n in range(4)])
        is_blind = image_id % 4 == 0
        if is_blind:
            work.draw(image_id, STREAK, place(0), "li")
            work.draw(image_id, SLAG, place(1), "li")
        work.project.visits.add(visit(image_id, "li", 8_000, is_blind=is_blind))
        work.hand_in(image_id, "li", unseen=uids if is_blind else ())

    found = counted(work.project)
    blind, shown = found.work["blind"], found.work["shown"]
    assert (blind.images, shown.images) == (5, 15)
    assert shown.with_models.f1_with_class == 1.0
    assert blind.with_models.f1 == pytest.approx(2 * 2 / 6)
    assert blind.with_models.f1_with_class == pytest.approx(2 * 1 / 6)
    (streaks,) = found.proposals  # what nobody saw was neither accepted nor rejected
    assert streaks.counts["accepted"] == streaks.judged == 60


def test_suspects_and_their_answers(work: SeededWork) -> None:
    uids = work.prelabel(1, [(STREAK, place(n)) for n in range(3)], score=0.9)
    work.remove(1, uids[:1], "li")
    work.relabel(1, uids[1], SLAG, "li")
    work.move(1, uids[2], "li", by_px=25)
    work.draw(1, SLAG, place(30), "li")
    second = work.draw(1, STREAK, place(30).moved(1, 0), "li")
    work.hand_in(1, "li")

    found = counted(work.project)
    listed = suspects(work.project, most=10)
    by_kind = {each.suspect.kind: each.suspect for each in listed}
    assert by_kind["overlooked"].key == uids[0] and by_kind["swapped"].key == uids[1]
    assert by_kind["badly_located"].key == uids[2] and by_kind["duplicate"].key == second
    assert [each.image for each in listed] == ["a/1.png"] * 4
    assert found.errors == dict.fromkeys(found.errors, 1)
    scores = [each.suspect.score for each in listed]
    assert scores == sorted(scores)

    answer(work.project, 1, by_kind["swapped"], person="lead")
    assert len(suspects(work.project, most=10)) == 3
    work.draw(1, SLAG, place(40), "li")
    assert counted(work.project).errors["swapped"] == 0  # somebody is at work on it
    work.hand_in(1, "li")
    count_changed(work.project)  # the answer stays
    assert {s.suspect.kind for s in suspects(work.project, most=10)} == set(by_kind) - {"swapped"}
    answer(work.project, 1, by_kind["swapped"], person="lead", is_right=False)
    assert figures(work.project).errors["swapped"] == 1


def test_what_was_answered_as_a_disagreement_is_no_suspect(work: SeededWork) -> None:
    work.mark_normal(1, "li")
    work.prelabel(1, [], model="other")
    project = work.project
    with project.transaction():
        found = Annotation("f", STREAK, Box(10, 10, 60, 60), score=0.95, run_id=1)
        record(project, 1, 1, [found], classes={STREAK})
    assert counted(project).errors["overlooked"] == 1

    dismiss(project, [each.kept.id for each in list_disagreements(project)], actor="li")
    assert counted(project).errors["overlooked"] == 0


def test_counting_again_from_nothing_gives_the_same(work: SeededWork) -> None:
    for image_id in range(1, IMAGES + 1):
        uids = work.prelabel(image_id, [(STREAK, place(n)) for n in range(3)])
        work.relabel(image_id, uids[image_id % 3], SLAG, "li")
        work.hand_in(image_id, "li")
        if image_id % 2:
            count_changed(work.project)
    step_by_step = counted(work.project)
    work.project._db.execute("INSERT INTO quality_due SELECT id FROM image")
    assert figures(work.project).uncounted == IMAGES

    assert counted(work.project) == step_by_step


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_done_the_sums_are_those_of_a_fresh_count(work: SeededWork, seed: int) -> None:
    """Counted now and then, while models, people, reviewers, undo and redo do what they like."""
    rng, project = random.Random(seed), work.project
    for _ in range(150):
        with suppress(UserError):  # not every step is one that people may take
            take_a_step(work, rng)
    step_by_step = counted(project)
    project._db.execute("INSERT INTO quality_due SELECT id FROM image")
    afresh = counted(project)

    assert afresh.proposals == step_by_step.proposals and afresh.errors == step_by_step.errors
    assert [told_of(p) for p in afresh.people] == [told_of(p) for p in step_by_step.people]
    assert any(p.images for p in afresh.people)


def take_a_step(work: SeededWork, rng: random.Random) -> None:
    project, image_id = work.project, rng.randint(1, 4)
    person, state = rng.choice(["li", "ann", "lead"]), work.sheet(image_id).label.state
    match rng.randrange(12):
        case 0 | 1 | 2 | 3:
            change_boxes(work, rng, image_id, person)
        case 4 | 5 if state != "submitted":
            unseen = [a.uid for a in work.sheet(image_id).proposals][: rng.randrange(2)]
            work.hand_in(image_id, person, unseen=unseen)
        case 6 if state in ("new", "prelabelled", "in_progress"):
            work.prelabel(image_id, [(SLAG, place(7))], model=rng.choice(["one", "two"]))
        case 7 | 8:
            rng.choice([work.approve, work.send_back])(image_id)
        case 9:
            is_blind, ms = rng.random() < 0.5, rng.randrange(100, 90_000)
            project.visits.add(visit(image_id, person, ms, is_blind=is_blind))
        case 10:
            rng.choice([project.undo, project.redo])(person)
        case 11:
            count_changed(project)


def change_boxes(work: SeededWork, rng: random.Random, image_id: int, person: str) -> None:
    boxes = work.sheet(image_id).annotations
    uid, class_id = rng.choice(boxes).uid if boxes else "", rng.choice([STREAK, SLAG])
    match rng.randrange(5):
        case 0 | 1:
            work.draw(image_id, class_id, place(rng.randrange(50)), person)
        case 2:
            work.remove(image_id, [uid], person)
        case 3:
            work.relabel(image_id, uid, class_id, person)
        case 4 if uid:
            work.move(image_id, uid, person, by_px=rng.choice([3, 30]))


def told_of(figures: PersonFigures) -> tuple[object, ...]:
    """What doesn't hang on the order in which fractions were added."""
    review = figures.with_review
    iou = None if review.mean_iou is None else round(review.mean_iou, 9)
    return (
        *(figures.person, figures.images, figures.outcomes, figures.return_rate),
        *(review.first, review.second, review.classes, iou, figures.work["shown"].median_ms),
    )


def test_who_saves_while_images_are_weighed_neither_waits_nor_is_missed(
    work: SeededWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    uids = {i: work.prelabel(i, [(STREAK, place(n)) for n in range(4)]) for i in (1, 2)}
    for image_id in uids:
        work.hand_in(image_id, "li")
    weighed = list[int]()
    weigh = quality._counted

    def disturbed(project: Project, image_ids: Sequence[int]) -> object:
        found = weigh(project, image_ids)
        weighed.append(len(image_ids))
        if len(weighed) <= 3:
            with Project.open(project.folder) as other:
                SeededWork.over(other).relabel(1, uids[1][len(weighed) - 1], SLAG, "lead")
        return found

    monkeypatch.setattr(quality, "_counted", disturbed)
    (told,) = counted(work.project).proposals
    assert weighed == [2, 2, 2, 1, 1]
    assert (told.counts["accepted"], told.counts["relabelled"]) == (5, 3)
