"""What each action of the table does to the open project: one line an action."""

from collections.abc import Callable
from dataclasses import replace

from app.core.looks import Clahe, FlatField, Looks
from app.shell.bench.people_room import show_people
from app.shell.bench.workbench import Workbench
from app.shell.keys.action_set import ActionSet

Press = Callable[[Workbench], object]
Toggle = Callable[[Workbench, bool], object]

_NUDGE_PX = 1.0
_FAR_NUDGE_PX = 10.0
_BRUSH_STEP = 1.25


def _submit_and_go_on(bench: Workbench) -> None:
    if bench.canvas.finish():
        return  # the key closed an outline that was being drawn
    if bench.reviewing.is_on:
        bench.reviewing.approve()  # what is handed in already, by somebody else
    elif bench.moves.submit():
        bench.go_to_next_open()


def _submit_normal_and_go_on(bench: Workbench) -> None:
    if bench.moves.mark_normal(True):
        _submit_and_go_on(bench)


def _look(bench: Workbench, change: Callable[[Looks], Looks]) -> None:
    panel = bench.panels.looking
    panel.set_looks(change(panel.looks))


def _next_under_cursor(bench: Workbench) -> None:
    if not bench.canvas.step_outline(1):
        bench.canvas.select_next_under_cursor()


PRESSED: dict[str, Press] = {
    "accept_submit_next": _submit_and_go_on,
    "mark_normal_submit_next": _submit_normal_and_go_on,
    "next": lambda bench: bench.step(1),
    "previous": lambda bench: bench.step(-1),
    "next_unfinished": lambda bench: bench.go_to_next_open(),
    "go_back": lambda bench: bench.go_back(),
    "exclude": lambda bench: bench.reviewing.ask_exclude(),
    "reopen": lambda bench: bench.reviewing.ask_reopen(),
    "undo": lambda bench: bench.moves.undo(),
    "redo": lambda bench: bench.moves.redo(),
    "accept_selected": lambda bench: bench.moves.accept_selected(),
    "delete": lambda bench: bench.moves.delete(),
    "accept_all": lambda bench: bench.moves.accept_visible(),
    "reject_all_proposals": lambda bench: bench.moves.reject_visible(),
    "next_under_cursor": _next_under_cursor,
    "next_box": lambda bench: bench.canvas.select_next(),
    "previous_box": lambda bench: bench.canvas.select_next(-1),
    "select_all": lambda bench: bench.canvas.select_all(),
    "duplicate": lambda bench: bench.moves.duplicate(),
    "copy": lambda bench: bench.moves.copy(),
    "paste": lambda bench: bench.moves.paste(),
    "paste_previous": lambda bench: bench.repeat_previous(),
    "fit_to_content": lambda bench: bench.models.segmenting.fit(),
    "class_up": lambda bench: bench.class_choice.move(-1),
    "class_down": lambda bench: bench.class_choice.move(1),
    "brush_larger": lambda bench: bench.canvas.scale_brush(_BRUSH_STEP),
    "brush_smaller": lambda bench: bench.canvas.scale_brush(1 / _BRUSH_STEP),
    "fit": lambda bench: bench.canvas.fit(),
    "actual_size": lambda bench: bench.canvas.actual_size(),
    "fit_box": lambda bench: bench.canvas.fit_selection(),
    "zoom_in": lambda bench: bench.canvas.zoom_in(),
    "zoom_out": lambda bench: bench.canvas.zoom_out(),
    "reveal_blind": lambda bench: bench.reveal(),
    "looks_reset": lambda bench: bench.panels.looking.set_looks(Looks()),
    "prelabel_here": lambda bench: bench.models.modelling.run_here(),
    "prelabel_dialog": lambda bench: bench.panels.bring_up("prelabel"),
    "find_similar_here": lambda bench: bench.models.finding.find_here(),
    "find_similar": lambda bench: bench.models.finding.find_elsewhere(),
    "carry_over": lambda bench: bench.models.finding.carry_over(),
    "cancel_model": lambda bench: bench.models.cancel(),
    "approve_next": lambda bench: bench.reviewing.approve(),
    "return": lambda bench: bench.reviewing.ask_return(),
    "pin_reason": lambda bench: bench.reviewing.ask_pin(),
    "next_version": lambda bench: bench.reviewing.versions.step(),
    "review_queue": lambda bench: bench.review_queue.list_all(),
    "crop_wall": lambda bench: bench.walling.open(),
    "people": lambda bench: show_people(bench.team, bench.canvas.window()),
    "next_to_review": lambda bench: bench.review_queue.go_on(),
    "find": lambda bench: bench.panels.find(),
}
"""Actions that are done once, by their name in the table."""

