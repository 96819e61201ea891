"""YOLO sets as they come: layouts, lists of classes, splits, bad rows."""

from pathlib import Path

import pytest
import yaml

from app.core.errors import UserError
from app.core.geometry import Box
from app.formats.base import Size
from app.formats.yolo import Yolo, YoloImage, row, write_dataset
from tests.unit.formats.support import assert_sound, photos_at, put, read_all

YOLO = Yolo()
ROW = "0 0.5 0.5 0.2 0.4\n"


def read_rows(tmp_path, text, *, names="scratch\nslag\n"):
    """The shapes and problems of one label file for a photo of 200x100."""
    photos = photos_at(tmp_path, images__a=(200, 100))
    put(tmp_path / "classes.txt", names)
    put(tmp_path / "labels/a.txt", text)
    images, problems = read_all(YOLO, tmp_path, photos)
    assert_sound(images, photos)
    return [shape for image in images for shape in image.shapes], problems


@pytest.mark.parametrize(
    ("photo", "label", "split"),
    [
        ("images__a", "labels/a.txt", None),
        ("images__train__a", "labels/train/a.txt", "train"),
        ("valid__images__a", "valid/labels/a.txt", "val"),
        ("a", "a.txt", None),
        ("a", "labels/a.txt", None),
        ("images__deep__a", "images/deep/a.txt", None),
        ("train__images__scratches__a", "train/labels/a.txt", "train"),
    ],
)
def test_a_label_file_finds_its_photo(photo, label, split, tmp_path):
    photos = photos_at(tmp_path, **{photo: (200, 100)})
    put(tmp_path / label, ROW)
    images, problems = read_all(YOLO, tmp_path, photos)
    assert problems == []
    assert [image.path for image in images] == list(photos)
    assert images[0].split == split
    assert images[0].shapes[0].class_name == "0"
    assert images[0].shapes[0].box.corners == pytest.approx((80, 30, 120, 70))
    assert YOLO.detect(tmp_path)


def test_an_empty_file_is_a_normal_image_and_none_is_no_label(tmp_path):
    photos = photos_at(tmp_path, images__a=(9, 9), images__b=(9, 9))
    put(tmp_path / "labels/a.txt", b"\xef\xbb\xbf\r\n\r\n")
    images, problems = read_all(YOLO, tmp_path, photos)
    assert [(image.path.name, image.shapes) for image in images] == [("a.jpg", ())]
    assert problems == []


