"""What hands, a model and a colleague do to a window, and what it may say to that."""

from hypothesis import strategies as st
from PySide6.QtCore import Qt

from app.core.geometry import Box
from tests.gui.shared_project import CLASSES, GREYS, HEIGHT_PX, TAGS, WIDTH_PX

Key = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
Shift, Control, Alt = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)

# A coarse grid, on which corners lie too: so that presses often hit an edge, a corner, a box.
POINTS = st.tuples(
    st.integers(0, WIDTH_PX // 4).map(lambda n: 4.0 * n),
    st.integers(0, HEIGHT_PX // 4).map(lambda n: 4.0 * n),
)
BOXES = st.tuples(POINTS, POINTS).map(
    lambda ends: Box(
        min(ends[0][0], ends[1][0], WIDTH_PX - 4),
        min(ends[0][1], ends[1][1], HEIGHT_PX - 4),
        max(ends[0][0], ends[1][0], min(ends[0][0], ends[1][0]) + 4),
        max(ends[0][1], ends[1][1], min(ends[0][1], ends[1][1]) + 4),
    )
)
FOUND = st.lists(
    st.tuples(st.sampled_from(CLASSES), BOXES, st.sampled_from([0.2, 0.5, 0.9])), max_size=3
)
ON_SCREEN = None
IMAGES = st.sampled_from([ON_SCREEN, ON_SCREEN, *GREYS])
SOME_IMAGES = st.lists(st.sampled_from(list(GREYS)), min_size=1, max_size=3, unique=True)
NUMBERS = st.integers(0, 5)

KEYS = {
    "submit": (Key.Key_Space, NONE),
    "normal": (Key.Key_N, NONE),
    "normal, next": (Key.Key_N, Shift),
    "next": (Key.Key_D, NONE),
    "previous": (Key.Key_A, NONE),
    "next open": (Key.Key_D, Shift),
    "back": (Key.Key_Left, Alt),
    "exclude": (Key.Key_E, Control),
    "reopen": (Key.Key_R, Control),
    "approve": (Key.Key_Return, Control),
    "return": (Key.Key_R, Shift),
    "pin": (Key.Key_P, Shift),
    "blink": (Key.Key_V, Shift),
    "undo": (Key.Key_Z, Control),
    "redo": (Key.Key_Y, Control),
    "accept": (Key.Key_E, NONE),
    "accept all": (Key.Key_E, Shift),
    "reject all": (Key.Key_X, Shift),
    "delete": (Key.Key_X, NONE),
    "select all": (Key.Key_A, Control),
    "next box": (Key.Key_Period, NONE),
    "under pointer": (Key.Key_Tab, NONE),
    "duplicate": (Key.Key_D, Control),
    "copy": (Key.Key_C, Control),
    "paste": (Key.Key_V, Control),
    "take over": (Key.Key_T, NONE),
    "nudge": (Key.Key_Right, NONE),
    "nudge far": (Key.Key_Down, Shift),
    "escape": (Key.Key_Escape, NONE),
    "boxes off": (Key.Key_H, NONE),
    "proposals off": (Key.Key_J, NONE),
    "people off": (Key.Key_J, Shift),
    "uncover": (Key.Key_U, NONE),
    "draw tool": (Key.Key_W, NONE),
    "polygon tool": (Key.Key_P, NONE),
    "brush tool": (Key.Key_B, NONE),
    "loupe": (Key.Key_M, NONE),
    "close up": (Key.Key_G, NONE),
    "whole image": (Key.Key_F, NONE),
    "correct tool": (Key.Key_V, NONE),
    "tag 1": (Key.Key_1, Alt),
    "tag 2": (Key.Key_2, Alt),
    **{f"class {n}": (Key.Key_0 + n, NONE) for n in CLASSES},
}
HELD = {
    "layer before": (Key.Key_S, NONE),
    "layer after": (Key.Key_S, Shift),
    "bare": (Key.Key_Q, NONE),
}
JUDGING = frozenset(KEYS) - {"undo", "redo", "exclude", "reopen", "return", "tag 1", "tag 2"}
"""What says something of what is to be seen."""
HIDING = frozenset({"boxes off", "proposals off", "people off", "hide"})
HANDS = st.one_of(
    st.tuples(st.just("key"), st.sampled_from(list(KEYS))),
    st.tuples(st.just("key"), st.sampled_from(["undo", "redo", "next", "previous", "submit"])),
    st.tuples(st.just("drag"), POINTS, POINTS, st.sampled_from([NONE, NONE, NONE, Control])),
    st.tuples(st.just("click"), POINTS, st.sampled_from([NONE, NONE, Shift])),
    st.tuples(st.just("wait")),
    st.tuples(st.just("slide"), st.sampled_from([0.0, 0.4, 0.6, 1.0])),
    st.tuples(st.just("hide"), st.sampled_from(CLASSES)),
    st.tuples(st.just("filter"), st.sampled_from(["new", "in_progress", "submitted"])),
    st.tuples(st.just("menu"), SOME_IMAGES, st.sampled_from(["Assign to me", *TAGS])),
    st.tuples(
        st.just("bulk"),
        st.sampled_from(["accept", "reject"]),
        st.sampled_from([None, *CLASSES]),
        st.sampled_from([0.0, 0.4, 1.01]),
    ),
)
OTHERS = st.one_of(
    st.tuples(st.just("propose"), IMAGES, FOUND),
    st.tuples(st.just("propose"), IMAGES, FOUND),
    st.tuples(st.just("other draws"), IMAGES, BOXES),
    st.tuples(st.just("other moves"), IMAGES, NUMBERS, BOXES),
    st.tuples(st.just("other removes"), IMAGES, NUMBERS),
    st.tuples(st.just("other excludes"), IMAGES),
    st.tuples(st.just("other reopens"), IMAGES),
    st.tuples(st.just("look")),  # at what others did, as the window does by itself after a while
)

REFUSED_BY_RULES = (
    "is not on screen",
    "last image of the list",
    "first image of the list",
    "no work left",
    "nobody has said that it is normal",
    "can't be normal",
    "hidden, so nobody has looked",
    "nothing on it changes",
    "may not make an image",
    "can't become",
    "That step was on",
    "Undo brings them back",
    "lie just there",
    "step of yours",
    "Another layer or version is in sight",
    "Shown again",
    "neither accepted nor removed",
    "A model or a search is at work already",
    "There is no image to go over",
    "undo takes all of it back",
)
REFUSED_TO_BRUSHES = ("The mask is here already", "of the mask", "No mask is selected")
REFUSED_BY_LOCKS = ("is being written by another program",)
REFUSED_FOR_COLLEAGUES = ("Image 1 was", "Image 2 was", "Image 3 was", "Image 4 was")
REFUSED_FOR_MODELS = (
    "A box on image",
    "can't be taken back or made again",
    "A model has found something",
)
