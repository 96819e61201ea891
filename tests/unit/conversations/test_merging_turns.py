from hypothesis import given
from hypothesis import strategies as st

from app.conversations.writing.merging import merged
from app.core.conversation import Exchange


def turn(section: str, answer: str = "new", author: str | None = None, class_id: int | None = None):
    return Exchange("presence", section, class_id, "?", answer, author=author)


def read(turns: list[Exchange]) -> list[tuple[str, str]]:
    return [(each.section, each.answer) for each in turns]


def test_what_nobody_touched_is_written_anew() -> None:
    old = [turn("presence", "old"), turn("place", "old")]

    assert read(merged(old, [turn("presence"), turn("where")])) == [
        ("presence", "new"),
        ("where", "new"),
    ]


def test_an_edited_turn_stands_where_its_topic_is() -> None:
    old = [turn("cause", "old", class_id=1), turn("cause", "mine", "ann", class_id=2)]
    new = [turn("presence"), turn("cause", class_id=2), turn("cause", class_id=1)]

    assert read(merged(old, new)) == [("presence", "new"), ("cause", "mine"), ("cause", "new")]


def test_an_added_turn_stays_behind_the_one_it_stood_behind() -> None:
    old = [turn("presence", "old"), turn("", "added", "ann"), turn("where", "old")]

    assert read(merged(old, [turn("asked"), turn("presence"), turn("place")])) == [
        ("asked", "new"),
        ("presence", "new"),
        ("", "added"),
        ("place", "new"),
    ]


def test_without_the_one_before_it_goes_before_the_one_after() -> None:
    old = [turn("presence", "old"), turn("", "added", "ann"), turn("where", "old")]

    assert read(merged(old, [turn("asked"), turn("where")])) == [
        ("asked", "new"),
        ("", "added"),
        ("where", "new"),
    ]


def test_with_neither_it_goes_to_the_end() -> None:
    assert read(merged([turn("", "added", "ann")], [turn("presence")])) == [
        ("presence", "new"),
        ("", "added"),
    ]


def test_an_edited_turn_whose_topic_is_gone_is_kept() -> None:
    old = [turn("presence", "old"), turn("cause", "mine", "ann", class_id=7)]

    assert read(merged(old, [turn("presence")])) == [("presence", "new"), ("cause", "mine")]


def test_added_turns_with_the_same_words_are_all_kept_in_order() -> None:
    old = [turn("", "a", "ann"), turn("", "a", "ann"), turn("", "b", "ann"), turn("presence")]

    assert read(merged(old, [turn("presence")])) == [
        ("", "a"),
        ("", "a"),
        ("", "b"),
        ("presence", "new"),
    ]


turns = st.lists(
    st.builds(
        Exchange,
        kind=st.just("presence"),
        section=st.sampled_from(["", "presence", "cause", "where"]),
        class_id=st.sampled_from([None, 1]),
        question=st.just("?"),
        answer=st.sampled_from("abc"),
        author=st.sampled_from([None, "ann"]),
    ),
    max_size=8,
)


@given(turns, turns)
def test_nothing_of_a_person_is_lost_and_nothing_else_of_the_old_is_kept(old, written) -> None:
    # Of each topic the writer makes one turn, and none without a section.
    new = list({t.topic: turn(t.section, "new", class_id=t.class_id) for t in written}.values())
    new = [t for t in new if t.section]

    whole = merged(old, new)

    kept = [t for t in whole if t.author is not None]
    by_people = [t for t in old if t.author is not None]
    assert sorted(map(repr, kept)) == sorted(map(repr, by_people))
    assert {t.topic for t in new} <= {t.topic for t in whole}
    assert all(t.author is not None or t.answer == "new" for t in whole)
