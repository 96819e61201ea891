"""kill -9 while a person works: what the status line said was saved is there on opening again."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from app.core.annotation import Annotation
from app.core.image import ImageLabel
from app.core.sheet import Sheet
from app.storage.project import Project
from tests.e2e.conftest import SHARED
from tests.e2e.test_simulated_annotator import check_is_true
from tests.helpers.drawn_photos import draw_photos
from tests.helpers.faulty_project import Task, make_faulty_project
from tests.helpers.killed_annotator import Told, annotate

KILLS = 20
IMAGES = 100
MOST_EVENTS = 30
"""Shown or saved, before a kill; an image makes about six, so some are left at the end."""
_GIVEN_UP_AFTER_S = 60

Standing = tuple[ImageLabel, dict[str, Annotation]]
"""What is said of an image, and its boxes by uid."""


@dataclass
class Promises:
    """What the window has shown and said of each image, in the order it did."""

    saved: dict[int, Standing]
    shown: list[Sheet] = field(default_factory=list)
    said: int = 0

    def take(self, told: Told) -> None:
        assert told != "done", "all images were done before the last kill"
        if isinstance(told, Sheet):
            self.shown.append(told)
        elif told == "saved":
            self.saved |= {sheet.image_id: _standing(sheet) for sheet in self.shown}
            self.shown, self.said = [], self.said + 1

    def allowed(self, image_id: int) -> list[Standing]:
        """What was said to be saved, or any that was shown after it."""
        later = [_standing(sheet) for sheet in self.shown if sheet.image_id == image_id]
        return [self.saved[image_id], *later]


Start = Callable[[], tuple[BaseProcess, "Connection[None, Told]"]]


@pytest.mark.slow
def test_a_killed_window_has_saved_what_it_said(
    tmp_path: Path, forkserver: ForkServerContext
) -> None:
    neu_det = SHARED / "neu-det"
    drawn = tmp_path / "plates"
    source = neu_det if neu_det.is_dir() else draw_photos(drawn, images=IMAGES, seed=2)
    tasks = make_faulty_project(tmp_path, source, images=IMAGES, seed=2)
    start = starter(tmp_path, tasks, forkserver)
    rng = random.Random(11)
    said = 0
    for _ in range(KILLS):
        promises = Promises(saved_now(tmp_path / "project"))
        process, ours = start()
        wait_for_a_moment(rng, ours, promises)
        process.kill()
        process.join()
        for told in rest_of(ours):
            promises.take(told)
        check_kept(tmp_path / "project", promises)
        said += promises.said
    assert said > KILLS

    process, ours = start()
    assert list(rest_of(ours))[-1] == "done"
    process.join()
    assert process.exitcode == 0
    with Project.open(tmp_path / "project") as project:
        for task in tasks:
            check_is_true(project, task)


def starter(folder: Path, tasks: Sequence[Task], forkserver: ForkServerContext) -> Start:
    """Starts one more annotator, and waits until it is about to begin."""

    def start() -> tuple[BaseProcess, "Connection[None, Told]"]:
        ours, theirs = forkserver.Pipe(duplex=False)
        process = forkserver.Process(target=annotate, args=(folder, tasks, theirs))
        process.start()
        theirs.close()
        assert ours.poll(_GIVEN_UP_AFTER_S), "the window never opened"
        assert ours.recv() == "began"
        return process, ours

    return start


def wait_for_a_moment(
    rng: random.Random, ours: "Connection[None, Told]", promises: Promises
) -> None:
    """Any one; half of them as soon as "saved" is said, when a promise made too early is seen."""
    for _ in range(rng.randrange(MOST_EVENTS)):
        promises.take(ours.recv())
    if rng.random() < 0.5:
        time.sleep(rng.uniform(0, 0.05))
        return
    said = promises.said
    while promises.said == said:
        promises.take(ours.recv())


def rest_of(ours: "Connection[None, Told]") -> Iterator[Told]:
    """All that was told before the process ended."""
    try:
        while True:
            yield ours.recv()
    except EOFError:
        return


def check_kept(folder: Path, promises: Promises) -> None:
    with Project.open(folder) as project:
        for image_id, found in standing_of(project).items():
            assert found in promises.allowed(image_id)
        assert project.integrity_problems() == []
        replayed = {uid: a for uid, (_, a) in project.log.replay().items()}
        assert replayed == {a.uid: a for _, a in project.annotations.all()}


def saved_now(folder: Path) -> dict[int, Standing]:
    with Project.open(folder) as project:
        return standing_of(project)


def standing_of(project: Project) -> dict[int, Standing]:
    """By image id."""
    return {
        image.id: (image.label, {a.uid: a for a in project.annotations.of_image(image.id)})
        for image in project.images.all()
    }


def _standing(sheet: Sheet) -> Standing:
    return sheet.label, {a.uid: a for a in sheet.annotations}
