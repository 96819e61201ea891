"""Fetching ahead pays, and so does the copy that fits, as ratios in one run."""

from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from app.shell.photos.pictures import Viewport, load_picture
from tests.bench.bench_next_image import Stage, make_project, steps_taken, write_photos
from tests.bench.bench_project import cpu_ms
from widgets.photo.painter import paint_picture
from widgets.photo.picture import Picture
from widgets.photo.view import Size, fitted

LARGE = (3772, 3302)
STEPS = 8
WINDOW = Size(1000, 900)


@pytest.mark.alone
@pytest.mark.slow
def test_a_large_photo_that_was_fetched_ahead_needs_no_decoding(
    qtbot: QtBot, tmp_path: Path
) -> None:
    files = write_photos(tmp_path, LARGE)
    with make_project(tmp_path / "project", 8 * STEPS, LARGE) as project:
        stage = Stage(project, files, 8 * STEPS)
        qtbot.addWidget(stage)
        stage.open(1000, 900)
        ahead = steps_taken(stage, STEPS, jump=1)
        jumped = steps_taken(stage, STEPS, jump=3)
        stage.close()
    assert median(s.sharp_ms for s in jumped) > 2 * median(s.sharp_ms for s in ahead)
    assert all(step.seen_ms <= step.sharp_ms for step in jumped)
    assert median(s.seen_ms for s in jumped) < 0.8 * median(s.sharp_ms for s in jumped)


@pytest.mark.slow
def test_the_fitted_copy_is_painted_in_a_fraction_of_the_time(tmp_path: Path) -> None:
    path = write_photos(tmp_path, LARGE)[0]
    with_copy = load_picture(path, Viewport(WINDOW.width, WINDOW.height, 22))
    stretched_ms, copied_ms = (
        cpu_ms(_painting(load_picture(path))),
        cpu_ms(_painting(with_copy)),
    )
    assert stretched_ms / copied_ms > 2  # 7 to 10; 3.7 where the host held up the machine


def _painting(picture: Picture) -> Callable[[], None]:
    target = QImage(int(WINDOW.width), int(WINDOW.height), QImage.Format.Format_RGB32)
    view = fitted(picture.size, WINDOW, margin_px=22)

    def paint() -> None:
        with QPainter(target) as painter:
            paint_picture(painter, picture, view, WINDOW, 1.0)

    return paint
