"""Who labels what a second time: never their own, never what they saw, evenly, by seed."""

from hypothesis import given
from hypothesis import strategies as st

from app.core.second import given_out, given_to_each

IMAGES = st.dictionaries(st.integers(1, 60), st.sampled_from(["li", "bo", "zhao", None]))
PEOPLE = st.dictionaries(
    st.sampled_from(["li", "bo", "zhao", "ann"]), st.frozensets(st.integers(1, 60), max_size=20)
)


@given(IMAGES, PEOPLE, st.integers(0, 70), st.integers(0, 3))
def test_nobody_gets_their_own_or_what_they_have_seen(images, people, count, seed):
    to = given_out(images, people, count, seed=seed)
    assert len(to) <= count
    assert all(p != images[i] and i not in people[p] for i, p in to.items())
    assert given_out(images, people, count, seed=seed) == to


@given(IMAGES, st.integers(0, 70))
def test_as_many_as_wanted_where_people_can(images, count):
    to = given_out(images, {"eve": (), "joe": ()}, count, seed=1)
    assert len(to) == min(count, len(images))
    counts = [list(to.values()).count(p) for p in ("eve", "joe")]
    assert abs(counts[0] - counts[1]) <= 1


def test_each_gets_as_many_gold_images():
    images = dict.fromkeys(range(1, 21), "lee")
    pairs = given_to_each(images, {"li": {1, 2}, "bo": ()}, 5, seed=3)
    assert [p for _, p in pairs].count("li") == [p for _, p in pairs].count("bo") == 5
    assert not {i for i, p in pairs if p == "li"} & {1, 2}