def test_byte_order_mark_line_ends_and_blank_lines_keep_the_count(tmp_path):
    shapes, problems = read_rows(
        tmp_path, b"\xef\xbb\xbf0 0.5 0.5 0.2 0.4\r\n\r\n9 0.5 0.5 0.2 0.4\r\n"
    )
    assert len(shapes) == 1
    assert [(problem.line, problem.outcome) for problem in problems] == [(3, "skipped")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0 0.5 0.5 0.2", "4 columns"),
        ("0 0.1 0.1 0.2 0.2 0.3 0.3 0.4", "8 columns"),
        ("a 0.5 0.5 0.2 0.4", 'class is not a number: "a"'),
        ("0 0.5 0.5 x 0.4", 'coordinate is not a number: "x"'),
        ("0 0.5 0.5 0_1 0.4", "is not a number"),
        ("0 nan 0.5 0.2 0.4", "not a finite number"),
        ("0 0.5 0.5 inf 0.4", "not a finite number"),
        ("0 0.5 0.5 1e400 0.4", "not a finite number"),
        ("-1 0.5 0.5 0.2 0.4", "not a whole number"),
        ("0.5 0.5 0.5 0.2 0.4", "not a whole number"),
        ("2 0.5 0.5 0.2 0.4", "class 2 is unknown: the set names 2"),
        ("0 0.5 0.5 0 0.4", "no area"),
        ("0 0.5 0.5 0.2 -0.4", "no area"),
        ("0 0.5 0.5 1e-300 0.4", "no area"),
        ("0 2.5 0.5 0.2 0.4", "outside the photo"),
        ("0 1e300 0.5 0.2 0.4", "out of range"),
        ("0 0.5 0.5 0.2 0.4 1.5", "score 1.5"),
        ("0 0.5 0.5 0.2 0.4 nan", "not a finite number"),
        ("0 0.1 0.1 0.2 0.2 0.3 0.3", "outline has no area"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_is_read(text, words, tmp_path):
    shapes, problems = read_rows(tmp_path, f"{ROW}{text}\n1 0.5 0.5 1 1\n")
    assert [shape.class_name for shape in shapes] == ["scratch", "slag"]
    assert [(p.file.name, p.line, p.outcome) for p in problems] == [("a.txt", 2, "skipped")]
    assert words in problems[0].what


def test_a_box_over_the_edge_is_clipped_and_told(tmp_path):
    shapes, problems = read_rows(tmp_path, "0 0.95 0.5 0.2 0.4\n")
    assert shapes[0].box.corners == pytest.approx((170, 30, 200, 70))
    assert [(p.line, p.outcome) for p in problems] == [(1, "clipped")]


def test_a_rounding_excess_is_clipped_in_silence(tmp_path):
    shapes, problems = read_rows(tmp_path, "0 0.5 0.5 1.0000015 1\n")
    assert shapes[0].box.corners == (0, 0, 200, 100)
    assert problems == []
    _, problems = read_rows(tmp_path, "0 0.5 0.5 1.000005 1\n")
    assert [p.outcome for p in problems] == ["clipped"]


def test_scores_and_outlines(tmp_path):
    text = "0.0 0.5 0.5 0.2 0.4 0.75\n1 0.1 0.2 0.5 0.2 0.5 0.6\n"
    (box, outline), problems = read_rows(tmp_path, text)
    assert problems == []
    assert (box.score, box.polygon) == (0.75, None)
    assert outline.polygon == ((20, 20), (100, 20), (100, 60))
    assert outline.box.corners == pytest.approx((20, 20, 100, 60))


def test_an_outline_over_the_edge_shrinks_with_its_box(tmp_path):
    # A triangle with its tip inside: what is left of it is lower than the whole.
    (shape,), problems = read_rows(tmp_path, "0 0.5 0.5 1.5 0 1.5 1\n")
    assert shape.box.corners == pytest.approx((100, 25, 200, 75))
    assert len(shape.polygon) == 3
    assert [p.outcome for p in problems] == ["clipped"]


def test_class_names_from_data_yaml_as_list_and_mapping(tmp_path):
    put(tmp_path / "labels/a.txt", ROW)
    for text in ("names: [scratch, on, 3]", "names:\n  1: on\n  0: scratch\n  2: 3\n"):
        put(tmp_path / "data.yaml", text)
        assert YOLO.class_names(tmp_path, lambda _: None) == ("scratch", "on", "3")
    put(tmp_path / "data.yaml", "nc: 3\ntrain: images\n")
    assert YOLO.class_names(tmp_path, lambda _: None) == ("0", "1", "2")


def test_class_names_from_the_labels_when_nothing_names_them(tmp_path):
    put(tmp_path / "labels/a.txt", "3 0.5 0.5 1 1\nbroken\n77 0.5 0.5 nan 1\n")
    assert YOLO.class_names(tmp_path, lambda _: None) == ("0", "1", "2", "3")


def test_two_lists_in_another_order_are_told(tmp_path):
    put(tmp_path / "data.yaml", "names: [scratch, slag]")
    put(tmp_path / "labels/classes.txt", "slag\nscratch\n")
    problems = []
    assert YOLO.class_names(tmp_path, problems.append) == ("scratch", "slag")
    assert [p.file.name for p in problems] == ["classes.txt"]
    put(tmp_path / "labels/classes.txt", "scratch\r\nslag\r\n")
    problems.clear()
    YOLO.class_names(tmp_path, problems.append)
    assert problems == []


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        BOMB + "names: *i\n",
        "names: [a, a]",
        "names: [a, '']",
        "names: [a, [b]]",
        "names: {0: a, 2: b}",
        "names: {x: a}",
        "names: {0: a, 00: b}",
        "nc: 99999",
        "names: [a",
        "just text",
        "[" * 5000,
        "!!python/object/apply:os.system ['true']",
        b"\xff\xfe\x00",
        "names: [" + "a, " * 200_000 + "]",
    ],
)
def test_a_data_yaml_that_makes_no_sense_is_refused(text, tmp_path):
    put(tmp_path / "data.yaml", text)
    put(tmp_path / "labels/a.txt", ROW)
    with pytest.raises(UserError, match=r"data\.yaml"):
        YOLO.class_names(tmp_path, lambda _: None)


