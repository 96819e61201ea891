"""Crops show the pixels of their box, at its place."""

from pathlib import Path

import numpy as np
import pytest

from app.core.errors import UserError
from app.core.geometry import Box
from app.imaging.opencv import cv2
from app.services.box_crops import CROP_PX, box_crops

WIDTH, HEIGHT = 600, 400


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Black, with a white square from (100, 200) to (140, 240)."""
    pixels = np.zeros((HEIGHT, WIDTH), np.uint8)
    pixels[200:240, 100:140] = 255
    path = tmp_path / "photo.png"
    path.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    return path


def test_the_box_on_a_crop_is_what_lies_under_it(photo: Path):
    small, large = box_crops(
        *(photo, [Box(100, 200, 140, 240), Box(0, 0, 600, 400)]), width_px=WIDTH, height_px=HEIGHT
    )
    assert small.pixels.shape == (60, 60)
    assert small.box == Box(10, 10, 50, 50)
    assert (small.pixels[10:50, 10:50] == 255).all()
    assert small.pixels.sum() == 255 * 40 * 40
    assert max(large.pixels.shape) == CROP_PX
    left, top, right, bottom = (round(100 * CROP_PX / 600), round(200 * CROP_PX / 600), 35, 60)
    assert large.pixels[top + 2 : bottom - 2, left + 2 : right - 2].min() == 255


def test_colours_stay_in_order(tmp_path: Path):
    pixels = np.zeros((100, 100, 3), np.uint8)
    pixels[..., 2] = 200  # red, as OpenCV has it
    path = tmp_path / "red.png"
    path.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    (crop,) = box_crops(path, [Box(10, 10, 30, 30)], width_px=100, height_px=100)
    assert crop.pixels[5, 5].tolist() == [200, 0, 0]


def test_a_photo_that_is_gone_is_told(tmp_path: Path):
    with pytest.raises(UserError):
        box_crops(tmp_path / "gone.png", [Box(0, 0, 5, 5)], width_px=9, height_px=9)
