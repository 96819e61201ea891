"""labelme and X-AnyLabeling files as they come."""

import json
from pathlib import Path

import pytest

from app.core.geometry import Box
from app.formats.base import LabelledImage, LabelledShape, Size
from app.formats.labelme import LABELME
from app.formats.xanylabeling import X_ANYLABELING as X_ANY
from tests.unit.formats.support import photos_at, put, read_all

RECTANGLE = {"label": "slag", "points": [[10, 20], [30, 40]], "shape_type": "rectangle"}


def document(*shapes, **more):
    size = {"imageWidth": 200, "imageHeight": 100}
    return {"version": "5.5.0", "shapes": list(shapes), "imagePath": "a.jpg", **size, **more}


def read_one(tmp_path, content, *, row=LABELME):
    photos = photos_at(tmp_path, a=(200, 100))
    put(tmp_path / "a.json", content if isinstance(content, str) else json.dumps(content))
    return read_all(row, tmp_path, photos)


@pytest.mark.parametrize("row", [LABELME, X_ANY], ids=lambda row: row.name)
@pytest.mark.parametrize(
    ("kind", "points", "corners", "outline"),
    [
        ("rectangle", [[30, 40], [10, 20]], (10, 20, 30, 40), False),
        ("rectangle", [[10, 20], [30, 20], [30, 40], [10, 40]], (10, 20, 30, 40), False),
        ("polygon", [[10, 20], [30, 20], [30, 40]], (10, 20, 30, 40), True),
        (None, [[10, 20], [30, 20], [30, 40]], (10, 20, 30, 40), True),
        ("rotation", [[20, 10], [30, 20], [20, 30], [10, 20]], (10, 10, 30, 30), True),
        ("oriented_rectangle", [[20, 10], [30, 20], [20, 30], [10, 20]], (10, 10, 30, 30), True),
        ("circle", [[50, 50], [53, 54]], (45, 45, 55, 55), False),
    ],
)
def test_shapes_become_boxes_and_outlines(row, kind, points, corners, outline, tmp_path):
    entry = {"label": "slag", "points": points, "shape_type": kind, "score": 0.5, "difficult": True}
    (image,), problems = read_one(tmp_path, document(entry), row=row)
    assert problems == []
    (shape,) = image.shapes
    assert shape.box == Box(*corners)
    assert (shape.polygon is not None) == outline
    assert shape.score == 0.5


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({**RECTANGLE, "shape_type": "point", "points": [[1, 1]]}, 'type "point"'),
        ({**RECTANGLE, "shape_type": "linestrip"}, 'type "linestrip"'),
        ({**RECTANGLE, "shape_type": ["polygon"]}, "unknown"),
        ({**RECTANGLE, "points": [[1, 1]]}, "1 points, expected 2 or 4"),
        ({**RECTANGLE, "shape_type": "polygon"}, "at least 3"),
        ({**RECTANGLE, "points": None}, "no points"),
        ({**RECTANGLE, "points": [[1, 1], [2]]}, "pair of numbers"),
        ({**RECTANGLE, "points": [[1, 1], [2, float("nan")]]}, "not a finite number"),
        ({**RECTANGLE, "points": [[1, 1], [2, 10**400]]}, "too large"),
        ({**RECTANGLE, "points": [[1, 1], ["2", 2]]}, "not a number"),
        ({**RECTANGLE, "points": [[1, 1], [1, 5]]}, "no area"),
        ({**RECTANGLE, "points": [[500, 1], [600, 5]]}, "outside the photo"),
        ({**RECTANGLE, "label": ""}, "class name is empty"),
        ({**RECTANGLE, "label": 3}, "not a text"),
        ({**RECTANGLE, "label": "\ud800"}, "can't be shown"),
        ({**RECTANGLE, "score": -1}, "score -1"),
        ("rectangle", "not a shape"),
    ],
)
def test_a_bad_shape_is_named_and_the_rest_is_read(bad, words, tmp_path):
    (image,), problems = read_one(tmp_path, document(RECTANGLE, bad, RECTANGLE))
    assert len(image.shapes) == 2
    assert [(p.line, p.outcome) for p in problems] == [(2, "skipped")]
    assert words in problems[0].what


