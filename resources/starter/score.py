"""Scores weights on labelled photos, or on drawn ones: recall and precision of each class.

Beside each label file NAME.txt there may be NAME.ignore.txt (places where a detection counts
neither way), and at the top of the labels an ambiguous.csv (boxes where a second class is as
right). Boxes match one to one per class, the surest detection first.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import yaml
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.core.geometry import Box, intersection_over_union
from app.imaging.flat_field import flat_field_streaks
from app.samples.powder_bed import CLASS_NAMES, SampleDefect, powder_bed_photo
from resources.starter.train import HELD_OUT_SEED, quiet_ultralytics

if TYPE_CHECKING:
    from ultralytics import YOLO

HERE = Path(__file__).parent

IGNORED_SHARE = 0.5
"""A detection with this share of its area in one ignored place is dropped."""


@dataclass(frozen=True, slots=True)
class Truth:
    """A labelled box in normalised units, and the classes that are right for it."""

    box: Box
    class_name: str
    also: str | None


@dataclass(frozen=True, slots=True)
class Detection:
    """A box in normalised units."""

    box: Box
    class_name: str
    score: float


@dataclass(slots=True)
class Tally:
    labelled: int = 0
    found: int = 0
    right: int = 0
    wrong: int = 0

    def as_row(self) -> dict[str, float]:
        detections = self.right + self.wrong
        return {
            "labelled": self.labelled,
            "recall": round(self.found / self.labelled, 3) if self.labelled else float("nan"),
            "precision": round(self.right / detections, 3) if detections else float("nan"),
            "detections": detections,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A photo (height x width grey) with what is right and what doesn't count."""

    pixels: NDArray[np.uint8]
    truth: list[Truth]
    ignored: list[Box]


def main() -> None:
    arguments = _arguments()
    card = yaml.safe_load((HERE / "starter.yaml").read_text(encoding="utf-8"))
    size_px = arguments.size or card["image_size_px"]
    model = quiet_ultralytics(Path(arguments.settings)).YOLO(arguments.weights)
    scenes, found = [], []
    for scene in _scenes(arguments):
        scenes.append(scene)
        found.append(detect(model, scene.pixels, size_px=size_px, iou=card["iou"]))
    for confidence in arguments.confidence or [None]:
        limits = dict.fromkeys(CLASS_NAMES, confidence) if confidence else card["confidence"]
        print(f"{len(scenes)} photos at {size_px} px, confidence {confidence or 'of the card'}")
        for name, tally in score(scenes, found, limits, overlap=arguments.overlap).items():
            print(f"  {name:22}", json.dumps(tally.as_row()))


def _scenes(arguments: argparse.Namespace) -> Iterator[Scene]:
    if arguments.drawn:
        for number in range(arguments.drawn):
            photo = powder_bed_photo(HELD_OUT_SEED + number)
            yield Scene(photo.pixels, [_truth_of(d, photo.pixels.shape) for d in photo.defects], [])
        return
    photos, labels = Path(arguments.photos), Path(arguments.labels)
    names = sorted(str(p.relative_to(labels).with_suffix("")) for p in labels.rglob("*.txt"))
    names = [n for n in names if not n.endswith(".ignore") and n != "classes"]
    truth = read_truth(labels, names)
    for name in names:
        pixels = cv2.imread(str(photos / f"{name}.jpg"), cv2.IMREAD_GRAYSCALE)
        if pixels is None:
            raise FileNotFoundError(photos / f"{name}.jpg")
        ignored = [t.box for t in _boxes(labels / f"{name}.ignore.txt")]
        yield Scene(np.asarray(pixels, np.uint8), truth[name], ignored)


def _truth_of(defect: SampleDefect, shape: tuple[int, ...]) -> Truth:
    return Truth(defect.box.scaled(1 / shape[1], 1 / shape[0]), defect.class_name, None)


def detect(model: "YOLO", photo: NDArray[np.uint8], *, size_px: int, iou: float) -> list[Detection]:
    """All detections on one photo, surer than the lowest threshold worth looking at."""
    result = model.predict(
        model_input(photo, size_px),
        imgsz=size_px,
        conf=0.02,
        iou=iou,
        max_det=300,
        device="cpu",
        verbose=False,
    )[0].boxes
    return [
        Detection(Box(*map(float, box)), CLASS_NAMES[int(index)], float(sure))
        for box, index, sure in zip(result.xyxyn, result.cls, result.conf, strict=True)
        if box[0] < box[2] and box[1] < box[3]
    ]


