"""X-AnyLabeling JSON, read and written."""

from app.formats import shapes_json
from app.formats.base import LabelledImage, LabelledShape, Size

_VERSION = "3.0.0"
"""The first version with four corners a rectangle and the mark `checked` on every file."""


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


X_ANYLABELING = shapes_json.ShapesFormat("xanylabeling", "X-AnyLabeling JSON", _content)
"""One JSON file a photo, pixels, rectangles as four corners clockwise from the top left."""
