"""A project over layers of one build, each with things drawn on it whose places are known."""

from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit
from app.core.image import ImageLabel
from app.core.label_class import LabelClass
from app.imaging.opencv import cv2
from app.services.import_photos import import_photos
from app.storage.runs import RunKey
from tests.helpers.reviewing import bring

STREAK, SLAG = 1, 2


def filled(project, folder, photos):
    """Takes in `photos` (name → pixels) with the classes streak and slag; name → image id."""
    for name, pixels in photos.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cv2.imencode(".png", pixels[..., ::-1])[1].tobytes())
    project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="lead")
    import_photos(project, folder)
    by_path = project.images.ids_by_path()
    return {name: next(i for p, i in by_path.items() if p.endswith(name)) for name in photos}


def draw(project, image_id, box, class_id=SLAG, *, person="ann", polygon=None):
    drawn = Annotation(new_uid(), class_id, box, polygon, author=person)
    project.apply([AnnotationEdit(image_id, None, drawn)], actor=person)
    return drawn


def propose(project, image_id, box, class_id=SLAG, score=0.9):
    with project.transaction():
        run = project.runs.open(RunKey("model", "m", "w", {}), actor="lead")
    proposal = Annotation(new_uid(), class_id, box, None, score, run_id=run)
    project.apply([AnnotationEdit(image_id, None, proposal)], actor="lead", kind="prelabel")
    return proposal


def set_state(project, image_id, state, *, is_normal=False):
    bring(project, image_id, ImageLabel(state, is_normal=is_normal))


def reject(project, image_id, annotation, person="ann"):
    project.apply([AnnotationEdit(image_id, annotation, None)], actor=person)
