"""A working hour with a model running: how long the GUI thread was ever away from its event loop.

    python -m tests.bench.bench_hour [--images 2000] [--actions 1500] [--rest-ms 0]

makes a project with photos of 1024x1024 and 3772x3302, each with boxes and proposals, opens it in
the real window, lets the starter model go over all images again and again in its own process, and
does everything that a person can do, without a rest unless one is given: sixteen things a second,
of which each meets what the last one set off. Set QT_QPA_PLATFORM=xcb and DISPLAY for a
real screen.

How long it waited for a core, and how much of that can be other work on the machine: Linux shares
cores between sessions first (/proc/sys/kernel/sched_autogroup_enabled), so work in another terminal
takes half of them however nice it is. `echo -15 > /proc/self/autogroup` as root, in the shell that
this is started from, puts this session first.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core.annotation import Annotation, new_uid
from app.core.batches import batches
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.prelabelling import PrelabelRequest
from app.garbage import collect_rarely
from app.services.create import create_project, load_label_set
from app.services.models import STARTER
from app.shell.frame.main_window import MainWindow
from app.shell.garbage_on_gui import GarbageOnGui
from app.shell.handover import hand_over_soon
from app.shell.imports import load_ahead
from app.storage.images import NewImage
from app.storage.project import Project
from app.storage.runs import RunKey
from tests.bench.bench_next_image import SIZES_PX, write_photos
from tests.bench.busy_person import BusyPerson, photos_of
from tests.bench.watchdog import BLOCKED_MS, By, Watchdog

PERSON = "li"
LARGE_EVERY = 4  # each fourth photo is a large one
_BOXES, _PROPOSALS = 5, 6


def make_project(folder: Path, images: int) -> Path:
    """Photos of both sizes, with boxes by people and proposals; a third is submitted."""
    folder.mkdir(parents=True)
    base = [write_photos(folder, size_px) for size_px in SIZES_PX]
    small, large = (
        photos_of(folder / name, images, files)
        for name, files in zip(("small", "large"), base, strict=True)
    )
    with create_project(folder / "project", load_label_set("powder-bed"), actor=PERSON) as project:
        _take_in(project, small, large)
        with project.transaction():
            run = project.runs.open(RunKey("model", "before", "w", {}), actor=PERSON)
        rng = random.Random(1)
        for ids in batches(range(1, images + 1), 500):
            edits = [
                AnnotationEdit(image_id, None, _box(rng, size_of(image_id), run if n else None))
                for image_id in ids
                for n in [0] * _BOXES + [1] * _PROPOSALS
            ]
            project.apply(edits, actor=PERSON)
    return folder / "project"


def size_of(image_id: int) -> tuple[int, int]:
    return SIZES_PX[image_id % LARGE_EVERY == 0]


def _take_in(project: Project, small: list[Path], large: list[Path]) -> None:
    with project.transaction():
        project.images.add(
            NewImage(
                *(project.kept_path(pair[size_of(number) == SIZES_PX[1]]), f"{number:064x}"),
                *(1, 1, *size_of(number)),
            )
            for number, pair in enumerate(zip(small, large, strict=True), start=1)
        )


def _box(rng: random.Random, size_px: tuple[int, int], run: int | None) -> Annotation:
    width, height = size_px
    left, top = rng.uniform(0, 0.85 * width), rng.uniform(0, 0.8 * height)
    box = Box(left, top, left + 0.08 * width, top + 0.12 * height)
    who = {"author": PERSON} if run is None else {"run_id": run, "score": rng.uniform(0.1, 0.9)}
    return Annotation(new_uid(), rng.randint(1, 5), box, **who)


SEEN_AFTER_MS = 150
"""Until a person has seen the project and asks for a model."""


class Hour:
    """The window on the project, under the eyes of a watchdog."""

    def __init__(self, project: Path, *, with_model: bool) -> None:
        self.watchdog = Watchdog()
        load_ahead().join()  # as the program does once the window stands
        self.window = MainWindow()
        self.window.show()
        QTest.qWaitForWindowExposed(self.window)
        self.elapsed_s, self.runs, self.proposed_on, self.is_over = 0.0, 0, 0, False
        self._project, self._with_model = project, with_model
        self._did: dict[str, int] = {}

    def work(self, actions: int, *, seed: int = 1, rest_ms: int = 0) -> dict[str, int]:
        """Opens the project, does so many things once the model proposes, closes it; how often
        each was done.
        """
        self.watchdog.doing = "opening"
        loop = QEventLoop()
        with self.watchdog.watching():
            self.window.open_folder(self._project)
            self.window.activateWindow()
            while self.window.is_opening:
                QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            QTimer.singleShot(SEEN_AFTER_MS, lambda: self._begin(actions, loop, seed, rest_ms))
            started = time.monotonic()
            loop.exec()
            self.elapsed_s = time.monotonic() - started
        self.is_over = True
        self.window.close()
        return self._did

    def _begin(self, actions: int, loop: QEventLoop, seed: int, rest_ms: int) -> None:
        """Once the person has seen what was opened."""
        person = BusyPerson(self.window, actions, self._tell, loop.quit, seed=seed, rest_ms=rest_ms)
        self._did = person.did
        if self._with_model:
            self._begin_model(person)
        else:
            person.start()

    def _begin_model(self, person: BusyPerson) -> None:
        def take(image_ids: frozenset[int]) -> None:
            if not self.proposed_on:
                person.start()
            self.proposed_on += len(image_ids)

        modelling = self.window.bench.models.modelling
        modelling.proposed.connect(take)
        modelling.idle.connect(lambda _: self._run_model())
        self._run_model()

    def _run_model(self) -> None:
        """The first time it waits until the model has told its classes."""
        modelling = self.window.bench.models.modelling if not self.is_over else None
        if modelling is not None and (modelling._is_describing or not modelling.is_busy):
            self.runs += 1
            modelling.run(PrelabelRequest(STARTER, scope="all", again=True))

    def _tell(self, name: str) -> None:
        self.watchdog.doing = name


@contextmanager
def own_home(folder: Path) -> Iterator[None]:
    """Where the window keeps what it remembers, as long as this lasts; the cache stays a user's."""
    before = dict(os.environ)
    os.environ |= {"FLAWMARK_CONFIG": str(folder / "config"), "FLAWMARK_USER": PERSON}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def print_figures(hour: Hour, did: dict[str, int], worst: int) -> None:
    dog = hour.watchdog
    moves = ", ".join(f"{name} {count}" for name, count in sorted(did.items()))
    print(f"{sum(did.values())} actions in {hour.elapsed_s:.0f} s: {moves}")
    print(f"the model went over {hour.proposed_on} images meanwhile, in {hour.runs} runs")
    print(f"away from the event loop; {dog.core_speed}")
    told_before: set[int] = set()
    for by in get_args(By):
        blocked = dog.blocked(by)
        print(
            f"  by {by}: longest {dog.longest_ms(by):.0f} ms, {len(blocked)} over {BLOCKED_MS:.0f}"
        )
        for line in dog.told([s for s in blocked if id(s) not in told_before][:worst]):
            print(line)
        told_before |= set(map(id, blocked))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--actions", type=int, default=1500)
    parser.add_argument("--worst", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rest-ms", type=int, default=0, help="before each action")
    parser.add_argument("--no-model", action="store_true")
    options = parser.parse_args()
    application = QApplication.instance() or QApplication(["bench"])
    collect_rarely()
    hand_over_soon()
    GarbageOnGui(application)
    with tempfile.TemporaryDirectory() as temporary, own_home(Path(temporary)):
        project = make_project(Path(temporary) / "work", options.images)
        hour = Hour(project, with_model=not options.no_model)
        did = hour.work(options.actions, seed=options.seed, rest_ms=options.rest_ms)
        print_figures(hour, did, options.worst)
    application.quit()


if __name__ == "__main__":
    main()
