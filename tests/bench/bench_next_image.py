"""The next image: from the key press until the canvas has painted it, with its boxes.

    python -m tests.bench.bench_next_image [--steps 40] [--window 1400x1000]

makes grey JPEG photos of powder beds of the peers' two sizes in a temporary folder, and steps
through them on a real canvas with a real project behind: once with the neighbours fetched ahead,
once jumping to photos that nobody has read, of which the list has thumbnails. Figures are
milliseconds, median (95th percentile).
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.imaging.opencv import cv2
from app.imaging.pixels import read_levels
from app.samples.powder_bed import powder_bed_photo
from app.services.thumbnails import thumbnail, thumbnail_path
from app.shell.photos.photos import Photos
from app.storage.images import NewImage
from app.storage.project import Project
from widgets.canvas.canvas import Canvas
from widgets.photo.picture import Picture

SIZES_PX = ((1024, 1024), (3772, 3302))
PEERS_MS = {(1024, 1024): ("ISAT", 14, 18), (3772, 3302): ("labelme", 30, 41)}
"""The best of the peers at each size: median and p95, on such a machine."""

BOXES_AN_IMAGE = 20
_PHOTOS = 6  # files; images are more, and share them
_MARGIN_PX = 22.0  # as the canvas leaves
_GRAIN = 4.0
_GIVEN_UP_AFTER_S = 20.0


@dataclass(frozen=True, slots=True)
class Step:
    """Milliseconds from the key press until something of the photo, and until all was painted;
    and what decoding it alone took just before.
    """

    seen_ms: float
    sharp_ms: float
    decoding_ms: float

    @property
    def added_ms(self) -> float:
        """To decoding."""
        return self.sharp_ms - self.decoding_ms


class Stage(QWidget):
    """As the window steps: boxes from the project, the picture from `Photos`, on the canvas."""

    def __init__(self, project: Project, files: Sequence[Path], images: int) -> None:
        super().__init__()
        cache = project.folder / "cache"
        small = [thumbnail_path(cache, f"{n:064x}") for n in range(len(files))]
        for number, file in enumerate(files):
            thumbnail(cache, file, f"{number:064x}")
        self._project, self._files, self._images = project, files, images
        self._classes = {c.id: c for c in project.classes.all()}
        self.photos = Photos(
            lambda row: files[row % len(files)],
            self,
            thumbnail_of=lambda row: small[row % len(files)],
        )
        self.photos.arrived.connect(self._take)
        self.canvas = Canvas()
        self.canvas.installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        self._awake = QTimer(self, interval=1000)  # else a step that hangs would never be noticed
        self._awake.start()
        self.row, self.jump = 0, 1
        self.shown: Picture | None = None
        self.painted: Picture | None = None

    def open(self, width_px: int, height_px: int) -> None:
        """With a photo on it, so that nothing is done for the first time later."""
        self.resize(width_px, height_px)
        self.show()
        QTest.qWaitForWindowExposed(self)
        self.step()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        self.row = (self.row + self.jump) % self._images
        self.shown = None
        picture = self.photos.want(self.row, [self.row + 1, self.row - 1])
        annotations = self._project.annotations.of_image(self.row + 1)
        self.canvas.show_annotations(annotations, self._classes)
        if picture is None:
            self.canvas.show_message("")
        else:
            self._take(self.row, picture)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        ratio = self.devicePixelRatioF()
        width, height = event.size().width(), event.size().height()
        self.photos.set_viewport(width * ratio, height * ratio, _MARGIN_PX * ratio)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            self.painted = self.shown
        return False

    def closeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        self.photos.close()

    def _take(self, row: int, result: Picture | UserError) -> None:
        assert isinstance(result, Picture)
        if row == self.row:
            self.shown = result
            self.canvas.show_picture(result)

    def step(self) -> Step:
        """Presses the key, and waits as a person would: until the picture is there and sharp."""
        self.painted = None
        started = time.perf_counter()
        read_levels(self._files[(self.row + self.jump) % len(self._files)])
        decoding_ms = (time.perf_counter() - started) * 1000
        started = time.perf_counter()
        kind, modifier = QEvent.Type.KeyPress, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(self, QKeyEvent(kind, Qt.Key.Key_Right, modifier))
        seen_ms = None
        while self.painted is None or self.painted.is_preview:
            now_ms = (time.perf_counter() - started) * 1000
            if self.painted is not None and seen_ms is None:
                seen_ms = now_ms
            assert now_ms < _GIVEN_UP_AFTER_S * 1000, "the photo was never painted"
            # Without a time limit: with one, Qt wouldn't wait but spin, and take a core away.
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        sharp_ms = (time.perf_counter() - started) * 1000
        return Step(sharp_ms if seen_ms is None else seen_ms, sharp_ms, decoding_ms)

    def rest(self) -> None:
        """Until the neighbours are here."""
        started = time.perf_counter()
        neighbours = {(self.row + n) % self._images for n in (1, -1)} - {0, self._images - 1}
        while not all(self.photos.peek(row) for row in neighbours):
            assert time.perf_counter() - started < _GIVEN_UP_AFTER_S
            wait(5)
        wait(30)


def write_photos(folder: Path, size_px: tuple[int, int]) -> list[Path]:
    """Grey JPEG photos of this width and height, with the grain that a camera has."""
    width_px, height_px = size_px
    paths = []
    for number in range(_PHOTOS):
        pixels = powder_bed_photo(number, size_px=1024).pixels
        if size_px != (1024, 1024):
            grain = np.random.default_rng(number).normal(0, _GRAIN, (height_px, width_px))
            pixels = cv2.resize(pixels, size_px, interpolation=cv2.INTER_CUBIC) + grain
            pixels = np.clip(pixels, 0, 255).astype(np.uint8)
        _, content = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 92])
        path = folder / f"{width_px}_{number}.jpg"
        path.write_bytes(content.tobytes())
        paths.append(path)
    return paths


def make_project(folder: Path, images: int, size_px: tuple[int, int]) -> Project:
    project = Project.create(folder)
    project.add_classes([LabelClass("streak", colour="#e6194b")], actor="bench")
    width_px, height_px = size_px
    with project.transaction():
        project.images.add(
            NewImage(f"{n}.jpg", f"{n:064x}", 1, 1, width_px, height_px) for n in range(images)
        )
    rng = random.Random(1)
    edits = [
        AnnotationEdit(image_id, None, _box(rng, size_px))
        for image_id in range(1, images + 1)
        for _ in range(BOXES_AN_IMAGE)
    ]
    project.apply(edits, actor="bench")
    return project


def _box(rng: random.Random, size_px: tuple[int, int]) -> Annotation:
    left, top = rng.uniform(0, 0.9 * size_px[0]), rng.uniform(0, 0.9 * size_px[1])
    box = Box(left, top, left + 0.08 * size_px[0], top + 0.05 * size_px[1])
    return Annotation(new_uid(), 1, box, author="bench")


def wait(duration_ms: int) -> None:
    """Not by QTest.qWait: that keeps Python's other threads waiting too."""
    loop = QEventLoop()
    QTimer.singleShot(duration_ms, loop.quit)
    loop.exec()


