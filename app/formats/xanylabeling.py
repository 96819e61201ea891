"""X-AnyLabeling JSON, read and written."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from app.formats import shapes_json
from app.formats.base import LabelledImage, LabelledShape, Photos, Report, Size

_VERSION = "3.0.0"
"""The first version with four corners a rectangle and the mark `checked` on every file."""


class XAnyLabeling:
    """One JSON file a photo, pixels, rectangles as four corners clockwise from the top left."""

    name = "xanylabeling"
    title = "X-AnyLabeling JSON"

    def detect(self, root: Path) -> bool:
        return shapes_json.looks_like(root) == "xanylabeling"

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
        "checked": False,
        "shapes": [_shape(shape, image.size) for shape in image.shapes],
        "imagePath": photo_name,
        "imageData": None,
        "imageHeight": image.size.height_px,
        "imageWidth": image.size.width_px,
        "description": "",
    }


def _shape(shape: LabelledShape, size: Size) -> dict[str, object]:
    outline = shapes_json.outline_of(shape, size)
    left, top, right, bottom = shape.box.corners
    return {
        "label": shape.class_name,
        "score": shape.score,
        "points": outline or [[left, top], [right, top], [right, bottom], [left, bottom]],
        "group_id": None,
        "description": "",
        "difficult": False,
        "shape_type": "polygon" if outline else "rectangle",
        "flags": {},
        "attributes": {},
        "kie_linking": [],
    }
