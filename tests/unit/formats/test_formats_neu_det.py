"""The public steel strip photos: their labels go through every format unchanged."""

from collections import Counter

import pytest

from app.formats.base import LabelledImage, Size
from app.formats.table import FORMATS, detect
from tests.unit.formats.support import NEU_DET, assert_sound, read_all

pytestmark = pytest.mark.skipif(
    not NEU_DET.is_dir(), reason="the NEU surface defect photos are not here (shared/data/neu-det)"
)


@pytest.fixture(scope="module")
def neu_det():
    folder = NEU_DET.resolve() / "images"
    photos = {path: Size(200, 200) for path in folder.glob("*.jpg")}
    row = detect(NEU_DET)
    assert row is not None and row.name == "yolo"
    images, problems = read_all(row, NEU_DET, photos)
    assert_sound(images, photos)
    return row.class_names(NEU_DET, problems.append), images, problems


def test_every_row_comes_in(neu_det):
    names, images, problems = neu_det
    assert len(images) == 1440
    assert names[0] == "crazing" and names[-1] == "scratches" and len(names) == 6
    rows = Counter()
    for path in (NEU_DET / "labels").glob("*.txt"):
        rows.update(names[int(line.split()[0])] for line in path.read_text().splitlines() if line)
    found = Counter(shape.class_name for image in images for shape in image.shapes)
    assert found == rows
    assert [problem for problem in problems if problem.outcome == "skipped"] == []


@pytest.mark.parametrize("name", list(FORMATS))
def test_it_goes_through_every_format(name, neu_det, tmp_path):
    names, images, _ = neu_det
    images = images[::8]
    moved = [LabelledImage(i.path.relative_to(NEU_DET.resolve()), i.size, i.shapes) for i in images]
    row = FORMATS[name]
    row.write(tmp_path, moved, names)
    photos = {(tmp_path / image.path).resolve(): image.size for image in moved}
    back, problems = read_all(row, tmp_path, photos)
    assert problems == []
    assert row.class_names(tmp_path, problems.append) == names
    by_name = {image.path.name: image for image in back}
    assert len(by_name) == len(moved)
    for image in moved:
        other = by_name[image.path.name]
        assert len(other.shapes) == len(image.shapes)
        for a, b in zip(image.shapes, other.shapes, strict=True):
            assert a.class_name == b.class_name
            assert b.box.corners == pytest.approx(a.box.corners, abs=200e-6)
