"""Boxes parsed back out of exported files, against the labels: photos as they come from machines.

The files are read here with a regular expression and Pillow alone.
"""

import csv
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from app.conversations.targets.targets import TARGETS, Shown, Target
from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit
from app.core.geometry import Box, intersection_over_union
from app.imaging.opencv import cv2
from app.services.create import load_label_set
from app.services.export import ExportOptions, ExportReport, export
from app.services.import_photos import import_photos
from app.services.record_options import RecordExport
from app.storage.project import Project
from tests.helpers.reviewing import bring_to

SIZES = {
    "square.png": (200, 200),
    "turned.jpg": (180, 240),
    "deep.png": (260, 170),
    "tiny.png": (31, 29),
    "huge.png": (3772, 3302),
    "wide.png": (3000, 40),
}
"""Of the upright photos."""


def write_photos(folder: Path) -> None:
    folder.mkdir()
    for name, (width, height) in SIZES.items():
        if name == "turned.jpg":
            exif = Pillow.Exif()
            exif[0x0112] = 6  # a quarter turn: it is stored lying on its side
            Pillow.new("L", (height, width), 90).save(folder / name, exif=exif)
            continue
        levels = np.full((height, width), 90, np.uint8)
        if name == "deep.png":
            levels = np.linspace(0, 65_535, height * width).reshape(height, width).astype(np.uint16)
        (folder / name).write_bytes(cv2.imencode(".png", levels)[1].tobytes())


def boxes_on(width: int, height: int) -> list[Box]:
    """28 px in every corner, what is larger, and what is smaller."""
    right, bottom = width - 28.0, height - 28.0
    return [
        Box(0, 0, 28, 28),
        Box(right, bottom, width, height),
        Box(right / 2 + 0.37, bottom / 2, right / 2 + 28.41, bottom / 2 + 28),
        Box(width * 0.07, 0.5, width * 0.83, height - 0.25),
        Box(1.5, 2.25, 6, 4),
    ]


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("labelled")
    write_photos(folder / "photos")
    with Project.create(folder / "project") as project:
        project.add_classes(load_label_set("powder-bed").classes, actor="lead")
        import_photos(project, folder / "photos")
        for image in project.images.all():
            size = image.width_px, image.height_px
            assert size == SIZES[Path(image.path).name]
            drawn = [Annotation(new_uid(), 1, box, author="li") for box in boxes_on(*size)]
            project.apply([AnnotationEdit(image.id, None, each) for each in drawn], actor="li")
            bring_to(project, image.id, "submitted", is_normal=False)
        yield project


def exported(project: Project, out: Path, **options: Any) -> ExportReport:
    """Where things are and nothing else, however coarsely, unless `options` say otherwise."""
    said = {"kinds": ("where",), "noise": 0.0, "per_image": 9, "system": False, "least_iou": 0.0}
    where = RecordExport(**(said | options))
    return export(project, "jsonl", out, options=ExportOptions(records=where))


Sides = tuple[float, float]


def told(out: Path, target: Target, *, bake: bool) -> Iterator[tuple[str, Box, Sides]]:
    """Every box in an answer: its photo, where it lies in pixels of the upright photo, and how wide
    and high a step from one number to the next is there."""
    with (out / "records.csv").open(encoding="utf-8", newline="") as file:
        names = [Path(line["image"]).name for line in csv.DictReader(file)]
    lines = (out / "train.jsonl").read_text("utf-8").splitlines()
    for name, line in zip(names, lines, strict=True):
        row = json.loads(line)
        width, height = SIZES[name]
        across, down, unit = scale_of(row, target, bake=bake)
        x, y = width / across, height / down
        for left, top, right, bottom in numbers_in(row):
            yield name, Box(left * x, top * y, right * x, bottom * y), (unit * x, unit * y)


NUMBER = r"(\d+(?:\.\d+)?)"
FOUR = re.compile(r"[^\d.]{1,3}".join([NUMBER] * 4))


def numbers_in(row: dict[str, Any]) -> list[list[float]]:
    if "objects" in row:
        boxes: list[list[float]] = row["objects"]["bbox"]
        return boxes
    said = " ".join(json.dumps(m["content"]) for m in row["messages"] if m["role"] == "assistant")
    return [[float(number) for number in four] for four in FOUR.findall(said)]


GRIDS = {"kimi-vl": (1, 1e-3), "deepseek-vl2": (999, 1)}


def scale_of(row: dict[str, Any], target: Target, *, bake: bool) -> tuple[float, float, float]:
    """The numbers of the right and of the bottom edge, and the step between two."""
    (photo,) = row["images"]
    with Pillow.open(photo) as file:
        size = file.size
        assert file.getexif().get(0x0112, 1) == 1 and file.mode in ("L", "RGB")
    if "objects" in row:
        return *size, 1e-4
    if target.vlm.name != "qwen2.5-vl":
        full, unit = GRIDS.get(target.vlm.name, (1000, 1))
        return full, full, unit
    # Of copies the trainer sees what lies there, of others what it makes of them.
    frame = target.frame(Shown(photo, *size))
    assert not bake or (frame.width, frame.height) == size
    return frame.width, frame.height, 1


def apart(a: Box, b: Box) -> Sides:
    """How far two boxes' edges are apart, in pixels: the left and right ones, the others."""
    left, top, right, bottom = (abs(x - y) for x, y in zip(a.corners, b.corners, strict=True))
    return max(left, right), max(top, bottom)


