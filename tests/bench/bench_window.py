"""The whole window's figures beside those of the best peers, taken on such a machine.

    python -m tests.bench.bench_window [--steps 40] [--large 20000] [--no-start]

Everything goes through the real window on a real project: keys and mouse events in, painted pixels
and committed edits out. Times are milliseconds, median (95th percentile), unless said.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.label_class import PALETTE, LabelClass
from app.garbage import collect_rarely
from app.imaging.pixels import read_levels
from app.shell.bench.crowded import CrowdedImages
from app.shell.bench.document import Document
from app.shell.bench.workbench import Workbench
from app.shell.frame.main_window import MainWindow
from app.shell.garbage_on_gui import GarbageOnGui
from app.shell.handover import hand_over_soon
from app.shell.photos.photos import MEMORY_BUDGET_BYTES
from app.shell.photos.recent import Recent
from app.storage.images import NewImage
from app.storage.project import Project
from app.storage.runs import RunKey
from tests.bench import bench_canvas, bench_start
from tests.bench.bench_hour import own_home
from tests.bench.bench_next_image import (
    SIZES_PX,
    make_project,
    told,
    told_ms,
    wait,
    write_photos,
)
from tests.bench.busy_person import photos_of
from tests.bench.core_speed import look_at_core
from widgets.photo.view import Size

LARGE_PHOTO = SIZES_PX[1]
BOXES = 5_000
_GIVEN_UP_AFTER_S = 30.0
_JUMP = 2  # a row in sight, that was not fetched ahead
_OPENINGS = 5

PEERS = {
    "next 1024x1024": "ISAT 14 (18)",
    "next 3772x3302": "labelme 30 (41)",
    "next 3772x3302, not fetched": "labelme 69 (99)",
    "next 1024x1024 of 20000": "ISAT 14",
    "open 20000": "ISAT 120",
    "shown": "AnyLabeling 1202",
    "repaint": "AnyLabeling 92",
    "mouse move": "ISAT 75",
    "pan step": "AnyLabeling 57",
    "edit, committed": "AnyLabeling 113",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """Milliseconds from the key press until something of the photo was painted; until all of it
    was, with its boxes; until the rest of the window was, too. And what decoding alone took.
    """

    something_ms: float
    photo_ms: float
    window_ms: float
    decoding_ms: float

    @property
    def added_ms(self) -> float:
        """To decoding."""
        return self.photo_ms - self.decoding_ms


class Eye:
    """Sees when the canvas has painted the photo that is wanted, whole and with its boxes."""

    def __init__(self, window: MainWindow) -> None:
        assert window.bench is not None
        self.bench = window.bench
        self.painted_s: dict[tuple[int, bool], float] = {}  # by image and whether it's a preview

    def step(self, go: Callable[[], object], file: Path) -> Seen:
        """From the key press until nothing is pending."""
        started = time.perf_counter()
        read_levels(file)
        decoding_ms = (time.perf_counter() - started) * 1000
        with self._watched():
            started = time.perf_counter()
            go()
            whole_s = self._painted_whole_s()
            QApplication.processEvents()
            window_ms = (time.perf_counter() - started) * 1000
            first_ms = (min(self.painted_s.values()) - started) * 1000
        return Seen(first_ms, (whole_s - started) * 1000, window_ms, decoding_ms)

    def wait(self) -> float:
        """Until the photo of a project that has just been opened was painted; the time then."""
        with self._watched():
            return self._painted_whole_s()

    def _painted_whole_s(self) -> float:
        whole, began = (self.bench.document.sheet.image_id, False), time.perf_counter()
        while whole not in self.painted_s:
            assert time.perf_counter() - began < _GIVEN_UP_AFTER_S, "it was never painted"
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        return self.painted_s[whole]

    @contextmanager
    def _watched(self) -> Iterator[None]:
        self.painted_s.clear()
        canvas, document = self.bench.canvas, self.bench.document
        paint_event = canvas.paintEvent

        def watched(event: QPaintEvent) -> None:
            paint_event(event)
            now_s, sheet = time.perf_counter(), document.sheet
            if canvas.picture is None or sheet is None:
                return
            if len(canvas.visible_annotations()) == len(sheet.annotations):
                self.painted_s.setdefault((sheet.image_id, canvas.picture.is_preview), now_s)

        canvas.paintEvent = watched
        try:
            yield
        finally:
            del canvas.paintEvent


@contextmanager
def window_on(project: Project) -> Iterator[MainWindow]:
    window = MainWindow()
    window.resize(1480, 940)
    window.show()
    QTest.qWaitForWindowExposed(window)
    window.open_project(project)
    window.activateWindow()
    wait(1500)  # thumbnails, icons, neighbours: as when a person sits down
    try:
        yield window
    finally:
        window.close()


def project_of(folder: Path, images: int, size_px: tuple[int, int]) -> Project:
    """Each image has a name of its own and 20 boxes."""
    folder.mkdir()
    project = make_project(folder / "project", images, size_px)
    photos = photos_of(folder / "photos", images, write_photos(folder, size_px))
    for number, photo in enumerate(photos):
        photo.rename(project.folder / f"{number}.jpg")
    return project


def next_image(window: MainWindow, steps: int) -> tuple[list[Seen], list[Seen]]:
    """By key to neighbours that were fetched, and by a click in the list to others."""
    eye, bench = Eye(window), window.bench
    assert bench is not None

    def file_at(by: int) -> Path:
        return bench._path_of(bench.browsing.order.at(by))

    ahead, jumped = [], []
    for _ in range(steps):
        rest(window)
        press = lambda: QTest.keyClick(bench.canvas, Qt.Key.Key_D)  # noqa: E731
        ahead.append(eye.step(press, file_at(1)))
    for _ in range(steps):
        rest(window)
        target = bench.browsing.order.at(_JUMP)
        jumped.append(eye.step(lambda to=target: bench.browsing.chosen.emit(to), file_at(_JUMP)))
    return ahead, jumped


def rest(window: MainWindow) -> None:
    """Until the neighbours are fetched and read, and nothing is going on: shorter than a look."""
    photos, bench = window.bench.viewing._photos, window.bench
    for _ in range(600):
        if all(photos.peek(i) for i in bench.browsing.ahead()):
            break
        wait(10)
    wait(300)


class WindowStage(bench_canvas.Stage):
    """The canvas in the middle of the window, as large as that of the canvas's own bench."""

    def __init__(self, window: MainWindow) -> None:
        self._app = QApplication.instance()
        assert window.bench is not None
        self.canvas = window.bench.canvas
        width, height = bench_canvas.CANVAS_PX
        for _ in range(3):
            size, now = window.size(), self.canvas.size()
            window.resize(size.width() + width - now.width(), size.height() + height - now.height())
            wait(300)


