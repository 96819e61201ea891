"""Ties what people do in the panels to the rooms that know about it, and back."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.shell.bench.workbench import Workbench


def connect_panels(bench: "Workbench") -> None:
    """Those that have no room of their own."""
    panels, moves, sight, canvas = bench.panels, bench.moves, bench.sight, bench.canvas
    canvas.selected.connect(panels.boxes.set_selection)
    canvas.selected.connect(lambda uids: panels.comments.set_can_pin(len(uids) == 1))
    panels.boxes.selected.connect(canvas.select)
    panels.classes.class_picked.connect(moves.pick_class)
    panels.classes.class_added.connect(bench.add_class)
    panels.classes.hidden_changed.connect(sight.hide_classes)
    panels.classes.origins_changed.connect(sight.show_origins)
    sight.origins_changed.connect(
        lambda people, proposals: panels.classes.set_origins_shown(
            people=people, proposals=proposals
        )
    )
    panels.looking.changed.connect(bench.viewing.set_looks)
    proposals = panels.proposals
    proposals.least_score_changed.connect(sight.set_least_score)
    proposals.least_score_changed.connect(lambda _: bench.disagreeing.refresh())
    proposals.accept_class.connect(moves.accept_visible)
    proposals.reject_class.connect(moves.reject_visible)
    proposals.accept_above.connect(lambda score: moves.accept_visible(None, score))
    proposals.reject_below.connect(lambda _: moves.reject_withheld())
    proposals.bulk_wanted.connect(bench.bulk.judge)
