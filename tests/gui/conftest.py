"""A project with photos that were really written, and the window on it."""

import os
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
from app.shell.window import ViewerWindow
from app.storage.project import Project
from app.storage.runs import RunKey
from tests.gui.driver import ViewerDriver

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
def open_viewer(qtbot: QtBot) -> Callable[[Project], ViewerDriver]:
    def opened(project: Project) -> ViewerDriver:
        window = ViewerWindow(project)
        qtbot.addWidget(window)
        window.resize(1100, 700)
        window.show()
        qtbot.waitActive(window)
        return ViewerDriver(qtbot, window)

    return opened


@pytest.fixture
def viewer(project: Project, open_viewer: Callable[[Project], ViewerDriver]) -> ViewerDriver:
    driver = open_viewer(project)
    driver.wait_for_photo("layer_1.png")
    return driver
