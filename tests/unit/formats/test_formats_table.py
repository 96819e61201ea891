"""Which format a folder is in, and the table of them."""

import json

import pytest

from app.core.errors import UserError
from app.formats.table import FORMATS, by_name, detect
from tests.unit.formats.support import CLASSES, place_photos, put, sample_set


@pytest.mark.parametrize("name", list(FORMATS))
def test_each_written_set_is_known_again(name, tmp_path):
    FORMATS[name].write(tmp_path, sample_set(), CLASSES)
    place_photos(tmp_path, sample_set())
    found = detect(tmp_path)
    assert found is not None and found.name == name


def test_a_folder_without_labels_is_in_no_format(tmp_path):
    put(tmp_path / "notes.txt", "call the lead tomorrow, 5 pm, about layer 12")
    put(tmp_path / "package.json", '{"name": "x"}')
    put(tmp_path / "data.xml", "<svg/>")
    assert detect(tmp_path) is None


def test_two_formats_in_one_folder_are_told_apart_by_a_person(tmp_path):
    FORMATS["yolo"].write(tmp_path, sample_set(), CLASSES)
    FORMATS["voc"].write(tmp_path, sample_set(), CLASSES)
    with pytest.raises(UserError, match="yolo, voc") as caught:
        detect(tmp_path)
    assert "--format" in caught.value.hint


def test_an_unknown_name_lists_the_known_ones():
    assert by_name(" YOLO ").name == "yolo"
    with pytest.raises(UserError) as caught:
        by_name("tfrecord")
    assert "coco" in caught.value.hint and "xanylabeling" in caught.value.hint


@pytest.mark.parametrize(
    ("extra", "kind"),
    [
        ({"version": "5.4.1"}, "labelme"),
        ({"version": "3.3.0", "checked": True}, "xanylabeling"),
        ({"version": "2.4.4", "chat_history": []}, "xanylabeling"),
        ({"version": "4.0.0", "vqaData": {}}, "xanylabeling"),
    ],
)
def test_labelme_and_x_anylabeling_are_told_apart_by_their_keys(extra, kind, tmp_path):
    content = {"shapes": [], "imagePath": "a.jpg", "imageData": "A" * 200_000, **extra}
    put(tmp_path / "a.json", json.dumps(content))
    found = detect(tmp_path)
    assert found is not None and found.name == kind


def test_the_lists_of_a_voc_devkit_are_no_yolo_labels(tmp_path):
    FORMATS["voc"].write(tmp_path, sample_set(), CLASSES)
    put(tmp_path / "ImageSets/Main/train.txt", "000001\n000002\n")
    put(tmp_path / "ImageSets/Main/slag_train.txt", "000001 -1\n000002 1\n")
    found = detect(tmp_path)
    assert found is not None and found.name == "voc"
