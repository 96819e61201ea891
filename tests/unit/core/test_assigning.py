"""Images handed out: all of them, evenly, builds whole where that is wanted."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.annotation import Annotation
from app.core.assigning import handed_out, only_hands_out, whose
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.geometry import Box
from app.core.image import ImageLabel

BUILDS = st.dictionaries(st.text("ab", min_size=1, max_size=4), st.integers(1, 40), max_size=8)
LOAD = st.dictionaries(st.sampled_from(["li", "ann", "bo", "zhao"]), st.integers(0, 60), min_size=1)


def numbered(sizes: dict[str, int]) -> dict[str, list[int]]:
    builds: dict[str, list[int]] = {}
    for name, size in sizes.items():
        first = 1 + sum(map(len, builds.values()))
        builds[name] = list(range(first, first + size))
    return builds


@given(BUILDS, LOAD, st.booleans())
def test_each_image_goes_to_one_of_them(sizes, load, whole):
    builds = numbered(sizes)
    to = handed_out(builds, load, whole=whole)
    assert set(to) == {image_id for ids in builds.values() for image_id in ids}
    assert set(to.values()) <= set(load)


@given(BUILDS, LOAD)
def test_evenly_nobody_gets_more_while_another_has_less(sizes, load):
    to = list(handed_out(numbered(sizes), load, whole=False).values())
    after = {who: has + to.count(who) for who, has in load.items()}
    given_some = [after[who] for who in load if who in to]
    assert all(most <= min(after.values()) + 1 for most in given_some)


@given(BUILDS, LOAD)
def test_evenly_each_gets_one_run_of_images(sizes, load):
    to = handed_out(numbered(sizes), load, whole=False)
    in_order = [to[image_id] for image_id in sorted(to)]
    changes = sum(a != b for a, b in pairwise(in_order))
    assert changes == max(0, len(set(in_order)) - 1)


@given(BUILDS, st.integers(1, 4))
def test_whole_builds_stay_with_one_person_and_near_even(sizes, n_people):
    builds = numbered(sizes)
    load = {f"p{n}": 0 for n in range(n_people)}
    to = handed_out(builds, load, whole=True)
    assert all(len({to[i] for i in ids}) == 1 for ids in builds.values())
    counts = [list(to.values()).count(who) for who in load]
    assert max(counts) - min(counts) <= max(map(len, builds.values()), default=0)


def test_nobody_gets_nothing():
    with pytest.raises(ValueError, match="nobody"):
        handed_out({"a": [1]}, {}, whole=True)


BOX = Annotation("u", 1, Box(1, 1, 9, 9), author="ann")
GIVEN = ImageEdit(1, ImageLabel(), ImageLabel(assigned_to="ann"))


@pytest.mark.parametrize(
    ("edits", "is_one"),
    [
        ([GIVEN], True),
        ([GIVEN, ImageEdit(2, GIVEN.after, ImageLabel())], True),
        ([GIVEN, AnnotationEdit(1, None, BOX)], False),
        ([ImageEdit(1, ImageLabel(), ImageLabel(tags=("a",), assigned_to="ann"))], False),
        ([ImageEdit(1, ImageLabel(), ImageLabel("in_progress"))], False),
    ],
)
def test_an_assignment_says_whose_an_image_is_and_nothing_else(edits, is_one):
    assert only_hands_out(edits) is is_one


def test_what_comes_back_goes_to_who_handed_it_in():
    label = ImageLabel("submitted", assigned_to="ann", annotator="bo")
    assert whose(label) == "ann"
    assert whose(replace(label, state="returned")) == "bo"
    assert whose(ImageLabel("returned", assigned_to="ann", reason="?")) == "ann"
    assert whose(ImageLabel()) is None
