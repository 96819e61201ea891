"""Looking aids do what they say, in a fixed order, and never touch the pixels they are given."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.looks import PLAIN, Clahe, FlatField, Looks, Window
from app.imaging.flat_field import flat_field
from app.imaging.looking import apply, equalised, tone_table

LEVELS = np.arange(256)

windows = st.builds(Window, st.floats(0, 255), st.floats(1, 510))
gammas = st.floats(0.2, 5.0)
strengths = st.builds(
    Looks,
    st.none() | st.builds(FlatField, st.floats(1, 4000), st.floats(0.01, 1)),
    st.none() | st.builds(Clahe, st.floats(1, 40), st.integers(1, 64)),
    st.none() | windows,
    gammas,
    st.booleans(),
)


def photo(height: int = 48, width: int = 64, channels: int = 1, seed: int = 0) -> np.ndarray:
    shape = (height, width) if channels == 1 else (height, width, channels)
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def test_plain_is_the_photo_itself():
    pixels = photo()
    assert PLAIN.is_plain and Looks().is_plain and not Looks(inverted=True).is_plain
    assert apply(pixels, PLAIN) is pixels


@given(strengths, st.integers(1, 70), st.integers(1, 70), st.sampled_from([1, 3]))
def test_any_looks_on_any_photo_leave_it_as_it_was(looks, height, width, channels):
    pixels = photo(height, width, channels)
    before = pixels.copy()
    shown = apply(pixels, looks)
    np.testing.assert_array_equal(pixels, before)
    assert shown.shape[:2] == (height, width) and shown.dtype == np.uint8
    np.testing.assert_array_equal(apply(pixels, looks), shown)


@given(windows, gammas)
def test_window_and_gamma_keep_the_order_of_levels(window, gamma):
    table = tone_table(Looks(window=window, gamma=gamma)).astype(int)
    assert (np.diff(table) >= 0).all()


@given(windows, gammas)
def test_inversion_is_the_mirror(window, gamma):
    upright = tone_table(Looks(window=window, gamma=gamma)).astype(int)
    inverted = tone_table(Looks(window=window, gamma=gamma, inverted=True))
    assert np.abs(255 - upright - inverted).max() <= 1, "rounded once each"


@given(st.integers(1, 254), st.integers(2, 100))
def test_a_window_ends_in_black_and_white(centre, width):
    table = tone_table(Looks(window=Window(centre, width)))
    first, last = centre - width / 2, centre + width / 2
    assert (table[first >= LEVELS] == 0).all()
    assert (table[last <= LEVELS] == 255).all()
    assert abs(int(table[centre]) - 127.5) <= 0.5


def test_the_whole_range_as_window_changes_nothing():
    np.testing.assert_array_equal(tone_table(Looks(window=Window())), LEVELS)


def test_gamma_above_one_brightens_the_dark_and_keeps_the_ends():
    table = tone_table(Looks(gamma=2.0))
    assert (table[0], table[64], table[255]) == (0, 128, 255)
    assert (table >= LEVELS).all()
    assert (tone_table(Looks(gamma=0.5)) <= LEVELS).all()


def test_the_order_is_light_tiles_tones():
    pixels = photo(96, 128)
    looks = Looks(FlatField(300.0), Clahe(3.0, 4), Window(120, 60), 1.5, inverted=True)
    even = flat_field(pixels, gain=300.0)
    np.testing.assert_array_equal(
        apply(pixels, looks), tone_table(looks)[equalised(even, Clahe(3.0, 4))]
    )


def test_a_flat_field_shows_a_faint_mark_in_uneven_light():
    _, x = np.mgrid[0:300, 0:400]
    bed = 60 + 120 * x / 400
    bed[:, 200:206] *= 1.04  # a streak that is 4 % brighter
    pixels = bed.round().astype(np.uint8)
    shown = apply(pixels, Looks(FlatField()))
    away = np.r_[30:180, 230:370]
    assert np.abs(shown[150, away] - 128.0).max() <= 6, "the light is even"
    assert shown[150, 203] - 128 >= 10, "the streak is not"


def test_equalising_lifts_contrast_where_there_is_little():
    faint = (100 + photo(160, 160) // 32).astype(np.uint8)
    assert equalised(faint, Clahe(4.0, 4)).std() > 2 * faint.std()


def test_equalising_keeps_hues():
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[...] = (120, 60, 30)
    pixels[::2] += 10
    shown = equalised(pixels, Clahe(2.0, 2)).astype(int)
    assert (shown[..., 0] > shown[..., 1]).all() and (shown[..., 1] > shown[..., 2]).all()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Window(centre=-1),
        lambda: Window(centre=256),
        lambda: Window(width=0.5),
        lambda: Window(width=float("nan")),
        lambda: Clahe(clip_limit=0.5),
        lambda: Clahe(tiles=0),
        lambda: FlatField(gain=0),
        lambda: FlatField(reach=0),
        lambda: Looks(gamma=0),
        lambda: Looks(gamma=float("nan")),
    ],
)
def test_strengths_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"above 0|between|levels wide"):
        wrong()


@given(strengths, st.sampled_from([1, 3]))
def test_a_deep_photo_with_no_more_than_8_bit_in_it_looks_like_one_of_8_bit(looks, channels):
    looks = replace(looks, flat_field=None)  # measures more finely
    if looks.clahe is not None:
        looks = replace(looks, window=None)  # comes first where levels are deep, and else last
    pixels = photo(40, 56, channels)
    deep = apply(pixels.astype(np.uint16) * 257, looks, white=65_535).astype(int)
    assert np.abs(deep - apply(pixels, looks)).max() <= 1


def test_a_flat_field_of_a_deep_photo_is_smooth():
    """A shade of a few levels of 8 bit would be bands once it is stretched."""
    rows = np.linspace(30_000, 31_500, 600).astype(np.uint16)
    levels = np.tile(rows[:, None], (1, 400))
    levels[:, 190:210] += 120
    looks = Looks(flat_field=FlatField(gain=4000, reach=0.04))
    banded = apply((levels // 257).astype(np.uint8), looks).astype(int)
    smooth = apply(levels, looks, white=65_535).astype(int)
    assert np.abs(np.diff(smooth[100:500, 50])).max() <= 1
    assert np.abs(np.diff(banded[100:500, 50])).max() > 10
    assert smooth[300, 200] - smooth[300, 50] > 5
