"""The flat field: even light, kept defects, exact shapes."""

import time

import cv2
import numpy as np
import pytest

from app.imaging.flat_field import flat_field, flat_field_streaks


def _uneven(height=300, width=400):
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return (60 + 100 * y / height + 30 * x / width).astype(np.uint8)


def test_a_smooth_gradient_becomes_flat():
    flat = flat_field(_uneven())
    inner = flat[60:-60, 60:-60].astype(float)
    assert abs(inner.mean() - 128) < 4
    assert inner.std() < 6


def test_a_line_stays_and_is_as_strong_in_shade_as_in_light():
    photo = _uneven().astype(np.float32)
    photo[:, 200:204] *= 0.9
    flat = flat_field(photo.astype(np.uint8)).astype(float)
    drops = flat[:, 150:190].mean(axis=1) - flat[:, 201:203].mean(axis=1)
    assert 25 < drops[40:80].mean() < 50
    assert drops[40:80].mean() == pytest.approx(drops[-80:-40].mean(), rel=0.25)


def test_colour_and_grey_give_the_same():
    grey = _uneven()
    assert np.array_equal(flat_field(np.dstack([grey] * 3)), flat_field(grey))


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (200, 3), (64, 64)])
def test_any_shape_is_kept(shape):
    photo = np.full(shape, 90, np.uint8)
    assert flat_field(photo).shape == shape
    assert flat_field_streaks(photo).shape == (*shape, 3)


def test_black_and_white_photos_are_fine():
    for level in (0, 255):
        photo = np.full((50, 60), level, np.uint8)
        assert np.abs(flat_field(photo).astype(int) - 128).max() < 3


def test_averaging_along_columns_lifts_a_streak_out_of_the_grain():
    rng = np.random.default_rng(4)
    photo = np.full((640, 640), 100, np.float32) + rng.normal(0, 5, (640, 640))
    photo[:, 300:305] -= 3
    channels = flat_field_streaks(np.clip(photo, 0, 255).astype(np.uint8)).astype(float)
    plain, along, grey = np.moveaxis(channels, 2, 0)
    assert _visible(along) > 3 * _visible(plain)
    assert np.allclose(grey, np.clip(photo, 0, 255).astype(np.uint8))


def test_it_takes_a_few_milliseconds():
    photo = cv2.resize(_uneven(), (1024, 1024))
    flat_field(photo)
    times = []
    for _ in range(5):
        began = time.perf_counter()
        flat_field(photo)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.1


def _visible(field):
    """How many deviations of the rest the streak stands out by."""
    rest = field[:, 100:250]
    return (rest.mean() - field[:, 301:304].mean()) / rest.std()
