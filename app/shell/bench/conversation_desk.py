"""The conversation that is open, as the thread that saves it has it."""

from collections.abc import Callable

from app.core.errors import UserError
from app.core.language import Language
from app.services import converse
from app.services.conversation_writing import Writers, writers_for
from app.services.converse import Conversation
from app.services.own_view import OwnView
from app.services.questions import chosen_name, chosen_seed
from app.storage.project import Project

Change = Callable[[Project, Conversation], Conversation]


class Desk:
    """The conversation as the lane's own thread has it: what was asked before is in it already."""

    def __init__(self, person: str) -> None:
        self._person = person
        self._open: Conversation | None = None
        self._writers: dict[tuple[object, ...], Writers] = {}

    def writers(self, project: Project, language: Language) -> Writers:
        name = chosen_name(project)
        # A team's own set may be changed under its name while the window stands.
        key = language, name, chosen_seed(project), project.question_sets.get(name, language)
        if key not in self._writers:
            self._writers[key] = writers_for(project, [language])
        return self._writers[key]

    def open(self, project: Project, image_id: int, language: Language) -> Conversation:
        image, writers = (
            OwnView(project, self._person).image(image_id),
            self.writers(project, language),
        )
        self._open = converse.conversation_of(
            project, image, language, writers, person=self._person
        )
        return self._open

    def change(
        self, project: Project, image_id: int, language: Language, change: Change
    ) -> Conversation:
        seen = self._open
        if seen is None or (seen.image.id, seen.stored.language) != (image_id, language):
            seen = self.open(project, image_id, language)
        try:
            self._open = change(project, seen)
        except UserError:
            # The labels have changed under it. What was typed still belongs where it was typed,
            # as long as the turns are the same.
            now = self.open(project, image_id, language)
            if _topics(now) != _topics(seen):
                raise
            self._open = change(project, now)
        return self._open


def _topics(conversation: Conversation) -> list[tuple[str, int | None]]:
    return [exchange.topic for exchange in conversation.stored.exchanges]
