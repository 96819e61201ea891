"""Where the camera goes: nothing of what is asked for is ever out of sight."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.geometry import Box
from widgets.canvas.camera import MARGIN_PX, Camera
from widgets.photo.view import MAX_SCALE, Size, View, framed

PHOTO, ROOM = Size(3000, 2000), Size(900, 600)


@pytest.fixture
def camera():
    return looking_at(PHOTO)


def looking_at(photo):
    camera = Camera()
    camera.resize(ROOM)
    camera.show(photo, keep_view=False)
    return camera


@st.composite
def boxes(draw):
    x, y = draw(st.floats(0, 2990)), draw(st.floats(0, 1990))
    return Box(x, y, x + draw(st.floats(0.5, 10)), y + draw(st.floats(0.5, 10)))


def test_a_photo_is_fitted_into_the_margin(camera):
    left, top = camera.view.to_widget(0, 0)
    right, bottom = camera.view.to_widget(3000, 2000)
    assert min(left, top) == pytest.approx(MARGIN_PX)
    assert (left + right, top + bottom) == pytest.approx((900, 600))
    assert camera.bounds == Box(0, 0, 3000, 2000)


@given(boxes())
def test_a_framed_box_is_in_the_middle_and_as_large_as_asked(box):
    view = framed(box, ROOM, share=0.5)
    shown = view.box_on_widget(box)
    assert shown.centre == pytest.approx((450, 300), abs=1e-6)
    if view.scale < MAX_SCALE:
        assert max(shown.width / 900, shown.height / 600) == pytest.approx(0.5)


@given(boxes(), st.integers(0, 15))
def test_what_is_brought_into_sight_is_seen_whole(box, steps):
    camera = looking_at(PHOTO)
    camera.zoom(1.25**steps)
    camera.bring_into_sight(box)
    if max(box.width, box.height) * camera.view.scale < 400:
        assert camera.view.shows(box, ROOM)


def test_nothing_moves_for_what_is_in_sight(camera):
    before = camera.view
    camera.bring_into_sight(Box(1, 1, 20, 20))
    assert camera.view == before


def test_the_view_is_kept_for_a_photo_of_the_same_size_only(camera):
    camera.zoom(3, (100, 100))
    near = camera.view
    camera.show(PHOTO, keep_view=True)
    assert camera.view == near
    camera.show(Size(64, 48), keep_view=True)
    assert camera.view != near


def test_a_fitted_photo_stays_fitted(camera):
    camera.resize(Size(1800, 1200))
    assert camera.view == looking_into(Size(1800, 1200)).view
    camera.zoom(2)
    near = camera.view
    camera.resize(ROOM)
    assert camera.view == near


def looking_into(room):
    camera = Camera()
    camera.show(PHOTO, keep_view=False)
    camera.resize(room)
    return camera


def test_without_a_photo_nothing_moves():
    camera = Camera()
    camera.resize(ROOM)
    for act in (camera.fit, lambda: camera.zoom(2), lambda: camera.pan(5, 5)):
        act()
    camera.bring_into_sight(Box(0, 0, 5, 5))
    assert camera.view == View(1.0, 0.0, 0.0) and camera.bounds is None
