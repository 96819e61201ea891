"""Writes COCO instances JSON image by image, so that a set of any size fits into memory."""

import json
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from app.core.geometry import Polygon
from app.core.image import Split
from app.formats.base import LabelledImage, LabelledShape
from app.formats.files import written_path


def write_instances(
    out: Path, images: Iterable[LabelledImage], class_names: tuple[str, ...]
) -> None:
    """annotations/instances.json, or one instances_SPLIT.json for each split that has images.

    Categories are numbered from 1, as COCO does, in the order of `class_names`. `file_name` is the
    path relative to `out`. Raises ValueError for a class that is not in `class_names`.
    """
    index = {name: number for number, name in enumerate(class_names, start=1)}
    files: dict[Split | None, _SetFile] = {}
    try:
        for image in images:
            if image.split not in files:
                files[image.split] = _SetFile(out / "annotations", image.split)
            files[image.split].add(image, index)
        if not files:
            files[None] = _SetFile(out / "annotations", None)
        for file in files.values():
            file.finish(index)
    finally:
        for file in files.values():
            file.close()


class _SetFile:
    """One file in the making: images go straight to it, annotations wait beside until the end."""

    def __init__(self, folder: Path, split: Split | None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"instances_{split}.json" if split else "instances.json"
        self._file: IO[str] = (folder / name).open(
            "w", encoding="utf-8", errors="replace", newline="\n"
        )
        self._later: IO[str] = TemporaryFile(  # noqa: SIM115 (closed with the file it goes into)
            "w+", encoding="utf-8", errors="replace", newline="\n", dir=folder
        )
        self._images = 0
        self._annotations = 0
        self._file.write('{\n"info": {"description": "Flawmark"},\n"licenses": [],\n"images": [')

    def add(self, image: LabelledImage, index: dict[str, int]) -> None:
        self._images += 1
        entry = {
            "id": self._images,
            "file_name": str(written_path(image.path)),
            "width": image.size.width_px,
            "height": image.size.height_px,
        }
        self._file.write((",\n" if self._images > 1 else "\n") + _text(entry))
        for shape in image.shapes:
            if shape.class_name not in index:
                raise ValueError(f"class {shape.class_name!r} is not among those to be written")
            self._annotations += 1
            label = _annotation(shape, index[shape.class_name])
            label |= {"id": self._annotations, "image_id": self._images}
            self._later.write((",\n" if self._annotations > 1 else "\n") + _text(label))

    def finish(self, index: dict[str, int]) -> None:
        self._file.write('\n],\n"annotations": [')
        self._later.seek(0)
        while block := self._later.read(1 << 20):
            self._file.write(block)
        categories = [
            {"id": number, "name": name, "supercategory": ""} for name, number in index.items()
        ]
        self._file.write(f'\n],\n"categories": {_text(categories)}\n}}\n')

    def close(self) -> None:
        self._file.close()
        self._later.close()


def _annotation(shape: LabelledShape, category: int) -> dict[str, object]:
    box, outline = shape.box, shape.polygon
    entry: dict[str, object] = {
        "category_id": category,
        "bbox": [box.left, box.top, box.width, box.height],
        "area": _area(outline) if outline else box.area,
        "iscrowd": 0,
        "segmentation": [[value for point in outline for value in point]] if outline else [],
    }
    if shape.score is not None:
        entry["score"] = shape.score
    return entry


def _area(outline: Polygon) -> float:
    """Of the outline in square pixels (Gauss's shoelace)."""
    pairs = zip(outline, [*outline[1:], outline[0]], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
