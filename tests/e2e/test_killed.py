"""kill -9 in the middle of everything: what was acknowledged is there, and the file is sound."""

import random
import time
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from app.core.image import ImageLabel
from app.core.label_class import LabelClass
from app.core.progress import ignore_progress
from app.services.demo import make_photos
from app.services.export import export
from app.services.import_photos import import_photos
from app.storage.images import NewImage
from app.storage.project import Project
from tests.helpers.endless_editor import Standing, edit_for_ever, export_for_ever, replay
from tests.helpers.reviewing import bring

KILLS = 200
PHOTOS = 6
KILLS_ON_ONE_PROJECT = 20


def new_project(folder: Path) -> Path:
    with Project.create(folder) as project:
        project.add_classes([LabelClass("streak")], actor="li")
        with project.transaction():
            project.images.add([NewImage("a.png", "h", 1, 1, 100, 100)])
    return folder


@pytest.mark.slow
def test_no_acknowledged_edit_is_ever_lost(tmp_path: Path, forkserver: ForkServerContext) -> None:
    rng = random.Random(7)
    edits = 0
    for kill in range(KILLS):
        if kill % KILLS_ON_ONE_PROJECT == 0:
            folder = new_project(tmp_path / str(kill))
            standing: Standing = {}
        ours, theirs = forkserver.Pipe(duplex=False)
        process = forkserver.Process(target=edit_for_ever, args=(folder, theirs))
        process.start()
        theirs.close()
        assert ours.poll(60), "the editor never began"
        time.sleep(rng.uniform(0, 0.05))
        process.kill()
        process.join()
        try:
            while True:
                replay(standing, ours.recv())
                edits += 1
        except EOFError:
            pass
        with Project.open(folder) as project:
            found = {a.uid: a for _, a in project.annotations.all()}
            # One edit may have been saved, and the process killed before it could say so.
            differing = {uid for uid, _ in standing.items() ^ found.items()}
            assert len(differing) <= 1
            assert project.integrity_problems() == []
            assert {uid: a for uid, (_, a) in project.log.replay().items()} == found
            assert sum(count.boxes for count in project.classes.counts()) == len(found)
        standing = found
    assert edits > KILLS


@pytest.mark.slow
def test_a_killed_export_leaves_a_whole_one(tmp_path: Path, forkserver: ForkServerContext) -> None:
    make_photos(tmp_path / "photos", count=PHOTOS, on_progress=ignore_progress)
    with Project.create(tmp_path / "project") as project:
        import_photos(project, tmp_path / "photos")
        for image in project.images.all():
            bring(project, image.id, ImageLabel("approved", is_normal=True))
        export(project, "yolo", tmp_path / "out")
    rng = random.Random(3)
    for _ in range(25):
        ours, theirs = forkserver.Pipe(duplex=False)
        process = forkserver.Process(
            target=export_for_ever, args=(tmp_path / "project", tmp_path / "out", theirs)
        )
        process.start()
        theirs.close()
        assert ours.poll(60), "the exporter never began"
        time.sleep(rng.uniform(0, 0.05))
        process.kill()
        process.join()
        out = tmp_path / "out"
        standing = out if out.exists() else out.with_name(".out.flawmark-previous")
        assert len(list((standing / "images").iterdir())) == PHOTOS
        assert len(list((standing / "labels").iterdir())) == PHOTOS
        assert (standing / "data.yaml").stat().st_size > 0
