"""Looking aids are switched, tuned and reset by hand; each change is told once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QSlider

from app.core.looks import PLAIN, Clahe, FlatField, Looks, Window
from widgets.panels.looking_panel import LookingPanel, Scale

ALL = Looks(FlatField(gain=800.0), Clahe(3.5, 12), Window(90.0, 60.0), 2.0, inverted=True)


@pytest.fixture
def panel(qtbot):
    panel = LookingPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.told = []
    panel.changed.connect(panel.told.append)
    return panel


def switch(panel, title):
    return next(box for box in panel.findChildren(QCheckBox) if box.text() == title)


def slider(panel, title):
    return next(s for s in panel.findChildren(QSlider) if s.accessibleName() == title)


def press(qtbot, panel, title):
    button = next(b for b in panel.findChildren(QPushButton) if b.text() == title)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_switch_turns_its_aid_on_and_off(panel):
    switch(panel, "Flat field").click()
    switch(panel, "Invert").click()
    switch(panel, "Flat field").click()
    assert panel.told == [
        Looks(FlatField()),
        Looks(FlatField(), inverted=True),
        Looks(inverted=True),
    ]


def test_dragging_a_slider_switches_its_aid_on_and_tells_each_step(panel):
    limit = slider(panel, "Limit")
    for position in (200, 210, 220):
        limit.setSliderPosition(position)
    assert switch(panel, "Local contrast").isChecked()
    limits = [looks.clahe.clip_limit for looks in panel.told]
    assert len(limits) == 3 and limits == sorted(limits) and limits[0] > 2
    assert limit.value() == 220, "it stays under the pointer"
    assert str(limits[-1]) in [label.text() for label in panel.findChildren(QLabel)]


def test_looks_set_from_elsewhere_are_shown_and_told_once(panel):
    panel.set_looks(ALL)
    panel.set_looks(ALL)
    assert panel.told == [ALL] and panel.looks == ALL
    for title in ("Flat field", "Local contrast", "Window", "Invert"):
        assert switch(panel, title).isChecked()
    figures = {label.text() for label in panel.findChildren(QLabel)}
    assert {"800", "3.5", "12", "90", "60", "2.00"} <= figures


def test_one_aid_is_changed_and_the_others_stay(panel):
    panel.set_looks(ALL)
    slider(panel, "Width").setSliderPosition(400)
    wider = Looks(ALL.flat_field, ALL.clahe, Window(90.0, 510.0), 2.0, inverted=True)
    assert panel.told == [ALL, wider]


def test_presets_and_reset(qtbot, panel):
    press(qtbot, panel, "Even light")
    press(qtbot, panel, "Dark areas")
    press(qtbot, panel, "Plain")
    assert panel.told == [Looks(FlatField()), Looks(gamma=2.0), PLAIN]
    panel.reset()
    assert len(panel.told) == 3, "nothing was on"
    panel.set_looks(ALL)
    panel.reset()
    assert panel.told[3:] == [ALL, PLAIN]
    assert not switch(panel, "Window").isChecked()


def test_a_click_leaves_the_keyboard_where_it_was(panel):
    for widget in (*panel.findChildren(QSlider), *panel.findChildren(QCheckBox)):
        assert widget.focusPolicy() == Qt.FocusPolicy.TabFocus


@given(
    st.sampled_from([Scale(50, 4000), Scale(0, 255), Scale(1, 20, 1), Scale(0.2, 5, 2)]),
    st.integers(0, 400),
)
def test_every_place_of_a_slider_is_within_its_scale(scale, position):
    value = scale.value_at(position)
    assert scale.low <= value <= scale.high
    assert scale.value_at(scale.position_of(value)) == pytest.approx(value, rel=0.03, abs=1)
    assert scale.position_of(scale.low) == 0 and scale.position_of(scale.high) == 400
