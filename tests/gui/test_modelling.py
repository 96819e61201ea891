"""Models asked from the window: watched, stopped, killed; and what they propose, judged in bulk."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.core.annotation import Annotation
from app.core.blind import SHARE_SETTING
from app.services.model_bench import ModelBench
from app.services.models import STARTER, Model, find_model
from app.services.shelf import Shelf
from app.services.shelf_model import ShelfModel
from app.shell.bench import modelling
from app.shell.bench.model_jobs import ModelJobs
from app.storage.project import Project
from backends.base import BackendSpec
from backends.patience import Patience
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import write_photo
from tests.gui.model_driver import COLOURS, PLAIN, SCRATCH, SLOW, ModelDriver, make_project
from tests.helpers.scripted_models import FINDS, MENDED, NAMES, READER_SCORE

Key = Qt.Key
Shift, Control = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def open_window(
    qtbot: QtBot,
    home: Path,
    open_bench: Callable[[Path], BenchDriver],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[], ModelDriver]:
    """On the first image. Only the starter is replaced; what is found for a file is as it is."""
    scripted = BackendSpec("Scripted", "tests.helpers.scripted_models:Finder")
    reader = BackendSpec("Reader", "tests.helpers.scripted_models:Reader", reads_text=True)
    workers = ModelBench({"ultralytics": scripted, "grounding-dino": reader})

    def find(name: str) -> Model:
        if name == "reader":
            return Model(name, home / name, "hash of words", family="grounding-dino")
        if name == STARTER:
            return Model(name, home / "scripted.onnx", "hash", class_names=NAMES)
        return find_model(name, trust=True)

    def jobs(folder: Path, **more: Any) -> ModelJobs:
        return ModelJobs(folder, **(more | {"find": find, "bench": workers}))

    def opened() -> ModelDriver:
        window = open_bench(home / "bed").window
        driver = ModelDriver(qtbot, window, workers=workers, cache=home / "cache")
        driver.wait_for_image(1)
        return driver

    monkeypatch.setattr(modelling, "ModelJobs", jobs)
    monkeypatch.setattr("app.services.decoding._BATCH_PHOTOS", 1)
    make_project(home)
    return opened


@pytest.fixture
def window(open_window: Callable[[], ModelDriver]) -> ModelDriver:
    return open_window()


@pytest.fixture
def saved(home: Path) -> Callable[[int], list[Annotation]]:
    """What the file has on an image, read as another program would."""

    def read(image_id: int) -> list[Annotation]:
        with Project.open(home / "bed") as project:
            return project.annotations.of_image(image_id)

    return read


Saved = Callable[[int], list[Annotation]]


def test_proposals_come_to_the_open_image_while_the_model_is_still_at_work(
    window: ModelDriver, saved: Saved
):
    window.show_panel()
    window.run_on("all")
    window.until_asleep()
    window.until(lambda: len(window.boxes()) == len(FINDS))
    assert {a.uid for a in window.canvas.visible_annotations()} == {a.uid for a in saved(1)}
    window.until(lambda: "3 / 4" in window.at_foot)
    assert window.panel.said.text().startswith("3 of 4 images")
    assert (window.panel.bar.value(), window.panel.bar.maximum()) == (3, 4)
    for widget in (window.panel.bar, window.panel.said, window.panel.cancel_button):
        assert widget.visibleRegion().boundingRect() == widget.rect()  # none is scrolled away
    assert window.window.status.cancel.isVisible() and not window.panel.run_button.isVisible()
    window.drag((5, 30), (25, 60))  # meanwhile the person works on
    window.wait_until_saved()
    assert len(saved(1)) == len(FINDS) + 1


@pytest.mark.parametrize("by", ["button", "foot", "key"])
def test_a_model_is_cancelled_and_what_it_found_is_kept(window: ModelDriver, saved: Saved, by: str):
    window.show_panel()
    window.run_on("all")
    window.until_asleep()
    # The model sleeps over the slow photo while what it found before is still being saved.
    window.until(lambda: len(saved(PLAIN[-1])) == len(FINDS))
    if by == "key":
        window.press(Key.Key_Period, Control)
    else:
        status = window.window.status
        window.push(window.panel.cancel_button if by == "button" else status.cancel)
    assert window.at_foot == "stopping …" and window.panel.said.text() == "Cancelling …"
    window.until_idle()
    assert window.panel.said.text().startswith("Cancelled.")
    assert window.at_foot == "model stopped"
    assert not window.window.status.cancel.isVisible() and window.panel.run_button.isVisible()
    assert [len(saved(i)) for i in (*PLAIN, SLOW)] == [3, 3, 3, 0]


@pytest.mark.slow
def test_a_model_that_hangs_is_ended_told_and_the_next_request_goes_on_where_it_was(
    window: ModelDriver, saved: Saved, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Patience, "least_s", 2.0)
    window.show_panel()
    window.run_on("all")
    window.until_idle()
    assert "It was started again." in window.panel.said.text()
    (refused,) = (window.panel.refused.item(i).text() for i in range(window.panel.refused.count()))
    assert "bed_3.png" in refused and "no answer for 2 seconds" in refused
    before = [saved(i) for i in PLAIN]
    assert [len(boxes) for boxes in before] == [3, 3, 3] and saved(SLOW) == []
    window.drag((5, 30), (25, 60))
    window.wait_until_saved()
    assert len(saved(1)) == 4
    (window.cache / MENDED).touch()
    window.run_on("all")
    window.until_idle()
    assert [len(saved(i)) for i in (*PLAIN, SLOW)] == [4, 3, 3, 3]
    assert [saved(i) for i in PLAIN[1:]] == before[1:]


def test_a_killed_model_is_told_the_window_goes_on_and_the_next_request_works(
    window: ModelDriver, saved: Saved
):
    window.show_panel()
    window.run_on("all")
    window.until_asleep()
    (window.cache / "sleeping").unlink()
    window.kill_worker()
    window.until(lambda: window.said() != [])
    assert "died (killed" in window.shown()
    assert window.bench.models.modelling.is_busy  # told while it goes on, not in the end
    window.until_asleep()  # killed once, it begins the photo anew
    window.kill_worker()
    window.until_idle()
    assert "It was started again." in window.panel.said.text()
    assert window.at_foot.startswith("Photos left out: 1. only a script")
    refused = window.window.messages.history[-1]
    assert (refused.level, refused.what) == ("warning", window.panel.refused.item(0).text())
    assert window.panel.trouble.isVisible() and "died" in window.panel.refused.item(0).text()
    assert [len(saved(i)) for i in (*PLAIN, SLOW)] == [3, 3, 3, 0]
    window.press(Key.Key_D)
    window.wait_for_image(2)
    window.drag((5, 30), (25, 60))
    window.wait_until_saved()
    drawn = [a for a in saved(2) if not a.is_proposal]
    assert len(drawn) == 1
    window.panel.again.setChecked(True)
    window.run_on("image")
    window.until_idle()
    assert "New proposals: " in window.panel.said.text()
    assert not window.panel.trouble.isVisible()
    assert [a for a in saved(2) if not a.is_proposal] == drawn


def test_one_key_goes_over_the_image_on_screen_also_as_the_first_thing_of_the_day(
    window: ModelDriver, saved: Saved
):
    window.press(Key.Key_D)
    window.wait_for_image(2)
    window.press(Key.Key_M, Shift)
    window.until(lambda: len(window.boxes()) == len(FINDS))
    window.until_idle()
    assert window.said() == []
    assert [len(saved(i)) for i in (1, 2, 3)] == [0, 3, 0]
    window.press(Key.Key_M, Shift)  # seen before, and asked for again
    window.until(lambda: "New proposals: 0, on images: 1" in window.at_foot)


def test_photos_that_a_model_cannot_have_are_told(window: ModelDriver, home: Path):
    for image_id, told in ((1, "Copy it"), (2, "Photos left out besides: 1.")):
        window.bench.open(image_id)
        window.wait_for_image(image_id)
        with Project.open(home / "bed") as project:
            photo = project.locate(project.images.get(image_id).path)
        photo.write_bytes(b"")
        if image_id == 1:
            window.press(Key.Key_M, Shift)
        else:
            window.show_panel()
            window.panel.again.setChecked(True)
            window.run_on("all")
            window.until_asleep()
            (window.cache / MENDED).touch()
            window.kill_worker()
        window.until_idle()
        refused = window.window.messages.history[-1]
        assert "bed_0.png is empty" in refused.what and told in refused.hint
        assert refused.level == "warning" and window.shown() == refused.what
        assert window.at_foot.startswith(f"Photos left out: {image_id}.")


def test_who_moves_on_before_the_model_begins_gets_it_where_it_was_asked_for(
    window: ModelDriver, saved: Saved
):
    window.press(Key.Key_M, Shift)  # the classes of the model are still being told
    window.press(Key.Key_D)
    window.until(lambda: len(saved(1)) == len(FINDS))
    window.until_idle()
    assert window.sheet.image_id == 2 and saved(2) == []


def test_a_second_request_meanwhile_is_refused_in_words(window: ModelDriver):
    window.show_panel()
    window.run_on("all")
    window.until_asleep()
    window.press(Key.Key_M, Shift)
    assert window.said() == ["A model or a search is at work already."]
    window.press(Key.Key_A, Control)
    window.press(Key.Key_T, Shift)  # nor may boxes be carried over
    assert window.said() == ["A model or a search is at work already."] * 2
    assert window.bench.models.modelling.is_busy and window.window.status.cancel.isVisible()


def test_a_file_that_is_no_weights_is_said_in_words(
    window: ModelDriver, saved: Saved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "mine.pt"
    write_photo(file.with_suffix(".png"), 90)
    file.with_suffix(".png").rename(file)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    window.show_panel()
    window.push(window.panel.file_button)
    window.until_idle()
    (told,) = window.said()
    assert "mine.pt" in told and "PNG" in told
    assert told in window.panel.trouble.text() and window.panel.models.currentText() == "mine.pt"
    window.panel.models.setCurrentIndex(window.panel.models.findData(STARTER))
    window.until_idle()
    window.run_on("image")
    window.until(lambda: len(saved(1)) == len(FINDS))


def test_a_model_that_is_picked_while_another_is_looked_at_has_its_turn(
    window: ModelDriver, tmp_path: Path
):
    first = window.bench.models.modelling  # the starter is looked at until the window hears of it
    first.choice.add_file(tmp_path / "gone.pt")
    first.choice.add_file(Path("reader"))
    window.until_idle()
    assert window.said() == []  # nobody looked at what was picked no longer
    first.choice.add_file(tmp_path / "gone.pt")
    first.choice.add_file(Path("reader"))
    window.bench.panels.bring_up("prelabel")
    window.until(lambda: len(window.said()) == 1 and window.panel.asking.isVisible())
    assert "gone.pt" in window.said()[0]


def test_a_model_that_went_from_the_shelf_is_not_shown_as_chosen(
    window: ModelDriver, home: Path, monkeypatch: pytest.MonkeyPatch
):
    window.show_panel()
    window.until_idle()
    choice, models = window.bench.models.modelling.choice, window.panel.models
    kept = [ShelfModel("mine", "ultralytics", "", None, "hash", 1, "")]
    monkeypatch.setattr(Shelf, "all", lambda _: list(kept))
    choice.list_again()
    window.until(lambda: models.findData("mine") > 0)
    window.panel.models.setCurrentIndex(models.findData("mine"))
    window.until(lambda: "mine" in window.panel.trouble.text())  # a name that is no file here
    window.until_idle()
    kept.clear()
    choice.list_again()
    window.until(lambda: window.panel.model == STARTER)
    window.until(window.panel.classes.isVisible)
    assert not window.panel.trouble.isVisible()


@pytest.fixture
def proposed(window: ModelDriver) -> ModelDriver:
    """The model has been over the three plain photos; the panel of proposals is in front."""
    for image_id in PLAIN:
        window.bench.open(image_id)
        window.wait_for_image(image_id)
        window.bench.models.modelling.run_here()
        window.until(lambda: len(window.boxes()) == len(FINDS))
        window.until_idle()
    window.bench.panels.bring_up("proposals")
    window.bench.open(1)
    window.wait_for_image(1)
    return window


def scores(annotations: list[Annotation], *, author: str | None) -> list[float]:
    """Of those by that author, None for the proposals."""
    return sorted(a.score or 0 for a in annotations if a.author == author)


def test_the_slider_hides_proposals_on_screen_and_touches_nothing(
    proposed: ModelDriver, saved: Saved
):
    before = saved(1)
    proposed.bench.panels.proposals.slider.setValue(50)
    assert sorted(a.score for a in proposed.canvas.visible_annotations()) == [0.6, 0.9]
    weak = next(a for a in proposed.boxes() if a.score == 0.4)
    assert not proposed.has_colour_around(weak.box, COLOURS[0])
    proposed.bench.panels.proposals.slider.setValue(0)
    assert proposed.has_colour_around(weak.box, COLOURS[0])
    assert saved(1) == before


def test_the_proposals_of_a_class_are_accepted_or_rejected(proposed: ModelDriver, saved: Saved):
    scratches, pits = proposed.bench.panels.proposals.rows
    proposed.bench.panels.proposals.slider.setValue(50)
    proposed.push(scratches.accept)
    proposed.push(pits.reject)
    proposed.wait_until_saved()
    by_class = [(a.class_id, a.author) for a in saved(1)]
    assert sorted(by_class, key=str) == [(SCRATCH, "ann"), (SCRATCH, None)]


def test_above_a_score_all_is_accepted_and_below_it_all_rejected(
    proposed: ModelDriver, saved: Saved
):
    panel = proposed.bench.panels.proposals
    panel.slider.setValue(50)
    proposed.push(panel.accept_button)
    proposed.push(panel.reject_button)
    proposed.wait_until_saved()
    assert len(scores(saved(1), author="ann")) == 2 and len(saved(1)) == 2


def test_one_click_judges_the_filtered_images_and_one_undo_takes_it_back(
    proposed: ModelDriver, saved: Saved
):
    before = [saved(i) for i in PLAIN]
    panel = proposed.bench.panels.proposals
    panel.slider.setValue(50)
    proposed.push(panel.bulk_accept)
    proposed.until(lambda: len(proposed.said()) == 1)
    assert "6 proposals on 3 images" in proposed.said()[0]
    assert [len(scores(saved(i), author="ann")) for i in PLAIN] == [2, 2, 2]
    assert [scores(saved(i), author=None) for i in PLAIN] == [[0.4]] * 3
    proposed.until(lambda: sum(a.author == "ann" for a in proposed.boxes()) == 2)
    proposed.press(Key.Key_Z, Control)
    proposed.until(lambda: [saved(i) for i in PLAIN] == before)
    proposed.until(lambda: all(a.is_proposal for a in proposed.boxes()))


def test_the_filter_says_which_images_are_judged(proposed: ModelDriver, saved: Saved):
    panels = proposed.bench.panels
    proposed.press(Key.Key_F, Control)
    proposed.qtbot.keyClicks(proposed._focused(), "bed_1")
    proposed.until(lambda: list(proposed.bench.browsing.order.ids) == [2])
    panels.proposals.slider.setValue(50)
    proposed.push(panels.proposals.bulk_reject)
    proposed.until(lambda: any("1 proposal on 1 image;" in words for words in proposed.said()))
    assert [len(saved(i)) for i in PLAIN] == [3, 2, 3]


def test_blind_images_are_left_out_of_what_is_judged_in_bulk(
    open_window: Callable[[], ModelDriver], home: Path, saved: Saved
):
    with Project.open(home / "bed") as project:
        project.settings.put(SHARE_SETTING, 1.0)
    window = open_window()
    window.press(Key.Key_M, Shift)
    window.until(lambda: len(saved(1)) == len(FINDS))
    window.until_idle()
    assert window.canvas.visible_annotations() == []
    for told in (window.at_foot, window.panel.said.text()):
        assert "you label blind: 1" in told and "New proposals" not in told
    window.bench.panels.bring_up("proposals")
    window.push(window.bench.panels.proposals.bulk_accept)
    window.until(lambda: len(window.said()) == 1)
    assert window.said()[0].startswith("0 proposals on 0 images")
    assert all(a.is_proposal for a in saved(1))


@pytest.fixture
def reading(open_window: Callable[[], ModelDriver]) -> ModelDriver:
    """A model that reads text is chosen."""
    window = open_window()
    window.show_panel()
    window.bench.models.modelling.choice.add_file(Path("reader"))
    window.until(window.panel.asking.isVisible)
    window.until_idle()
    return window


def test_words_are_tried_here_and_kept_for_everybody(
    reading: ModelDriver, saved: Saved, home: Path
):
    asking = reading.panel.asking
    asking.phrases.item(0, 1).setText("line; long line")
    asking.box_score.setValue(READER_SCORE + 0.1)
    reading.push(asking.try_button)
    reading.until(lambda: len(saved(1)) == 3)
    assert {a.box.width for a in saved(1)} == {40, 90, 30} and saved(2) == []
    reading.until_idle()
    assert not list(reading.canvas.visible_annotations())  # the score would leave none of them
    asking.box_score.setValue(READER_SCORE - 0.1)
    reading.until(lambda: len(list(reading.canvas.visible_annotations())) == 3)
    reading.push(asking.keep_button)
    reading.until(lambda: not asking.keep_button.isEnabled())
    with Project.open(home / "bed") as project:
        assert project.classes.all()[0].prompts == ("line", "long line")


def test_the_score_of_a_try_goes_back_with_the_next_image(reading: ModelDriver):
    asking, proposals = reading.panel.asking, reading.bench.panels.proposals
    proposals.set_least_score(0.2)
    asking.box_score.setValue(0.8)
    assert proposals.least_score == 0.2  # nothing was tried yet
    reading.push(asking.try_button)
    asking.box_score.setValue(0.9)
    assert proposals.least_score == 0.9
    reading.until_idle()
    reading.press(Key.Key_D)
    reading.wait_for_image(2)
    assert proposals.least_score == 0.2
    asking.box_score.setValue(0.7)
    assert proposals.least_score == 0.2  # of this image the model knows nothing


def test_a_score_that_somebody_sets_after_a_try_stays(reading: ModelDriver):
    reading.push(reading.panel.asking.try_button)
    reading.until_idle()
    reading.bench.panels.proposals.slider.setValue(55)
    reading.press(Key.Key_D)
    reading.wait_for_image(2)
    assert reading.bench.panels.proposals.least_score == 0.55


def reasons(window: ModelDriver) -> list[list[str]]:
    """As the table below the buttons has them: class, score, words."""
    table = window.panel.asking.reasons
    return [
        [table.item(row, column).text() for column in range(3)] for row in range(table.rowCount())
    ]


def test_what_was_tried_says_by_which_words_and_follows_both_scores(reading: ModelDriver):
    asking = reading.panel.asking
    assert not asking.reasons.isVisible()
    asking.phrases.item(0, 1).setText("long line")
    asking.box_score.setValue(READER_SCORE)
    reading.push(asking.try_button)
    reading.until(asking.reasons.isVisible)
    half = f"{READER_SCORE:.2f}"
    assert reasons(reading) == [["scratch", half, "long line"], ["pit", half, "pit"]]
    asking.word_score.setValue(READER_SCORE - 0.05)  # the last word of a phrase scores less
    assert reasons(reading)[0] == ["scratch", half, "long"]
    asking.word_score.setValue(READER_SCORE + 0.1)
    assert reasons(reading)[1] == ["pit", half, "no word reaches the score"]
    asking.box_score.setValue(READER_SCORE + 0.01)
    assert reasons(reading) == []
    reading.until_idle()
    reading.press(Key.Key_D)
    reading.wait_for_image(2)
    assert not asking.reasons.isVisible()


def test_what_comes_late_is_not_told_of_another_image(reading: ModelDriver, saved: Saved):
    reading.push(reading.panel.asking.try_button)
    reading.press(Key.Key_D)
    reading.until(lambda: len(saved(1)) == 2)
    reading.until_idle()
    assert reading.panel.asking.isVisible() and not reading.panel.asking.reasons.isVisible()


def test_of_a_blind_image_no_reasons_are_told(
    open_window: Callable[[], ModelDriver], home: Path, saved: Saved
):
    with Project.open(home / "bed") as project:
        project.settings.put(SHARE_SETTING, 1.0)
    window = open_window()
    window.show_panel()
    window.bench.models.modelling.choice.add_file(Path("reader"))
    window.until(window.panel.asking.isVisible)
    window.until_idle()
    window.push(window.panel.asking.try_button)
    window.until(lambda: len(saved(1)) == 2)
    window.until_idle()
    assert window.panel.asking.isVisible() and not window.panel.asking.reasons.isVisible()


def test_the_window_closes_while_words_are_being_kept(reading: ModelDriver, home: Path):
    reading.panel.asking.phrases.item(0, 1).setText("line")
    reading.panel.asking.keep_button.click()
    reading.window.close()
    with Project.open(home / "bed") as project:
        assert project.classes.all()[0].prompts == ("line",)
