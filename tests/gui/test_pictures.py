"""A picture has the photo's levels, and is painted the same from whichever copy serves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage, QPainter

from app.core.looks import Clahe, FlatField, Looks, Window
from app.imaging.opencv import cv2
from app.shell.photos import pictures
from app.shell.photos.pictures import (
    Viewport,
    enhanced_picture,
    enhanced_preview,
    load_picture,
    preview_picture,
    refitted,
)
from tests.gui.even_photos import write_even
from widgets.photo.painter import paint_picture
from widgets.photo.picture import picture_of
from widgets.photo.view import Size, View, fitted

WIDTH_PX, HEIGHT_PX = 300, 200


@pytest.fixture
def waves():
    """A smooth photo with odd sides, grey."""
    y, x = np.mgrid[0:701, 0:1025]
    return (127 + 60 * np.sin(x / 40) + 60 * np.cos(y / 30)).astype(np.uint8)


def save(path, pixels):
    _, content = cv2.imencode(path.suffix, pixels)
    path.write_bytes(content.tobytes())


def painted(picture, view, ratio=1.0):
    image = QImage(WIDTH_PX, HEIGHT_PX, QImage.Format.Format_RGB32)
    image.fill(0)
    image.setDevicePixelRatio(ratio)
    with QPainter(image) as painter:
        widget = Size(WIDTH_PX / ratio, HEIGHT_PX / ratio)
        paint_picture(painter, picture, view, widget, ratio)
    rows = np.frombuffer(image.constBits(), np.uint8)
    return rows.reshape(HEIGHT_PX, WIDTH_PX, 4)[:, :, :3].astype(int)


def test_reduced_levels_for_looking_from_afar(tmp_path, waves):
    save(tmp_path / "photo.png", waves)
    picture = load_picture(tmp_path / "photo.png")
    sizes = [(level.image.width(), level.image.height()) for level in picture.levels]
    assert sizes == [(1025, 701), (513, 351), (257, 176)]
    assert picture.level_for(1.0).width() == 1025
    assert picture.level_for(0.6).width() == 1025
    assert picture.level_for(0.4).width() == 513
    assert picture.level_for(0.01).width() == 257
    assert picture.nbytes == 1025 * 701 + 513 * 351 + 257 * 176


def test_a_photo_without_colour_takes_a_byte_a_pixel_and_one_with_colour_four(tmp_path):
    write_even(tmp_path / "grey.png", 90)
    write_even(tmp_path / "colour.png", (200, 30, 10))
    grey, colour = (load_picture(tmp_path / name) for name in ("grey.png", "colour.png"))
    assert grey.nbytes == 240 * 160 and grey.level_at(239, 159) == 90
    assert colour.nbytes == 4 * 240 * 160 and colour.level_at(0, 0) == (200, 30, 10)
    assert colour.levels[0].image.pixelColor(3, 3).name() == "#c81e0a"
    for outside in ((-1, 0), (0, -1), (240, 0), (0, 160)):
        assert grey.level_at(*outside) is None


def test_one_coloured_pixel_makes_a_colour_photo(tmp_path):
    pixels = np.full((50, 50, 3), 90, np.uint8)
    pixels[7, 9] = (90, 90, 91)
    save(tmp_path / "photo.png", pixels)
    assert load_picture(tmp_path / "photo.png").level_at(9, 7) == (91, 90, 90)


@pytest.mark.parametrize("colour", [False, True])
def test_deep_levels_are_shown_as_8_bit_and_told_as_they_are(tmp_path, colour):
    levels = np.full((30, 40, 3) if colour else (30, 40), 40_000, np.uint16)
    levels[7, 9] = (65_535, 300, 40_100) if colour else 40_100  # blue first
    save(tmp_path / "deep.png", levels)
    picture = load_picture(tmp_path / "deep.png")
    assert picture.levels[0].image.pixelColor(0, 0).red() == 156
    assert picture.level_at(9, 7) == ((40_100, 300, 65_535) if colour else 40_100)
    assert picture.nbytes > levels.nbytes


def test_aids_see_what_8_bit_would_lose(tmp_path):
    """A stripe of 150 of 65,536 levels, less than one of 256; at all sizes in which it is shown."""
    levels = np.full((400, 600), 30_000, np.uint16)
    levels[:, 290:310] += 150
    save(tmp_path / "deep.png", levels)
    plain, looks = load_picture(tmp_path / "deep.png"), Looks(window=Window(117.0, 1.5))
    for picture in (
        enhanced_picture(plain, looks, None),
        enhanced_preview(plain, looks, Viewport(340, 240, 20)),
    ):
        shown = picture.levels[0].pixels.astype(int)
        middle = shown.shape[1] // 2
        assert shown[:, middle].mean() - shown[:, 5].mean() > 80
        assert picture.level_at(300, 200) == 30_150


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
@pytest.mark.parametrize("colour", [False, True])
def test_the_fitted_copy_looks_as_the_photo_does(tmp_path, waves, ratio, colour):
    pixels = np.dstack([waves, waves[::-1], 255 - waves]) if colour else waves
    save(tmp_path / "photo.png", pixels)
    viewport = Viewport(WIDTH_PX, HEIGHT_PX, 10 * ratio)
    with_copy = load_picture(tmp_path / "photo.png", viewport)
    without = load_picture(tmp_path / "photo.png")
    widget = Size(WIDTH_PX / ratio, HEIGHT_PX / ratio)
    view = fitted(with_copy.size, widget, margin_px=10)
    assert with_copy.fitted_for(view.scale * ratio) is not None
    copied, stretched = painted(with_copy, view, ratio), painted(without, view, ratio)
    inside = np.s_[40:-40, 40:-40]
    assert np.abs(copied[inside] - stretched[inside]).max() <= 8, "at most half a pixel away"


def test_the_fitted_copy_is_taken_pixel_for_pixel(waves):
    small = np.ascontiguousarray(waves[:90, :120])
    viewport = Viewport(WIDTH_PX, HEIGHT_PX, 20)
    picture = refitted(picture_of([small]), viewport)
    view = fitted(picture.size, Size(WIDTH_PX, HEIGHT_PX), margin_px=20)
    shown = picture.fitted.pixels
    left, top = round(view.left), round(view.top)
    out = painted(picture, view)[top : top + shown.shape[0], left : left + shown.shape[1], 0]
    np.testing.assert_array_equal(out, shown)


def test_enlarged_pixels_are_squares_in_the_fitted_copy_too():
    chess = np.indices((8, 8)).sum(axis=0).astype(np.uint8) % 2 * 255
    picture = refitted(picture_of([chess]), Viewport(200, 200, 20))
    assert picture.fitted.pixels.shape == (160, 160)
    np.testing.assert_array_equal(picture.fitted.pixels, chess.repeat(20, 0).repeat(20, 1))


def test_a_preview_covers_the_place_of_the_photo(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "_REDUCED_FROM_PIXELS", 0)
    pixels = np.zeros((1801, 2403), np.uint8)
    pixels[900:, 1200:] = 255
    save(tmp_path / "photo.jpg", pixels)
    viewport = Viewport(WIDTH_PX, HEIGHT_PX, 10)
    preview = preview_picture(tmp_path / "photo.jpg", None, viewport)
    sharp = load_picture(tmp_path / "photo.jpg")
    view = View(0.3, -300.0, -200.0)
    difference = painted(preview, view) - painted(sharp, view)
    assert (np.abs(difference) > 60).mean() < 0.02, "nothing but the edge's softness differs"


def test_there_is_no_preview_of_what_is_decoded_as_fast(tmp_path, waves):
    save(tmp_path / "small.jpg", waves)
    save(tmp_path / "large.png", np.zeros((2000, 2500), np.uint8))
    viewport = Viewport(WIDTH_PX, HEIGHT_PX, 10)
    for name in ("small.jpg", "large.png"):
        assert preview_picture(tmp_path / name, None, viewport) is None


def test_aids_leave_the_plain_picture_as_it_is(waves):
    before = waves.copy()
    plain = picture_of([waves])
    looks = Looks(FlatField(), Clahe(), gamma=2.0, inverted=True)
    viewport = Viewport(WIDTH_PX, HEIGHT_PX, 10)
    shown = enhanced_picture(plain, looks, viewport)
    quick = enhanced_preview(plain, looks, viewport)
    np.testing.assert_array_equal(plain.levels[0].pixels, before)
    assert shown.level_at(50, 60) == quick.level_at(50, 60) == before[60, 50]
    assert (shown.levels[0].pixels != before).mean() > 0.5


def test_aids_keep_a_photos_colours(tmp_path):
    write_even(tmp_path / "photo.png", (200, 30, 10))
    plain = load_picture(tmp_path / "photo.png")
    shown = enhanced_picture(plain, Looks(inverted=True), None)
    assert shown.levels[0].image.pixelColor(5, 5).name() == "#37e1f5"
    assert shown.level_at(5, 5) == (200, 30, 10)


sides = st.integers(1, 9000)
rooms = st.integers(60, 4000)


@given(sides, sides, rooms, rooms, st.sampled_from([1.0, 1.25, 1.5, 1.75, 2.0, 3.0]))
def test_the_viewport_shows_a_photo_in_the_size_that_the_canvas_gives_it(w, h, room_w, room_h, r):
    viewport = Viewport(room_w * r, room_h * r, 22 * r)
    scale = fitted(Size(w, h), Size(room_w, room_h), margin_px=22).scale * r
    width_px, height_px = viewport.shown_size(Size(w, h))
    if scale < 64:  # beyond, the canvas stops enlarging
        assert abs(width_px - max(w * scale, 1)) <= 0.51
        assert abs(height_px - max(h * scale, 1)) <= 0.51
