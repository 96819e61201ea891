"""The window of models and recipes, as a person works in it."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from app.core.recipe import DetectorStep
from app.services.recipes import get_recipe
from app.services.shelf import Shelf
from app.shell.bench.model_dialog import ModelDialog
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from widgets.panels.recipe_form import RecipeForm

STARTER_FILE = Path(__file__).parents[2] / "resources" / "starter" / "starter.pt"


@pytest.fixture
def dialog(bench: BenchDriver, qtbot) -> ModelDialog:
    bench.bench.models.modelling.choice.show_shelf()
    dialog = bench.bench.models.modelling.choice.dialog
    qtbot.waitExposed(dialog)
    qtbot.waitUntil(lambda: bool(names(dialog)))
    return dialog


def names(dialog: ModelDialog) -> list[str]:
    table = dialog.shelf.table
    return [table.item(row, 0).text() for row in range(table.rowCount())]


def form(dialog: ModelDialog) -> RecipeForm:
    dialog.tabs.setCurrentWidget(dialog.recipes)
    return dialog.recipes.form


def offered(bench: BenchDriver) -> list[str]:
    models = bench.bench.panels.prelabel.models
    return [models.itemData(row) for row in range(models.count())]


def push(qtbot, button) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_what_ships_is_there_and_stays(dialog: ModelDialog):
    assert names(dialog) == ["starter", "contrast"]
    assert not dialog.shelf.remove_button.isEnabled()
    assert "AGPL-3.0" in dialog.shelf.details.text()


def test_a_file_is_added_offered_and_removed(
    bench: BenchDriver, dialog: ModelDialog, qtbot, tmp_path: Path, monkeypatch
):
    mine = tmp_path / "mine.pt"
    mine.write_bytes(STARTER_FILE.read_bytes())
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(mine), ""))
    push(qtbot, dialog.shelf.add_file)
    qtbot.waitUntil(lambda: names(dialog) == ["starter", "contrast", "mine"])
    assert dialog.shelf.said.text() == "mine is on the shelf."
    qtbot.waitUntil(lambda: "mine" in offered(bench))
    push(qtbot, dialog.shelf.remove_button)
    qtbot.waitUntil(lambda: names(dialog) == ["starter", "contrast"])
    qtbot.waitUntil(lambda: "mine" not in offered(bench))
    assert dialog.shelf.said.text() == "mine is gone from the shelf." and mine.is_file()


def test_a_file_that_is_no_model_is_said_in_words(
    dialog: ModelDialog, qtbot, tmp_path: Path, monkeypatch
):
    photo = tmp_path / "photo.pt"
    photo.write_bytes(b"\xff\xd8\xff\xe0 a photo")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(photo), ""))
    push(qtbot, dialog.shelf.add_file)
    qtbot.waitUntil(lambda: "JPEG" in dialog.shelf.said.text())
    assert names(dialog) == ["starter", "contrast"] and not dialog.shelf.bar.isVisible()


def test_a_recipe_is_made_of_the_one_that_ships(
    bench: BenchDriver, dialog: ModelDialog, qtbot, project: Project
):
    recipe_form = form(dialog)
    assert recipe_form.recipe() == get_recipe(bench.bench.project, "powder-bed")
    assert not dialog.recipes.remove_button.isEnabled()
    push(qtbot, dialog.recipes.new_button)
    recipe_form.name.setText("two eyes")
    push(qtbot, recipe_form.add_button)
    recipe_form.detectors[1].tile.setValue(1024)
    recipe_form.segmenter.setCurrentIndex(0)
    push(qtbot, dialog.recipes.save_button)
    qtbot.waitUntil(lambda: "recipe:two eyes" in offered(bench))
    with Project.open(project.folder) as reader:
        kept = get_recipe(reader, "two eyes")
    assert [step.tile_px for step in kept.detectors] == [None, 1024] and kept.segmenter is None
    assert kept == recipe_form.recipe() and not dialog.recipes.save_button.isEnabled()
    push(qtbot, dialog.recipes.new_button)
    assert not dialog.recipes.remove_button.isEnabled()  # it would remove the one it was made of
    recipe_form.name.setText("two eyes")
    push(qtbot, dialog.recipes.remove_button)
    qtbot.waitUntil(lambda: "recipe:two eyes" not in offered(bench))


def test_what_the_form_does_not_show_is_kept(dialog: ModelDialog):
    recipe_form = form(dialog)
    shipped = recipe_form.recipe()
    step = DetectorStep("starter", classes={"slag": None}, iou=0.5)
    recipe_form.set_recipe(type(shipped)("mine", (step,)))
    assert recipe_form.recipe().detectors == (step,)


def test_a_recipe_that_is_none_can_not_be_saved_and_says_why(dialog: ModelDialog):
    recipe_form = form(dialog)
    recipe_form.name.setText(" ")
    assert not dialog.recipes.save_button.isEnabled()
    assert "name" in dialog.recipes.why_not.text()
    recipe_form.name.setText("bed")
    recipe_form.region[0].setValue(1.0)
    assert not dialog.recipes.save_button.isEnabled() and dialog.recipes.why_not.text()


def test_the_region_is_drawn_on_the_photo(bench: BenchDriver, dialog: ModelDialog, qtbot):
    bench.drag((20, 10), (60, 40))
    bench.wait_until_saved()
    bench.canvas.select([bench.boxes()[-1].uid])
    recipe_form = form(dialog)
    push(qtbot, recipe_form.region_button)
    image = bench.bench.document.image
    assert recipe_form.region[0].value() == pytest.approx(20 / image.width_px, abs=0.01)
    assert recipe_form.region[3].value() == pytest.approx(40 / image.height_px, abs=0.01)


def test_a_recipe_that_is_being_written_outlives_news_of_the_shelf(
    dialog: ModelDialog, qtbot, tmp_path: Path, monkeypatch
):
    recipe_form = form(dialog)
    recipe_form.name.setText("mine")
    recipe_form.segmenter.setCurrentIndex(0)
    push(qtbot, recipe_form.add_button)
    written = recipe_form.recipe()
    mine = tmp_path / "mine.pt"
    mine.write_bytes(STARTER_FILE.read_bytes())
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(mine), ""))
    dialog.shelf.add_file.click()
    qtbot.waitUntil(lambda: "mine" in names(dialog))
    assert recipe_form.recipe() == written
    assert recipe_form.detectors[0].model.findData("mine") > 0


def test_the_project_closes_while_a_recipe_is_being_saved(
    bench: BenchDriver, dialog: ModelDialog, project: Project
):
    form(dialog).name.setText("late")
    dialog.recipes.save_button.click()
    bench.window.close()
    with Project.open(project.folder) as reader:
        assert get_recipe(reader, "late").name == "late"


def test_weights_are_not_read_on_the_gui_thread(bench: BenchDriver, qtbot, monkeypatch):
    readers: set[int] = set()
    for name in ("all", "find", "remove"):
        before = getattr(Shelf, name)

        def noted(*given, before=before):
            readers.add(threading.get_ident())
            return before(*given)

        monkeypatch.setattr(Shelf, name, noted)
    bench.bench.panels.bring_up("prelabel")
    bench.bench.models.modelling.choice.show_shelf()
    dialog = bench.bench.models.modelling.choice.dialog
    qtbot.waitUntil(lambda: bool(names(dialog)))
    dialog.remove("gone")
    bench.bench.models.segmenting.use("gone")
    qtbot.waitUntil(lambda: "gone" in dialog.shelf.said.text())
    qtbot.waitUntil(lambda: any("gone" in words for words in bench.said()))
    assert readers and threading.get_ident() not in readers
