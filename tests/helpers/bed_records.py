"""A small powder-bed project and the records that are exported from it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.geometry import Box
from app.core.image import State
from app.services.create import load_label_set
from app.services.export import ExportOptions, ExportReport, export
from app.services.import_photos import import_photos
from app.services.record_options import RecordExport
from app.storage.project import Project
from tests.helpers.reviewing import bring

Row = dict[str, Any]

STREAK, SLAG, WRINKLE, SPREADING = 1, 2, 4, 5


def box(class_id: int, left: float, top: float, right: float, bottom: float) -> Annotation:
    return Annotation(new_uid(), class_id, Box(left, top, right, bottom), author="li")


def label(project: Project, image_id: int, *boxes: Annotation, state: State = "submitted") -> None:
    edits: list[AnnotationEdit | ImageEdit] = [AnnotationEdit(image_id, None, b) for b in boxes]
    before = project.images.get(image_id).label
    project.apply(edits, actor="lead" if before.state == "submitted" else "li")
    bring(project, image_id, replace(before, state=state, is_normal=not boxes))


def label_bed(project: Project, photos: Path) -> Project:
    """Powder-bed classes; streaks and slag on image 1, a streak on 2, a wrinkle on 3; 4 to 6 are
    normal."""
    project.add_classes(load_label_set("powder-bed").classes, actor="lead")
    import_photos(project, photos)
    streaks = [box(STREAK, 10.25, 5, 30.125, 95), box(STREAK, 150, 0, 160, 60)]
    label(project, 1, *streaks, box(SLAG, 60, 70, 90, 99.5))
    label(project, 2, box(STREAK, 120, 10, 130, 90))
    label(project, 3, box(WRINKLE, 0, 0, 190, 40))
    for image_id in (4, 5, 6):
        label(project, image_id)
    return project


def written(project: Project, out: Path, **options: Any) -> ExportReport:
    states = ExportOptions(records=RecordExport(**options))
    return export(project, "jsonl", out, options=states)


def rows(out: Path, split: str = "train") -> list[Row]:
    return [json.loads(line) for line in (out / f"{split}.jsonl").read_text("utf-8").splitlines()]