def steps_taken(stage: Stage, steps: int, *, jump: int) -> list[Step]:
    """By 1 to a photo that was fetched ahead, by 3 to one that nobody has asked for."""
    stage.jump, taken = jump, []
    for _ in range(steps):
        stage.rest()
        taken.append(stage.step())
    return taken


def measure(folder: Path, size_px: tuple[int, int], window_px: tuple[int, int], steps: int) -> None:
    files = write_photos(folder, size_px)
    with make_project(folder / f"project_{size_px[0]}", 8 * steps, size_px) as project:
        stage = Stage(project, files, 8 * steps)
        stage.open(*window_px)
        ahead = steps_taken(stage, steps, jump=1)
        jumped = steps_taken(stage, steps, jump=3)
        stage.close()
    peer, *peer_ms = PEERS_MS[size_px]
    print(f"{size_px[0]} x {size_px[1]}")
    print(
        f"  fetched ahead         {told([s.sharp_ms for s in ahead])}    {peer} {told_ms(*peer_ms)}"
    )
    print(f"  not fetched, seen     {told([s.seen_ms for s in jumped])}")
    print(f"  not fetched, sharp    {told([s.sharp_ms for s in jumped])}")
    print(f"  more than decoding    {told([s.added_ms for s in jumped])}")


def told(values_ms: Sequence[float]) -> str:
    """Median and 95th percentile."""
    return told_ms(median(values_ms), float(np.percentile(values_ms, 95)))


def told_ms(middle_ms: float, late_ms: float) -> str:
    return f"{middle_ms:6.1f} ({late_ms:.1f})"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--window", default="1400x1000")
    options = parser.parse_args()
    width_px, height_px = (int(side) for side in options.window.split("x"))
    application = QApplication.instance() or QApplication(["bench"])
    with tempfile.TemporaryDirectory() as temporary:
        for size_px in SIZES_PX:
            measure(Path(temporary), size_px, (width_px, height_px), options.steps)
    application.quit()


if __name__ == "__main__":
    main()
