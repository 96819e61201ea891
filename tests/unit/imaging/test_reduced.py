"""Photos read smaller than they are look like the whole ones, or are refused like them."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from photo_files import encoded, exif, smooth
from PIL import Image

from app.core.errors import UserError
from app.imaging.opencv import cv2
from app.imaging.pixels import read_levels
from app.imaging.pyramid import pyramid, resized
from app.imaging.reduced import read_reduced, read_small

WIDTH, HEIGHT = 640, 404


def jpeg(orientation: int = 1, mode: str = "RGB", **options: object) -> bytes:
    image = Image.fromarray(smooth(WIDTH, HEIGHT)).convert(mode)
    data = b"Exif\0\0" + exif(orientation)
    return encoded(image, "JPEG", quality=95, exif=data, **options)


def area(pixels: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return cv2.resize(pixels, shape[1::-1], interpolation=cv2.INTER_AREA).astype(int)


def refusal(read: Callable[[], object]) -> str | None:
    """In what words, if at all."""
    try:
        read()
    except UserError as error:
        return error.what
    return None


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_upright_and_in_its_colours_as_the_whole_one(put, orientation, mode):
    path = put("a.jpg", jpeg(orientation, mode))
    whole, reduced = read_levels(path), read_reduced(path, least_px=100)
    assert reduced.pixels.shape[:2] == (-(-whole.shape[0] // 4), -(-whole.shape[1] // 4))
    assert (reduced.header.height_px, reduced.header.width_px) == whole.shape[:2]
    assert np.abs(reduced.pixels - area(whole, reduced.pixels.shape)).max() <= 6


@pytest.mark.parametrize(("least_px", "longer_px"), [(80, 80), (81, 160), (320, 320), (321, None)])
def test_as_small_as_it_may_be(put, least_px, longer_px):
    reduced = read_reduced(put("a.jpg", jpeg()), least_px=least_px)
    assert (None if reduced is None else max(reduced.pixels.shape)) == longer_px


def test_only_where_it_is_worth_it(put):
    path = put("a.jpg", jpeg())
    assert read_reduced(path, least_px=100, worth_px=WIDTH * HEIGHT + 1) is None
    assert read_reduced(path, least_px=100, worth_px=WIDTH * HEIGHT) is not None
    assert read_reduced(put("b.png", encoded(smooth(WIDTH, HEIGHT), "PNG")), least_px=50) is None
    assert read_reduced(put("c.jpg", jpeg(mode="CMYK")), least_px=50) is None


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 4}])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_damaged_photos_are_refused_not_filled_with_grey(put, options, share):
    data = jpeg(mode="L", **options)
    start = data.rfind(b"\xff\xda") + 14
    cut = start + int((len(data) - start) * share)
    for rest in (b"", b"\xff\xd9", data[cut + 60 :]):
        path = put("a.jpg", data[:cut] + rest)
        whole = refusal(lambda path=path: read_levels(path))
        assert whole == refusal(lambda path=path: read_reduced(path, least_px=100))
        assert whole or options.get("progressive"), "decoders smooth progressive ones over"


def test_a_small_copy_has_the_mean_of_what_it_stands_for(put):
    path = put("a.jpg", jpeg(6))
    small, whole = read_small(path, longest_px=100), read_levels(path)
    assert small.shape == (100, 63, 3)
    assert np.abs(small - area(whole, small.shape)).max() <= 6
    deep = np.full((200, 300), 40_000, np.uint16)
    assert (
        read_small(put("b.png", cv2.imencode(".png", deep)[1].tobytes()), longest_px=30) == 156
    ).all()
    tiny = read_small(put("c.png", encoded(smooth(9, 5), "PNG")), longest_px=100)
    assert tiny.shape == (5, 9, 3)


@given(st.integers(1, 1500), st.integers(1, 1500))
def test_each_level_has_half_the_sides_and_the_same_light(height, width):
    pixels = np.random.default_rng(1).integers(0, 256, (height, width), dtype=np.uint8)
    levels = pyramid(pixels)
    assert levels[0] is pixels and max(levels[-1].shape) <= 512
    for level, half in pairwise(levels):
        assert half.shape == tuple((side + 1) // 2 for side in level.shape)
        assert abs(half.mean() - level.mean()) < 3


def test_resized_takes_the_level_that_suffices():
    levels = [np.full((400, 400), 10, np.uint8), np.full((200, 200), 20, np.uint8)]
    assert resized(levels, 200, 150)[0, 0] == 20
    assert resized(levels, 201, 150)[0, 0] == 10
    assert resized(levels, 900, 900).shape == (900, 900)


@pytest.mark.parametrize("width_px", [990, 960, 760, 740, 640, 510, 490, 300])
def test_however_it_is_resized_grain_is_averaged(width_px):
    """As by the mean over each pixel's area: else a photo would sparkle at some window sizes."""
    grain = np.random.default_rng(3).integers(0, 256, (800, 1000), dtype=np.uint8)
    height_px = width_px * 4 // 5
    mean = cv2.resize(grain, (width_px, height_px), interpolation=cv2.INTER_AREA)
    assert resized([grain], width_px, height_px).std() / mean.std() == pytest.approx(1, abs=0.2)
