"""A YOLO folder of drawn photos with exact boxes, for machines that have no real ones."""

import random
from pathlib import Path

import numpy as np

from app.core.geometry import Box, intersection_over_union
from app.imaging.opencv import cv2

CLASSES = ("crazing", "inclusion", "patches", "pitted_surface", "rolled-in_scale", "scratches")
_SIDE_PX = 200
_MOST_BOXES = 4
_MOST_OVERLAP = 0.1


def draw_photos(folder: Path, *, images: int, seed: int) -> Path:
    """Writes `images`, `labels` and `classes.txt` as NEU-DET has them; returns `folder`."""
    rng = random.Random(seed)
    for name in ("images", "labels"):
        (folder / name).mkdir(parents=True)
    (folder / "classes.txt").write_text("\n".join(CLASSES), "utf-8")
    for number in range(images):
        boxes = _boxes(rng)
        pixels = np.full((_SIDE_PX, _SIDE_PX), 150, np.uint8)
        pixels[:, ::8] = 140 + number % 10  # so that no two are the same photo
        for box in boxes:
            left, top, right, bottom = map(round, box.corners)
            pixels[top:bottom, left:right] = rng.randrange(30, 110)
        _, content = cv2.imencode(".jpg", pixels)
        (folder / "images" / f"plate_{number}.jpg").write_bytes(content.tobytes())
        lines = [_line(rng.randrange(len(CLASSES)), box) for box in boxes]
        (folder / "labels" / f"plate_{number}.txt").write_text("\n".join(lines), "utf-8")
    return folder


def noise_photos(folder: Path, count: int) -> Path:
    """`folder` with `layer_0.png` and so on, 120x90, each of other noise."""
    folder.mkdir()
    for n in range(count):
        grey = np.random.default_rng(n).integers(0, 255, (90, 120), np.uint8)
        (folder / f"layer_{n}.png").write_bytes(cv2.imencode(".png", grey)[1].tobytes())
    return folder


def _boxes(rng: random.Random) -> list[Box]:
    boxes: list[Box] = []
    for _ in range(rng.randint(1, _MOST_BOXES)):
        width, height = rng.uniform(12, 90), rng.uniform(12, 90)
        left, top = rng.uniform(0, _SIDE_PX - width), rng.uniform(0, _SIDE_PX - height)
        box = Box(left, top, left + width, top + height)
        if all(intersection_over_union(box, other) < _MOST_OVERLAP for other in boxes):
            boxes.append(box)
    return boxes


def _line(index: int, box: Box) -> str:
    share = box.scaled(1 / _SIDE_PX, 1 / _SIDE_PX)
    x, y = share.centre
    return f"{index} {x:.6f} {y:.6f} {share.width:.6f} {share.height:.6f}"