def crowded_project(folder: Path, *, outlined: bool) -> Project:
    """One image with 5,000 boxes, half of them proposals, and where it is `outlined` a third with
    an outline of 20 corners; the other image has none.
    """
    folder.mkdir()
    (photo, other, *_) = write_photos(folder, LARGE_PHOTO)
    project = Project.create(folder / "project")
    classes = [LabelClass(f"class {n}", colour=PALETTE[n]) for n in range(6)]
    project.add_classes(classes, actor="bench")
    with project.transaction():
        project.images.add(
            NewImage(project.kept_path(p), f"{n:064x}", 1, 1, *LARGE_PHOTO)
            for n, p in enumerate((photo, other))
        )
        project.runs.open(RunKey("model", "starter", "w", {}), actor="bench")
    boxes = bench_canvas.made_annotations(BOXES, outlined=outlined)
    edits = [AnnotationEdit(1, None, of_first_class(a)) for a in boxes]
    project.apply(edits, actor="bench")
    return project


def of_first_class(annotation: Annotation) -> Annotation:
    """Classes are counted from one in a project."""
    a = annotation
    return Annotation(
        *(a.uid, a.class_id + 1, a.box, a.polygon, a.score), run_id=a.run_id, author=a.author
    )


def crowded(window: MainWindow) -> dict[str, list[float]]:
    """What is done on the image with 5,000 boxes, which have names and fills."""
    stage, bench = WindowStage(window), window.bench
    assert bench is not None
    stage.canvas.set_filled(True)
    unfetched = shown(window, forget=forget_all)
    figures = {
        "shown": [seen.photo_ms for seen in shown(window)],
        "shown, seen before": [seen.photo_ms for seen in shown(window, forget=forget_painted)],
        "shown, photo alone fetched": [s.photo_ms for s in shown(window, forget=forget_boxes)],
        "shown, nothing fetched": [seen.photo_ms for seen in unfetched],
        "  more than decoding": [seen.added_ms for seen in unfetched],
        "repaint": bench_canvas.timed_ms(stage.canvas.repaint, 30),
        "mouse move": bench_canvas.hover_ms(stage),
        "pan step": bench_canvas.pan_ms(stage),
        "drag step": bench_canvas.drag_ms(stage),
    }
    rest(window)
    return {**figures, **edits_ms(window)}


def shown(
    window: MainWindow, *, forget: Callable[[Workbench], object] = lambda _: None
) -> list[Seen]:
    """From the wish to go there until photo and boxes are painted; what was got ready for it while
    the person looked at another image is first forgotten as far as `forget` does so.
    """
    bench, eye, shown = window.bench, Eye(window), []
    assert bench is not None
    for _ in range(5):
        for image_id, taken in ((2, []), (1, shown)):
            rest(window)
            forget(bench)
            taken.append(eye.step(lambda to=image_id: bench.open(to), bench._path_of(image_id)))
    rest(window)
    return shown


