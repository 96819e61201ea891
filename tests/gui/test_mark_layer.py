"""What a mark looks like, and that mending what is painted comes to the same as painting anew."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLocale
from PySide6.QtGui import QColor, QImage, QPainter

from app.core.annotation import Annotation
from app.core.geometry import Box
from app.core.label_class import LabelClass
from widgets.marks.layer import MarkLayer
from widgets.marks.mark import Mark, marks_of
from widgets.marks.painter import paint_marks
from widgets.photo.view import Size, View

SCREEN = Size(400, 300)
STREAK = LabelClass("streak", id=1, name_zh="条纹", colour="#e6194b")
SLAG = LabelClass("slag", id=2, colour="#42d4f4")
CLASSES = {1: STREAK, 2: SLAG}
GREY = QColor(150, 150, 150)
AS_IT_IS = View(1.0, 0.0, 0.0)
RED = (0xE6, 0x19, 0x4B)
WHITE, DARK = (255, 255, 255), (24, 24, 26)

pytestmark = pytest.mark.usefixtures("qtbot")


def by_person(uid, box, class_id=1, polygon=None):
    return Annotation(uid, class_id, box, polygon, author="ann")


def by_model(uid, box, class_id=1, polygon=None):
    return Annotation(uid, class_id, box, polygon, score=0.834, run_id=1)


def name_of(annotation):
    (mark,) = marks_of([annotation], CLASSES)
    return mark.name


def layer_of(*annotations):
    layer = MarkLayer()
    layer.show(marks_of(annotations, CLASSES))
    return layer


class Painted:
    """What was painted over an even grey photo, asked in device pixels."""

    def __init__(self, layer, view=AS_IT_IS, *, ratio=1.0, marks=None):
        size = round(SCREEN.width * ratio), round(SCREEN.height * ratio)
        image = QImage(*size, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(GREY)
        with QPainter(image) as painter:
            if layer:
                layer.paint(painter, view, SCREEN, ratio)
            if marks is not None:
                paint_marks(painter, marks, view, SCREEN)
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(size[1], size[0], 4)
        self.rgb = pixels[:, :, 2::-1].astype(int)

    def at(self, x, y):
        return tuple(self.rgb[y, x].tolist())

    def row(self, y, start, end):
        return [tuple(rgb) for rgb in self.rgb[y, start:end].tolist()]

    def changed(self, box):
        left, top, right, bottom = (int(c) for c in box.corners)
        return bool((self.rgb[top:bottom, left:right] != GREY.red()).any())

    def __eq__(self, other):
        """But for what Qt does to lines that it clips: it rounds, and loses a corner's pixel."""
        differs = (np.abs(self.rgb - other.rgb) > 3).any(axis=2)
        return int(differs.sum()) <= _CLIPPED_CORNERS


_CLIPPED_CORNERS = 24
BOX = Box(100, 100, 200, 180)


@pytest.fixture
def without_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a name stands depends on where it stood; lines and fills don't."""
    monkeypatch.setattr("widgets.marks.names.MarkNames.paint", lambda *_: None)


def test_lines_go_around_a_box_and_leave_what_is_in_it_alone():
    layer = layer_of(by_person("a", BOX))
    layer.set_filled(False)
    painted = Painted(layer)
    assert not painted.changed(BOX)
    for x, y in (150, 99), (150, 98), (150, 180), (150, 181), (99, 140), (98, 140), (201, 140):
        assert painted.at(x, y) == RED
    for x, y in (150, 97), (150, 182), (97, 140), (202, 140):
        assert painted.at(x, y) == DARK
    assert painted.at(150, 183) == painted.at(96, 140) == GREY.getRgb()[:3]


def test_a_fill_tints_and_does_not_hide():
    tinted = Painted(layer_of(by_person("a", BOX))).at(150, 140)
    assert tinted != GREY.getRgb()[:3]
    assert all(abs(now - 150) <= 0.12 * 255 for now in tinted)


def test_a_speck_is_not_filled():
    painted = Painted(layer_of(by_person("a", Box(100, 100, 104, 104))))
    assert not painted.changed(Box(100, 100, 104, 104))


def test_a_box_is_grown_to_whole_pixels_so_that_no_line_is_on_it():
    layer = layer_of(by_person("a", Box(100.4, 100.6, 200.2, 180.1)))
    layer.set_filled(False)
    painted = Painted(layer)
    assert not painted.changed(Box(100, 100, 201, 181))
    assert painted.at(99, 140) == painted.at(201, 140) == RED


def test_proposals_are_dashed_and_peoples_boxes_are_not():
    solid = Painted(layer_of(by_person("a", BOX))).row(180, 110, 190)
    dashed = Painted(layer_of(by_model("a", BOX))).row(180, 110, 190)
    assert set(solid) == {RED}
    assert RED in dashed and len(set(dashed)) > 1


def test_both_lines_of_a_dash_agree():
    painted = Painted(layer_of(by_model("a", BOX)))
    inner, outer = painted.row(180, 100, 200), painted.row(181, 100, 200)
    assert [rgb == RED for rgb in inner] == [rgb == RED for rgb in outer]


