"""Ties what people do on the canvas and in panels to the parts that know about it, and back."""

from typing import TYPE_CHECKING

from app.shell.bench.panels import Panels
from app.shell.bench.parts import Parts

if TYPE_CHECKING:
    from widgets.panels.proposal_panel import ProposalPanel


def connect_panels(bench: Parts) -> None:
    """Those that have no room of their own."""
    panels, moves, sight, canvas = bench.panels, bench.moves, bench.sight, bench.canvas
    canvas.drawn.connect(moves.draw)
    canvas.reshaped.connect(moves.reshape)
    canvas.tool_changed.connect(bench.models.take_tool)
    canvas.selected.connect(panels.boxes.set_selection)
    panels.follow(
        *(Panels.comments, canvas.selected),
        lambda comments, uids: comments.set_can_pin(len(uids) == 1),
    )
    panels.boxes.selected.connect(canvas.select)
    panels.classes.hidden_changed.connect(sight.hide_classes)
    sight.class_wanted.connect(lambda class_id: panels.classes.set_shown(class_id, True))
    panels.classes.origins_changed.connect(sight.show_origins)
    sight.origins_changed.connect(
        lambda people, proposals: panels.classes.set_origins_shown(
            people=people, proposals=proposals
        )
    )
    panels.looking.changed.connect(bench.viewing.set_looks)
    panels.when_made(Panels.proposals, lambda panel: _connect_proposals(bench, panel))
    searched = bench.browsing.searched
    panels.follow(
        *(Panels.prelabel, searched),
        lambda panel, found, total: panel.set_counts(filtered=found, total=total),
    )
    panels.follow(
        Panels.proposals, searched, lambda panel, found, _: panel.set_filtered_count(found)
    )


def _connect_proposals(bench: Parts, panel: "ProposalPanel") -> None:
    moves = bench.moves
    panel.least_score_changed.connect(bench.sight.set_least_score)
    panel.least_score_changed.connect(lambda _: bench.disagreeing.refresh())
    panel.accept_class.connect(moves.accept_visible)
    panel.reject_class.connect(moves.reject_visible)
    panel.accept_above.connect(lambda score: moves.accept_visible(None, score))
    panel.reject_below.connect(lambda _: moves.reject_withheld())
    panel.bulk_wanted.connect(bench.bulk.judge)