def test_shapes_over_the_edge_are_clipped_and_told(tmp_path):
    entry = {**RECTANGLE, "points": [[-10, 20], [30, 400]]}
    (image,), problems = read_one(tmp_path, document(entry))
    assert image.shapes[0].box == Box(0, 20, 30, 100)
    assert [(p.line, p.outcome) for p in problems] == [(1, "clipped")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not valid JSON"),
        ("[]", "shapes"),
        ('{"shapes": 3}', "shapes"),
        ('{"shapes": ' + "[" * 100_000, "nested too deep"),
        ('{"shapes": [' + "9" * 5000 + "]}", "too long"),
        (json.dumps(document(RECTANGLE, imageWidth=100, imageHeight=200)), "EXIF"),
        (json.dumps(document(RECTANGLE, imageWidth=400)), "200x100"),
    ],
)
def test_a_bad_file_is_named(text, words, tmp_path):
    images, problems = read_one(tmp_path, text)
    assert images == []
    assert [(p.file.name, p.line, p.outcome) for p in problems] == [("a.json", None, "skipped")]
    assert words in problems[0].what


@pytest.mark.parametrize("size", [{"imageWidth": 0}, {"imageHeight": None}, {"imageWidth": "x"}])
def test_an_unknown_size_is_fine(size, tmp_path):
    images, problems = read_one(tmp_path, document(RECTANGLE, **size))
    assert len(images) == 1 and problems == []


def test_the_path_in_the_file_helps_where_names_differ(tmp_path):
    photos = photos_at(tmp_path, photos__layer=(200, 100), b=(200, 100))
    put(tmp_path / "out/first.json", json.dumps(document(imagePath="..\\photos\\layer.jpg")))
    put(tmp_path / "b.json", json.dumps(document(imagePath="../../outside.jpg")))
    put(tmp_path / "lost.json", json.dumps(document(imagePath="/etc/passwd")))
    images, problems = read_all(LABELME, tmp_path, photos)
    assert sorted(image.path.name for image in images) == ["b.jpg", "layer.jpg"]
    assert [p.file.name for p in problems] == ["lost.json"]


def test_labels_of_one_photo_are_never_put_onto_another(tmp_path):
    photos = photos_at(tmp_path, a=(200, 100), b=(200, 100))
    put(tmp_path / "a.json", json.dumps(document(RECTANGLE, imagePath="b.jpg")))
    images, problems = read_all(LABELME, tmp_path, photos)
    assert images == []
    assert "a.jpg" in problems[0].what and "b.jpg" in problems[0].what


def test_labelme_leaves_its_two_marker_names_out(tmp_path):
    put(tmp_path / "labels.txt", "__ignore__\n_background_\nslag\nash\n")
    put(tmp_path / "a.json", json.dumps(document({**RECTANGLE, "label": "zinc"}, RECTANGLE)))
    assert LABELME.class_names(tmp_path, lambda _: None) == ("slag", "ash", "zinc")


def test_an_outline_that_no_longer_fits_its_box_gives_way(tmp_path):
    outline = ((10.0, 20.0), (30.0, 20.0), (30.0, 40.0))
    shapes = (
        LabelledShape("slag", Box(10, 20, 30, 40), outline),
        LabelledShape("slag", Box(10, 20, 35, 40), outline, 0.25),
    )
    X_ANY.write(tmp_path, [LabelledImage(Path("a.jpg"), Size(200, 100), shapes)], ("slag",))
    content = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert [shape["shape_type"] for shape in content["shapes"]] == ["polygon", "rectangle"]
    assert content["shapes"][1]["points"] == [[10, 20], [35, 20], [35, 40], [10, 40]]
    assert [shape["score"] for shape in content["shapes"]] == [None, 0.25]
