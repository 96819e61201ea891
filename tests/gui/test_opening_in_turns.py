"""A project is opened in several turns: what comes in between finds it whole, or the old screen."""

import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QDockWidget
from pytestqt.qtbot import QtBot

from app.core.errors import UserError
from app.shell.frame.main_window import MainWindow
from app.shell.frame.messages import install_excepthook
from app.shell.turns import Turns
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver

TURNS = 6
Key = Qt.Key


@pytest.fixture
def window(qtbot: QtBot, home: Path) -> Iterator[MainWindow]:
    """On the start page."""
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1400, 900)
    with qtbot.waitActive(window):
        window.show()
    QApplication.processEvents()
    yield window
    window.close()


def turns_on(window: MainWindow, folder: Path, turns: int) -> None:
    """Begins to open the project, and lets the event loop have its turn so many times."""
    window.open_folder(folder)
    for _ in range(turns):
        assert window.is_opening
        QApplication.processEvents()


class Painted(QObject):
    """Hears of everything that is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.widgets: list[QObject] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint and watched.isWidgetType():
            self.widgets.append(watched)
        return False


@pytest.fixture
def painted(qapp: QApplication) -> Iterator[Painted]:
    painted = Painted()
    qapp.installEventFilter(painted)
    yield painted
    qapp.removeEventFilter(painted)


def test_the_project_is_whole_after_a_few_turns(
    qtbot: QtBot, window: MainWindow, project: Project
) -> None:
    turns_on(window, project.folder, TURNS - 1)
    assert not window.is_opening
    driver = BenchDriver(qtbot, window)
    driver.wait_for_image(1)
    assert driver.bench.panels.queue.isVisible() and driver.bench.panels.boxes.isVisible()


def test_panels_that_were_left_in_front_have_turns_of_their_own(
    qtbot: QtBot, window: MainWindow, project: Project
) -> None:
    turns_on(window, project.folder, TURNS - 1)
    BenchDriver(qtbot, window).bench.panels.bring_up("prelabel")
    QApplication.processEvents()
    turns_on(window, project.folder, TURNS - 1 + 2)  # the models' dock has two
    assert not window.is_opening
    panels = BenchDriver(qtbot, window).bench.panels
    assert panels.is_seen(type(panels).prelabel) and not panels.looking.isVisible()


def test_the_screen_stays_as_it_was_until_the_last_turn(
    qtbot: QtBot, window: MainWindow, project: Project, painted: Painted
) -> None:
    window.open_folder(project.folder)
    while window.is_opening:
        QApplication.processEvents()
        assert not (window.is_opening and painted.widgets)
    driver = BenchDriver(qtbot, window)
    driver.wait_for_image(1)
    qtbot.waitUntil(lambda: driver.canvas in painted.widgets)
    assert window.start_page not in painted.widgets


def test_the_canvas_comes_first_then_one_part_in_a_turn(
    window: MainWindow, project: Project, painted: Painted
) -> None:
    window.open_folder(project.folder)
    while window.is_opening:
        QApplication.processEvents()
    assert window.bench is not None
    parts = {"canvas": window.bench.canvas, **window.bench.panels.docks}
    turns = []
    for _ in range(20):
        painted.widgets.clear()
        QApplication.processEvents()
        turns.append([name for name, part in parts.items() if part in painted.widgets])
    seen = [names for names in turns if names]
    assert seen[0] == ["canvas"]
    assert all(len(set(names) - {"canvas"}) <= 1 for names in seen)
    assert {"images", "classes", "boxes"} <= {name for names in seen for name in names}


def test_a_theme_comes_over_the_window_part_by_part(
    qtbot: QtBot, window: MainWindow, project: Project, painted: Painted
) -> None:
    window.open_folder(project.folder)
    driver = BenchDriver(qtbot, window)
    driver.wait_for_image(1)
    qtbot.wait(300)
    painted.widgets.clear()
    window.action_set.action("theme_dark").trigger()
    try:
        QApplication.processEvents()
        assert driver.canvas in painted.widgets
        assert not set(driver.bench.panels.docks.values()) & set(painted.widgets)
        for name in ("images", "classes", "boxes"):
            dock = driver.bench.panels.docks[name]
            qtbot.waitUntil(lambda dock=dock: dock in painted.widgets)
        ground = window.grab().toImage().pixelColor(window.statusBar().geometry().center())
        assert ground == window.palette().color(QPalette.ColorRole.Window)
        assert ground.lightness() < 80
    finally:
        window.action_set.action("theme_light").trigger()


def test_another_project_in_its_place_never_shows_the_start_page(
    qtbot: QtBot, window: MainWindow, project: Project, tmp_path: Path, painted: Painted
) -> None:
    Project.create(tmp_path / "other").close()
    window.open_folder(project.folder)
    BenchDriver(qtbot, window).wait_for_image(1)
    painted.widgets.clear()
    window.open_folder(tmp_path / "other")
    while window.is_opening:
        QApplication.processEvents()
    assert window.bench is not None and window.bench.project.folder == tmp_path / "other"
    qtbot.waitUntil(lambda: window.bench.canvas in painted.widgets)
    assert window.start_page not in painted.widgets


@pytest.mark.parametrize("turns", range(TURNS))
def test_a_key_between_the_turns_does_what_it_does(
    qtbot: QtBot, window: MainWindow, project: Project, turns: int
) -> None:
    turns_on(window, project.folder, turns)
    driver = BenchDriver(qtbot, window)
    driver.press(Key.Key_D)
    assert not window.is_opening
    driver.wait_for_image(2)
    assert driver.said() == []


@pytest.mark.parametrize("turns", range(TURNS))
def test_any_key_between_the_turns_leaves_a_window_that_works(
    qtbot: QtBot, window: MainWindow, project: Project, turns: int
) -> None:
    driver = BenchDriver(qtbot, window)
    turns_on(window, project.folder, turns)
    for key in (Key.Key_Escape, Key.Key_2, Key.Key_B, Key.Key_Tab, Key.Key_Plus, Key.Key_F):
        driver.press(key)
    redo = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    driver.press(Key.Key_Z, redo)  # undo would find something, if the image is there by then
    driver.wait_for_image(1)
    assert driver.bench.moves.class_id == 2
    driver.wait_until_saved()
    assert sorted(a.uid for a in driver.boxes()) == ["g1", "s1"]


@pytest.mark.parametrize("turns", range(TURNS))
def test_a_window_that_is_closed_between_the_turns_leaves_nothing(
    qtbot: QtBot,
    window: MainWindow,
    project: Project,
    turns: int,
    open_bench: Callable[[Path], BenchDriver],
) -> None:
    turns_on(window, project.folder, turns)
    assert window.close()
    assert window.bench is None and not window.is_opening
    open_bench(project.folder).wait_for_image(1)


@pytest.mark.parametrize("turns", range(TURNS))
def test_a_project_that_is_left_for_another_between_the_turns(
    qtbot: QtBot, window: MainWindow, project: Project, tmp_path: Path, turns: int
) -> None:
    Project.create(tmp_path / "other").close()
    turns_on(window, tmp_path / "other", turns)
    window.open_folder(project.folder)
    driver = BenchDriver(qtbot, window)
    driver.wait_for_image(1)
    assert driver.bench.project.folder == project.folder


def test_a_window_that_nobody_sees_yet_opens_it_at_once(
    qtbot: QtBot, home: Path, project: Project
) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.open_project(Project.open(project.folder))
    assert not window.is_opening
    window.close()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Project]:
    """Connections of the window itself."""
    opened: list[Project] = []

    def recorded(folder: Path) -> Project:
        opened.append(Project.open(folder))
        return opened[-1]

    monkeypatch.setattr("app.shell.frame.main_window.Project", SimpleNamespace(open=recorded))
    return opened


def breaks(*_: object, **__: object) -> None:
    raise ValueError("a mistake of ours")


@contextmanager
def telling(window: MainWindow) -> Iterator[None]:
    """What is raised meanwhile the window tells, as it does in the program."""
    restore = install_excepthook(window.messages)
    yield
    restore()


def is_closed(project: Project) -> bool:
    try:
        project.version()
    except sqlite3.ProgrammingError:
        return True
    return False


@pytest.mark.parametrize(
    "step",
    [
        "parts.Models",
        "parts.ClassChoice",
        "workbench.connect_panels",
        "workbench.Workbench.list_images",
        "workbench.Workbench.start",
        "panels.Panels.dock_into",
    ],
)
def test_a_turn_that_breaks_leaves_the_start_page_and_says_so(
    qtbot: QtBot,
    window: MainWindow,
    project: Project,
    opened: list[Project],
    monkeypatch: pytest.MonkeyPatch,
    home: Path,
    step: str,
) -> None:
    window.open_folder(project.folder)  # docks have their places then
    assert window.bench is not None
    window.bench.panels.bring_up("boxes")
    window.leave_project()
    layout = window.preferences.dock_state
    with monkeypatch.context() as broken:
        broken.setattr(f"app.shell.bench.{step}", breaks)
        QTimer.singleShot(0, lambda: window.open_folder(project.folder))
        with telling(window):
            qtbot.waitUntil(lambda: window.messages.history)
    assert not window.is_opening
    assert window.bench is None and is_closed(opened[-1])
    assert window.pages.currentWidget() is window.start_page and window.start_page.isVisible()
    (said,) = window.messages.history
    assert said.what == "Something in Flawmark went wrong: ValueError: a mistake of ours"
    assert str(home / "cache" / "flawmark.log") in said.hint
    assert "in breaks" in (home / "cache" / "flawmark.log").read_text("utf-8")
    assert window.preferences.dock_state == layout
    assert not window.findChildren(QDockWidget) and not window.panels_menu.isEnabled()
    qtbot.wait(400)  # nothing of it goes on by itself
    window.open_folder(project.folder)
    BenchDriver(qtbot, window).wait_for_image(1)
    assert len(window.messages.history) == 1


def test_what_is_wrong_with_the_world_is_told_in_its_words(
    qtbot: QtBot, window: MainWindow, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise UserError("The disk is gone.", hint="Plug it in.")

    monkeypatch.setattr("app.shell.bench.workbench.Workbench.list_images", refused)
    window.open_folder(project.folder)
    with telling(window):
        qtbot.waitUntil(lambda: not window.is_opening)
    assert [(m.level, m.what) for m in window.messages.history] == [("error", "The disk is gone.")]
    assert window.bench is None


@pytest.mark.parametrize("part", ["workbench.Workbench._leave", "telling.Telling.close"])
def test_a_project_that_cannot_be_left_for_another_goes_too_and_is_saved(
    qtbot: QtBot,
    window: MainWindow,
    project: Project,
    tmp_path: Path,
    opened: list[Project],
    monkeypatch: pytest.MonkeyPatch,
    part: str,
) -> None:
    Project.create(tmp_path / "other").close()
    window.open_folder(project.folder)
    driver = BenchDriver(qtbot, window)
    driver.wait_for_image(1)
    driver.drag((100, 100), (120, 130))
    with monkeypatch.context() as broken:
        broken.setattr(f"app.shell.bench.{part}", breaks)
        other = Project.open(tmp_path / "other")
        opened.append(other)
        with pytest.raises(ValueError, match="a mistake of ours"):
            window.open_project(other)
    assert window.bench is None and all(map(is_closed, opened))
    assert len(project.annotations.of_image(1)) == 3
    assert window.start_page.isVisible() and not window.findChildren(QDockWidget)


def test_a_window_is_closed_before_the_turn_that_would_break(
    window: MainWindow, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.shell.bench.workbench.Workbench.start", breaks)
    window.open_folder(project.folder)
    assert window.is_opening and window.close()
    assert window.bench is None and not window.is_opening


def test_a_key_meets_the_turn_that_breaks(
    qtbot: QtBot, window: MainWindow, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.shell.bench.workbench.Workbench.start", breaks)
    window.open_folder(project.folder)
    assert window.is_opening
    with telling(window):
        qtbot.keyClick(window, Key.Key_D)
    assert [m.what.rpartition(": ")[2] for m in window.messages.history] == ["a mistake of ours"]
    assert window.bench is None and window.start_page.isVisible()


def test_turns_do_the_steps_in_order_and_let_the_loop_in_between(qtbot: QtBot) -> None:
    done: list[str] = []

    def work() -> Generator[None]:
        for step in "abc":
            turns.finish()  # a step of the work itself meets it as it is
            done.append(step)
            yield

    turns = Turns()
    turns.begin(work())
    assert (done, turns.are_left) == (["a"], True)
    QApplication.processEvents()
    assert done == ["a", "b"]
    turns.finish()
    assert (done, turns.are_left) == (["a", "b", "c"], False)
    qtbot.wait(20)
    assert done == ["a", "b", "c"]


def test_turns_drop_one_work_for_another_one(qtbot: QtBot) -> None:
    done: list[str] = []

    def work(name: str) -> Generator[None]:
        try:
            turns.drop()  # nothing, for a step of it
            yield
            done.append(name)
        finally:
            done.append(f"{name} cleaned up")

    turns = Turns()
    turns.begin(work("a"))
    turns.begin(work("b"))
    assert done == ["a cleaned up"]
    turns.finish()
    assert done == ["a cleaned up", "b", "b cleaned up"]
    turns.drop()
    qtbot.wait(20)
    assert len(done) == 3


def test_of_a_step_that_fails_nothing_is_left() -> None:
    def work() -> Generator[None]:
        yield
        raise ValueError("broken")

    turns = Turns()
    turns.begin(work())
    with pytest.raises(ValueError, match="broken"):
        turns.finish()
    assert not turns.are_left
    turns.finish()


def test_a_dock_that_was_left_floating_is_painted_again(
    window: MainWindow, project: Project, qtbot: QtBot
) -> None:
    window.open_folder(project.folder)
    assert window.bench is not None
    window.bench.panels.bring_up("boxes")
    window.bench.panels.docks["boxes"].setFloating(True)
    qtbot.waitUntil(window.bench.panels.docks["boxes"].isVisible)
    window.leave_project()
    qtbot.waitUntil(lambda: window.bench is None)

    window.open_folder(project.folder)

    assert window.bench is not None
    dock = window.bench.panels.docks["boxes"]
    assert dock.isFloating()
    qtbot.waitUntil(dock.isVisible, timeout=5_000)
    assert dock.updatesEnabled() and window.bench.panels.boxes.updatesEnabled()