def test_a_selected_box_has_a_thicker_line_and_a_white_rim():
    layer = layer_of(by_person("a", BOX))
    layer.set_selected(frozenset("a"))
    painted = Painted(layer)
    assert painted.at(150, 97) == RED and painted.at(150, 183) == WHITE


def test_a_box_in_hand_looks_like_a_selected_one():
    layer = layer_of(by_model("a", BOX))
    layer.set_selected(frozenset("a"))
    assert Painted(None, marks=marks_of([by_model("a", BOX)], CLASSES)) == Painted(layer)


def test_a_box_that_is_left_out_is_gone_with_its_name():
    layer = layer_of(by_person("a", BOX))
    Painted(layer)
    layer.leave_out(frozenset("a"))
    assert not Painted(layer).changed(Box(0, 0, SCREEN.width, SCREEN.height))


def test_an_outline_is_filled_and_its_box_is_not():
    triangle = ((100.0, 180.0), (200.0, 180.0), (150.0, 100.0))
    painted = Painted(layer_of(by_person("a", BOX, polygon=triangle)))
    assert not painted.changed(Box(102, 102, 120, 120))
    assert painted.changed(Box(145, 150, 155, 160))


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0, 3.0])
def test_lines_are_as_sharp_on_any_screen(ratio):
    layer = layer_of(by_person("a", BOX))
    layer.set_filled(False)
    painted = Painted(layer, ratio=ratio)
    left, top, right, bottom = (round(c * ratio) for c in BOX.corners)
    assert not painted.changed(Box(left, top, right, bottom))
    middle, line_px = (top + bottom) // 2, 2 * round(ratio)
    assert painted.row(middle, left - line_px, left) == [RED] * line_px
    assert painted.row(middle, right, right + line_px) == [RED] * line_px


def test_a_view_between_pixels_is_painted_to_the_next():
    layer = layer_of(by_person("a", BOX))
    assert Painted(layer, View(1.0, 0.3, 0.4)) == Painted(layer_of(by_person("a", BOX)))


def test_a_box_far_larger_than_the_screen_has_no_line_in_it():
    layer = layer_of(by_person("a", Box(0, 0, 4000, 4000)))
    layer.set_filled(False)
    painted = Painted(layer, View(64.0, -64_000.0, -64_000.0))
    assert not painted.changed(Box(0, 100, SCREEN.width, SCREEN.height))  # its name is above


def test_names_carry_the_score_and_speak_the_screens_language():
    assert name_of(by_model("a", BOX)) == "streak 0.83"
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.Chinese))
    try:
        assert name_of(by_person("a", BOX)) == "条纹"
    finally:
        QLocale.setDefault(before)


def test_marks_can_be_had_one_by_one():
    person, model = by_person("a", BOX), by_model("b", BOX, class_id=2)
    assert list(marks_of([person, model], CLASSES)) == [
        Mark(person, QColor(STREAK.colour), "streak"),
        Mark(model, QColor(SLAG.colour), "slag 0.83"),
    ]


def test_what_is_changed_elsewhere_has_no_successor():
    person, model = by_person("a", BOX), by_model("b", BOX, class_id=2)
    before = marks_of([person, model], CLASSES)
    swapped = [by_model("b", BOX, class_id=2), by_person("a", BOX)]
    assert before.successors(marks_of(swapped, CLASSES)).tolist() == [1, 0]
    for classes in (
        {**CLASSES, 2: replace(SLAG, name="pore")},
        {**CLASSES, 2: replace(SLAG, colour="#000000")},
    ):
        assert before.successors(marks_of([person, model], classes)).tolist() == [0, -1]
    for others in ([person], [person, model.touched_by("bob")]):
        assert before.successors(marks_of(others, CLASSES)).tolist() == [0, -1]


def test_a_mark_that_was_changed_has_another_box_and_outline():
    before = marks_of([by_person("a", BOX), by_person("b", BOX)], CLASSES)
    there = Box(10, 20, 40, 50)
    after = before.with_changed({1: by_person("b", there, polygon=triangle_in(there))})
    assert before.shapes.corners.tolist() == [list(BOX.corners)] * 2
    assert after.shapes.corners.tolist() == [list(BOX.corners), list(there.corners)]
    assert [mark.annotation.polygon for mark in after] == [None, triangle_in(there)]
    assert after.shapes.has_outline.tolist() == [False, True]
    assert not before.shapes.has_outline.any()


def test_each_name_stands_beside_its_box():
    boxes = [Box(20 + 120 * i, 100, 80 + 120 * i, 160) for i in range(3)]
    painted = Painted(layer_of(*(by_person(str(i), box) for i, box in enumerate(boxes))))
    for box in boxes:
        assert painted.changed(Box(box.left, 80, box.right, 94))


