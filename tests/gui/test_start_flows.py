"""From the start page to photos on the bench, as somebody does it on their first day."""

import sqlite3
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.services import demo as demo_service
from app.services import import_photos as import_service
from app.shell.frame.main_window import MainWindow
from app.storage.project import Project
from app.storage.project_file import FILE_NAME
from backends.base import BACKENDS
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG_BOX, write_photo
from widgets.frame.new_project_dialog import NewProjectDialog
from widgets.frame.work_part import WorkPart

A_WHILE_MS = 20_000
A_TURN_MS = 300


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


@pytest.fixture
def small_demo(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One photo, and as in the bundle no library for models. Where the demo will be."""
    spec = replace(BACKENDS["ultralytics"], target="a_library_that_nobody_has:Detector")
    monkeypatch.setitem(BACKENDS, "ultralytics", spec)
    monkeypatch.setattr(demo_service, "demo", partial(demo_service.demo, photos=1))
    monkeypatch.setattr(Path, "home", lambda: home)
    return home / "flawmark-demo" / "project"


def click(qtbot: QtBot, button: QWidget) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def asked(window: MainWindow) -> NewProjectDialog:
    """Where a new project is told."""
    (dialog,) = (d for d in window.findChildren(NewProjectDialog) if d.isVisible())
    return dialog


def drop(window: MainWindow, *paths: Path) -> None:
    """From a file manager."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    held = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    how = (Qt.DropAction.CopyAction, data, *held)
    at = window.rect().center()
    with warnings.catch_warnings():  # Qt marks the one way to make a drag as deprecated
        warnings.simplefilter("ignore", DeprecationWarning)
        entering = QDragEnterEvent(at, *how)
    entering.setAccepted(False)
    QApplication.sendEvent(window, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(at), *how))


def said(window: MainWindow) -> str:
    return "\n".join(f"{m.what} {m.hint}" for m in window.messages.history)


def test_a_folder_of_photos_that_is_typed_names_the_project_that_has_no_name(
    qtbot: QtBot, window: MainWindow
):
    qtbot.mouseClick(window.start_page.new, Qt.MouseButton.LeftButton)
    page = asked(window)
    for typed, name in (("/data/bed 3", "bed 3"), ("/data/one.png", ""), ("/data/bed 4", "bed 4")):
        page.photos.clear()
        qtbot.keyClicks(page.photos, typed)
        assert page.name.text() == name
    page.name.setText("line 3")
    qtbot.keyClicks(page.photos, "0")
    assert page.name.text() == "line 3"
    page.reject()


def test_a_new_project_takes_its_photos_and_opens_the_first(
    qtbot: QtBot, window: MainWindow, photos: Path, tmp_path: Path
):
    qtbot.mouseClick(window.start_page.new, Qt.MouseButton.LeftButton)
    page = asked(window)
    page.set_photos([str(photos)], photos.name)
    page.set_folder(str(tmp_path / "bench"))
    page.label_set.setCurrentText("powder-bed")
    qtbot.mouseClick(page.create_, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: window.bench is not None and window.bench.viewing.is_there, timeout=A_WHILE_MS
    )
    qtbot.waitUntil(lambda: "Photos added: 2" in said(window), timeout=A_WHILE_MS)
    assert window.bench.project.folder == tmp_path / "bench" / "shift 7"
    assert window.bench.project.images.count()["new"] == 2
    assert "streak" in [c.name for c in window.bench.project.classes.all()]
    assert "broken.png" in said(window)
    assert "layer_1.png" in window.windowTitle()


def test_what_is_in_the_way_of_a_new_project_is_said_beside_what_was_typed(
    qtbot: QtBot, window: MainWindow, project: Project
):
    window.start.ask_new()
    page = asked(window)
    page.name.setText(project.folder.name)
    page.set_folder(str(project.folder.parent))
    qtbot.mouseClick(page.create_, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "project already" in page.missing.text(), timeout=A_WHILE_MS)
    assert page.name.text() == project.folder.name
    assert window.bench is None


