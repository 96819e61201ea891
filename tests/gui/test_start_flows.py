"""From the start page to photos on the bench, as somebody does it on their first day."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.shell.frame.main_window import MainWindow
from app.storage.project import Project
from app.storage.project_file import FILE_NAME
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import write_photo

A_WHILE_MS = 20_000


@pytest.fixture
def window(qtbot: QtBot, home: Path) -> Iterator[MainWindow]:
    """On the start page."""
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1400, 900)
    with qtbot.waitActive(window):
        window.show()
    yield window
    window.close()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Two photos, and a file that only pretends to be one."""
    folder = tmp_path / "shift 7"
    folder.mkdir()
    for number in (1, 2):
        write_photo(folder / f"layer_{number}.png", 60 * number)
    (folder / "broken.png").write_bytes(b"no photo")
    return folder


def said(window: MainWindow) -> str:
    return "\n".join(f"{m.what} {m.hint}" for m in window.messages.history)


def test_a_new_project_takes_its_photos_and_opens_the_first(
    qtbot: QtBot, window: MainWindow, photos: Path, tmp_path: Path
):
    qtbot.mouseClick(window.start_page.new, Qt.MouseButton.LeftButton)
    page = window.pages.currentWidget()
    page.set_photos(str(photos))
    page.set_folder(str(tmp_path / "bench"))
    page.label_set.setCurrentText("powder-bed")
    qtbot.mouseClick(page.create_, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: window.bench is not None and window.bench.viewing.is_there, timeout=A_WHILE_MS
    )
    qtbot.waitUntil(lambda: "2 photos added" in said(window), timeout=A_WHILE_MS)
    assert window.bench.project.folder == tmp_path / "bench" / "shift 7"
    assert window.bench.project.images.count()["new"] == 2
    assert "streak" in [c.name for c in window.bench.project.classes.all()]
    assert "broken.png" in said(window)
    assert "layer_1.png" in window.windowTitle()


def test_what_is_in_the_way_of_a_new_project_is_said_beside_what_was_typed(
    qtbot: QtBot, window: MainWindow, project: Project
):
    window.start.ask_new()
    page = window.pages.currentWidget()
    page.name.setText(project.folder.name)
    page.set_folder(str(project.folder.parent))
    qtbot.mouseClick(page.create_, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "project already" in page.missing.text(), timeout=A_WHILE_MS)
    assert page.name.text() == project.folder.name
    assert window.bench is None


def test_back_leads_to_the_start_page(qtbot: QtBot, window: MainWindow):
    window.start.ask_new()
    page = window.pages.currentWidget()
    qtbot.mouseClick(page.cancel, Qt.MouseButton.LeftButton)
    assert window.pages.currentWidget() is window.start_page


def test_no_key_reaches_an_image_behind_the_page_for_a_new_project(
    project: Project, bench: BenchDriver
):
    bench.window.start.ask_new()
    bench.press(Qt.Key.Key_Space)
    assert bench.window.bench is None
    assert project.images.get(1).label.state == "new"


def test_a_folder_that_is_no_project_is_told_and_leaves_what_is_open(
    bench: BenchDriver, tmp_path: Path
):
    bench.window.open_folder(tmp_path)
    assert any("is not a Flawmark project" in words for words in bench.said())
    assert bench.sheet.image_id == 1


def test_recent_projects_are_listed_also_those_that_are_gone_until_forgotten(
    window: MainWindow, project: Project, tmp_path: Path
):
    window.open_folder(project.folder)
    gone = str(tmp_path / "gone")
    window.preferences = window.preferences.with_opened(gone, datetime(2026, 1, 1, tzinfo=UTC))
    window.close_project()
    first, second = window.start_page.cards
    assert (first.project.path, first.project.is_there) == (gone, False)
    assert (second.project.path, second.project.is_there) == (str(project.folder), True)
    first.forget.click()
    assert [c.project.path for c in window.start_page.cards] == [str(project.folder)]


def test_photos_dropped_on_the_start_page_begin_a_project(window: MainWindow, photos: Path):
    window.start_page.dropped.emit(str(photos))
    page = window.pages.currentWidget()
    assert (page.photos.text(), page.name.text()) == (str(photos), "shift 7")


def test_a_project_dropped_on_the_start_page_is_opened(window: MainWindow, project: Project):
    window.start_page.dropped.emit(str(project.folder))
    assert window.bench is not None
    assert window.bench.project.folder == project.folder


def test_photos_dropped_on_the_bench_come_into_the_project(
    project: Project, bench: BenchDriver, photos: Path
):
    bench.window.start.take_dropped(photos)
    bench.qtbot.waitUntil(lambda: len(bench.bench.browsing.order.ids) == 5, timeout=A_WHILE_MS)
    assert bench.sheet.image_id == 1


def test_closing_while_photos_come_in_ends_the_threads_and_keeps_a_sound_project(
    bench: BenchDriver, photos: Path, project: Project
):
    (photos / "broken.png").unlink()
    for number in range(400):
        write_photo(photos / f"more_{number:03}.png", number % 255, width=8, height=8)
    bench.window.start.add_photos(photos)
    bench.window.close()
    names = ("job", "header", "writer", "model-request")
    assert not [t.name for t in threading.enumerate() if t.name.startswith(names)]
    with Project.open(project.folder) as again:
        paths = again.images.ids_by_path()
    assert len(paths) in (3, 3 + 200, 3 + 400, 3 + 402)  # batches of 200, whole or not at all


def test_a_project_of_a_newer_version_is_refused_untouched(window: MainWindow, project: Project):
    project.close()
    file = project.folder / FILE_NAME
    with sqlite3.connect(file) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " SELECT migration_set, 'm9999_future', applied_at FROM _sqlite_migrations LIMIT 1"
        )
    db.close()
    before = file.read_bytes()
    window.open_folder(project.folder)
    assert "newer" in said(window)
    assert window.bench is None
    assert file.read_bytes() == before


def test_one_project_after_the_other(
    bench: BenchDriver, tmp_path: Path, open_bench: Callable[[Path], BenchDriver]
):
    Project.create(tmp_path / "other").close()
    bench.window.open_folder(tmp_path / "other")
    assert bench.bench.document.image is None
    assert "no photos yet" in bench.canvas.message
    assert bench.window.status.saved.words == ""
    assert len(bench.window.panels_menu.actions()) == len(bench.bench.panels.docks)
