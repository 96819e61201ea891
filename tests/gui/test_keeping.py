"""What the window remembers is written beside it, and whole when it closes."""

import os
import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.core.errors import UserError
from app.shell.frame import preferences as module
from app.shell.frame.keeping import Keeping
from app.shell.frame.main_window import MainWindow
from app.shell.frame.preferences import Preferences, load_preferences


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FLAWMARK_CONFIG", str(tmp_path / "config"))
    return tmp_path / "config"


@pytest.fixture
def busy_disk(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """A disk that answers nobody until this is set; the GUI thread would wait for ever."""
    is_free, gui = threading.Event(), threading.get_ident()
    fsync = os.fsync

    def wait(number: int) -> None:
        assert threading.get_ident() != gui or is_free.is_set()
        is_free.wait()
        fsync(number)

    monkeypatch.setattr(module.os, "fsync", wait)
    return is_free


def test_a_theme_is_chosen_while_the_disk_is_busy(
    qtbot: QtBot, config: Path, busy_disk: threading.Event
) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    for name in ("theme_dark", "theme_light", "theme_dark"):
        window.action_set.action(name).trigger()
    assert load_preferences(config) == (Preferences(), None)
    busy_disk.set()
    window.close()
    assert load_preferences(config)[0].theme == "dark"


def test_what_was_kept_before_comes_first(config: Path, busy_disk: threading.Event) -> None:
    keeping = Keeping(pytest.fail)
    for theme in ("light", "dark", "light"):
        keeping.keep(Preferences(theme=theme))
    busy_disk.set()
    keeping.end_with(Preferences(theme="dark"))
    assert load_preferences(config)[0].theme == "dark"
    keeping.keep(Preferences(theme="light"))
    assert load_preferences(config)[0].theme == "light"


def test_what_can_not_be_kept_is_told(qtbot: QtBot, config: Path) -> None:
    config.write_text("no folder")
    told: list[UserError] = []
    keeping = Keeping(told.append)
    keeping.keep(Preferences())
    qtbot.waitUntil(lambda: len(told) == 1)
    assert str(config) in told[0].what
    keeping.end_with(Preferences())
    assert len(told) == 2
