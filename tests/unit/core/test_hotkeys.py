"""Whose key a key is: of its own, or by place where that is a class's only one."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.core.hotkeys import DIGITS, holder_of, keys_of_classes, same_key
from app.core.label_class import LabelClass


def classes(*hotkeys: str) -> list[LabelClass]:
    return [LabelClass(f"c{i}", id=i, hotkey=key) for i, key in enumerate(hotkeys, start=1)]


def test_a_key_of_its_own_is_held_in_both_cases() -> None:
    first, _ = both = classes("y", "")
    assert holder_of("Y", both, but=2) == first and holder_of("y", both, but=1) is None


def test_the_digit_of_a_place_is_held_by_who_has_no_other() -> None:
    three = classes("y", "", "")
    assert holder_of("1", three, but=3) is None  # the first has its letter
    assert holder_of("2", three, but=3) == three[1] and holder_of("2", three, but=2) is None
    assert holder_of("4", three, but=3) is None


def test_who_has_it_for_its_own_is_named_before_whose_place_it_is() -> None:
    three = classes("", "1", "")
    assert holder_of("1", three, but=3) == three[1]


def test_who_has_no_use_of_its_key_holds_the_digit_of_its_place() -> None:
    three = classes("d", "y", "Y")
    assert holder_of("1", three, but=2) is None
    assert holder_of("1", three, but=2, taken={"d"}) == three[0]
    assert holder_of("3", three, but=1) == three[2]  # the second one's letter is nobody else's


@given(
    st.lists(st.sampled_from(["", "y", "z", *DIGITS]), min_size=1, max_size=14),
    st.sampled_from("yz0157"),
    st.sets(st.sampled_from("yz")),
    st.data(),
)
def test_a_key_that_is_given_leaves_nobody_without_any(
    hotkeys: list[str], key: str, taken: set[str], data: st.DataObject
) -> None:
    known = classes(*hotkeys)
    changed = data.draw(st.sampled_from(known))
    if key in taken or holder_of(key, known, but=changed.id, taken=taken) is not None:
        return
    now = [replace(c, hotkey=key) if c == changed else c for c in known]
    had, has = (set(keys_of_classes(each, taken).values()) for each in (known, now))
    assert had <= has


@given(st.lists(st.sampled_from(["", "y", "z", *DIGITS]), max_size=14), st.sampled_from("yz0157"))
def test_a_free_key_takes_nobodys_only_key(hotkeys: list[str], key: str) -> None:
    known = classes(*hotkeys, "")
    new = known[-1].id
    if holder_of(key, known, but=new) is None:
        others = known[:-1]
        assert not any(same_key(each.hotkey, key) for each in others)
        assert all(each.hotkey or DIGITS[i : i + 1] != (key,) for i, each in enumerate(others))
