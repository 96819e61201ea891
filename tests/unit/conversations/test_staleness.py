from dataclasses import replace

import pytest

from app.conversations.facts import ImageFacts, fingerprint
from app.conversations.writing.staleness import Change, changes, is_stale
from app.core.geometry import Box
from app.core.language import Language
from tests.helpers.talk import BARE, CLASSES, SLAG, STREAK, facts

THEN = facts([(STREAK, (10, 10, 40, 20)), (SLAG, (100, 100, 120, 120))], tags=("printing",))


def told(now: ImageFacts, language="en") -> list[Change]:
    return changes(fingerprint(THEN, language), fingerprint(now, language), now, language)


def with_thing(index: int, **values) -> ImageFacts:
    things = list(THEN.things)
    things[index] = replace(things[index], **values)
    return replace(THEN, things=tuple(things))


def test_nothing_changed() -> None:
    assert told(THEN) == []


def test_a_box_more() -> None:
    extra = facts([(BARE, (1, 1, 5, 5))]).things[0]
    now = replace(THEN, things=(replace(extra, uid="other"), *THEN.things))

    assert told(now) == [Change("added", "incomplete spreading")]
    assert told(now, "zh") == [Change("added", "铺粉不完全")]


def test_a_box_fewer() -> None:
    assert told(replace(THEN, things=THEN.things[1:])) == [Change("removed", "streak")]


def test_a_box_moved() -> None:
    assert told(with_thing(1, box=Box(100, 100, 125, 120))) == [Change("moved", "slag")]


def test_a_box_of_another_class_that_moved_too() -> None:
    now = with_thing(0, label_class=BARE, box=Box(10, 10, 50, 20))

    assert told(now) == [
        Change("class", "incomplete spreading"),
        Change("moved", "incomplete spreading"),
    ]


def test_tags_that_came_and_went() -> None:
    assert told(replace(THEN, tags=("spreading",))) == [
        Change("tags", "printing"),
        Change("tags", "spreading"),
    ]


def test_classes_renamed_added_and_removed() -> None:
    renamed = replace(SLAG, name="spatter")
    new = replace(BARE, id=9, name="crack")

    assert told(replace(THEN, classes=(STREAK, renamed, new))) == [
        Change("renamed", "spatter"),
        Change("gone", "incomplete_spreading"),
    ]


def test_a_class_that_came_since_makes_nothing_stale() -> None:
    more = replace(THEN, classes=(*CLASSES, replace(BARE, id=9, name="crack")))

    assert told(more) == []
    assert not is_stale(fingerprint(THEN, "en"), fingerprint(more, "en"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_stale_when_there_is_a_change_to_tell(language: Language) -> None:
    renamed = tuple(replace(c, name=c.name + "_x") for c in CLASSES)
    for now in (
        THEN,
        replace(THEN, tags=()),
        replace(THEN, things=()),
        replace(THEN, classes=renamed),
    ):
        since = changes(fingerprint(THEN, language), fingerprint(now, language), now, language)
        assert is_stale(fingerprint(THEN, language), fingerprint(now, language)) == bool(since)


def test_a_class_renamed_in_one_language_changes_nothing_in_the_other() -> None:
    now = replace(THEN, classes=tuple(replace(c, name=c.name + "_x") for c in CLASSES))

    assert told(now, "zh") == []
    assert len(told(now, "en")) == len(CLASSES)