def test_back_and_escape_lead_back_to_what_was_there(qtbot: QtBot, bench: BenchDriver):
    window, before = bench.window, bench.bench
    bench.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    click(qtbot, asked(window).cancel)
    bench.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(asked(window), Qt.Key.Key_Escape)
    assert not window.start.is_asking
    assert window.bench is before and bench.sheet.image_id == 1
    bench.press(Qt.Key.Key_D)
    bench.wait_for_image(2)


def test_a_new_project_takes_the_place_of_the_one_that_is_open(
    qtbot: QtBot, bench: BenchDriver, project: Project, photos: Path, tmp_path: Path
):
    """What was begun in that one is saved, and the photos come into the new one."""
    bench.click(SLAG_BOX.centre)
    bench.press(Qt.Key.Key_Right)
    bench.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = asked(bench.window)
    dialog.set_photos([str(photos / "layer_1.png")], "shift 7")
    dialog.set_folder(str(tmp_path / "bench"))
    click(qtbot, dialog.create_)
    qtbot.waitUntil(lambda: bench.window.bench.project.folder == tmp_path / "bench" / "shift 7")
    qtbot.waitUntil(lambda: "Photos added: 1" in said(bench.window), timeout=A_WHILE_MS)
    assert not bench.window.start.is_asking
    assert project.images.count()["new"] == 2
    saved = {a.uid: a.box for a in project.annotations.of_image(1)}
    assert saved["g1"] == SLAG_BOX.moved(1, 0)


def test_no_key_reaches_an_image_behind_the_question_for_a_new_project(
    project: Project, bench: BenchDriver
):
    bench.window.start.ask_new()
    bench.press(Qt.Key.Key_Space)
    bench.qtbot.keyClick(asked(bench.window), Qt.Key.Key_Space)
    assert bench.window.bench is not None
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
    drop(window, photos)
    page = asked(window)
    assert (page.photos.text(), page.name.text()) == (str(photos), "shift 7")


def test_a_project_dropped_on_the_start_page_is_opened(window: MainWindow, project: Project):
    drop(window, project.folder)
    assert window.bench is not None
    assert window.bench.project.folder == project.folder


def test_a_folder_dropped_on_the_bench_comes_into_the_project(
    project: Project, bench: BenchDriver, photos: Path
):
    drop(bench.window, photos)
    bench.qtbot.waitUntil(lambda: len(bench.bench.browsing.order.ids) == 5, timeout=A_WHILE_MS)
    assert bench.sheet.image_id == 1


def test_of_what_is_dropped_all_is_taken_and_nothing_beside_it(
    project: Project, bench: BenchDriver, photos: Path, tmp_path: Path
):
    """Two photos of one folder that holds more, a folder, and something that is no photo."""
    write_photo(photos / "layer_3.png", 200)
    other = tmp_path / "shift 8"
    other.mkdir()
    write_photo(other / "layer_9.png", 210)
    (other / "notes.txt").write_text("spread twice")
    before = set(project.images.ids_by_path())
    drop(bench.window, photos / "layer_1.png", photos / "layer_3.png", other, other / "notes.txt")
    bench.qtbot.waitUntil(lambda: "Photos added: 3" in said(bench.window), timeout=A_WHILE_MS)
    new = set(project.images.ids_by_path()) - before
    assert {Path(path).name for path in new} == {"layer_1.png", "layer_3.png", "layer_9.png"}
    assert "Files that were not taken as they are: 1" in said(bench.window)
    assert "notes.txt" in said(bench.window) and "broken.png" not in said(bench.window)


def test_single_photos_dropped_on_the_start_page_begin_a_project(
    qtbot: QtBot, window: MainWindow, photos: Path, tmp_path: Path
):
    write_photo(photos / "layer_3.png", 200)
    drop(window, photos / "layer_1.png", photos / "layer_3.png")
    page = asked(window)
    assert page.name.text() == "shift 7"
    page.set_folder(str(tmp_path / "bench"))
    click(qtbot, page.create_)
    qtbot.waitUntil(lambda: "Photos added: 2" in said(window), timeout=A_WHILE_MS)


