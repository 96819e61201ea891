"""Images as the rules want them: with all that is said of them."""

from app.core.image import Image
from app.core.sheet import Sheet
from app.storage.project import Project


def sheet_of(project: Project, image: Image, *, is_reviewed: bool = False) -> Sheet:
    boxes = tuple(project.annotations.of_image(image.id))
    return Sheet(image.id, image.width_px, image.height_px, image.label, boxes, is_reviewed)