def test_names_stay_in_sight_while_their_boxes_pan_out():
    layer = layer_of(by_person("a", Box(100, 50, 110, 5000)))
    for top in range(0, -2000, -50):
        painted = Painted(layer, View(1.0, 0.0, float(top)))
        beside = Box(0, 0, 96, SCREEN.height), Box(114, 0, SCREEN.width, SCREEN.height)
        assert any(painted.changed(part) for part in beside), top


def test_a_selected_box_is_named_in_any_crowd():
    crowd = [
        by_person(f"{x} {y}", Box(x, y, x + 12, y + 12))
        for x in range(0, 400, 14)
        for y in range(0, 300, 14)
    ]
    layer = layer_of(*crowd)
    plain = Painted(layer)
    layer.set_selected(frozenset(["196 140"]))
    selected = Painted(layer)
    far = (np.abs(selected.rgb - plain.rgb).sum(axis=2) > 0).sum()
    assert far > 50 * 12  # a plate, not just a frame of 18 x 18
    layer.set_selected(frozenset())
    assert Painted(layer) == plain


# Mending comes to the same as painting anew.

uids = st.sampled_from("abcdef")
corners = st.tuples(st.floats(-50, 400), st.floats(-50, 300), st.floats(1, 300), st.floats(1, 200))
boxes = corners.map(lambda c: Box(c[0], c[1], c[0] + c[2], c[1] + c[3]))


def triangle_in(box):
    middle, _ = box.centre
    return (box.left, box.bottom), (box.right, box.bottom), (middle, box.top)


annotations = st.one_of(
    st.builds(by_person, uids, boxes, st.sampled_from([1, 2])),
    st.builds(by_model, uids, boxes, st.sampled_from([1, 2])),
    st.builds(lambda uid, box: by_person(uid, box, 2, triangle_in(box)), uids, boxes),
)
steps = st.one_of(
    st.tuples(st.just("put"), annotations),
    st.tuples(st.just("drop"), uids),
    st.tuples(st.just("leave out"), st.frozensets(uids)),
    st.tuples(st.just("select"), st.frozensets(uids)),
    st.tuples(st.just("pan"), st.tuples(st.floats(-300, 300), st.floats(-300, 300))),
    st.tuples(st.just("zoom"), st.sampled_from([0.5, 1.0, 1.7])),
    st.tuples(st.just("fill"), st.booleans()),
)


class Story:
    """One layer that lives through all steps, and what a new one must be told to look the same."""

    def __init__(self):
        self.layer = MarkLayer()
        self.view = AS_IT_IS
        self.annotations = {}
        self.told = {"leave_out": frozenset(), "set_selected": frozenset(), "set_filled": True}

    def take(self, step, value):
        if step == "put":
            self.annotations[value.uid] = value
        elif step == "drop":
            self.annotations.pop(value, None)
        elif step == "pan":
            x, y = value
            self.view = replace(self.view, left=self.view.left + x, top=self.view.top + y)
        elif step == "zoom":
            self.view = replace(self.view, scale=value)
        else:
            verb = {"leave out": "leave_out", "select": "set_selected", "fill": "set_filled"}[step]
            self.told[verb] = value
            getattr(self.layer, verb)(value)
        if step in ("put", "drop"):
            self.layer.show(marks_of(self.annotations.values(), CLASSES))

    def painted_anew(self):
        layer = layer_of(*self.annotations.values())
        for verb, value in self.told.items():
            getattr(layer, verb)(value)
        return Painted(layer, self.view)


@pytest.mark.usefixtures("without_names")
class TestMending:
    @settings(max_examples=40, deadline=None)
    @given(st.lists(steps, max_size=10))
    def test_whatever_came_before(self, taken):
        story = Story()
        for step, value in taken:
            story.take(step, value)
            assert Painted(story.layer, story.view) == story.painted_anew()

    def test_the_fill_of_a_selected_box_leaves_the_lines_of_others(self):
        story = Story()
        inner = Box(110, 110, 150, 150)
        for step, value in [
            ("put", by_person("a", BOX)),
            ("put", by_person("b", inner, 2, triangle_in(inner))),
            ("select", frozenset("a")),
            ("select", frozenset()),
        ]:
            story.take(step, value)
            assert Painted(story.layer, story.view) == story.painted_anew()

    def test_a_layer_is_laid_out_once_for_all_that_happens_at_one_scale(self):
        crowd = [
            by_person(f"{n}", Box(n * 5 % 1000, n % 800, n * 5 % 1000 + 20, n % 800 + 30))
            for n in range(2000)
        ]
        story = Story()
        story.annotations = {a.uid: a for a in crowd}
        story.layer.show(marks_of(crowd, CLASSES))
        Painted(story.layer, story.view)
        story.take("select", frozenset(["7"]))
        story.take("leave out", frozenset(["7"]))
        for _ in range(20):
            story.take("pan", (-30.0, -20.0))
            Painted(story.layer, story.view)
        story.take("leave out", frozenset())
        story.take("put", by_person("7", Box(300, 300, 340, 350)))
        assert Painted(story.layer, story.view) == story.painted_anew()
        assert story.layer.renders == 1
