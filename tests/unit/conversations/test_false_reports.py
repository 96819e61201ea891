from dataclasses import replace

from app.conversations.lexicon import LEXICONS
from app.conversations.writing.choosing import Choice
from app.conversations.writing.noise import FalseReport, false_report
from tests.helpers.talk import BARE, CLASSES, SLAG, STREAK, facts

EN = LEXICONS["en"]


def reports(image, count: int = 200) -> list[FalseReport]:
    made = [false_report(image, EN, Choice(n), "record") for n in range(count)]
    return [report for report in made if report]


def of(image, fault: str) -> list[FalseReport]:
    return [report for report in reports(image) if report.fault == fault]


def test_every_fault_comes_about_as_often() -> None:
    image = facts([(STREAK, (10, 10, 40, 20))])

    counts = [len(of(image, fault)) for fault in ("wrong_class", "missed", "false_box")]

    assert sum(counts) == 200
    assert min(counts) > 45


def test_a_wrong_class_is_told_with_both_and_where() -> None:
    report = of(facts([(STREAK, (10, 10, 40, 20))]), "wrong_class")[0]

    wrong = next(c for c in CLASSES if c.id == report.claims[0].class_id)
    assert report.words == {
        "claimed": EN.one(wrong),
        "actual": "a streak",
        "place": "in the top left",
    }
    assert report.class_ids == {STREAK.id, wrong.id}


def test_a_box_is_not_called_what_lies_beside_it() -> None:
    image = facts([(STREAK, (10, 10, 40, 20)), (SLAG, (60, 60, 130, 130))])

    assert {
        report.claims[0].class_id
        for report in of(image, "wrong_class")
        if report.words["actual"] == "a streak"
    } == {BARE.id}


def test_a_missed_box_is_not_in_the_report() -> None:
    image = facts([(STREAK, (10, 10, 40, 20)), (SLAG, (150, 150, 170, 170))])

    for report in of(image, "missed"):
        assert len(report.claims) == 1
        left = SLAG if report.words["actual"] == "a streak" else STREAK
        assert report.claims[0].class_id == left.id


def test_a_false_box_lies_where_nothing_is() -> None:
    image = facts([(STREAK, (10, 10, 40, 20)), (SLAG, (0, 190, 300, 300))])

    found = of(image, "false_box")

    places = {str(report.words["place"]) for report in found}
    assert found
    assert places <= {"at the top", "in the top right"}
    assert all([c.box.top for c in r.claims] == sorted(c.box.top for c in r.claims) for r in found)


def test_an_image_without_boxes_can_only_have_a_false_one() -> None:
    assert {report.fault for report in reports(facts())} == {"false_box"}


def test_where_there_is_no_room_and_no_other_class_a_box_is_missed() -> None:
    full = facts([(STREAK, (0, 0, 300, 300))], classes=[STREAK])

    assert {report.fault for report in reports(full)} == {"missed"}


def test_an_image_of_one_pixel_has_room_when_it_is_normal() -> None:
    (report, *_) = reports(facts(size=(1, 1)), 1)

    assert report.claims[0].box.corners == (0, 0, 1, 1)


def test_another_key_makes_another_report() -> None:
    image = replace(facts(), width_px=4000)

    assert len({false_report(image, EN, Choice(1), n).claims for n in range(20)}) == 20
