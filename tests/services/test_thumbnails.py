"""Thumbnails are made once, made again when damaged, and never stand in for what can't be read."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.core.errors import UserError
from app.services.thumbnails import thumbnail, thumbnail_path

HASH = "ab" + 62 * "0"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    pixels = np.zeros((600, 900), np.uint8)
    pixels[:, 450:] = 200
    Image.fromarray(pixels).save(path, quality=95)
    return path


def test_made_small_and_kept(tmp_path, photo):
    cache = tmp_path / "cache"
    made = thumbnail(cache, photo, HASH)
    assert made.shape == (107, 160)
    assert made[50, 20] < 5 and abs(int(made[50, 140]) - 200) < 5
    assert thumbnail_path(cache, HASH) == cache / "thumbnails" / "ab" / f"{HASH}.jpg"
    photo.unlink()
    kept = thumbnail(cache, photo, HASH)
    assert np.abs(kept.astype(int) - made).max() < 40 and kept.shape == made.shape
    assert [p.name for p in thumbnail_path(cache, HASH).parent.iterdir()] == [f"{HASH}.jpg"]


@pytest.mark.parametrize("damage", [lambda d: b"", lambda d: d[: len(d) // 2], lambda d: b"x" * 99])
def test_a_damaged_one_is_made_again(tmp_path, photo, damage):
    first = thumbnail(tmp_path / "cache", photo, HASH)
    path = thumbnail_path(tmp_path / "cache", HASH)
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    np.testing.assert_array_equal(thumbnail(tmp_path / "cache", photo, HASH), first)
    assert path.read_bytes() == whole


def test_colours_stay(tmp_path):
    path = tmp_path / "photo.png"
    Image.new("RGB", (400, 300), (200, 30, 10)).save(path)
    for _ in range(2):
        shown = thumbnail(tmp_path / "cache", path, HASH)
        assert np.abs(shown[60, 80].astype(int) - (200, 30, 10)).max() <= 3


def test_a_turned_photo_has_an_upright_thumbnail(tmp_path):
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("L", (900, 600), 90).save(path, exif=exif)
    assert thumbnail(tmp_path / "cache", path, HASH).shape == (160, 107)
    assert thumbnail(tmp_path / "cache", path, HASH).shape == (160, 107), "turned once, not twice"


def test_an_unreadable_photo_is_told_and_leaves_nothing(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"no photo")
    with pytest.raises(UserError, match=r"photo\.jpg"):
        thumbnail(tmp_path / "cache", path, HASH)
    assert not (tmp_path / "cache").exists()


def test_a_cache_that_can_not_be_written_is_done_without(tmp_path, photo):
    (tmp_path / "cache").write_text("a file where a folder should be")
    assert thumbnail(tmp_path / "cache", photo, HASH).shape == (107, 160)
