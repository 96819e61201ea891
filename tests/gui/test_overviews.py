"""The docks that tell how the project stands, in the window: read as soon as somebody looks."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.shell.bench import balancing, quality
from tests.gui.bench_driver import BenchDriver


@pytest.fixture(autouse=True)
def changes_settle_in_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (balancing, quality):
        monkeypatch.setattr(room, "_SETTLED_MS", 3_600_000)


def test_the_first_look_waits_for_nothing(bench: BenchDriver, qtbot: QtBot) -> None:
    panels = bench.bench.panels
    panels.bring_up("balance")
    panels.bring_up("quality")

    assert "Normal: 0 of" in panels.balance.summary.text()
    qtbot.waitUntil(lambda: panels.quality.people_told.text() != "")
    qtbot.waitUntil(lambda: panels.quality.second_told.text() != "")


def test_only_the_page_of_the_tab_is_in_sight(bench: BenchDriver) -> None:
    panels = bench.bench.panels
    panels.bring_up("quality")
    shown = panels.quality

    assert shown.suspects.isVisible() and not shown.proposals.isVisible()
    shown.tabs.setCurrentIndex(1)
    assert not shown.suspects.isVisible() and shown.proposals.isVisible()
    assert shown.tabs.focusPolicy() == Qt.FocusPolicy.NoFocus
