"""Sample photos: repeatable, exact about their defects, and like the real ones."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.samples.powder_bed import CLASS_NAMES, PHOTO_KINDS, SampleDefect, powder_bed_photo

REAL_PHOTOS = Path(__file__).parents[4] / "shared" / "data" / "powder-bed"
CONTENTS = {
    "streaks": "streak",
    "parts": "over_melt",
    "bars": "streak",
    "wrinkle": "wrinkle",
    "short_feed": "incomplete_spreading",
}


def test_the_same_seed_gives_the_same_bytes():
    first, second = powder_bed_photo(5, size_px=256), powder_bed_photo(5, size_px=256)
    assert first.pixels.tobytes() == second.pixels.tobytes()
    assert [d.box for d in first.defects] == [d.box for d in second.defects]
    assert first.pixels.tobytes() != powder_bed_photo(6, size_px=256).pixels.tobytes()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**63), size_px=st.sampled_from([128, 161, 256]))
def test_any_seed_gives_exact_boxes_inside_the_photo(seed, size_px):
    photo = powder_bed_photo(seed, size_px=size_px)
    assert photo.pixels.shape == (size_px, size_px)
    assert photo.pixels.dtype == np.uint8
    for defect in photo.defects:
        assert defect.class_name in CLASS_NAMES
        assert defect.mask.shape == photo.pixels.shape
        assert defect.box.inside(size_px, size_px)
        assert defect.box.corners == _bounds(defect.mask)


def test_seeds_bring_every_class_and_photos_without_any():
    photos = [powder_bed_photo(seed, size_px=192) for seed in range(60)]
    names = {defect.class_name for photo in photos for defect in photo.defects}
    assert names == set(CLASS_NAMES)
    assert any(not photo.defects for photo in photos)
    assert {photo.shadows for photo in photos} == {True, False}
    assert {photo.kind for photo in photos} == set(PHOTO_KINDS)


def test_normal_photos_have_no_defects():
    for seed in range(8):
        assert powder_bed_photo(seed, size_px=128, kind="normal").defects == ()


@pytest.mark.parametrize(("kind", "class_name"), CONTENTS.items())
def test_each_kind_shows_its_subject(kind, class_name):
    for seed in range(3):
        photo = powder_bed_photo(seed, size_px=384, kind=kind)
        assert class_name in {defect.class_name for defect in photo.defects}
        assert photo.kind == kind


def test_streaks_are_long_and_upright():
    boxes = [
        defect.box
        for seed in range(6)
        for defect in powder_bed_photo(seed, size_px=384, kind="streaks").defects
        if defect.class_name == "streak"
    ]
    assert np.median([box.height / box.width for box in boxes]) > 8


def test_a_streak_is_darker_or_brighter_than_its_sides():
    contrasts = []
    for seed in range(8):
        photo = powder_bed_photo(seed, size_px=512, kind="streaks")
        contrasts += [_contrast(photo.pixels, d) for d in photo.defects if d.class_name == "streak"]
    assert np.median(contrasts) > 0.01


def test_an_empty_mask_is_no_defect():
    assert SampleDefect.from_mask("slag", np.zeros((4, 4), np.bool_)) is None


def test_unknown_kinds_and_tiny_sizes_are_refused():
    with pytest.raises(ValueError, match="unknown kind"):
        powder_bed_photo(1, kind="dragon")
    with pytest.raises(ValueError, match="64 pixels"):
        powder_bed_photo(1, size_px=32)


@pytest.mark.skipif(not REAL_PHOTOS.is_dir(), reason="the real photos are not beside the checkout")
def test_light_and_grain_lie_where_those_of_real_photos_do():
    folders = ["deformation_with_scratch", "no_defect", "powder_uneven_with_scratch"]
    paths = [path for name in folders for path in sorted((REAL_PHOTOS / name).glob("*.jpg"))[:2]]
    real = np.array([_statistics(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)) for path in paths])
    kinds = ["normal", "parts", "streaks"] * 4
    drawn = np.array(
        [_statistics(powder_bed_photo(n, kind=kind).pixels) for n, kind in enumerate(kinds)]
    )
    low, high = drawn.min(axis=0), drawn.max(axis=0)
    assert (real.mean(axis=0) > low).all()
    assert (real.mean(axis=0) < high).all()


def _bounds(mask):
    rows, columns = np.nonzero(mask)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def _contrast(pixels, defect):
    reach = np.ones((1, 25), np.uint8)
    beside = (cv2.dilate(defect.mask.astype(np.uint8), reach) > 0) & ~defect.mask
    inner, outer = pixels[defect.mask].mean(), pixels[beside].mean()
    return abs(inner / outer - 1)


def _statistics(pixels):
    """Mean grey; bottom against top; frame against bed; deviation and smoothness of the grain."""
    grey = pixels.astype(np.float32)
    middle = grey[500:700, 150:350]
    grain = middle - cv2.GaussianBlur(middle, (0, 0), 8)
    near = float((grain[:, 1:] * grain[:, :-1]).mean() / grain.var())
    bottom_to_top = grey[880:960, 300:700].mean() / grey[40:80, 300:700].mean()
    frame_to_bed = grey[200:300, :8].mean() / grey[200:300, 300:700].mean()
    return grey.mean(), bottom_to_top, frame_to_bed, grain.std() / middle.mean(), near
