"""Pictures of one place on a photo."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.geometry import Box
from app.imaging.crops import MarkedBox, crop_jpeg
from app.imaging.opencv import cv2

SIZE_PX = (400, 300)
GREY = np.full((600, 800, 3), 128, np.uint8)


def decoded(content: bytes) -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    return picture[:, :, ::-1]


def test_a_box_is_marked_in_its_colour_with_room_around_it() -> None:
    box = Box(300, 200, 500, 350)
    picture = decoded(crop_jpeg(GREY, [MarkedBox(box, "#ff0000")], size_px=SIZE_PX))

    assert picture.shape == (300, 400, 3)
    red = (picture[:, :, 0].astype(int) - picture[:, :, 2]) > 90
    rows, columns = np.nonzero(red)
    # 320 of the photo's pixels across 400: the box is 200 of them wide, in the middle.
    assert np.ptp(columns) == pytest.approx(200 * 400 / 320, abs=6)
    assert np.ptp(rows) == pytest.approx(150 * 400 / 320, abs=6)
    assert columns.mean() == pytest.approx(200, abs=4)


def test_what_is_dashed_has_gaps_and_lies_around_what_stands() -> None:
    box = Box(300, 200, 500, 350)
    marked = [MarkedBox(box, "#ff0000"), MarkedBox(box, "#0000ff", is_dashed=True)]
    picture = decoded(crop_jpeg(GREY, marked, size_px=SIZE_PX)).astype(int)

    red = (picture[:, :, 0] - picture[:, :, 2]) > 60
    blue = (picture[:, :, 2] - picture[:, :, 0]) > 60
    assert red.any() and blue.any()
    assert np.nonzero(blue)[1].min() < np.nonzero(red)[1].min()
    top = blue[np.nonzero(blue)[0].min() + 1]
    assert np.count_nonzero(np.diff(top.astype(int)) == 1) > 0


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 300),
    st.integers(1, 300),
    st.floats(-50, 300),
    st.floats(-50, 300),
    st.floats(0.5, 400),
    st.floats(0.5, 400),
)
def test_any_box_on_any_photo_gives_a_picture_that_fits(
    width: int, height: int, x: float, y: float, w: float, h: float
) -> None:
    photo = np.zeros((height, width, 3), np.uint8)
    marked = [MarkedBox(Box(x, y, x + w, y + h), "#00ff00", is_dashed=True)]
    picture = decoded(crop_jpeg(photo, marked, size_px=SIZE_PX))

    assert picture.shape[1] <= SIZE_PX[0] and picture.shape[0] <= SIZE_PX[1]
