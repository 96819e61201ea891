"""Of which images a person isn't told what stands on them, and what the queue says of these."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from app.core.errors import UserError
from app.core.image import State
from app.core.queue import QueueRow
from app.services.blindness import Blindness
from app.services.own_view import OwnView
from app.shell.frame.messages import Messages
from app.storage.project import Project


class Withheld:
    def __init__(self, project: Project, view: OwnView, messages: Messages, *, person: str) -> None:
        self._project, self._view = project, view
        self._messages, self._person = messages, person

    def is_blind(self, image_id: int, content_hash: str, state: State) -> bool:
        """Its proposals are hidden."""
        return self._blindness is not None and self._blindness.covers(image_id, content_hash, state)

    def rows(self, ids: Sequence[int]) -> list[QueueRow]:
        """As the queue shows them: of a blind image nobody is told how many proposals it has."""
        return [
            replace(row, boxes=row.boxes - row.proposals, proposals=0)
            if row.proposals and self.is_blind(row.id, row.content_hash, row.state)
            else row
            for row in self._view.rows(ids)
        ]

    @cached_property
    def _blindness(self) -> Blindness | None:
        try:
            return Blindness(self._project, self._person)
        except UserError as e:
            self._messages.error(e)
            return None
