"""What services and the core refuse, in a Chinese window: nothing of it is told in English."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.edit import AnnotationEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.prelabelling import PrelabelReport
from app.shell.frame import error_words
from app.shell.frame.language import use_language
from app.shell.frame.messages import Messages
from app.shell.frame.preferences import Preferences, save_preferences
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from widgets.frame.export_dialog import ExportDialog
from widgets.frame.message_bar import Message, MessageBar

Key = Qt.Key


@pytest.fixture(autouse=True)
def chinese(home: Path, qapp: QApplication) -> Iterator[None]:
    """For every window that is opened now."""
    save_preferences(Preferences(language="zh_CN"), home / "config")
    before = QLocale()
    use_language(qapp, "zh_CN")
    yield
    use_language(qapp, "en")
    QLocale.setDefault(before)


def english_in(text: str) -> str:
    """Without the names of files and commands."""
    return " ".join(re.findall(r"[A-Za-z]{3,}", re.sub(r"`[^`]*`|\S*/\S*|\S+\.png", "", text)))


def told(bench: BenchDriver) -> Message:
    """What the bar says, once it does."""
    bar = bench.window.findChild(MessageBar)
    bench.qtbot.waitUntil(lambda: bar.shown is not None)
    assert bar.shown is not None
    return bar.shown


def test_every_level_of_a_message_is_said_in_chinese(qtbot: QtBot, tmp_path: Path):
    messages = Messages(tmp_path / "log")
    error = UserError("/p/project.db has no room: the disk is full.", hint="Check the path.")
    messages.error(error)
    messages.refuse(error)
    messages.warn(error.what, hint=error.hint)
    qtbot.waitUntil(lambda: len(messages.history) == 3)
    assert {(m.what, m.hint) for m in messages.history} == {
        ("/p/project.db 没有空间：磁盘已满。", "Check the path.")  # nothing says the latter
    }


def test_a_photo_that_cannot_be_read_says_why_on_the_canvas_and_to_who_judges_it(
    project: Project, open_bench: Callable[[Path], BenchDriver]
):
    photo = project.locate(project.images.get(2).path)
    photo.write_bytes(photo.read_bytes()[:-40])
    bench = open_bench(project.folder)
    bench.wait_for_image(1)
    bench.press(Key.Key_D)
    bench.qtbot.waitUntil(lambda: "layer_2.png 不完整：" in bench.canvas.message)
    assert "请从来源重新复制，或不使用它。" in bench.canvas.message
    assert english_in(bench.canvas.message) == ""
    bench.press(Key.Key_Space)
    what = told(bench).what
    assert "layer_2.png 不完整：" in what and english_in(what) == ""


@pytest.mark.parametrize("to", ["yolo", "jsonl"])
def test_all_that_an_export_tells_is_said_in_chinese(bench: BenchDriver, to: str):
    bench.drag((100, 100), (120, 130))
    bench.wait_until_saved()
    bench.window.action_set.action("export").trigger()
    dialog = bench.window.findChild(ExportDialog)
    dialog.to.setCurrentIndex(dialog.to.findData(to))
    dialog.export.click()
    lines = told(bench).hint.splitlines()
    assert "1 个框是无人核对过的预标框。" in lines
    assert len(lines) > 1 and [line for line in lines if not re.search(r"[一-鿿]", line)] == []


def test_a_refused_move_says_why(bench: BenchDriver):
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    bench.press(Key.Key_Space)
    message = told(bench)
    assert message.what == "此图像上没有框，也没有人标为正常。"
    assert message.hint == "请补画缺少的框，或把图像标为正常。"


def test_what_somebody_else_has_changed_is_told_at_the_foot_too(
    project: Project, bench: BenchDriver
):
    streak = next(a for a in project.annotations.of_image(1) if a.uid == "s1")
    with Project.open(project.folder) as theirs:
        moved = replace(streak, box=Box(50, 50, 70, 120))
        theirs.apply([AnnotationEdit(1, streak, moved)], actor="li")
    bench.click((50, 85))
    bench.press(Key.Key_X)
    message = told(bench)
    assert message.what.endswith("图像 1 上的一个框在此期间被他人改动。")
    assert message.hint == "请重新查看图像，再重做你的改动。本次改动均未保存。"
    assert "在此期间被他人改动" in bench.window.status.saved.words


def test_a_report_of_a_model_is_in_chinese(bench: BenchDriver):
    report = PrelabelReport(
        notes=("OpenVINO can't use cuda here; it runs on the CPU.",),
        images=1,
        refused=[UserError("a.png: /x/a.png doesn't exist", hint="Leave it out.")],
    )
    bench.bench.models.modelling._jobs.finished.emit(report)
    panel = bench.bench.panels.prelabel
    assert panel.refused.item(0).text() == "a.png: /x/a.png 不存在"
    assert panel.refused.item(0).toolTip() == "请不使用它。"


def test_the_catalogue_is_not_read_before_something_goes_wrong(
    project: Project, open_bench: Callable[[Path], BenchDriver]
):
    error_words._chinese.cache_clear()
    bench = open_bench(project.folder)
    bench.wait_for_image(1)
    bench.press(Key.Key_D)
    bench.wait_for_image(2)
    assert error_words._chinese.cache_info().currsize == 0
