"""The list of boxes: what it says of each, how it is sorted, and selecting both ways."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt

from app.core.annotation import Annotation, Source
from app.core.geometry import Box
from app.core.label_class import LabelClass
from widgets.panels.box_list import BoxList

CLASSES = {
    2: LabelClass("slag", id=2, colour="#4363d8"),
    1: LabelClass("条纹", id=1, colour="#e6194b"),
}
DRAWN = Annotation("drawn", 1, Box(50, 40, 90.4, 60), author="ann")
PROPOSED = Annotation("proposed", 2, Box(10, 5, 20, 25), score=0.834, run_id=4)
CHECKED = Annotation("checked", 2, Box(30, 5, 33, 9), score=0.2, run_id=4, author="ann")
THREE = [DRAWN, PROPOSED, CHECKED]


@pytest.fixture
def boxes(qtbot):
    boxes = BoxList()
    qtbot.addWidget(boxes)
    boxes.resize(320, 400)
    with qtbot.waitExposed(boxes):
        boxes.show()
    boxes.set_annotations(THREE, CLASSES, {4: "starter"})
    return boxes


def heard(signal):
    said = []
    signal.connect(said.append)
    return said


def cells(boxes):
    model = boxes.table.model()
    columns = range(model.columnCount())
    return [[model.index(r, c).data() for c in columns] for r in range(model.rowCount())]


def click(qtbot, boxes, row, modifier=Qt.KeyboardModifier.NoModifier):
    at = boxes.table.visualRect(boxes.table.model().index(row, 0)).center()
    qtbot.mouseClick(boxes.table.viewport(), Qt.MouseButton.LeftButton, modifier, at)


def test_every_box_says_class_origin_score_and_size(boxes):
    assert cells(boxes) == [
        ["条纹", "ann", "", "40 × 20"],
        ["slag", "starter", "0.83", "10 × 20"],
        ["slag", "ann ✓", "0.20", "3 × 4"],
    ]


def test_an_import_goes_by_its_folder_and_is_named_in_full_in_the_tool_tip(boxes):
    boxes.set_annotations([PROPOSED], CLASSES, {4: "/photos/line 3/export-yolo"})
    assert cells(boxes)[0][1] == "export-yolo"
    tip = boxes.table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "proposed by /photos/line 3/export-yolo" in tip


def test_the_tool_tip_tells_who_checked_whose_proposal(boxes):
    tips = [boxes.table.model().index(r, 0).data(Qt.ItemDataRole.ToolTipRole) for r in range(3)]
    assert tips[0] == "x 50.0 – 90.4   y 40.0 – 60.0"
    assert "proposed by starter, nobody" in tips[1]
    assert "proposed by starter, checked by ann" in tips[2]


def test_the_tool_tip_names_the_detectors_that_found_it(boxes):
    both = (Source("starter", 0.81), Source("dino", 0.4))
    boxes.set_annotations([replace(PROPOSED, sources=both)], CLASSES, {4: "powder-bed"})
    tip = boxes.table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "proposed by powder-bed" in tip
    assert tip.endswith("\nfound by starter 0.81, dino 0.40")


def test_a_run_without_a_name_is_a_model(boxes):
    boxes.set_annotations([PROPOSED], CLASSES)
    assert cells(boxes)[0][1] == "model"


@pytest.mark.parametrize(
    ("key", "order"),
    [
        ("drawn", ["drawn", "proposed", "checked"]),
        ("class", ["proposed", "checked", "drawn"]),
        ("score", ["checked", "proposed", "drawn"]),
        ("position", ["proposed", "checked", "drawn"]),
        ("size", ["drawn", "proposed", "checked"]),
    ],
)
def test_orders(boxes, key, order):
    boxes.order_by(key)
    boxes.set_selection(order)
    assert boxes.selection() == order


def test_the_order_stays_for_the_next_image(boxes):
    boxes.order_by("size")
    boxes.set_annotations([CHECKED, DRAWN], CLASSES)
    assert [row[3] for row in cells(boxes)] == ["40 × 20", "3 × 4"]


def test_clicks_select_and_are_reported(boxes, qtbot):
    selected = heard(boxes.selected)
    click(qtbot, boxes, 1)
    click(qtbot, boxes, 2, Qt.KeyboardModifier.ControlModifier)
    assert selected == [["proposed"], ["proposed", "checked"]]


def test_a_selection_from_outside_is_shown_and_not_reported(boxes):
    selected = heard(boxes.selected)
    boxes.set_selection(["checked", "drawn", "one that is gone"])
    assert boxes.selection() == ["drawn", "checked"]
    boxes.set_selection([])
    assert boxes.selection() == [] and selected == []


def test_what_is_selected_stays_so_through_edits_and_sorting(boxes):
    selected = heard(boxes.selected)
    boxes.set_selection(["proposed", "checked"])
    boxes.order_by("score")
    assert boxes.selection() == ["checked", "proposed"]
    boxes.set_annotations([DRAWN, CHECKED], CLASSES)
    assert boxes.selection() == ["checked"] and selected == []


def test_five_thousand_boxes_are_listed_and_selected(boxes):
    many = [Annotation(f"m{n}", 1 + n % 2, Box(n, 0, n + 9, 9), author="a") for n in range(5000)]
    boxes.set_annotations(many, CLASSES)
    assert boxes.table.model().rowCount() == 5000
    boxes.set_selection(["m4999", "m3", "m4"])
    assert boxes.selection() == ["m3", "m4", "m4999"]
    all_rows = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    boxes.table.selectionModel().select(boxes.table.model().index(10, 0), all_rows)
    assert boxes.selection() == ["m3", "m4", "m10", "m4999"]


def test_the_list_takes_no_keys(boxes, qtbot):
    click(qtbot, boxes, 1)
    assert boxes.focusWidget() is None
