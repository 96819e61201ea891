"""COCO files as they come: ids, masks, several files, photos by path or by name."""

import json
from pathlib import Path

import pytest

from app.core.errors import UserError
from app.core.geometry import Box
from app.formats.base import LabelledImage, LabelledShape, Size
from app.formats.coco import Coco
from tests.unit.formats.support import photos_at, put, read_all

COCO = Coco()
CATEGORIES = [{"id": 7, "name": "slag"}, {"id": 3, "name": "streak"}]


def instances(*annotations, images=None, categories=None):
    return {
        "images": images or [{"id": 1, "file_name": "a.jpg", "width": 200, "height": 100}],
        "annotations": [{"id": n, "image_id": 1, **a} for n, a in enumerate(annotations, 1)],
        "categories": categories or CATEGORIES,
    }


def read_one(tmp_path, content):
    photos = photos_at(tmp_path, images__a=(200, 100))
    text = content if isinstance(content, str) else json.dumps(content)
    put(tmp_path / "annotations/instances.json", text)
    images, problems = read_all(COCO, tmp_path, photos)
    return [shape for image in images for shape in image.shapes], problems


GOOD = {"category_id": 3, "bbox": [10, 20, 30, 40]}


def test_boxes_categories_and_normal_images(tmp_path):
    photos = photos_at(tmp_path, images__a=(200, 100), images__b=(50, 50))
    images = [
        {"id": 1, "file_name": "images/a.jpg", "width": 200, "height": 100},
        {"id": 2, "file_name": "b.jpg"},
    ]
    put(tmp_path / "instances.json", json.dumps(instances(GOOD, images=images)))
    assert COCO.detect(tmp_path)
    assert COCO.class_names(tmp_path, lambda _: None) == ("streak", "slag")
    (a, b), problems = read_all(COCO, tmp_path, photos)
    assert problems == []
    assert a.shapes == (LabelledShape("streak", Box(10, 20, 40, 60)),)
    assert (b.path.name, b.shapes) == ("b.jpg", ())


def test_outlines_and_masks(tmp_path):
    small, large = [1, 1, 2, 1, 2, 2], [10, 20, 40, 20, 40, 60]
    shapes, problems = read_one(
        tmp_path,
        instances(
            {**GOOD, "segmentation": [small, large]},
            {**GOOD, "segmentation": {"size": [100, 200], "counts": "abc"}},
            {"category_id": 7, "segmentation": [large]},
        ),
    )
    assert problems == []
    assert [shape.polygon and len(shape.polygon) for shape in shapes] == [3, None, 3]
    assert shapes[0].polygon == ((10, 20), (40, 20), (40, 60))
    assert shapes[2].box == Box(10, 20, 40, 60)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({**GOOD, "category_id": 9}, "category 9 is unknown"),
        ({"bbox": [1, 1, 1, 1]}, "category_id is missing"),
        ({**GOOD, "bbox": [1, 1, 0, 1]}, "no area"),
        ({**GOOD, "bbox": [1, 1, -5, 1]}, "no area"),
        ({**GOOD, "bbox": [1, 1, 1]}, "4 numbers"),
        ({**GOOD, "bbox": [1, 1, float("nan"), 1]}, "not a finite number"),
        ({**GOOD, "bbox": [1, 1, 10**400, 1]}, "too large"),
        ({**GOOD, "bbox": ["1", 1, 1, 1]}, "not a number"),
        ({**GOOD, "bbox": [1, 1, True, 1]}, "not a number"),
        ({**GOOD, "bbox": [900, 1, 1, 1]}, "outside the photo"),
        ({**GOOD, "iscrowd": 1}, "crowd"),
        ({**GOOD, "score": 99}, "score 99"),
        ({**GOOD, "segmentation": [[1, 2, 3]]}, "x, y pairs"),
        ({**GOOD, "segmentation": [[1, 2, 3, 4, 5, "x"]]}, "not a number"),
        ({**GOOD, "image_id": 55}, "no image with the id 55"),
        ({**GOOD, "image_id": None}, "image_id is missing"),
    ],
)
def test_a_bad_annotation_is_named_and_the_rest_is_read(entry, words, tmp_path):
    shapes, problems = read_one(tmp_path, instances(GOOD, entry, {**GOOD, "category_id": 7}))
    assert [shape.class_name for shape in shapes] == ["streak", "slag"]
    assert [(p.line, p.outcome) for p in problems] == [(2, "skipped")]
    assert words in problems[0].what