def test_labels_of_one_folder_come_in_also_where_those_of_another_can_not(
    project: Project, bench: BenchDriver, photos: Path, tmp_path: Path
):
    (photos / "layer_1.txt").write_text("0 0.5 0.5 0.2 0.2\n")
    (photos / "classes.txt").write_text("streak\n")
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    write_photo(mixed / "bed.png", 80)
    (mixed / "bed.json").write_text(
        '{"version": "5.0.1", "flags": {}, "shapes": [], "imagePath":'
        ' "bed.png", "imageData": null, "imageHeight": 160,'
        ' "imageWidth": 240}'
    )
    (mixed / "bed.txt").write_text("0 0.5 0.5 0.2 0.2\n")
    drop(bench.window, mixed, photos)
    bench.qtbot.waitUntil(lambda: "Photos added: 3" in said(bench.window), timeout=A_WHILE_MS)
    assert "1 box on 1 image came along" in said(bench.window)
    assert "labels in several formats" in said(bench.window)


def test_a_project_dropped_with_other_things_is_not_mixed_with_them(
    bench: BenchDriver, project: Project, photos: Path, tmp_path: Path
):
    Project.create(tmp_path / "other").close()
    drop(bench.window, tmp_path / "other", photos)
    assert "other is a project. " in said(bench.window)
    assert bench.bench.project.folder == project.folder
    assert project.images.count()["new"] == 3


def test_closing_while_photos_come_in_ends_the_threads_and_keeps_a_sound_project(
    bench: BenchDriver, photos: Path, project: Project
):
    (photos / "broken.png").unlink()
    for number in range(400):
        write_photo(photos / f"more_{number:03}.png", number % 255, width=8, height=8)
    bench.window.start.add_photos([photos])
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
    assert bench.window.status.saved.words == "all saved"
    assert len(bench.window.panels_menu.actions()) == len(bench.bench.panels.docks)


