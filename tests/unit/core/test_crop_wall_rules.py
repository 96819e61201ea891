"""What of a wall may be signed, and what a crop shows."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.core.annotation import Annotation
from app.core.crop_wall import crop_window, looked_at
from app.core.geometry import Box

A = Annotation("a", 1, Box(1, 1, 9, 9), author="ann")
B = Annotation("b", 2, Box(11, 1, 19, 9), author="ann")


def test_only_images_of_which_every_box_was_seen():
    standing = {1: [A], 2: [B, replace(A, uid="c")], 3: []}
    assert looked_at(standing, {"a": A, "b": B}, ()) == [1]
    assert looked_at(standing, {"a": A, "b": B, "c": replace(A, uid="c")}, ()) == [1, 2]
    assert looked_at(standing, {"a": A}, {"a"}) == []


def test_what_was_changed_since_was_not_seen():
    assert looked_at({1: [replace(A, class_id=2)]}, {"a": A}, ()) == []
    assert looked_at({1: [replace(A, box=Box(2, 1, 9, 9))]}, {"a": A}, ()) == []


def test_a_proposal_is_nobodys_label():
    proposal = Annotation("a", 1, Box(1, 1, 9, 9), score=0.9, run_id=1)
    assert looked_at({1: [proposal]}, {"a": proposal}, ()) == []


@given(
    st.integers(1, 300),
    st.integers(1, 300),
    st.tuples(*[st.floats(0, 1) for _ in range(4)]),
)
def test_a_crop_lies_in_the_image_and_holds_its_box(width: int, height: int, ends):
    left, right = sorted((ends[0] * width, ends[1] * width))
    top, bottom = sorted((ends[2] * height, ends[3] * height))
    if right - left < 0.01 or bottom - top < 0.01:
        return
    box = Box(left, top, right, bottom)
    window = crop_window(box, width, height)
    assert window.inside(width, height)
    assert all(corner == round(corner) for corner in window.corners)
    assert window.left <= box.left + 1 and window.top <= box.top + 1
    assert window.right >= box.right - 1 and window.bottom >= box.bottom - 1


def test_there_is_room_around_a_box_and_a_crop_is_square_where_the_image_is_large():
    window = crop_window(Box(400, 500, 500, 520), 1000, 1000)
    assert (window.width, window.height) == (150, 150)
    assert window.centre == (450, 510)
    assert crop_window(Box(0, 0, 100, 20), 1000, 1000).corners == (0, 0, 150, 150)
