"""A value for each of many images: what a dict says, in ascending order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.by_image import ByImage

held = st.dictionaries(st.integers(1, 500), st.sampled_from([(), (1,), (1, 2)]), max_size=60)


@given(held, st.integers(0, 501))
def test_it_says_what_a_dict_says(held: dict[int, tuple[int, ...]], image_id: int) -> None:
    kept = ByImage(sorted(held.items()))
    assert kept == held and len(kept) == len(held)
    assert list(kept) == sorted(held)
    assert list(kept.in_order()) == [held[each] for each in sorted(held)]
    assert (image_id in kept) == (image_id in held)
    assert kept.get(image_id) == held.get(image_id)


def test_what_it_lacks_is_no_key() -> None:
    kept = ByImage([(3, "a"), (5, "b")])
    assert kept[5] == "b"
    for image_id in (0, 4, 6):
        with pytest.raises(KeyError):
            kept[image_id]


def test_ids_that_do_not_ascend_are_refused() -> None:
    with pytest.raises(ValueError, match="5 comes after 5"):
        ByImage([(5, 1), (5, 1)])
