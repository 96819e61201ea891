"""Every number that is written says exactly enough where its box lies, unless told otherwise."""

import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from app.conversations.targets.targets import TARGETS, Target
from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.imaging.opencv import cv2
from app.services.create import load_label_set
from app.services.export import ExportOptions, ExportReport, export
from app.services.import_photos import import_photos
from app.services.record_options import RecordExport
from app.storage.project import Project
from tests.helpers.reviewing import bring_to
from tests.helpers.told_boxes import is_large, said_of, told_boxes

SIZES = {
    "small.png": (200, 200),
    "middle.png": (1024, 1024),
    "huge.png": (3772, 3302),
    "large.png": (3772, 3302),
    "long.png": (5600, 40),
    "turned.jpg": (180, 240),
    "deep.png": (900, 600),
    "clean_1.png": (300, 300),
    "clean_2.png": (310, 300),
    "clean_3.png": (320, 300),
    "clean_4.png": (330, 300),
}
"""Of the upright photos."""

BOXES = {
    "small.png": [Box(0, 0, 28, 28), Box(101, 37, 160, 190)],
    "middle.png": [Box(500.37, 10.5, 528.41, 39), Box(40, 500, 900, 1000)],
    "huge.png": [Box(1001, 1201, 1040, 1239), Box(3000, 2000, 3700, 3300), Box(7, 8, 12, 19)],
    "large.png": [Box(101.25, 99, 3001, 2801), Box(1, 3000, 3771, 3295), Box(7, 8, 12, 19)],
    "long.png": [Box(1003, 2, 1041, 38), Box(2000, 1, 4400, 39)],
    "turned.jpg": [Box(3, 150, 90, 239)],
    "deep.png": [Box(450.5, 300, 495, 333)],
}


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("fine")
    (folder / "photos").mkdir()
    for shade, (name, size) in enumerate(SIZES.items(), start=90):
        write_photo(folder / "photos" / name, *size, shade)
    with Project.create(folder / "project") as project:
        project.add_classes(load_label_set("powder-bed").classes, actor="lead")
        import_photos(project, folder / "photos")
        for image in project.images.all():
            name = Path(image.path).name
            assert (image.width_px, image.height_px) == SIZES[name]
            drawn = [
                Annotation(new_uid(), 1 + n % 2, box, author="li")
                for n, box in enumerate(BOXES.get(name, ()))
            ]
            project.apply([AnnotationEdit(image.id, None, each) for each in drawn], actor="li")
            bring_to(project, image.id, "submitted", is_normal=not drawn)
        yield project


def write_photo(path: Path, width: int, height: int, shade: int) -> None:
    if path.suffix == ".jpg":
        exif = Pillow.Exif()
        exif[0x0112] = 6  # a quarter turn: it is stored lying on its side
        Pillow.new("L", (height, width), shade).save(path, exif=exif)
        return
    depth = np.uint16 if path.stem == "deep" else np.uint8
    levels = np.full((height, width), shade, depth)
    path.write_bytes(cv2.imencode(".png", levels)[1].tobytes())


def exported(project: Project, out: Path, **options: Any) -> ExportReport:
    """All that can be said of an image, with as many numbers in system texts as there can be."""
    told = {"per_image": 50, "noise": 0.5, "grounding": "all", "languages": ("en", "zh")}
    records = RecordExport(**told, **options)
    return export(project, "jsonl", out, options=ExportOptions(records=records))


def overlaps(out: Path, target: Target, *, bake: bool) -> dict[tuple[str, Box], float]:
    """Of every label, by photo, that any text names with what is said of it."""
    with (out / "records.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    lines = (out / "train.jsonl").read_text("utf-8").splitlines()
    found: dict[tuple[str, Box], float] = {}
    for entry, line in zip(listed, lines, strict=True):
        row, name = json.loads(line), Path(entry["image"]).name
        told = told_boxes(row, target, SIZES[name], size_of(*row["images"]), bake=bake)
        labels, may_err = BOXES.get(name, []), entry["fault"] == "false_box"
        found |= {(name, box): each for box, each in said_of(labels, told, may_err=may_err)}
    return found


@cache
def size_of(photo: str) -> tuple[int, int]:
    with Pillow.open(photo) as file:
        assert file.getexif().get(0x0112, 1) == 1 and file.mode in ("L", "RGB")
        return file.size


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "bake"),
    [
        ("ms-swift/qwen2.5-vl", False),
        ("messages/qwen2.5-vl", True),
        ("llama-factory/qwen2.5-vl", False),
        ("messages/qwen3-vl", False),
        ("llama-factory/kimi-vl", True),
        ("ms-swift/deepseek-vl2", False),
    ],
)
def test_every_number_that_is_written_is_exact_enough(
    labelled: Project, tmp_path: Path, name: str, bake: bool
) -> None:
    target, out = TARGETS[name], tmp_path / "out"
    before = exported(labelled, out, target=name, bake=bake, least_iou=0)
    told = overlaps(out, target, bake=bake)
    coarse = {key for key, each in told.items() if is_large(key[1]) and each < 0.98}
    assert ("huge.png", BOXES["huge.png"][0]) in coarse
    (note,) = (note for note in before.notes if "come back with less" in note)
    assert note.startswith(f"{len(coarse)} of ")
    report = exported(labelled, out, target=name, bake=bake)
    back = overlaps(out, target, bake=bake)
    assert back.keys() <= told.keys() - coarse
    assert min(each for (_, label), each in back.items() if is_large(label)) >= 0.98
    assert not any("come back with less" in note for note in report.notes)
    # Where all large boxes are told well, all is told; elsewhere it is asked about in words.
    whole = SIZES.keys() - {photo for photo, _ in coarse}
    assert {key for key in told if key[0] in whole} <= set(back)
    with (out / "records.csv").open(encoding="utf-8", newline="") as file:
        assert {Path(line["image"]).name for line in csv.DictReader(file)} == set(SIZES)
    check_told(out, report, {photo for photo, _ in coarse})


def check_told(out: Path, report: ExportReport, photos: set[str]) -> None:
    with (out / "left_out.csv").open(encoding="utf-8", newline="") as file:
        left_out = list(csv.DictReader(file))
    coarse = [each for each in left_out if each["why"] == "coarse"]
    assert {Path(each["image"]).name for each in coarse} == photos
    assert all(float(each["least_iou"]) < 0.98 for each in coarse)
    assert {each["language"] for each in coarse} == {"en", "zh"}
    told = f"{len(coarse)} turns that say boxes in numbers were left out, on {len(photos)} images"
    assert any(note.startswith(told) for note in report.notes)
    assert told in " ".join((out / "README.md").read_text("utf-8").split())
    empty = len(left_out) - len(coarse)
    assert any(note.startswith(f"{empty} turns that answer []") for note in report.notes)