def test_aliases_are_refused_before_they_are_expanded(tmp_path):
    put(tmp_path / "data.yaml", "other: &a [scratch]\nnames: *a\n")
    with pytest.raises(UserError, match="aliases are not allowed"):
        YOLO.class_names(tmp_path, lambda _: None)


def test_splits_from_data_yaml(tmp_path):
    photos = photos_at(tmp_path, x__images__a=(9, 9), y__images__b=(9, 9), z__images__c=(9, 9))
    for label in ("x/labels/a", "y/labels/b", "z/labels/c"):
        put(tmp_path / f"{label}.txt", "")
    put(tmp_path / "held.txt", "./z/images/c.jpg\n../../etc/passwd\n")
    put(
        tmp_path / "data.yaml",
        "path: ../elsewhere\ntrain: ../x/images\nval: [y/images]\ntest: held.txt\nnames: [a]\n",
    )
    images, problems = read_all(YOLO, tmp_path, photos)
    assert [(i.path.name, i.split) for i in images] == [
        ("a.jpg", "train"),
        ("b.jpg", "val"),
        ("c.jpg", "test"),
    ]
    assert problems == []


def test_a_split_that_lies_outside_is_told_and_not_read(tmp_path):
    root = tmp_path / "set"
    photos = photos_at(root, images__a=(9, 9))
    put(root / "labels/a.txt", "")
    put(tmp_path / "outside/b.txt", "")
    put(root / "data.yaml", "train: ../../outside\nval: /etc\nnames: [a]\n")
    images, problems = read_all(YOLO, root, photos)
    assert [image.split for image in images] == [None]
    assert [p.file.name for p in problems] == ["data.yaml", "data.yaml"]


def test_labels_without_photo_or_with_two_are_told(tmp_path):
    photos = photos_at(tmp_path, images__a=(9, 9), images__b=(9, 9))
    photos[put(tmp_path / "images/b.png", "").resolve()] = Size(9, 9)
    put(tmp_path / "labels/a.txt", "")
    put(tmp_path / "labels/b.txt", "")
    put(tmp_path / "labels/gone.txt", ROW)
    put(tmp_path / "labels/README.txt", "about these labels")
    put(tmp_path / "notes.txt", "not a label")
    images, problems = read_all(YOLO, tmp_path, photos)
    assert [image.path.name for image in images] == ["a.jpg"]
    assert [(p.file.name, p.line) for p in problems] == [("b.txt", None), ("gone.txt", None)]
    assert "b.jpg" in problems[0].what and "b.png" in problems[0].what


def test_a_second_label_file_never_overrides_the_first(tmp_path):
    photos = photos_at(tmp_path, images__a=(9, 9))
    put(tmp_path / "images/a.txt", "0 0.5 0.5 1 1")
    put(tmp_path / "labels/a.txt", "1 0.5 0.5 1 1")
    images, problems = read_all(YOLO, tmp_path, photos)
    assert len(images) == 1
    assert len(problems) == 1 and "already" in problems[0].what