NUDGES_PX = {
    "nudge_left": (-_NUDGE_PX, 0),
    "nudge_right": (_NUDGE_PX, 0),
    "nudge_up": (0, -_NUDGE_PX),
    "nudge_down": (0, _NUDGE_PX),
    "nudge_left_10": (-_FAR_NUDGE_PX, 0),
    "nudge_right_10": (_FAR_NUDGE_PX, 0),
    "nudge_up_10": (0, -_FAR_NUDGE_PX),
    "nudge_down_10": (0, _FAR_NUDGE_PX),
}
"""Right and down, in pixels of the photo."""

TOGGLED: dict[str, Toggle] = {
    "mark_normal": lambda bench, on: bench.moves.mark_normal(on),
    "boxes_shown": lambda bench, on: bench.canvas.set_boxes_shown(on),
    "proposals_shown": lambda bench, on: bench.sight.show_proposals(on),
    "people_shown": lambda bench, on: bench.sight.show_people(on),
    "names_shown": lambda bench, on: bench.canvas.set_names_shown(on),
    "fills_shown": lambda bench, on: bench.canvas.set_filled(on),
    "crosshair": lambda bench, on: bench.canvas.set_crosshair(on),
    "magnifier": lambda bench, on: bench.viewing.set_magnified(on),
    "flat_field": lambda bench, on: _look(
        bench, lambda now: replace(now, flat_field=FlatField() if on else None)
    ),
    "clahe": lambda bench, on: _look(
        bench, lambda now: replace(now, clahe=Clahe() if on else None)
    ),
    "invert": lambda bench, on: _look(bench, lambda now: replace(now, inverted=on)),
}
"""Actions that are on or off."""

TOOLS = ("correct", "draw", "polygon", "brush", "segment", "ruler")


def bind(actions: ActionSet, bench: Callable[[], Workbench | None]) -> None:
    """Once for the window; `bench` gives the project that is open when a key is pressed."""
    for name, does in PRESSED.items():
        actions.bind(name, _on(bench, does))
    for name, by in NUDGES_PX.items():
        actions.bind(name, _nudging(bench, by))
    for name, does_toggle in TOGGLED.items():
        actions.bind(name, _on(bench, does_toggle))
    for tool in TOOLS:
        actions.bind(tool, _on(bench, lambda b, _, tool=tool: b.canvas.set_tool(tool)))
    for name, press in {
        "compare": lambda b: b.viewing.hold_bare(),
        "previous_layer": lambda b: b.hold_layer(-1),
        "next_layer": lambda b: b.hold_layer(1),
    }.items():
        actions.bind_hold(name, _on(bench, press), _on(bench, lambda b: b.viewing.release()))
    actions.class_picked.connect(_on(bench, lambda b, class_id: b.moves.pick_class(class_id)))
    actions.tag_picked.connect(_on(bench, lambda b, tag: b.moves.toggle_tag(tag)))


def start(actions: ActionSet) -> None:
    """The toggles of a canvas that has just been made."""
    for name in ("boxes_shown", "names_shown"):
        actions.action(name).setChecked(True)
    for name in ("fills_shown", "crosshair", "magnifier"):
        actions.action(name).setChecked(False)


def show_state(actions: ActionSet, bench: Workbench) -> None:
    """Sets the marks of toggles to what they are: keys and panels change the same things."""
    sheet, looks = bench.document.sheet, bench.panels.looking.looks
    people, proposals = bench.sight.origins
    states = {
        "mark_normal": sheet is not None and sheet.label.is_normal,
        "boxes_shown": bench.canvas.boxes_wanted,
        "people_shown": people,
        "proposals_shown": proposals,
        "flat_field": looks.flat_field is not None,
        "clahe": looks.clahe is not None,
        "invert": looks.inverted,
    } | {tool: tool == bench.canvas.tool for tool in TOOLS}
    for name, on in states.items():
        actions.action(name).setChecked(on)


def _on(
    bench: Callable[[], Workbench | None], does: Callable[..., object]
) -> Callable[..., object]:
    def run(*values: object) -> None:
        now = bench()
        if now is not None:
            now.canvas.flush_gesture()  # nudges come before whatever is done next
            does(now, *values)

    return run


def _nudging(bench: Callable[[], Workbench | None], by: tuple[float, float]) -> Callable[[], None]:
    def run() -> None:
        now = bench()
        if now is not None:
            now.canvas.nudge(*by)  # a run of these is one gesture, so nothing is flushed

    return run