class Held:
    """What is wrapped isn't begun before it may be."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
        self.begun, self.may_go_on = threading.Event(), threading.Event()
        real = getattr(module, name)

        def held(*args: object, **more: object) -> object:
            self.begun.set()
            self.may_go_on.wait()
            return real(*args, **more)

        monkeypatch.setattr(module, name, held)

    def stop(self, qtbot: QtBot, window: MainWindow) -> None:
        """At the foot, when it has begun."""
        qtbot.waitUntil(self.begun.is_set)
        parts = [p for p in window.status.findChildren(WorkPart) if p.isVisible()]
        (part,) = (p for p in parts if p.stop is not window.status.cancel)
        click(qtbot, part.stop)
        self.may_go_on.set()


def test_adding_photos_is_stopped_and_what_came_in_stays(
    qtbot: QtBot,
    window: MainWindow,
    project: Project,
    photos: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(import_service, "_BATCH", 2)  # what only pretends comes first
    held = Held(monkeypatch, import_service, "_save")
    known = project.images.newest()
    window.open_folder(project.folder)
    window.start.add_photos([photos])
    held.stop(qtbot, window)
    qtbot.waitUntil(lambda: "Adding photos was stopped" in said(window))
    assert "Photos added" not in said(window)
    assert project.images.newest() == known + 1
    window.start.add_photos([photos])
    qtbot.waitUntil(lambda: "Photos added: 1, known already: 1." in said(window))


def test_making_the_demo_is_stopped_and_leaves_nothing(
    qtbot: QtBot, window: MainWindow, small_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, demo_service, "demo")
    button = window.start_page.demo
    click(qtbot, button)
    held.stop(qtbot, window)
    qtbot.waitUntil(button.isEnabled)
    assert said(window).strip() == "Making the demo was stopped."
    assert not list(small_demo.parent.parent.glob("flawmark-demo*"))


def test_a_double_click_on_a_card_opens_its_project_once(
    qtbot: QtBot, window: MainWindow, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.open_folder(project.folder)
    window.leave_project()
    qtbot.waitUntil(window.start_page.isVisible)
    opened: list[Path] = []

    def recorded(folder: Path) -> Project:
        opened.append(folder)
        return Project.open(folder)

    monkeypatch.setattr("app.shell.frame.main_window.Project", SimpleNamespace(open=recorded))
    (card,) = window.start_page.cards
    low = card.rect().center() + QPoint(0, card.height() // 3)  # the next list lies lower
    qtbot.waitUntil(lambda: window.childAt(card.mapTo(window, low)) is card)
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    place = card.mapTo(window, low)
    window._opening._turns._next.setInterval(A_TURN_MS)  # as where there is more to read
    QTest.mouseClick(card, left, none, low)
    QApplication.processEvents()  # between two clicks of a person the list that comes then appears
    under = window.childAt(place)
    QTest.mouseDClick(under, left, none, under.mapFrom(window, place))  # a second press, for Qt
    QTest.mouseRelease(under, left, none, under.mapFrom(window, place))
    assert window.is_opening
    qtbot.waitUntil(lambda: not window.is_opening and window.bench is not None)
    assert opened == [project.folder]


def test_the_demo_opens_where_no_model_can_run_and_says_what_to_install(
    qtbot: QtBot, window: MainWindow, small_demo: Path
):
    button = window.start_page.demo
    click(qtbot, button)
    assert (button.isEnabled(), button.text()) == (False, "Making the demo …")
    click(qtbot, button)
    qtbot.waitUntil(lambda: window.bench is not None, timeout=A_WHILE_MS)
    assert window.bench.project.folder == small_demo
    assert "no proposals" in said(window) and "a_library_that_nobody_has" in said(window)
    assert "flawmark demo" not in said(window)
    window.close_project()
    assert button.isEnabled()
    told = len(window.messages.history)
    click(qtbot, button)
    qtbot.waitUntil(lambda: window.bench is not None, timeout=A_WHILE_MS)
    assert window.bench.project.folder == small_demo
    assert len(window.messages.history) == told


def test_the_demo_takes_nobody_from_the_project_that_they_opened_meanwhile(
    qtbot: QtBot, window: MainWindow, small_demo: Path, project: Project
):
    click(qtbot, window.start_page.demo)
    window.open_folder(project.folder)
    qtbot.waitUntil(lambda: "demo is ready" in said(window), timeout=A_WHILE_MS)
    assert window.bench is not None and window.bench.project.folder == project.folder
    (ready,) = (m for m in window.messages.history if m.what == "The demo is ready.")
    assert ready.action is not None
    ready.action.does()
    assert window.bench.project.folder == small_demo


def test_the_demo_takes_nobody_from_the_project_that_they_are_about_to_make(
    qtbot: QtBot, window: MainWindow, small_demo: Path
):
    click(qtbot, window.start_page.demo)
    window.start.ask_new()
    qtbot.waitUntil(lambda: "demo is ready" in said(window), timeout=A_WHILE_MS)
    assert window.bench is None and asked(window).isEnabled()


def test_what_has_the_name_of_the_demo_is_in_nobodys_way(
    qtbot: QtBot, window: MainWindow, small_demo: Path, home: Path, project: Project
):
    small_demo.parent.mkdir()
    (small_demo.parent / "photos").mkdir()  # as an earlier version left it when it was killed
    Project.create(home / "flawmark-demo-2" / "project").close()
    click(qtbot, window.start_page.demo)
    qtbot.waitUntil(lambda: window.bench is not None, timeout=A_WHILE_MS)
    assert window.bench.project.folder == home / "flawmark-demo-2" / "project"


def test_closing_gives_the_demo_up_and_leaves_nothing_of_it(
    qtbot: QtBot, window: MainWindow, small_demo: Path, home: Path
):
    click(qtbot, window.start_page.demo)
    qtbot.waitUntil(lambda: bool(list(home.glob("flawmark-demo.*.partial"))), timeout=A_WHILE_MS)
    window.close()
    assert list(home.glob("flawmark-demo*")) == []
