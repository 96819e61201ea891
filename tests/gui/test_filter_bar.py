import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QShortcut, QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.core.label_class import LabelClass
from app.core.queue import QueueFilter
from widgets.queue.choices import OneOf
from widgets.queue.filter_bar import FilterBar
from widgets.queue.words import short_count

LEFT = Qt.MouseButton.LeftButton
EVERYTHING = QueueFilter(
    states=frozenset({"new", "returned"}),
    class_ids=frozenset({1, 99}),
    tags=frozenset({"shadow"}),
    normal=False,
    least_score=0.25,
    most_score=0.5,
    origin="proposals",
    run_id=3,
    assigned_to="ann",
    disagreement="missed",
    text="layer",
    sort="lowest_score",
    descending=True,
)


@pytest.fixture
def bar(qtbot: QtBot) -> FilterBar:
    bar = FilterBar()
    qtbot.addWidget(bar)
    bar.resize(280, 400)
    bar.set_choices(
        [LabelClass("streak", 1, colour="#e6194b"), LabelClass("slag", 2, colour="#4363d8")],
        [("shadow", "阴影"), ("unclear", "")],
        ["ann", "李明"],
        [(3, "starter")],
    )
    with qtbot.waitActive(bar):
        bar.show()
    return bar


def choose(qtbot: QtBot, box: OneOf, title: str) -> None:
    """By mouse and keys, as a person folds it open and takes an entry."""
    place = box.findText(title)
    assert place >= 0
    qtbot.mouseClick(box, LEFT)
    view = box.view()
    view.setCurrentIndex(box.model().index(place, 0))
    qtbot.keyClick(view, Qt.Key.Key_Return)


def changes(bar: FilterBar) -> list[QueueFilter]:
    said: list[QueueFilter] = []
    bar.changed.connect(said.append)
    return said


def test_a_filter_is_shown_and_not_reported(qtbot: QtBot, bar: FilterBar) -> None:
    with qtbot.assertNotEmitted(bar.changed, wait=300):
        bar.set_filter(EVERYTHING)

    assert bar.filter == EVERYTHING
    assert bar.text.text() == "layer"
    assert [s for s, chip in bar.states.items() if chip.isChecked()] == ["new", "returned"]
    assert bar.classes.currentText() == "streak"
    assert bar.tags.currentText() == "shadow"
    assert bar.normal.currentText() == "no"
    assert bar.origin.currentText() == "proposals"
    assert bar.run.currentText() == "starter"
    assert bar.assigned.currentText() == "ann"
    assert (bar.least.value(), bar.most.value()) == (0.25, 0.5)
    assert bar.sort.currentText() == "lowest score"
    assert bar.direction.toolTip() == "Falling"


def test_a_change_keeps_all_the_rest(qtbot: QtBot, bar: FilterBar) -> None:
    bar.set_filter(EVERYTHING)
    said = changes(bar)

    bar.more.click()
    qtbot.mouseClick(bar.direction, LEFT)

    (wanted,) = said
    assert not wanted.descending
    assert wanted == QueueFilter.from_json(EVERYTHING.to_json() | {"descending": False})


def test_text_is_reported_when_people_pause(qtbot: QtBot, bar: FilterBar) -> None:
    said = changes(bar)

    qtbot.keyClicks(bar.text, " layer_1 ")
    assert said == []
    qtbot.waitUntil(lambda: bool(said))

    assert said == [QueueFilter(text="layer_1")]


def test_return_reports_at_once_and_gives_the_keys_back(qtbot: QtBot, bar: FilterBar) -> None:
    bar.text.setFocus()
    said = changes(bar)

    qtbot.keyClicks(bar.text, "a")
    qtbot.keyClick(bar.text, Qt.Key.Key_Return)
    assert said == [QueueFilter(text="a")]
    assert not bar.text.hasFocus()

    qtbot.wait(300)
    assert len(said) == 1


def test_escape_empties_the_text_and_nothing_else(qtbot: QtBot) -> None:
    """Even where the window has an own use for Escape."""
    window = QWidget()
    qtbot.addWidget(window)
    bar = FilterBar()
    QVBoxLayout(window).addWidget(bar)
    used: list[bool] = []
    QShortcut(Qt.Key.Key_Escape, window).activated.connect(lambda: used.append(True))
    with qtbot.waitActive(window):
        window.show()
    bar.set_filter(QueueFilter(text="layer", normal=True))
    qtbot.mouseClick(bar.text, LEFT)

    with qtbot.waitSignal(bar.changed) as changed:
        qtbot.keyClick(bar.text, Qt.Key.Key_Escape)

    assert changed.args == [QueueFilter(normal=True)]
    assert not bar.text.hasFocus()
    assert used == []


def test_states_narrow_and_none_pressed_means_all(qtbot: QtBot, bar: FilterBar) -> None:
    said = changes(bar)

    for state in ("submitted", "returned", "submitted", "returned"):
        qtbot.mouseClick(bar.states[state], LEFT)

    assert [wanted.states for wanted in said] == [
        {"submitted"},
        {"submitted", "returned"},
        {"returned"},
        QueueFilter().states,
    ]
    assert said[-1] == QueueFilter()


