"""A small project of sample photos with their true boxes, made and exported by typed commands."""

import numpy as np

from app.cli import command_line
from app.imaging.opencv import cv2
from app.samples.powder_bed import CLASS_NAMES, powder_bed_photo

KINDS = ("streaks", "parts", "wrinkle", "normal")
SIDE_PX = 256
MOST_BOXES = 3  # so that a tiny model's turns stay short


def flawmark(*arguments):
    assert command_line().main([str(a) for a in arguments], standalone_mode=False) in (None, 0)


def make_bed(folder):
    """A photo of each of KINDS, the first of 16 bit; gives the project's folder."""
    photos = folder / "photos"
    photos.mkdir()
    (photos / "classes.txt").write_text("\n".join(CLASS_NAMES), "utf-8")
    for n, kind in enumerate(KINDS):
        photo = powder_bed_photo(n, size_px=SIDE_PX, kind=kind)
        pixels = photo.pixels if n else photo.pixels.astype(np.uint16) * 257
        (photos / f"layer_{n}.png").write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
        lines = map(_yolo_line, photo.defects[:MOST_BOXES])
        (photos / f"layer_{n}.txt").write_text("\n".join(lines), "utf-8")
    flawmark("new", folder / "bed", "--labels", "powder-bed")
    flawmark("import", folder / "bed", photos, "--as", "submitted")
    return folder / "bed"


def export_bed(bed, out, target, *options):
    """With every box, however coarsely the target's numbers tell it: trainers are to read all."""
    all_boxes = ("--least-iou", "0")
    flawmark("export", bed, out, "--to", "jsonl", "--target", target, *all_boxes, *options)
    return out / "train.jsonl"


def _yolo_line(defect):
    box = defect.box.scaled(1 / SIDE_PX, 1 / SIDE_PX)
    values = (*box.centre, box.width, box.height)
    return " ".join([str(CLASS_NAMES.index(defect.class_name)), *(f"{v:.8f}" for v in values)])
