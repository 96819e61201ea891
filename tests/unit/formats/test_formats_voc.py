"""Pascal VOC files as they come: places, sizes, bad objects, XML that means harm."""

import pytest

from app.core.geometry import Box
from app.formats.voc import Voc
from tests.unit.formats.support import photos_at, put, read_all

VOC = Voc()


def thing(name="slag", edges="10 20 30 40", more=""):
    tags = zip(("xmin", "ymin", "xmax", "ymax"), edges.split(), strict=True)
    box = "".join(f"<{tag}>{value}</{tag}>" for tag, value in tags)
    return f"<object><name>{name}</name>{more}<bndbox>{box}</bndbox></object>"


def document(*objects, size="200 100", name="a.jpg"):
    width, height = size.split()
    return (
        f"<annotation><filename>{name}</filename><size><width>{width}</width>"
        f"<height>{height}</height></size>{''.join(objects)}</annotation>"
    )


def read_one(tmp_path, text):
    photos = photos_at(tmp_path, JPEGImages__a=(200, 100))
    put(tmp_path / "Annotations/a.xml", text)
    return read_all(VOC, tmp_path, photos)


def test_edges_count_from_zero(tmp_path):
    (image,), problems = read_one(tmp_path, document(thing(edges="0 0 200 100"), thing()))
    assert problems == []
    assert [shape.box for shape in image.shapes] == [Box(0, 0, 200, 100), Box(10, 20, 30, 40)]


@pytest.mark.parametrize(
    ("label", "photo"),
    [
        ("a.xml", "a"),
        ("annotations/train/a.xml", "images/train/a"),
        ("train/annotations/a.xml", "train/images/slag/a"),
    ],
)
def test_a_file_finds_its_photo(label, photo, tmp_path):
    photos = photos_at(tmp_path, **{photo.replace("/", "__"): (200, 100)})
    put(tmp_path / label, document(thing(), name="renamed since.jpg"))
    images, problems = read_all(VOC, tmp_path, photos)
    assert [image.path for image in images] == list(photos)
    assert problems == []


def test_a_file_that_names_another_photo_is_not_guessed_at(tmp_path):
    photos = photos_at(tmp_path, a=(200, 100), b=(200, 100))
    put(tmp_path / "a.xml", document(thing(), name="b.jpg"))
    put(tmp_path / "b.xml", document(thing(), name="b.jpg"))
    images, problems = read_all(VOC, tmp_path, photos)
    assert [image.path.name for image in images] == ["b.jpg"]
    assert [p.file.name for p in problems] == ["a.xml"]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (thing(name=" "), "class name is empty"),
        ("<object><name>slag</name></object>", "no box"),
        (thing(edges="10 20 10 40"), "no area"),
        (thing(edges="30 20 10 40"), "no area"),
        (thing(edges="nan 20 30 40"), "not a finite number"),
        (thing(edges="ten 20 30 40"), 'xmin is not a number: "ten"'),
        (thing(edges="1e99 20 2e99 40"), "out of range"),
        (thing(edges="300 20 330 40"), "outside the photo"),
        (thing(more="<score>7</score>"), "score 7"),
        (
            "<object><name>slag</name><bndbox><xmin>1</xmin></bndbox></object>",
            "ymin is not a number",
        ),
    ],
)
def test_a_bad_object_is_named_and_the_rest_is_read(bad, words, tmp_path):
    (image,), problems = read_one(tmp_path, document(thing(), bad, thing("streak")))
    assert [shape.class_name for shape in image.shapes] == ["slag", "streak"]
    assert [(p.line, p.outcome) for p in problems] == [(2, "skipped")]
    assert words in problems[0].what


def test_a_box_over_the_edge_is_clipped_and_told(tmp_path):
    (image,), problems = read_one(tmp_path, document(thing(edges="-3 0 30 100.5")))
    assert image.shapes[0].box == Box(0, 0, 30, 100)
    assert [(p.line, p.outcome) for p in problems] == [(1, "clipped")]


@pytest.mark.parametrize("size", ["0 0", "200 0", "x 100", "200 100.0"])
def test_an_unknown_size_is_fine(size, tmp_path):
    images, problems = read_one(tmp_path, document(thing(), size=size))
    assert len(images) == 1 and problems == []


@pytest.mark.parametrize(("size", "exif"), [("100 200", True), ("400 200", False)])
def test_another_size_skips_the_file(size, exif, tmp_path):
    images, problems = read_one(tmp_path, document(thing(), size=size))
    assert images == []
    assert "200x100" in problems[0].what
    assert ("EXIF" in problems[0].what) == exif


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB + document(thing(name="&b;")), "entities"),
        (OUTSIDE + document(thing(name="&x;")), "entities"),
        ('<!DOCTYPE annotation SYSTEM "a.dtd">' + document(thing()), "entities"),
        (document(thing())[:-20], "not valid XML"),
        ("", "not valid XML"),
        ("<svg/>", "no Pascal VOC file"),
        ("<a>" * 200_000, "not valid XML"),
        ('<?xml version="1.0" encoding="no-such"?><annotation/>', "not valid XML"),
        ('<?xml version="1.0" encoding="gbk"?><annotation/>', "not valid XML"),
        (b"<annotation>\xff</annotation>", "not valid XML"),
    ],
)
def test_a_file_that_means_harm_or_nothing_is_skipped(text, words, tmp_path):
    images, problems = read_one(tmp_path, text)
    assert images == []
    assert [(p.file.name, p.line) for p in problems] == [("a.xml", None)]
    assert words in problems[0].what


def test_classes_are_those_of_the_list_then_by_name(tmp_path):
    put(tmp_path / "a.xml", document(thing("zinc"), thing("ash"), thing("slag")))
    assert VOC.class_names(tmp_path, lambda _: None) == ("ash", "slag", "zinc")
    put(tmp_path / "classes.txt", "slag\nstreak\n")
    assert VOC.class_names(tmp_path, lambda _: None) == ("slag", "streak", "ash", "zinc")