def test_all_states_pressed_is_the_same_as_none(qtbot: QtBot, bar: FilterBar) -> None:
    for chip in bar.states.values():
        qtbot.mouseClick(chip, LEFT)

    assert bar.filter == QueueFilter()
    assert not any(chip.isChecked() for chip in bar.states.values())


def test_several_classes_are_ticked_in_one_open_menu(qtbot: QtBot, bar: FilterBar) -> None:
    bar.more.click()
    said = changes(bar)
    qtbot.mouseClick(bar.classes, LEFT)
    menu = bar.classes._menu
    assert menu.isVisible()

    for action in menu.actions():
        at = menu.actionGeometry(action).center()
        qtbot.mouseMove(menu, at)
        menu.setActiveAction(action)
        qtbot.mouseClick(menu, LEFT, pos=at)

    assert menu.isVisible()
    menu.close()
    assert [wanted.class_ids for wanted in said] == [{1}, {1, 2}]
    assert bar.classes.currentText() == "streak, slag"


def test_single_choices_are_reported(qtbot: QtBot, bar: FilterBar) -> None:
    bar.more.click()
    said = changes(bar)

    choose(qtbot, bar.origin, "checked by a person")
    choose(qtbot, bar.run, "starter")
    choose(qtbot, bar.assigned, "nobody")
    choose(qtbot, bar.disagreement, "misses a box")
    choose(qtbot, bar.normal, "yes")
    choose(qtbot, bar.sort, "name")

    assert said[-1] == QueueFilter(
        origin="people",
        run_id=3,
        assigned_to="",
        disagreement="missed",
        normal=True,
        sort="name",
    )
    assert len(said) == 6


def test_scores_are_a_range_whose_ends_push_each_other(qtbot: QtBot, bar: FilterBar) -> None:
    bar.most.setValue(0.4)
    with qtbot.waitSignal(bar.changed) as changed:
        bar.least.setValue(0.6)

    assert changed.args == [QueueFilter(least_score=0.6, most_score=0.6)]


def test_the_whole_range_of_scores_is_no_range(qtbot: QtBot, bar: FilterBar) -> None:
    bar.set_filter(QueueFilter(least_score=0.1, most_score=0.9))
    bar.least.setValue(0.0)
    with qtbot.waitSignal(bar.changed) as changed:
        bar.most.setValue(1.0)

    assert changed.args == [QueueFilter()]


def test_clear_takes_everything_but_the_order(qtbot: QtBot, bar: FilterBar) -> None:
    bar.set_filter(EVERYTHING)
    bar.set_found(312, 20_000)
    assert bar.found.text() == "312 of 20,000 images"

    with qtbot.waitSignal(bar.changed) as changed:
        qtbot.mouseClick(bar.clear, LEFT)

    assert changed.args == [QueueFilter(sort="lowest_score", descending=True)]
    assert bar.text.text() == ""
    assert not bar.clear.isVisible()
    bar.set_found(20_000, 20_000)
    assert bar.found.text() == "20,000 images"


def test_what_is_folded_away_is_counted(bar: FilterBar) -> None:
    assert bar.more.text() == "More"
    bar.set_filter(QueueFilter(tags=frozenset({"shadow"}), least_score=0.2, most_score=0.3))
    assert bar.more.text() == "More · 2"


def test_new_choices_keep_what_is_chosen(qtbot: QtBot, bar: FilterBar) -> None:
    bar.set_filter(EVERYTHING)

    with qtbot.assertNotEmitted(bar.changed):
        bar.set_choices([LabelClass("dent", 1)], [], ["bo"], [])

    assert bar.filter == EVERYTHING
    assert bar.classes.currentText() == "dent"
    assert bar.assigned.currentText() == "ann"


def test_scrolling_past_a_choice_does_not_change_it(qtbot: QtBot, bar: FilterBar) -> None:
    bar.more.click()
    said = changes(bar)
    centre = QPointF(bar.sort.rect().center())
    event = QWheelEvent(
        centre,
        QPointF(bar.sort.mapToGlobal(centre)),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )

    QApplication.sendEvent(bar.sort, event)

    assert bar.sort.currentText() == "as added"
    assert said == []


def test_nothing_takes_the_focus_by_itself(qtbot: QtBot, bar: FilterBar) -> None:
    bar.more.click()
    for control in (bar.states["new"], bar.direction, bar.clear, bar.more):
        qtbot.mouseClick(control, LEFT)

    assert QApplication.focusWidget() is None


def test_it_fits_into_a_narrow_dock(bar: FilterBar) -> None:
    bar.set_counts({"new": 1_234_567, "approved": 99_999})
    bar.set_found(99_999, 100_000)
    bar.more.click()

    assert bar.minimumSizeHint().width() <= 280
    assert bar.states["approved"].toolTip() == "approved: 99,999"


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1k"),
        (1_299, "1.2k"),
        (9_999, "9.9k"),
        (99_999, "99k"),
        (999_999, "999k"),
        (1_500_000, "1.5M"),
    ],
)
def test_short_counts_never_say_more_than_there_is(count: int, said: str) -> None:
    assert short_count(count) == said
