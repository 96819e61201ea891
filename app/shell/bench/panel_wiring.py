"""Ties what people do on the canvas and in panels to the parts that know about it, and back."""

from app.shell.bench.parts import Parts


def connect_panels(bench: Parts) -> None:
    """Those that have no room of their own."""
    panels, moves, sight, canvas = bench.panels, bench.moves, bench.sight, bench.canvas
    canvas.drawn.connect(moves.draw)
    canvas.reshaped.connect(moves.reshape)
    canvas.tool_changed.connect(bench.models.take_tool)
    canvas.selected.connect(panels.boxes.set_selection)
    canvas.selected.connect(lambda uids: panels.comments.set_can_pin(len(uids) == 1))
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
    proposals = panels.proposals
    proposals.least_score_changed.connect(sight.set_least_score)
    proposals.least_score_changed.connect(lambda _: bench.disagreeing.refresh())
    proposals.accept_class.connect(moves.accept_visible)
    proposals.reject_class.connect(moves.reject_visible)
    proposals.accept_above.connect(lambda score: moves.accept_visible(None, score))
    proposals.reject_below.connect(lambda _: moves.reject_withheld())
    proposals.bulk_wanted.connect(bench.bulk.judge)
    bench.browsing.searched.connect(
        lambda found, total: panels.prelabel.set_counts(filtered=found, total=total)
    )
    bench.browsing.searched.connect(lambda found, _: panels.proposals.set_filtered_count(found))