def forget_painted(bench: Workbench) -> None:
    bench.canvas.expect((), {}, Size(*LARGE_PHOTO))


def forget_boxes(bench: Workbench) -> None:
    bench.document._crowded = CrowdedImages(bench.project, bench.document._view)
    forget_painted(bench)


def forget_all(bench: Workbench) -> None:
    forget_boxes(bench)
    bench.viewing._photos._kept = Recent(MEMORY_BUDGET_BYTES)


def edits_ms(window: MainWindow, count: int = 20) -> dict[str, list[float]]:
    """A digit on the selected box: the commit alone, in the writer's thread; until the status line
    says that it is saved; until all that it changes is painted, too.
    """
    bench = window.bench
    at: list[float] = []
    bench.document.saved.connect(lambda _: at.append(time.perf_counter()))
    said, answered = [], []
    with timed_commits() as committed:
        for number in range(count):
            bench.canvas.select([bench_canvas.MIDDLE])
            wait(100)
            at.clear()
            started = time.perf_counter()
            QTest.keyClick(bench.canvas, (Qt.Key.Key_2, Qt.Key.Key_3)[number % 2])
            while not at:
                QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            said.append((at[0] - started) * 1000)
            QApplication.processEvents()
            answered.append((time.perf_counter() - started) * 1000)
    return {"edit, committed": committed, "edit, said as saved": said, "edit, all shown": answered}


@contextmanager
def timed_commits() -> Iterator[list[float]]:
    """Milliseconds of each gesture that a window saves meanwhile, until it is on the disk."""
    taken: list[float] = []
    save = Document._save

    def timed(*args: object) -> int | None:
        started = time.perf_counter()
        gesture = save(*args)
        taken.append((time.perf_counter() - started) * 1000)
        return gesture

    Document._save = timed
    try:
        yield taken
    finally:
        Document._save = save


def open_ms(folder: Path) -> list[float]:
    """Until the window shows the project: its queue, and the photo with its boxes."""
    taken = []
    for _ in range(_OPENINGS):
        window = MainWindow()
        window.resize(1480, 940)
        window.show()
        wait(800)
        started = time.perf_counter()
        window.open_folder(folder)
        while window.is_opening:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        taken.append((Eye(window).wait() - started) * 1000)
        wait(300)
        window.close()
    return taken


def say(what: str, ours: str, peer: str = "") -> None:
    print(f"{what:34s} {ours:>22s}   {PEERS.get(peer or what, '')}", flush=True)


def print_start() -> None:
    for name, start in bench_start.measure(bench_start.OPEN, 7).items():
        say(
            f"start, {name}",
            f"{start.start_s:.2f} s, {start.resident_mb:.0f} MB",
        )
    for name, (start_s, resident_mb) in bench_start.PEERS.items():
        say(f"  {name}", f"{start_s:.2f} s, {resident_mb} MB")


def print_next(folder: Path, images: int, size_px: tuple[int, int], steps: int) -> None:
    name = f"next {size_px[0]}x{size_px[1]}"
    some = f" of {images}" if images > 8 * steps else ""
    with window_on(project_of(folder, images, size_px)) as window:
        ahead, jumped = next_image(window, steps)
    say(name + some, told([s.photo_ms for s in ahead]))
    say("  the rest of the window", told([s.window_ms for s in ahead]))
    say(f"{name}{some}, not fetched", told([s.photo_ms for s in jumped]))
    say("  something of it is seen", told([s.something_ms for s in jumped]))
    say("  more than decoding", told([s.added_ms for s in jumped]))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--large", type=int, nargs="*", default=[20_000])
    parser.add_argument("--no-start", action="store_true")
    options = parser.parse_args()
    application = QApplication.instance() or QApplication(["bench"])
    collect_rarely()
    hand_over_soon()
    GarbageOnGui(application)
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(look_at_core())
    with tempfile.TemporaryDirectory() as temporary, own_home(Path(temporary)):
        home = Path(temporary)
        if not options.no_start:
            print_start()
        for size_px in SIZES_PX:
            print_next(home / f"{size_px[0]}", 8 * options.steps, size_px, options.steps)
        for images in options.large:
            print_next(home / f"{images}", images, SIZES_PX[0], options.steps)
            say(f"open {images}", told(open_ms(home / f"{images}" / "project")))
        for outlined in (False, True):
            print(f"{BOXES} boxes, {'a third' if outlined else 'none'} with an outline")
            project = crowded_project(home / f"crowded_{outlined}", outlined=outlined)
            with window_on(project) as window:
                for what, taken_ms in crowded(window).items():
                    say(what, told_ms(median(taken_ms), max(taken_ms)))
    print(f"load of the machine after: {os.getloadavg()[0]:.1f}")
    print(look_at_core())
    application.quit()


if __name__ == "__main__":
    main()
