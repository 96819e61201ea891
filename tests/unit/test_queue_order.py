"""Which image comes next."""

from array import array

from hypothesis import given
from hypothesis import strategies as st

from app.shell.bench.queue_order import QueueOrder


def order(ids: list[int], current: int | None, done: frozenset[int] = frozenset()) -> QueueOrder:
    made = QueueOrder(lambda some: [i for i in some if i not in done])
    made.set_ids(array("q", ids), current)
    return made


def test_steps_end_at_both_ends():
    here = order([5, 3, 9], 3)
    assert (here.at(-1), here.at(1), here.at(2), here.at(-2)) == (5, 9, None, None)


def test_from_outside_the_order_the_first_is_next():
    outside = order([5, 3], 77)
    assert outside.place == -1
    assert outside.at(1) == 5
    assert outside.next_open() == 5


def test_the_next_open_image_goes_round_and_ends():
    assert order([1, 2, 3, 4], 3, done=frozenset({4, 1})).next_open() == 2
    assert order([1, 2, 3], 2, done=frozenset({1, 3})).next_open() is None
    assert order([], None).next_open() is None


@given(st.integers(1, 200), st.data())
def test_the_next_open_image_is_the_first_one_on_the_way_round(count: int, data: st.DataObject):
    ids = list(range(count))
    here = data.draw(st.integers(0, count - 1))
    work = data.draw(st.frozensets(st.sampled_from(ids)))
    round_trip = ids[here + 1 :] + ids[:here]
    expected = next((i for i in round_trip if i in work), None)
    assert order(ids, here, done=frozenset(ids) - work).next_open() == expected


@given(st.lists(st.integers(1, 50), unique=True, min_size=1), st.data())
def test_moving_finds_the_place_that_a_search_finds(ids: list[int], data: st.DataObject):
    here = order(ids, None)
    for target in data.draw(st.lists(st.sampled_from([*ids, 999]), max_size=8)):
        here.move_to(target)
        assert here.place == (ids.index(target) if target in ids else -1)