def model_input(photo: NDArray[np.uint8], size_px: int) -> NDArray[np.uint8]:
    """The photo reduced to `size_px` on its longer side, as the starter model's three channels."""
    height, width = photo.shape[:2]
    factor = size_px / max(height, width)
    if factor < 1:
        size = (round(width * factor), round(height * factor))
        photo = np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), np.uint8)
    return flat_field_streaks(photo)


def score(
    scenes: list[Scene], found: list[list[Detection]], limits: dict[str, float], *, overlap: float
) -> dict[str, Tally]:
    """Tallies per class over all photos, at these confidences per class."""
    tallies = {name: Tally() for name in CLASS_NAMES}
    for scene, detections in zip(scenes, found, strict=True):
        kept = [d for d in detections if d.score >= limits[d.class_name]]
        kept.sort(key=lambda d: -d.score)
        taken = _match(scene.truth, kept, overlap)
        for index, box in enumerate(scene.truth):
            tallies[box.class_name].labelled += 1
            tallies[box.class_name].found += index in taken.values()
        for number, detection in enumerate(kept):
            tally = tallies[detection.class_name]
            if number in taken:
                tally.right += 1
            elif not _is_ignored(detection.box, scene.ignored):
                tally.wrong += 1
    return tallies


def _match(truth: list[Truth], detections: list[Detection], overlap: float) -> dict[int, int]:
    """Detection index to truth index: each detection, surest first, takes its best free box.

    A box of the detection's own class goes before one where that class is the second choice.
    """
    taken: dict[int, int] = {}
    for number, detection in enumerate(detections):
        best = (False, overlap)
        for index, box in enumerate(truth):
            if index in taken.values() or detection.class_name not in (box.class_name, box.also):
                continue
            rank = (
                detection.class_name == box.class_name,
                intersection_over_union(detection.box, box.box),
            )
            if rank[1] >= overlap and rank >= best:
                best = rank
                taken[number] = index
    return taken


def _is_ignored(box: Box, places: Iterable[Box]) -> bool:
    for place in places:
        width = min(box.right, place.right) - max(box.left, place.left)
        height = min(box.bottom, place.bottom) - max(box.top, place.top)
        if width > 0 and height > 0 and width * height >= IGNORED_SHARE * box.area:
            return True
    return False


def read_truth(labels: Path, names: Iterable[str]) -> dict[str, list[Truth]]:
    """Labelled boxes by photo name, with their second classes."""
    second: dict[tuple[str, int], tuple[str, str]] = {}
    table = labels / "ambiguous.csv"
    if table.exists():
        with table.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                key = (str(Path(row["image"]).with_suffix("")), int(row["line"]))
                second[key] = (row["class"], row["other_plausible_class"])
    truth: dict[str, list[Truth]] = {}
    for name in names:
        truth[name] = []
        # Lines of the table count from 0.
        for number, box in enumerate(_boxes(labels / f"{name}.txt")):
            named, other = second.get((name, number), (box.class_name, None))
            if named != box.class_name:
                raise ValueError(f"{table}: {name} line {number} is {box.class_name}, not {named}")
            truth[name].append(Truth(box.box, box.class_name, other))
    return truth


def _boxes(path: Path) -> list[Truth]:
    if not path.exists():
        return []
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    boxes = []
    for row in rows:
        index, (x, y, width, height) = int(row[0]), map(float, row[1:5])
        name = CLASS_NAMES[index] if index < len(CLASS_NAMES) else "ignored"
        boxes.append(Truth(Box.from_centre(x, y, width, height), name, None))
    return boxes


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", default=str(HERE / "starter.pt"))
    parser.add_argument("--photos", help="folder of photos (JPEG)")
    parser.add_argument("--labels", help="folder of label files, same names")
    parser.add_argument("--drawn", type=int, default=0, help="score on so many held-out samples")
    parser.add_argument("--size", type=int, help="pixels a side; else the card's")
    parser.add_argument("--overlap", type=float, default=0.3, help="that counts as a match")
    parser.add_argument("--confidence", type=float, nargs="+", help="else the card's")
    parser.add_argument("--settings", required=True, help="a folder for the library's settings")
    arguments = parser.parse_args()
    if not arguments.drawn and not (arguments.photos and arguments.labels):
        parser.error("either --drawn, or --photos and --labels")
    return arguments


if __name__ == "__main__":
    main()
