"""Images and boxes by what people call them: a file's name, a number, the start of a uid."""

from app.core.annotation import Annotation
from app.core.errors import UserError
from app.core.image import Image
from app.storage.project import Project

_LEAST_OF_A_UID = 4


def image_named(project: Project, name: str) -> Image:
    """By the end of its path ("layer_0012.png", "monday/layer_0012.png"), or by its number.

    Raises UserError when no image, or more than one, is called so.
    """
    wanted = name.replace("\\", "/").removeprefix("./")
    ids = [i for path, i in project.images.ids_by_path().items() if _ends(path, wanted)]
    if not ids and name.isdecimal():
        ids = [i for i in project.images.ids_by_path().values() if i == int(name)]
    if len(ids) == 1:
        return project.images.get(ids[0])
    if ids:
        raise UserError(
            f"{len(ids)} images are called {name}.", hint="Give more of the path of the one meant."
        )
    raise UserError(
        f"No image of the project is called {name}.",
        hint="Give the name of a photo file that was imported, or the end of its path.",
    )


def box_named(project: Project, image: Image, name: str) -> Annotation:
    """By its place among the boxes of the image, 1 for the first drawn, or the start of its uid, of
    four characters or more: fewer may be a mistyped place.

    Raises UserError when no box, or more than one, is called so.
    """
    boxes = project.annotations.of_image(image.id)
    if name.isdecimal() and 1 <= int(name) <= len(boxes):
        return boxes[int(name) - 1]
    found = [a for a in boxes if len(name) >= _LEAST_OF_A_UID and a.uid.startswith(name)]
    if len(found) == 1:
        return found[0]
    many = f"{len(found)} boxes on {image.path} are" if found else f"No box on {image.path} is"
    raise UserError(
        f"{many} called {name}.",
        hint=f"Give a number from 1 to {len(boxes)}, in the order they were drawn, or the start "
        "of a uid.",
    )


def _ends(path: str, wanted: str) -> bool:
    return path == wanted or path.endswith(f"/{wanted}")
