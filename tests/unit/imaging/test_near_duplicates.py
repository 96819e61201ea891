"""The same photo in another form is known again, another one of the same machine isn't."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.core.errors import UserError
from app.imaging.near_duplicates import NEAR_BITS, look, look_of, nearest
from app.imaging.opencv import cv2

Pixels = NDArray[np.uint8]


def surface(seed: int, *, side_px: int = 400) -> Pixels:
    """Blots of many sizes under one lamp, which lights the left more than the right."""
    draw = np.random.default_rng(seed)
    levels = np.linspace(150, 90, side_px)[None, :] * np.ones((side_px, 1))
    for cells in (8, 16, 32, 64):
        blots = draw.normal(0, 12, (cells, cells)).astype(np.float32)
        levels = levels + cv2.resize(blots, (side_px, side_px), interpolation=cv2.INTER_CUBIC)
    return np.clip(levels, 0, 255).astype(np.uint8)


def as_jpeg(pixels: Pixels, quality: int) -> Pixels:
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


FORMS = {
    "saved again": lambda p: as_jpeg(p, 70),
    "halved": lambda p: cv2.resize(p, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
    "brighter": lambda p: np.clip(p * 1.15 + 8, 0, 255).astype(np.uint8),
    "in colour": lambda p: np.stack([p, p, p], axis=2),
    "without its rim": lambda p: p[2:-2, 2:-2],
}


@pytest.mark.parametrize("form", FORMS)
def test_another_form_of_a_photo_is_near(form: str) -> None:
    for seed in range(20):
        photo = surface(seed)
        other = np.asarray(FORMS[form](photo), np.uint8)
        assert (look_of(photo) ^ look_of(other)).bit_count() <= NEAR_BITS


def test_other_photos_under_the_same_lamp_are_far() -> None:
    looks = [look_of(surface(seed)) for seed in range(100)]
    apart = [(a ^ b).bit_count() for n, a in enumerate(looks) for b in looks[:n]]
    assert min(apart) > NEAR_BITS
    assert 28 < float(np.mean(apart)) < 36


def test_files_are_read_upright_and_refused_in_words(tmp_path: Path) -> None:
    photo = surface(1, side_px=1200)
    (tmp_path / "a.png").write_bytes(cv2.imencode(".png", photo)[1].tobytes())
    (tmp_path / "b.jpg").write_bytes(cv2.imencode(".jpg", photo)[1].tobytes())
    assert (look(tmp_path / "a.png") ^ look(tmp_path / "b.jpg")).bit_count() <= NEAR_BITS
    (tmp_path / "c.png").write_bytes(b"no photo")
    with pytest.raises(UserError):
        look(tmp_path / "c.png")


def test_a_photo_without_anything_on_it_has_a_look() -> None:
    assert look_of(np.zeros((50, 70), np.uint8)) == look_of(np.zeros((90, 90), np.uint8))


bits = st.integers(0, 2**64 - 1)


@settings(max_examples=60, deadline=None)
@given(st.lists(bits, max_size=12), st.lists(bits, min_size=1, max_size=12))
def test_the_nearest_is_the_one_with_fewest_bits_that_differ(
    looks: list[int], among: list[int]
) -> None:
    places, counts = nearest(np.array(looks, np.uint64), np.array(among, np.uint64))
    for mine, place, count in zip(looks, places, counts, strict=True):
        assert count == min((mine ^ other).bit_count() for other in among)
        assert (mine ^ among[place]).bit_count() == count
