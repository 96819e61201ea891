"""The panel that runs models: what it asks for, and what it says of what is under way."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox

from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.core.prelabelling import (
    ModelClass,
    PrelabelProgress,
    PrelabelReport,
    PrelabelRequest,
)
from app.core.progress import Progress
from widgets.panels.asking_form import TRY_SCORE
from widgets.panels.prelabel_panel import PrelabelPanel

LABEL_CLASSES = (
    LabelClass("streak", 1, "条纹", "#e6194b"),
    LabelClass("slag", 2, "灰渣", "#4363d8"),
)
KNOWN = (ModelClass("streak", 0.2, "streak"), ModelClass("slag", None, "slag"))
STRANGER = ModelClass("scratch")
NAME, SCORE, BECOMES = range(3)


class PanelDriver:
    def __init__(self, qtbot):
        self.qtbot = qtbot
        self.panel = PrelabelPanel()
        qtbot.addWidget(self.panel)
        self.panel.set_models([("starter", "Starter"), ("/w/mine.pt", "mine.pt")], "starter")
        self.panel.set_counts(filtered=42, total=1024)
        self.panel.resize(300, 700)
        self.panel.show()
        qtbot.waitExposed(self.panel)

    def click(self, widget):
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def run(self):
        """What a click on the button asks for."""
        with self.qtbot.waitSignal(self.panel.run_wanted) as wanted:
            self.click(self.panel.run_button)
        return wanted.args[0]

    def pick_scope(self, scope):
        self.qtbot.keyClick(self.panel.scope, Qt.Key.Key_Home)
        for _ in range(self.panel.scope.findData(scope)):
            self.qtbot.keyClick(self.panel.scope, Qt.Key.Key_Down)

    def tick(self, row):
        table = self.panel.classes
        where = table.visualRect(table.choices.index(row, NAME))
        # The box is at the left end of the cell.
        point = where.center()
        point.setX(where.left() + 10)
        self.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=point)

    def edit(self, row, column, kind):
        """The editor that a click into the cell opens."""
        table = self.panel.classes
        where = table.visualRect(table.choices.index(row, column)).center()
        self.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
        (editor,) = (e for e in table.viewport().findChildren(kind) if e.isVisible())
        return editor

    def words(self, row, column):
        return self.panel.classes.choices.index(row, column).data()


@pytest.fixture
def driver(qtbot):
    return PanelDriver(qtbot)


def test_a_model_of_unknown_classes_is_run_with_all_of_them(driver):
    assert driver.panel.all_classes.isVisible() and not driver.panel.classes.isVisible()
    assert driver.run() == PrelabelRequest("starter", "image", confidence=0.25)


def test_a_request_says_what_the_table_says(driver):
    driver.panel.set_classes(KNOWN, LABEL_CLASSES)
    driver.panel.general.setValue(0.4)
    driver.pick_scope("filtered")
    driver.click(driver.panel.again)
    assert driver.run() == PrelabelRequest(
        "starter",
        "filtered",
        classes=frozenset({"streak", "slag"}),
        confidence=0.4,
        confidence_by_class={"streak": 0.2},
        mapping={"streak": "streak", "slag": "slag"},
        again=True,
    )


def test_an_unticked_class_is_not_asked_for(driver):
    driver.panel.set_classes(KNOWN, LABEL_CLASSES)
    driver.tick(0)
    request = driver.run()
    assert request.classes == {"slag"} and request.mapping == {"slag": "slag"}
    driver.tick(1)
    assert not driver.panel.run_button.isEnabled()
    assert driver.panel.why_not.text() == "No class is ticked."
    driver.tick(1)
    assert driver.panel.run_button.isEnabled() and driver.panel.why_not.isHidden()


def test_a_class_without_a_label_class_is_left_out_until_somebody_says_more(driver):
    driver.panel.set_classes([*KNOWN, STRANGER], LABEL_CLASSES)
    assert driver.run().classes == {"streak", "slag"}
    driver.tick(2)
    assert not driver.panel.run_button.isEnabled()
    assert "scratch" in driver.panel.why_not.text()
    combo = driver.edit(2, BECOMES, QComboBox)
    combo.hidePopup()
    combo.setCurrentIndex(combo.findData("slag"))
    combo.activated.emit(combo.currentIndex())
    assert driver.run().mapping == {"streak": "streak", "slag": "slag", "scratch": "slag"}


def test_saying_what_a_class_becomes_is_wanting_it_and_leaving_out_is_not(driver):
    driver.panel.set_classes([*KNOWN, STRANGER], LABEL_CLASSES)
    for row, label_class in ((2, "streak"), (0, None)):
        combo = driver.edit(row, BECOMES, QComboBox)
        combo.hidePopup()
        combo.setCurrentIndex(combo.findData(label_class))
        combo.activated.emit(combo.currentIndex())
    request = driver.run()
    assert request.classes == {"slag", "scratch"} and request.mapping["scratch"] == "streak"


def test_a_score_of_its_own_and_back_to_the_general_one(driver):
    driver.panel.set_classes(KNOWN, LABEL_CLASSES)
    assert (driver.words(0, SCORE), driver.words(1, SCORE)) == ("0.20", "general")
    for row, value in ((1, 0.65), (0, 0.0)):
        spin = driver.edit(row, SCORE, QDoubleSpinBox)
        spin.setValue(value)
        driver.qtbot.keyClick(spin, Qt.Key.Key_Return)
        driver.qtbot.waitSignal(spin.destroyed).wait()  # it goes once its value was taken
    assert driver.run().confidence_by_class == {"slag": 0.65}
    assert (driver.words(0, SCORE), driver.words(1, SCORE)) == ("general", "0.65")


def test_the_same_classes_told_again_keep_what_a_person_changed(driver):
    driver.panel.set_classes(KNOWN, LABEL_CLASSES)
    driver.tick(0)
    driver.panel.set_classes(KNOWN, LABEL_CLASSES)
    assert driver.run().classes == {"slag"}
    driver.panel.set_classes(KNOWN, LABEL_CLASSES[:1])
    assert driver.run().classes == {"streak", "slag"}


def test_a_project_without_classes_takes_the_models(driver):
    driver.panel.set_classes([STRANGER], ())
    assert driver.words(0, BECOMES) == "scratch"
    request = driver.run()
    assert request.classes == {"scratch"} and request.mapping == {}


def test_another_model_is_reported_and_its_classes_are_asked_for(driver):
    driver.panel.set_classes(KNOWN, LABEL_CLASSES)
    with driver.qtbot.waitSignal(driver.panel.model_picked) as picked:
        driver.qtbot.keyClick(driver.panel.models, Qt.Key.Key_Down)
    assert picked.args == ["/w/mine.pt"]
    assert driver.panel.all_classes.isVisible()
    with driver.qtbot.assertNotEmitted(driver.panel.model_picked):
        driver.panel.set_models([("starter", "Starter"), ("/w/b.pt", "b.pt")], "/w/b.pt")
    assert driver.run().model == "/w/b.pt"
    with driver.qtbot.waitSignal(driver.panel.model_file_wanted):
        driver.click(driver.panel.file_button)


def test_without_a_model_nothing_can_be_run(driver):
    driver.panel.set_models([], "")
    assert not driver.panel.run_button.isEnabled()


def test_while_a_model_is_at_work_there_is_only_cancelling(driver):
    panel = driver.panel
    panel.show_started()
    assert panel.cancel_button.isVisible() and not panel.run_button.isVisible()
    assert not panel.models.isVisible() and panel.bar.maximum() == 0
    panel.show_progress(PrelabelProgress(Progress(12, 48), elapsed_s=4.0))
    assert (panel.bar.value(), panel.bar.maximum()) == (12, 48)
    assert panel.said.text() == "12 of 48 images · 3.0 per second · 12 s left"
    panel.show_progress(PrelabelProgress(Progress(10, 48_010), elapsed_s=10.0))
    assert panel.said.text().endswith("800 min left")
    with driver.qtbot.waitSignal(panel.cancel_wanted):
        driver.click(panel.cancel_button)
    assert not panel.cancel_button.isEnabled()
    panel.show_cancelled()
    assert panel.run_button.isVisible() and panel.models.isVisible() and panel.bar.isHidden()
    assert "kept" in panel.said.text()


def test_a_report_says_what_came_and_what_was_left_alone(driver):
    refused = [UserError("layer_7.jpg is cut short.", hint="Copy it again.")]
    report = PrelabelReport("cpu", ("a note",), 12, 42, 5, 3, 9.0, refused)
    driver.panel.show_report(report)
    said = driver.panel.said.text()
    for part in ("42", "12", "settled by people: 3", "seen before: 2", "cpu", "a note"):
        assert part in said
    assert said.startswith("a note") and driver.panel.trouble.text() == "Photos left out: 1."
    assert driver.panel.refused.item(0).text() == "layer_7.jpg is cut short."
    assert driver.panel.refused.item(0).toolTip() == "Copy it again."
    driver.panel.show_report(PrelabelReport(images=1, proposals=1))
    assert driver.panel.refused.isHidden() and driver.panel.trouble.isHidden()
    assert driver.panel.refused.count() == 0


def test_an_error_says_what_and_what_to_do_and_goes_with_the_next_run(driver):
    driver.panel.show_started()
    driver.panel.show_error(UserError("The model process died.", hint="Try again."))
    assert driver.panel.trouble.text() == "The model process died.\nTry again."
    assert driver.panel.run_button.isVisible()
    driver.panel.show_started()
    assert driver.panel.trouble.isHidden()


def test_a_model_of_a_thousand_classes_is_shown_without_an_editor_for_each(driver):
    rows = [ModelClass(f"class {n}") for n in range(1200)]
    driver.panel.set_classes(rows, LABEL_CLASSES)
    assert driver.panel.classes.choices.rowCount() == 1200
    assert driver.panel.classes.viewport().findChildren(QComboBox) == []


PHRASES = {"streak": ("thin line", "powder streak")}


def type_phrases(driver, row, text):
    driver.panel.asking.phrases.item(row, 1).setText(text)


def test_a_model_that_reads_is_asked_for_what_the_table_says(driver):
    driver.panel.set_phrases(PHRASES, LABEL_CLASSES)
    assert driver.panel.asking.isVisible() and not driver.panel.general.isVisible()
    driver.panel.asking.word_score.setValue(0.1)
    assert driver.run() == PrelabelRequest(
        "starter",
        "image",
        classes=frozenset({"streak"}),
        confidence=0.35,
        phrases=PHRASES,
        text_threshold=0.1,
    )


def test_words_are_typed_one_beside_the_other(driver):
    driver.panel.set_phrases(PHRASES, LABEL_CLASSES)
    type_phrases(driver, 0, " thin line ;; dark stripe；thin line")
    assert driver.run().phrases == {"streak": ("thin line", "dark stripe")}


def test_without_a_word_to_look_for_nothing_runs(driver):
    driver.panel.set_phrases(PHRASES, LABEL_CLASSES)
    type_phrases(driver, 0, " ; ")
    assert not driver.panel.run_button.isEnabled()
    assert driver.panel.why_not.text() == "There are no words to look for."


def test_trying_draws_here_what_may_be_it_and_the_score_shows_what_would_stay(driver):
    driver.panel.set_phrases(PHRASES, LABEL_CLASSES)
    driver.pick_scope("all")
    previewed = []
    driver.panel.asking.previewed.connect(previewed.append)
    driver.panel.asking.box_score.setValue(0.5)
    assert previewed == []  # nothing was drawn for it yet
    with driver.qtbot.waitSignal(driver.panel.run_wanted) as wanted:
        driver.click(driver.panel.asking.try_button)
    request = wanted.args[0]
    assert (request.scope, request.again, request.confidence) == ("image", True, TRY_SCORE)
    driver.panel.asking.box_score.setValue(0.4)
    assert previewed == [0.5, 0.4]


def test_words_that_are_new_can_be_kept(driver):
    known = (LABEL_CLASSES[0], replace(LABEL_CLASSES[1], prompts=("dark spot",)))
    driver.panel.set_phrases({"slag": ("dark spot",)}, known)
    assert not driver.panel.asking.keep_button.isEnabled()
    type_phrases(driver, 1, "dark spot; debris")
    with driver.qtbot.waitSignal(driver.panel.asking.kept) as kept:
        driver.click(driver.panel.asking.keep_button)
    assert kept.args == [{"slag": ("dark spot", "debris")}]


def test_a_recipe_needs_nothing_more(driver):
    driver.panel.set_classes(KNOWN, LABEL_CLASSES)
    driver.panel.set_recipe()
    hidden = (driver.panel.general, driver.panel.classes, driver.panel.asking)
    assert not any(widget.isVisible() for widget in hidden)
    assert driver.run() == PrelabelRequest("starter", "image")


def test_a_model_may_only_compare(driver):
    driver.click(driver.panel.compare)
    assert driver.run().compare
    driver.panel.show_report(PrelabelReport("cpu", images=3, disagreements=1200))
    assert "Disagreements with people: 1,200." in driver.panel.said.text()
