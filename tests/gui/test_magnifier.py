"""The magnifier shows the pixel under the pointer in its middle, and keeps out of the way."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget

from app.core.annotation import Annotation
from app.core.geometry import Box
from app.core.label_class import LabelClass
from widgets.canvas.magnifier import SIDE_PX, ZOOM, Magnifier
from widgets.marks.mark import marks_of
from widgets.photo.picture import picture_of


@pytest.fixture
def picture():
    pixels = np.full((60, 80), 90, np.uint8)
    pixels[20, 30] = 250
    return picture_of([pixels])


@pytest.fixture
def desk(qtbot):
    desk = QWidget()
    desk.resize(800, 600)
    qtbot.addWidget(desk)
    desk.show()
    return desk


@pytest.fixture
def magnifier(desk):
    return Magnifier(desk)


def grey_at(magnifier, dx, dy):
    """In pixels of the photo away from the one in the middle."""
    middle = SIDE_PX // 2
    x, y = middle + round(dx * ZOOM), middle + round(dy * ZOOM)
    return magnifier.grab().toImage().pixelColor(x, y).red()


def test_hidden_until_there_is_something_to_show(magnifier, picture):
    assert magnifier.isHidden()
    magnifier.show_at(picture, 30.5, 20.5)
    assert magnifier.isVisible()


def test_the_pixel_under_the_pointer_is_a_square_in_the_middle(magnifier, picture):
    magnifier.show_at(picture, 30.5, 20.5)
    assert grey_at(magnifier, 0, 0) == 250
    for dx, dy in ((2, 0), (-2, 0), (0, 2), (0, -2)):
        assert grey_at(magnifier, dx, dy) == 90


def test_beside_the_photo_there_is_no_photo(magnifier, picture):
    magnifier.show_at(picture, 0.5, 0.5)
    assert grey_at(magnifier, 5, 5) == 90
    assert grey_at(magnifier, -5, -5) != 90


def test_boxes_are_shown_in_their_colour(desk, picture):
    streak = LabelClass("streak", id=1, colour="#e6194b")
    asked = []

    def marks_in(area):
        asked.append(area)
        return marks_of([Annotation("a", 1, Box(26, 16, 36, 26), author="ann")], {1: streak})

    magnifier = Magnifier(desk, marks_in)
    magnifier.show_at(picture, 30.5, 20.5)
    image = magnifier.grab().toImage()
    assert image.pixelColor(SIDE_PX // 2 - 18, SIDE_PX // 2).name() == "#e6194b"
    half = SIDE_PX / ZOOM / 2
    assert asked[-1] == Box(30.5 - half, 20.5 - half, 30.5 + half, 20.5 + half)


def test_it_enlarges_even_where_the_canvas_does(magnifier, picture):
    magnifier.show_at(picture, 30.5, 20.5, canvas_scale=8.0)
    middle = SIDE_PX // 2
    assert magnifier.grab().toImage().pixelColor(middle + 6, middle).red() == 250


@pytest.mark.parametrize("x", [0, 5, 300, 790, 800])
@pytest.mark.parametrize("y", [0, 250, 599])
def test_it_never_covers_the_pointer_and_stays_inside(magnifier, x, y):
    room = QRect(0, 0, 800, 600)
    magnifier.move_beside(QPoint(x, y), room)
    assert room.contains(magnifier.geometry())
    assert not magnifier.geometry().contains(x, y)
