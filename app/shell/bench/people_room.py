"""The dialog in which people see who works on the project, and leads say as what."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.shell.bench.ready_reasons import ready_reasons
from app.shell.bench.team import Team
from widgets.review.people_dialog import PeopleDialog


def show_people(team: Team, parent: QWidget) -> PeopleDialog:
    """Open until it is closed, beside the work."""
    dialog = PeopleDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def show() -> None:
        dialog.show_team(
            *(team.people, team.me),
            self_review=team.allows_self_review,
            reasons=team.return_reasons or ready_reasons("returned"),
        )

    def take_reasons(reasons: tuple[str, ...]) -> None:
        team.set_return_reasons(() if reasons == ready_reasons("returned") else reasons)

    dialog.person_changed.connect(team.put)
    dialog.self_review_toggled.connect(team.allow_self_review)
    dialog.reasons_changed.connect(take_reasons)
    changed = team.changed.connect(show)
    dialog.finished.connect(lambda _: team.changed.disconnect(changed))
    show()
    dialog.show()
    return dialog
