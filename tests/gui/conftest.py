"""A project with photos that were really written, and the window on it."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

# On a desktop too: windows would steal the focus, and without a window manager get none.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.imaging.opencv import cv2
from app.services.import_photos import import_photos
from app.shell.frame.main_window import MainWindow
from app.storage.project import Project
from app.storage.project_file import FILE_NAME
from app.storage.runs import RunKey
from tests.gui.bench_driver import BenchDriver

pytest.register_assert_rewrite("tests.gui.window_checks")

WIDTH_PX, HEIGHT_PX = 240, 160
STREAK, SLAG = 1, 2
STREAK_BOX = Box(40, 50, 60, 120)
SLAG_BOX = Box(140, 60, 180, 90)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Three even grey photos of 240x160. The first has a person's streak and a model's slag."""
    photos = tmp_path / "photos"
    photos.mkdir()
    for number, grey in enumerate((90, 130, 170), start=1):
        write_photo(photos / f"layer_{number}.png", grey)
    with Project.create(tmp_path / "line3") as project:
        streak = LabelClass("streak", name_zh="条纹", colour="#e6194b")
        slag = LabelClass("slag", name_zh="灰渣", colour="#4363d8")
        project.add_classes([streak, slag], actor="lead")
        import_photos(project, photos)
        with project.transaction():
            run = project.runs.open(RunKey("model", "starter", "w", {}), actor="lead")
        boxes = [
            Annotation("s1", STREAK, STREAK_BOX, author="ann"),
            Annotation("g1", SLAG, SLAG_BOX, score=0.83, run_id=run),
        ]
        project.apply([AnnotationEdit(1, None, a) for a in boxes], actor="ann")
        yield project


def write_photo(
    path: Path, rgb: int | tuple[int, int, int], *, width: int = WIDTH_PX, height: int = HEIGHT_PX
) -> None:
    """An even photo in one grey or colour."""
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[...] = rgb
    _, content = cv2.imencode(".png", pixels[:, :, ::-1])
    path.write_bytes(content.tobytes())


@pytest.fixture
def lock(project: Project) -> Iterator[Callable[[], sqlite3.Connection]]:
    """Another program that holds the right to write until its connection commits."""
    held: list[sqlite3.Connection] = []

    def take() -> sqlite3.Connection:
        other = sqlite3.connect(
            project.folder / FILE_NAME, isolation_level=None, check_same_thread=False
        )
        other.execute("BEGIN IMMEDIATE")
        held.append(other)
        return other

    yield take
    for other in held:
        other.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the window keeps what it remembers, and whose it is."""
    monkeypatch.setenv("FLAWMARK_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("FLAWMARK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("FLAWMARK_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("FLAWMARK_SERVERS", str(tmp_path / "servers.yaml"))
    monkeypatch.setenv("FLAWMARK_USER", "ann")
    return tmp_path


@pytest.fixture
def open_bench(qtbot: QtBot, home: Path) -> Iterator[Callable[[Path], BenchDriver]]:
    """Opens the window on the project in a folder; all windows are closed in the end."""
    windows: list[MainWindow] = []

    def opened(folder: Path) -> BenchDriver:
        window = MainWindow()
        qtbot.addWidget(window)
        windows.append(window)
        window.resize(1400, 900)
        window.open_project(Project.open(folder))
        with qtbot.waitActive(window):
            window.show()
        return BenchDriver(qtbot, window)

    yield opened
    for window in windows:
        window.close()


@pytest.fixture
def bench(project: Project, open_bench: Callable[[Path], BenchDriver]) -> BenchDriver:
    """On the first image of `project`, with its photo."""
    driver = open_bench(project.folder)
    driver.wait_for_image(1)
    return driver
