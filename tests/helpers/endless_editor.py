"""The processes that are killed: they edit or export without end, and say when they are at it."""

import random
from multiprocessing.connection import Connection
from pathlib import Path

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.services.export import export
from app.storage.project import Project

Standing = dict[str, Annotation]


def edit_for_ever(folder: Path, acknowledged: "Connection[AnnotationEdit, None]") -> None:
    """Runs in the process that is killed; what it sends was shown to the user as saved."""
    rng = random.Random()
    with Project.open(folder) as project:
        standing = {a.uid: a for _, a in project.annotations.all()}
        while True:
            before = rng.choice([None, *standing.values()])
            box = Box(0, 0, rng.uniform(1, 100), rng.uniform(1, 100))
            uid = before.uid if before else f"{rng.getrandbits(64):x}"
            after = Annotation(uid, 1, box, author="li")
            if before and rng.random() < 0.4:
                after = None
            edit = AnnotationEdit(1, before, after)
            project.apply([edit], actor="li")
            acknowledged.send(edit)
            replay(standing, edit)


def replay(standing: Standing, edit: AnnotationEdit) -> None:
    if edit.after is None:
        del standing[edit.uid]
    else:
        standing[edit.uid] = edit.after


def export_for_ever(folder: Path, out: Path, began: "Connection[str, None]") -> None:
    """Runs in the process that is killed: one export over the other."""
    with Project.open(folder) as project:
        began.send("began")
        while True:
            export(project, "yolo", out)
