"""labelme JSON, read and written."""

from app.formats import shapes_json
from app.formats.base import LabelledImage, LabelledShape, Size

_VERSION = "5.5.0"
"""The version whose layout is written; later ones read it too."""


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


LABELME = shapes_json.ShapesFormat("labelme", "labelme JSON", _content)
"""One JSON file a photo, pixels, rectangles as two opposite corners. Keeps no scores."""