def test_files_that_are_no_text_or_too_large_are_skipped(tmp_path):
    photos = photos_at(tmp_path, images__a=(9, 9), images__b=(9, 9), images__c=(9, 9))
    put(tmp_path / "labels/a.txt", b"0 0.5 0.5 \xff 1")
    with (tmp_path / "labels/b.txt").open("wb") as file:
        file.truncate(5 * 2**30)
    put(tmp_path / "labels/c.txt", ROW)
    images, problems = read_all(YOLO, tmp_path, photos)
    assert [image.path.name for image in images] == ["c.jpg"]
    assert "UTF-8" in problems[0].what and "larger than" in problems[1].what


def test_photos_that_are_links_are_found_by_their_place(tmp_path):
    real = put(tmp_path / "camera/0001.jpg", "").resolve()
    (tmp_path / "set/images").mkdir(parents=True)
    (tmp_path / "set/images/a.jpg").symlink_to(real)
    (tmp_path / "set/images/circle").symlink_to(tmp_path / "set/images/circle")
    put(tmp_path / "set/labels/a.txt", ROW)
    images, problems = read_all(YOLO, tmp_path / "set", {real: Size(200, 100)})
    assert [image.path for image in images] == [real] and problems == []


def test_a_row_is_written_by_the_rule_of_the_view():
    assert row(3, Box(10, 20, 30, 40), Size(200, 100)) == (
        "3 0.10000000 0.30000000 0.10000000 0.20000000"
    )


def write_at(out, *paths):
    write_dataset(out, [YoloImage(Path(path), (ROW.strip(),)) for path in paths], ("条纹", "on"))
    return yaml.safe_load((out / "data.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("paths", "parts"),
    [
        (["images/a.jpg", "images/b.jpg"], {"train": "images", "val": "images"}),
        (["a.jpg"], {"train": ".", "val": "."}),
        (
            ["images/train/a.jpg", "images/val/b.jpg", "images/test/c.jpg"],
            {"train": "images/train", "val": "images/val", "test": "images/test"},
        ),
        (["images/train/a.jpg"], {"train": "images/train", "val": "images/train"}),
        (["images/val/a.jpg", "images/b.jpg"], {"train": "train.txt", "val": "images/val"}),
    ],
)
def test_data_yaml_says_where_the_photos_are(paths, parts, tmp_path):
    content = write_at(tmp_path, *paths)
    # Without `path` ultralytics starts at the file's own folder, wherever that was moved to.
    assert content == {**parts, "nc": 2, "names": {0: "条纹", 1: "on"}}
    assert (tmp_path / "classes.txt").read_text("utf-8") == "条纹\non\n"


def test_photos_without_split_train_where_others_have_one(tmp_path):
    write_at(tmp_path, "images/val/a.jpg", "images/b.jpg", "images/train/c.jpg")
    assert (tmp_path / "train.txt").read_text() == "./images/b.jpg\n./images/train/c.jpg\n"
    photos = photos_at(tmp_path, images__val__a=(9, 9), images__b=(9, 9), images__train__c=(9, 9))
    images, problems = read_all(YOLO, tmp_path, photos)
    assert {i.path.name: i.split for i in images} == {
        "a.jpg": "val",
        "b.jpg": "train",
        "c.jpg": "train",
    }
    assert problems == []


def test_labels_mirror_the_last_images_folder(tmp_path):
    write_at(tmp_path, "images/train/images/a.b.jpg", "images/train/a.b.jpg")
    assert sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("a.b.txt")) == [
        "images/train/labels/a.b.txt",
        "labels/train/a.b.txt",
    ]
    photos = photos_at(tmp_path, images__train__images__x=(9, 9))
    photos = {p.with_name("a.b.jpg"): s for p, s in photos.items()}
    photos[(tmp_path / "images/train/a.b.jpg").resolve()] = Size(9, 9)
    images, problems = read_all(YOLO, tmp_path, photos)
    assert len(images) == 2 and problems == []


def test_two_photos_that_would_share_a_label_file_are_refused(tmp_path):
    images = [YoloImage(Path("images/a.jpg")), YoloImage(Path("images/A.png"))]
    with pytest.raises(UserError, match=r"images/a\.jpg and images/A\.png"):
        write_dataset(tmp_path, images, ("slag",))
