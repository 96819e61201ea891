"""Whatever hands and models do at once: the canvas shows the truth and tells only what is true."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.geometry import Box
from app.core.segmentation import Outline
from app.core.shape import shape_of
from tests.gui.canvas_driver import (
    ALT,
    CTRL,
    HEIGHT_PX,
    NO_KEY,
    SHIFT,
    SLAG,
    STREAK,
    WIDTH_PX,
    CanvasDriver,
    model_box,
    person_box,
)
from widgets.canvas.canvas import Canvas

ANYWHERE = st.tuples(st.floats(-20, WIDTH_PX + 20), st.floats(-20, HEIGHT_PX + 20))
WHERE_BOXES_ARE = [
    (90, 75),
    (60, 75),
    (120, 100),
    (90, 65),
    (80, 70),
    (170, 70),
    (170, 90),
    (160, 75),
]
SPOTS = st.one_of(st.sampled_from(WHERE_BOXES_ARE), ANYWHERE)
KEYS = st.sampled_from([NO_KEY, NO_KEY, SHIFT, CTRL, ALT])
TOOLS = st.sampled_from(["correct", "correct", "draw", "polygon", "brush", "ruler", "segment"])
TRIANGLE = ((150.0, 60.0), (190.0, 60.0), (170.0, 90.0))


class Document:
    """Stands in for what saves: it takes what is told, and models put boxes into it meanwhile."""

    def __init__(self, hand):
        self.hand, self.told = hand, 0
        self.boxes = {}
        self.prompts = []
        hand.canvas.prompted.connect(lambda prompt: prompt and self.prompts.append(prompt))
        hand.canvas.drawn.connect(self.draw)
        hand.canvas.reshaped.connect(self.reshape)

    def begin(self):
        self.hand.canvas.drop_gesture()
        self.hand.canvas.set_filter()
        self.prompts.clear()
        start = [
            person_box("a", Box(60, 50, 120, 100)),
            model_box("b", Box(80, 60, 100, 80), 0.7),
            person_box("p", Box(150, 60, 190, 90), SLAG, polygon=TRIANGLE),
        ]
        self.boxes = {a.uid: a for a in start}
        self.show()
        self.hand.canvas.set_tool("correct")
        self.hand.canvas.fit()

    def show(self):
        self.hand.show(*self.boxes.values())

    def draw(self, shape):
        self.check(shape)
        uid = f"d{len(self.boxes)}"
        drawn = person_box(uid, shape.box, polygon=shape.polygon)
        self.boxes[uid] = drawn
        self.show()

    def reshape(self, shapes):
        assert shapes
        for uid, shape in shapes.items():
            self.check(shape)
            assert shape != shape_of(self.boxes[uid])
            now = replace(self.boxes[uid], box=shape.box, polygon=shape.polygon, author="ann")
            self.boxes[uid] = now
        self.show()

    def answer(self, age, outlines):
        """A segmenter, quick (an age of 0) or late: the person may have asked anew since then."""
        if age < len(self.prompts):
            self.hand.canvas.show_outlines(self.prompts[-1 - age], outlines)

    def check(self, shape):
        assert shape.box.inside(WIDTH_PX, HEIGHT_PX)
        assert all(0 <= x <= WIDTH_PX and 0 <= y <= HEIGHT_PX for x, y in shape.polygon or ())

    def arrive(self, box, taken_away):
        """A model's run replaces its proposals; a colleague takes a box away."""
        self.boxes = {u: a for u, a in self.boxes.items() if not a.is_proposal and u != taken_away}
        self.boxes["new"] = model_box("new", box, 0.5, STREAK)
        self.show()


@st.composite
def late_boxes(draw):
    x, y = draw(st.floats(0, WIDTH_PX - 20)), draw(st.floats(0, HEIGHT_PX - 20))
    return Box(x, y, x + draw(st.floats(1, 20)), y + draw(st.floats(1, 20)))


def triangle(box):
    return Outline(((box.left, box.top), (box.right, box.top), (box.left, box.bottom)), 0.8)


ANSWERS = st.one_of(st.none(), st.lists(late_boxes().map(triangle), max_size=3))


STEPS = st.one_of(
    st.tuples(st.just("drag"), SPOTS, SPOTS, KEYS),
    st.tuples(st.just("click"), SPOTS, KEYS),
    st.tuples(st.just("double_click"), SPOTS),
    st.tuples(st.just("press"), SPOTS, KEYS),
    st.tuples(st.just("move"), SPOTS),
    st.tuples(st.just("release"), SPOTS),
    st.tuples(st.just("wheel"), st.integers(-3, 4), SPOTS),
    st.tuples(st.just("tool"), TOOLS),
    st.tuples(st.just("nudge"), st.floats(-30, 30), st.floats(-30, 30)),
    st.tuples(st.just("next")),
    st.tuples(st.just("all")),
    st.tuples(st.just("escape")),
    st.tuples(st.just("enter")),
    st.tuples(st.just("step"), st.sampled_from([-1, 1])),
    st.tuples(st.just("class")),
    st.tuples(st.just("answer"), st.sampled_from([0, 0, 0, 1]), ANSWERS),
    st.tuples(st.just("filter"), st.sampled_from([0, STREAK, SLAG])),
    st.tuples(st.just("arrive"), late_boxes(), st.sampled_from(["", "a", "p"])),
)


def do(hand, document, step):
    canvas = hand.canvas
    name, *given_values = step
    {
        "drag": lambda a, b, keys: hand.drag(a, b, keys=keys),
        "click": lambda at, keys: hand.click(*at, keys=keys),
        "double_click": lambda at: hand.double_click(*at),
        "press": lambda at, keys: hand.press(at, keys=keys),
        "move": hand.move,
        "release": hand.release,
        "wheel": lambda steps, at: hand.wheel(steps, at=at),
        "tool": canvas.set_tool,
        "nudge": canvas.nudge,
        "next": canvas.select_next_under_cursor,
        "all": canvas.select_all,
        "escape": canvas.cancel,
        "enter": canvas.finish,
        "step": canvas.step_outline,
        "class": canvas.take_class,
        "answer": document.answer,
        "filter": lambda hidden: canvas.set_filter(frozenset({hidden})),
        "arrive": document.arrive,
    }[name](*given_values)


@pytest.fixture
def hand(qtbot):
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(600, 420)
    canvas.show()
    hand = CanvasDriver(canvas)
    hand.show_photo()
    return hand


@pytest.fixture
def document(hand):
    return Document(hand)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, min_size=1, max_size=14))
def test_the_screen_and_the_document_agree(hand, document, steps):
    document.begin()
    for step in steps:
        do(hand, document, step)
        visible = {a.uid for a in hand.canvas.visible_annotations()}
        assert set(hand.canvas.selection) <= visible <= document.boxes.keys()
    hand.canvas.flush_gesture()
    hand.canvas.drop_gesture()
    hand.canvas.set_filter()
    assert {a.uid: a for a in hand.canvas.visible_annotations()} == document.boxes
    hand.screen()