def overlaps(
    project: Project, out: Path, target: Target, *, bake: bool
) -> dict[tuple[str, Box], float]:
    """Of every label, by photo, with what the file says of it; each edge within one step.

    Numbers that ms-swift makes others of are finer than that, but for boxes that would be nothing
    then: those are within a step of what the model reads, here taken for as wide as four pixels.
    """
    labels = {
        Path(i.path).name: [a.box for a in project.annotations.of_image(i.id)]
        for i in project.images.all()
    }
    found: dict[tuple[str, Box], float] = {}
    for name, box, step in told(out, target, bake=bake):
        label = min(labels[name], key=lambda label, box=box: max(apart(label, box)))
        overlap = intersection_over_union(label, box)
        if min(label.width, label.height) >= 28:
            arithmetic = (1 - step[0] / label.width) * (1 - step[1] / label.height)
            assert overlap >= min(0.98, arithmetic) - 1e-9
        elif step[0] < 0.01:
            step = 4, 4
        assert all(off <= side * 1.0001 for off, side in zip(apart(label, box), step, strict=True))
        found[name, label] = overlap
    assert len(found) == sum(map(len, labels.values()))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("bake", [False, True])
@pytest.mark.parametrize("name", TARGETS)
def test_boxes_come_back_out_of_the_files(
    labelled: Project, tmp_path: Path, name: str, bake: bool
) -> None:
    target = TARGETS[name]
    out = tmp_path / "out"
    report = exported(labelled, out, target=name, bake=bake)
    back = overlaps(labelled, out, target, bake=bake)
    if bake or target.vlm.frame is not None:
        square = [back["square.png", box] for box in boxes_on(200, 200)[:4]]
        assert min(square) >= 0.98
    large = [overlap for (_, box), overlap in back.items() if min(box.width, box.height) >= 28]
    if target.trainer.name == "ms-swift" and target.vlm.swift_fills and not bake:
        assert min(large) > 0.999  # in pixels of the photo
        return
    # What people are told of it is what comes back.
    coarse = sum(overlap < 0.98 for overlap in large)
    least = math.floor(min(large) * 1000) / 1000
    card = " ".join((out / "README.md").read_text("utf-8").split())
    assert f"{len(large) - coarse} with an overlap (IoU) of 0.98 or more and {coarse} with" in card
    assert f"the least keeps {least:.3f}." in card
    notes = [note for note in report.notes if note.startswith(f"{coarse} of {len(large)} boxes of")]
    assert len(notes) == bool(coarse)
    assert all(f"the least keeps {least:.3f}." in note for note in notes)


def size_of(photo: Path) -> tuple[int, int]:
    with Pillow.open(photo) as file:
        return file.size


def notes_of(report: ExportReport, words: str) -> list[str]:
    return [note for note in report.notes if words in note]


def test_people_are_told_what_enlarging_costs_and_can_do_without(
    labelled: Project, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    report = exported(labelled, out, bake=True)
    (cost,) = notes_of(report, "were enlarged")
    assert cost.startswith("4 photos were enlarged") and "--no-enlarge" in cost
    assert size_of(out / "images" / "square.png") == (728, 728)
    assert "4 photos were enlarged" in (out / "README.md").read_text("utf-8").replace("\n", " ")
    report = exported(labelled, out, bake=True, enlarge=False)
    assert notes_of(report, "were enlarged") == []
    assert size_of(out / "images" / "square.png") == (196, 196)
    # On a grid of its own nothing is gained.
    report = exported(labelled, out, target="ms-swift/qwen3-vl", bake=True)
    assert notes_of(report, "were enlarged") == []


IN_PIXELS = "A VLM that counts in pixels (--target messages/qwen2.5-vl --bake)"


@pytest.mark.parametrize(
    ("name", "bake", "enlarge", "way"),
    [
        ("messages/qwen2.5-vl", False, True, "Enlarged copies (--bake)"),
        ("messages/qwen2.5-vl", True, False, "Enlarged copies (--bake without --no-enlarge)"),
        ("messages/qwen3-vl", True, True, IN_PIXELS),
        ("messages/kimi-vl", False, True, IN_PIXELS),
    ],
)
def test_people_are_told_what_keeps_boxes_that_are_left_out(
    labelled: Project, tmp_path: Path, name: str, bake: bool, enlarge: bool, way: str
) -> None:
    options: dict[str, Any] = {"target": name, "bake": bake, "enlarge": enlarge}
    report = exported(labelled, tmp_path / "out", **options, least_iou=0.98)
    (told,) = notes_of(report, "were left out, on")
    coarse = left_out_images(tmp_path / "out")
    assert f"on {len(coarse)} images:" in told
    assert "--least-iou 0 keeps all" in told
    # It is as good as promised.
    found = re.search(r"\. (.*) would keep (them|those of (\d+) of these images);", told)
    assert found and found[1] == way
    kept = len(coarse) if found[2] == "them" else int(found[3])
    better: dict[str, Any] = {"target": "messages/qwen2.5-vl", "bake": True, "least_iou": 0.98}
    exported(labelled, tmp_path / "better", **better)
    assert len(coarse - left_out_images(tmp_path / "better")) == kept


def left_out_images(out: Path) -> set[str]:
    """Those with boxes that are told too coarsely."""
    if not (out / "left_out.csv").exists():
        return set()
    with (out / "left_out.csv").open(encoding="utf-8", newline="") as file:
        return {line["image"] for line in csv.DictReader(file) if line["why"] == "coarse"}


def test_boxes_that_no_record_names_are_not_told_of(labelled: Project, tmp_path: Path) -> None:
    options = RecordExport(kinds=("presence",), noise=0.0, target="messages/qwen3-vl")
    report = export(labelled, "jsonl", tmp_path / "out", options=ExportOptions(records=options))
    assert notes_of(report, "come back with less") == []
    assert "overlap (IoU)" not in (tmp_path / "out" / "README.md").read_text("utf-8")