def test_a_box_over_the_edge_is_clipped_and_told(tmp_path):
    shapes, problems = read_one(tmp_path, instances({**GOOD, "bbox": [-5, 0, 50, 100]}))
    assert shapes[0].box == Box(0, 0, 45, 100)
    assert [(p.line, p.outcome) for p in problems] == [(1, "clipped")]


def test_doubled_ids(tmp_path):
    content = instances(
        GOOD,
        {**GOOD, "id": 1},
        {**GOOD, "id": 1, "bbox": [0, 0, 5, 5]},
        images=[{"id": 1, "file_name": "a.jpg"}, {"id": 1, "file_name": "b.jpg"}],
        categories=[*CATEGORIES, {"id": 7, "name": "other"}, {"name": "none"}, {"id": 8}],
    )
    shapes, problems = read_one(tmp_path, content)
    assert [shape.box.left for shape in shapes] == [10, 0]
    said = " | ".join(problem.what for problem in problems)
    assert "annotation 2: the same label" in said
    assert "image 2: the id 1 is there twice" in said
    told = []
    assert COCO.class_names(tmp_path, told.append) == ("streak", "slag")
    assert [problem.line for problem in told] == [3, 4, 5]


def test_two_files_are_two_splits(tmp_path):
    photos = photos_at(tmp_path, train__a=(9, 9), val__a=(9, 9))
    for split in ("train", "val"):
        content = instances(
            {**GOOD, "bbox": [0, 0, 5, 5]}, images=[{"id": 1, "file_name": "a.jpg"}]
        )
        put(tmp_path / f"annotations/instances_{split}2017.json", json.dumps(content))
    images, problems = read_all(COCO, tmp_path, photos)
    assert problems == []
    assert [(i.path.parent.name, i.split) for i in images] == [("train", "train"), ("val", "val")]


def test_photos_that_are_not_there_or_not_to_be_told_apart(tmp_path):
    photos = photos_at(tmp_path, x__a=(9, 9), y__a=(9, 9))
    names = ["a.jpg", "../../etc/passwd", "gone.jpg", None, "x/a.jpg", "C:\\set\\x\\a.jpg"]
    listed = [{"id": n, "file_name": name} for n, name in enumerate(names, 1)]
    put(tmp_path / "i.json", json.dumps(instances(images=listed)))
    images, problems = read_all(COCO, tmp_path, photos)
    assert [image.path.parent.name for image in images] == ["x"]
    assert [problem.line for problem in problems] == [1, 2, 3, 4, 6]


def test_a_photo_of_another_size_is_skipped(tmp_path):
    images = [{"id": 1, "file_name": "a.jpg", "width": 100, "height": 200}]
    shapes, problems = read_one(tmp_path, instances(GOOD, images=images))
    assert shapes == []
    assert len(problems) == 1 and "EXIF" in problems[0].what


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "", "[" * 100_000, '{"images": ' + "9" * 5000 + "}", '{"images": []}', b"\xff\xfe"],
)
def test_a_set_of_nothing_but_a_broken_file_is_refused(text, tmp_path):
    put(tmp_path / "instances.json", text)
    for action in (COCO.class_names, lambda root, report: list(COCO.read(root, {}, report))):
        with pytest.raises(UserError, match=r"instances\.json"):
            action(tmp_path, lambda _: None)


def test_a_broken_file_beside_a_good_one_is_told(tmp_path):
    put(tmp_path / "annotations/broken.json", "{")
    shapes, problems = read_one(tmp_path, instances(GOOD))
    assert len(shapes) == 1
    assert [p.file.name for p in problems] == ["broken.json"]


def test_what_is_written_has_what_other_readers_need(tmp_path):
    outline = ((10.0, 20.0), (40.0, 20.0), (40.0, 60.0))
    shape = LabelledShape("slag", Box(10, 20, 40, 60), outline)
    image = LabelledImage(Path("images/train/a.jpg"), Size(200, 100), (shape,), "train")
    COCO.write(tmp_path, [image], ("streak", "slag"))
    assert [path.name for path in (tmp_path / "annotations").iterdir()] == ["instances_train.json"]
    content = json.loads((tmp_path / "annotations/instances_train.json").read_text("utf-8"))
    assert content["categories"][1] == {"id": 2, "name": "slag", "supercategory": ""}
    (written,) = content["annotations"]
    assert written["bbox"] == [10, 20, 30, 40]
    assert (written["area"], written["iscrowd"], written["category_id"]) == (600, 0, 2)
    assert written["segmentation"] == [[10, 20, 40, 20, 40, 60]]
    with pytest.raises(ValueError, match="not among"):
        COCO.write(tmp_path, [image], ("streak",))
