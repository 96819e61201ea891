"""The line at the foot: its words, and that it holds still."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.progress import Progress
from widgets.frame.status_line import StatusLine

NAME = "layer_00423_spreading_camera_2.png"


@pytest.fixture
def line(qtbot: QtBot) -> StatusLine:
    line = StatusLine()
    qtbot.addWidget(line)
    line.resize(1400, 26)
    line.show()
    line.show_image(NAME, "in_progress", row=41, total=300, width_px=3772, height_px=3302)
    return line


def test_it_says_which_image_this_is(line: StatusLine):
    assert line.image.words.split("    ") == ["42 / 300", NAME, "3772 × 3302", "in progress"]
    line.show_no_image()
    assert line.image.words == ""


def test_it_says_what_is_saved(line: StatusLine):
    line.show_saving()
    assert line.saved.words == "saving …"
    line.show_saved(datetime(2026, 11, 22, 12, 3, 7, tzinfo=UTC))
    assert line.saved.words == "saved 12:03:07"
    line.show_not_saved("the disk is full")
    assert line.saved.words == "NOT saved: the disk is full"


def test_a_model_can_be_stopped_while_it_works_only(line: StatusLine, qtbot: QtBot):
    assert not line.cancel.isVisible()
    line.show_model("starter", done=0, total=0, images_per_s=0)
    assert line.model.words == "starter: starting …"
    line.show_model("starter", done=12, total=300, images_per_s=3.14)
    assert (line.model.words, line.model.progress) == ("starter: 12 / 300, 3.1/s", 0.04)

    with qtbot.waitSignal(line.cancel_wanted):
        QTest.mouseClick(line.cancel, Qt.MouseButton.LeftButton)
    line.show_cancelling()
    assert not line.cancel.isEnabled()
    line.show_model_idle("the model ended by itself")
    assert (line.model.words, line.cancel.isVisible()) == ("the model ended by itself", False)


def test_a_job_beside_a_model_has_its_own_progress_and_stop(line: StatusLine, qtbot: QtBot):
    line.show_model("starter", done=12, total=300, images_per_s=3)
    job = line.add_work("exporting")
    assert (job.said.words, job.stop.isVisible()) == ("exporting …", True)
    job.show_step("exporting", Progress(5, 20))
    assert (job.said.words, job.said.progress) == ("exporting: 5 / 20", 0.25)
    assert (line.model.words, line.cancel.isVisible()) == ("starter: 12 / 300, 3.0/s", True)
    asked: list[str] = []
    line.cancel_wanted.connect(lambda: asked.append("model"))
    job.stop_wanted.connect(lambda: asked.append("job"))
    QTest.mouseClick(job.stop, Qt.MouseButton.LeftButton)
    assert asked == ["job"]
    job.show_stopping()
    job.show_step("exporting", Progress(6, 20))  # was on its way
    assert (job.said.words, job.stop.isEnabled()) == ("stopping …", False)
    QTest.mouseClick(line.cancel, Qt.MouseButton.LeftButton)
    assert asked == ["job", "model"]
    line.remove_work(job)
    assert line.model.isVisible() and line.cancel.isEnabled()


def test_a_model_that_is_idle_gives_way_to_a_job_and_comes_back(line: StatusLine):
    line.show_model_idle("model failed")
    first, second = line.add_work("exporting"), line.add_work("adding photos")
    assert not line.model.isVisible() and first.isVisible() and second.isVisible()
    line.show_model("starter", done=0, total=0, images_per_s=0)
    assert line.model.isVisible()
    line.show_model_idle("model failed")
    line.remove_work(first)
    assert not line.model.isVisible()
    line.remove_work(second)
    assert (line.model.isVisible(), line.model.words) == (True, "model failed")


def test_what_takes_several_lines_elsewhere_is_shown_on_one(line: StatusLine):
    line.show_model_idle("died. Try again.")
    on_one = line.model.grab().toImage()
    line.show_model_idle("died.\nTry again.")
    assert line.model.grab().toImage() == on_one
    assert line.model.toolTip() == "died.\nTry again."


def test_pointer_zoom_and_time(line: StatusLine):
    line.show_pointer((12, 7), 133)
    line.show_zoom(1.25)
    line.show_time(75.9)

    assert line.position.text() == "x 12  y 7  133"
    assert (line.zoom.text(), line.time.text()) == ("125%", "1:15")
    line.show_pointer((12, 7), (255, 0, 12))
    assert line.position.text() == "x 12  y 7  255 0 12"
    line.show_pointer(None)
    line.show_time(None)
    assert (line.position.text(), line.time.text()) == ("", "")


def test_nothing_jumps_while_a_part_of_it_changes(line: StatusLine, qtbot: QtBot):
    parts = (line.image, line.saved, line.model, line.position, line.zoom, line.time)
    before = [part.geometry() for part in parts]
    line.show_model("a model with a long name", done=299, total=300, images_per_s=123.4)
    line.show_not_saved("the disk is full, and so is everything else")
    line.show_pointer((3771, 3301), 255)
    line.show_zoom(64)
    line.show_time(3599)
    qtbot.wait(1)

    assert [part.geometry() for part in parts] == before


def test_a_job_takes_no_room_but_that_of_models(line: StatusLine, qtbot: QtBot):
    parts = (line.image, line.saved, line.position, line.zoom, line.time)
    line.show_model("starter", done=299, total=300, images_per_s=1)
    before = [part.geometry() for part in parts]
    job = line.add_work("looking for photos in two parts")
    qtbot.waitUntil(lambda: job.said.width() > 0 and abs(job.width() - line.model.width()) < 60)
    assert [part.geometry() for part in parts] == before
    assert job.stop.geometry().right() < job.width()


def test_a_long_name_gives_way_and_can_be_read_as_tool_tip(line: StatusLine, qtbot: QtBot):
    assert line.image.toolTip() == ""
    line.resize(620, 26)
    qtbot.waitUntil(lambda: NAME in line.image.toolTip())

    assert line.minimumSizeHint().width() <= 620
