"""16 bit levels become 8 bit ones by the range that they really use."""

import numpy as np
import pytest
from photo_files import png16, tiff

from app.imaging.pixels import read_pixels, to_8_bit


@pytest.mark.parametrize(
    ("brightest", "bits"),
    [
        (0, 8),
        (255, 8),
        (256, 10),
        (1023, 10),
        (1024, 12),
        (4095, 12),
        (4096, 14),
        (16383, 14),
        (16384, 16),
        (65535, 16),
    ],
)
def test_the_least_range_that_holds_the_brightest(brightest, bits):
    levels = np.linspace(0, brightest, 300).astype(np.uint16).reshape(20, 15)
    levels[-1, -1] = brightest
    expected = np.rint(levels * (255 / ((1 << bits) - 1)))
    np.testing.assert_array_equal(to_8_bit(levels), expected)


def test_every_level_is_rounded_to_the_nearest():
    levels = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    np.testing.assert_array_equal(to_8_bit(levels), (levels.astype(np.uint64) * 2 + 257) // 514)


def test_8_bit_levels_stay():
    levels = np.arange(6, dtype=np.uint8).reshape(2, 3)
    assert to_8_bit(levels) is levels or np.array_equal(to_8_bit(levels), levels)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_a_12_bit_camera_is_not_black(name, put):
    levels = np.full((4, 5), 4095, np.uint16)
    levels[0] = 2048
    data = png16(levels) if name == "a.png" else tiff(levels, photometric=1)
    pixels = read_pixels(put(name, data))
    assert (pixels[1:] == 255).all()
    assert (pixels[0] == 128).all()


def test_colours_share_one_range(put):
    levels = np.zeros((3, 4, 3), np.uint16)
    levels[:, :, 0], levels[:, :, 1], levels[:, :, 2] = 4095, 1000, 100
    pixels = read_pixels(put("a.png", png16(levels)))
    assert pixels[0, 0].tolist() == [255, 62, 6]
