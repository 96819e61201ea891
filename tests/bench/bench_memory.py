"""Whether the window grows: memory while a person steps through thousands of images.

    python -m tests.bench.bench_memory [--images 5000] [--every 500]

makes a project of small photos with boxes, and presses the key for the next image until the last;
every so often a box is drawn and taken back, too. Prints the resident memory, and how many objects
of Python there are.
"""

import argparse
import gc
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.garbage import collect_rarely
from app.imaging.opencv import cv2
from app.samples.powder_bed import powder_bed_photo
from app.shell.frame.main_window import MainWindow
from app.shell.garbage_on_gui import GarbageOnGui
from tests.bench.bench_hour import own_home
from tests.bench.bench_next_image import make_project, wait
from tests.bench.bench_start import _resident_kib
from tests.bench.busy_person import photos_of
from tests.gui.bench_driver import BenchDriver

SIDE_PX = 256
_PHOTOS = 40
_DRAWN_EVERY = 10


@dataclass(frozen=True, slots=True)
class Taken:
    """After so many images. `kinds` counts Python's objects by their type."""

    images: int
    resident_mb: float
    kinds: Counter[str]

    @property
    def objects(self) -> int:
        return self.kinds.total()


def make_window(folder: Path, images: int) -> MainWindow:
    """Open, on the first of so many images, each with a file of its own and 20 boxes."""
    small = [_write(folder / f"{n}.jpg", n) for n in range(_PHOTOS)]
    project = make_project(folder / "project", images, (SIDE_PX, SIDE_PX))
    for number, photo in enumerate(photos_of(folder / "photos", images, small)):
        photo.rename(project.folder / f"{number}.jpg")
    window = MainWindow()
    window.open_project(project)
    window.show()
    QTest.qWaitForWindowExposed(window)
    return window


def _write(path: Path, seed: int) -> Path:
    cv2.imwrite(str(path), powder_bed_photo(seed, size_px=SIDE_PX).pixels)
    return path


def stepped(window: MainWindow, images: int, every: int) -> Iterator[Taken]:
    """Presses the key so often; what is taken after each `every` images."""
    driver = BenchDriver(QTest, window)  # type: ignore[arg-type] - only its keyClick
    for step in range(1, images):
        driver.press(Qt.Key.Key_D)
        while not driver.bench.viewing.is_there:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if step % _DRAWN_EVERY == 0:
            draw_and_undo(driver)
        if step % every == 0:
            wait(500)
            yield taken(step)


def draw_and_undo(driver: BenchDriver) -> None:
    driver.drag((2, 2), (40, 40))
    driver.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    while driver.bench.document.unsaved:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def taken(images: int) -> Taken:
    gc.collect()
    kinds = Counter(type(each).__name__ for each in gc.get_objects())
    return Taken(images, _resident_kib(os.getpid()) / 1024, kinds)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=int, default=5001)
    parser.add_argument("--every", type=int, default=500)
    options = parser.parse_args()
    application = QApplication.instance() or QApplication(["bench"])
    collect_rarely()
    GarbageOnGui(application)
    with tempfile.TemporaryDirectory() as temporary, own_home(Path(temporary)):
        window = make_window(Path(temporary), options.images)
        seen = []
        for now in stepped(window, options.images, options.every):
            seen.append(now)
            print(f"{now.images:6d} images {now.resident_mb:7.1f} MB {now.objects:8d} objects")
        window.close()
    if len(seen) > 1:
        # Until the middle the caches fill, of which the largest may hold 256 MB of pictures.
        first, last = seen[len(seen) // 2 - 1], seen[-1]
        grown = (last.kinds - first.kinds).most_common(8)
        print(f"since the middle {last.resident_mb - first.resident_mb:+.1f} MB; more of: {grown}")
    application.quit()


if __name__ == "__main__":
    main()
