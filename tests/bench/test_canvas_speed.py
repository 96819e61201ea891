"""What a canvas does with thousands of boxes, as ratios and counts in one run."""

from statistics import median

import pytest

from tests.bench.bench_canvas import (
    MIDDLE,
    Stage,
    drag_ms,
    hover_ms,
    loop_ms,
    made_annotations,
    pan_ms,
    timed_ms,
)

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("qapp")]
BOXES = 5_000


@pytest.fixture
def stage(qtbot):
    stage = Stage()
    qtbot.addWidget(stage.canvas)
    stage.show(made_annotations(BOXES))
    return stage


def test_what_stays_where_it_is_is_painted_once(stage: Stage) -> None:
    layouts = stage.layouts
    stage.canvas.repaint()
    hover_ms(stage)
    stage.canvas.select([MIDDLE])
    drag_ms(stage)
    pan_ms(stage)
    assert stage.layouts == layouts


def test_a_box_that_was_moved_is_all_that_is_painted_anew(stage: Stage) -> None:
    annotations = made_annotations(BOXES)
    layouts = stage.layouts
    stage.show([*annotations[1:], annotations[0].touched_by("bob")])
    stage.show(annotations[1:])
    assert stage.layouts == layouts


def test_steps_cost_a_fraction_of_a_loop_over_the_boxes(stage: Stage) -> None:
    plain_ms = loop_ms(stage, made_annotations(BOXES))
    assert plain_ms / median(timed_ms(stage.canvas.repaint, 15)) > 5
    assert plain_ms / median(hover_ms(stage)) > 5
    assert plain_ms / median(drag_ms(stage)) > 4
    assert plain_ms / median(pan_ms(stage)) > 3


def test_drags_and_moves_of_the_mouse_reach_the_canvas(stage: Stage) -> None:
    """Else the bench would time nothing."""
    pointed, moved, before = [], [], stage.canvas.view
    stage.canvas.pointed.connect(pointed.append)
    stage.canvas.reshaped.connect(moved.append)
    hover_ms(stage)
    drag_ms(stage)
    pan_ms(stage, steps=5)
    assert len(pointed) > 50 and [list(shapes) for shapes in moved] == [[MIDDLE]]
    assert stage.canvas.view != before
