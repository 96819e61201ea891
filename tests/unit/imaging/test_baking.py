"""Baked copies: what any reader that knows no tags and no deep levels gets to see."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from photo_files import encoded, exif, picture, png16, smooth
from PIL import Image

from app.core.errors import UserError
from app.imaging.baking import bake, baked_name
from app.imaging.pixels import read_pixels

Put = Callable[[str, bytes], Path]


def naively_read(path: Path) -> np.ndarray:
    """As trainers do: no orientation, no care for depth."""
    return np.asarray(Image.open(BytesIO(path.read_bytes())).convert("RGB"))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_is_upright_for_readers_that_know_no_exif(
    put: Put, tmp_path: Path, orientation: int
) -> None:
    photo = put(
        "photo.jpg", encoded(smooth(), "JPEG", quality=98, exif=b"Exif\0\0" + exif(orientation))
    )
    bake(photo, tmp_path / "out" / "photo.jpg")
    got, meant = naively_read(tmp_path / "out" / "photo.jpg"), read_pixels(photo)
    assert got.shape == meant.shape
    assert np.abs(got.astype(int) - meant).mean() < 1


def test_what_is_not_jpeg_keeps_every_pixel(put: Put, tmp_path: Path) -> None:
    photo = put("photo.png", encoded(picture(), "PNG"))
    bake(photo, tmp_path / "copy.png")
    assert (naively_read(tmp_path / "copy.png") == read_pixels(photo)).all()


def test_deep_levels_are_mapped_as_on_screen(put: Put, tmp_path: Path) -> None:
    levels = np.linspace(0, 4095, 40 * 30).reshape(30, 40).astype(np.uint16)
    photo = put("deep.png", png16(levels))
    bake(photo, tmp_path / "copy.png")
    got = naively_read(tmp_path / "copy.png")
    assert (got == read_pixels(photo)).all()
    assert got.min() == 0 and got.max() == 255


@pytest.mark.parametrize("size_px", [(28, 28), (280, 56), (23, 14)])
def test_each_side_is_scaled_on_its_own(put: Put, tmp_path: Path, size_px: tuple[int, int]) -> None:
    photo = put("photo.bmp", encoded(picture(), "BMP"))
    bake(photo, tmp_path / "copy.png", size_px=size_px)
    got = naively_read(tmp_path / "copy.png")
    assert got.shape == (size_px[1], size_px[0], 3)
    assert abs(got.mean() - read_pixels(photo).mean()) < 4


def test_an_enlarged_edge_is_smooth_and_lies_where_its_numbers_say(
    put: Put, tmp_path: Path
) -> None:
    pixels = np.full((200, 200), 60, np.uint8)
    pixels[:, 150:] = 180
    photo = put("photo.png", encoded(pixels, "PNG"))
    bake(photo, tmp_path / "copy.png", size_px=(728, 728))
    row = naively_read(tmp_path / "copy.png")[364, :, 0].astype(int)
    assert np.abs(np.argmax(row > 120) - 150 * 728 / 200) <= 1
    assert np.abs(np.diff(row)).max() < (180 - 60) / 2  # it rises over several pixels


def test_a_thin_streak_is_still_there_when_the_photo_shrinks(put: Put, tmp_path: Path) -> None:
    pixels = np.full((1000, 1000), 100, np.uint8)
    pixels[:, 501] = 200
    photo = put("photo.png", encoded(pixels, "PNG"))
    bake(photo, tmp_path / "copy.png", size_px=(196, 196))
    columns = naively_read(tmp_path / "copy.png")[..., 0].mean(axis=0)
    assert columns.argmax() in (97, 98, 99)
    assert columns.max() > 110


@pytest.mark.parametrize(
    ("name", "copy"),
    [("a/b.JPEG", "a/b.jpg"), ("b.jpg", "b.jpg"), ("b.tiff", "b.png"), ("b.c.webp", "b.c.png")],
)
def test_jpeg_stays_jpeg(name: str, copy: str) -> None:
    assert baked_name(PurePosixPath(name)) == PurePosixPath(copy)


def test_a_damaged_photo_is_refused_and_leaves_nothing(put: Put, tmp_path: Path) -> None:
    photo = put("photo.png", encoded(picture(), "PNG")[:-40])
    with pytest.raises(UserError, match=r"photo\.png"):
        bake(photo, tmp_path / "out" / "copy.png")
    assert not (tmp_path / "out").exists()
