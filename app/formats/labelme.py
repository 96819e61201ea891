"""labelme JSON, read and written."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from app.formats import shapes_json
from app.formats.base import LabelledImage, LabelledShape, Photos, Report, Size

_VERSION = "5.5.0"
"""The version whose layout is written; later ones read it too."""


class Labelme:
    """One JSON file a photo, pixels, rectangles as two opposite corners. Keeps no scores."""

    name = "labelme"
    title = "labelme JSON"

    def detect(self, root: Path) -> bool:
        return shapes_json.looks_like(root) == "labelme"

    def class_names(self, root: Path, report: Report) -> tuple[str, ...]:
        return shapes_json.class_names(root)

    def read(self, root: Path, photos: Photos, report: Report) -> Iterator[LabelledImage]:
        return shapes_json.read(root, photos, report)

    def write(
        self, out: Path, images: Iterable[LabelledImage], class_names: tuple[str, ...]
    ) -> None:
        shapes_json.write(out, images, class_names, _content)


def _content(image: LabelledImage, photo_name: str) -> dict[str, object]:
    return {
        "version": _VERSION,
        "flags": {},
        "shapes": [_shape(shape, image.size) for shape in image.shapes],
        "imagePath": photo_name,
        "imageData": None,
        "imageHeight": image.size.height_px,
        "imageWidth": image.size.width_px,
    }


def _shape(shape: LabelledShape, size: Size) -> dict[str, object]:
    outline = shapes_json.outline_of(shape, size)
    left, top, right, bottom = shape.box.corners
    return {
        "label": shape.class_name,
        "points": outline or [[left, top], [right, bottom]],
        "group_id": None,
        "description": "",
        "shape_type": "polygon" if outline else "rectangle",
        "flags": {},
        "mask": None,
    }
