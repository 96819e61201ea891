"""What is written comes back: boxes, photos, normal images, classes, splits, for every format."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings

from app.formats.base import LabelledImage, Size
from app.formats.table import FORMATS
from tests.unit.formats.support import CLASSES, assert_sound, place_photos, read_all, sets

ROWS = list(FORMATS.values())
WITH_OUTLINES = {"coco", "voc", "labelme", "xanylabeling"}


def assert_same(before: LabelledImage, after: LabelledImage, *, outlines: bool) -> None:
    assert after.size == before.size
    assert after.split == before.split
    assert [s.class_name for s in after.shapes] == [s.class_name for s in before.shapes]
    side = (before.size.width_px, before.size.height_px) * 2
    for one, other in zip(before.shapes, after.shapes, strict=True):
        for a, b, length in zip(one.box.corners, other.box.corners, side, strict=True):
            assert abs(a - b) / length < 1e-6
        if outlines:
            assert (one.polygon is None) == (other.polygon is None)
            for (x, y), (u, v) in zip(one.polygon or (), other.polygon or (), strict=True):
                assert abs(x - u) / side[0] < 1e-6 and abs(y - v) / side[1] < 1e-6


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(images=sets())
def test_what_is_written_comes_back(row, images):
    with TemporaryDirectory() as folder:
        out = Path(folder).resolve() / "out"
        out.mkdir()
        row.write(out, images, CLASSES)
        photos = place_photos(out, images)
        assert row.detect(out)
        problems = []
        assert row.class_names(out, problems.append) == CLASSES
        back, more = read_all(row, out, photos)
        assert problems + more == []
        assert_sound(back, photos)
        by_path = {image.path: image for image in back}
        assert set(by_path) == set(photos)
        for image in images:
            assert_same(image, by_path[out / image.path], outlines=row.name in WITH_OUTLINES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_an_empty_set_is_written_and_read(row, tmp_path):
    row.write(tmp_path, [], ("slag",))
    assert row.class_names(tmp_path, lambda _: None) == ("slag",)
    assert read_all(row, tmp_path, {}) == ([], [])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_path_that_leaves_the_set_is_our_bug(row, tmp_path):
    for bad in ("../a.jpg", "/a.jpg"):
        with pytest.raises(ValueError, match="stay inside"):
            row.write(tmp_path / "out", [LabelledImage(Path(bad), Size(9, 9))], ())
    assert not list(tmp_path.glob("a.*"))
