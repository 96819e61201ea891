"""The arithmetic of zoom and pan, without a window."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.geometry import Box
from widgets.photo.view import MAX_SCALE, SMALLEST_SIDE_PX, Size, View, fitted

sizes = st.builds(Size, st.floats(1, 20_000), st.floats(1, 20_000))
screens = st.builds(Size, st.floats(200, 4_000), st.floats(150, 3_000))
shares = st.floats(0, 1)


@given(sizes, screens)
def test_a_fitted_photo_is_inside_and_in_the_middle(image, screen):
    view = fitted(image, screen, margin_px=20)
    left, top = view.to_widget(0, 0)
    right, bottom = view.to_widget(image.width, image.height)
    assert left >= 20 - 1e-6 and top >= 20 - 1e-6
    assert left + right == pytest.approx(screen.width)
    assert top + bottom == pytest.approx(screen.height)


@given(sizes, screens, shares, shares, st.floats(0.01, 100))
def test_zoom_keeps_the_image_point_under_the_cursor(image, screen, across, down, factor):
    view = fitted(image, screen, margin_px=20)
    point = (across * image.width, down * image.height)
    cursor = view.to_widget(*point)
    after = view.zoomed(factor, cursor, image=image)
    assert after.to_widget(*point) == pytest.approx(cursor, abs=1e-3)


@given(sizes, screens, st.lists(st.tuples(st.sampled_from("zp"), shares, shares), max_size=20))
def test_the_photo_never_gets_lost(image, screen, steps):
    view = fitted(image, screen, margin_px=20)
    for kind, across, down in steps:
        if kind == "z":
            about = (across * screen.width, down * screen.height)
            view = view.zoomed(4 if across > 0.5 else 0.25, about, image=image)
        else:
            far = 20_000
            by = (far * (across - 0.5), far * (down - 0.5))
            view = view.panned(*by, image=image, widget=screen)
        assert view.scale <= MAX_SCALE + 1e-9
        assert view.scale * max(image.width, image.height) >= min(SMALLEST_SIDE_PX, 1) - 1e-6
        left, top = view.to_widget(0, 0)
        right, bottom = view.to_widget(image.width, image.height)
        assert left <= screen.width + 1e-3 and right >= -1e-3
        assert top <= screen.height + 1e-3 and bottom >= -1e-3


@given(st.floats(0, 20_000), st.floats(0, 20_000), st.floats(0.01, 64))
def test_there_and_back_again(x, y, scale):
    view = View(scale, -123.5, 45.25)
    assert view.to_image(*view.to_widget(x, y)) == pytest.approx((x, y), abs=1e-6)


def test_the_smallest_box_can_still_be_seen():
    seen = View(0.01, 0, 0).box_on_widget(Box(5000, 5000, 5000 + 1e-9, 5001))
    assert seen.width >= 0.999 and seen.height >= 0.999
