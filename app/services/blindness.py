"""Which images a person gets without their proposals, to see how far people only nod."""

from app.core.blind import SHARE_SETTING, is_blind, share_of
from app.core.image import OPEN, State
from app.storage.project import Project


class Blindness:
    """As a project has it set for one person. Raises UserError when the setting makes no sense."""

    def __init__(self, project: Project, person: str) -> None:
        self._project, self._person = project, person
        self._share = share_of(project.settings.get(SHARE_SETTING))

    def covers(self, image_id: int, content_hash: str, state: State) -> bool:
        """Until the image is handed in, or the person has seen its proposals some other way."""
        return (
            self._share > 0
            and state in OPEN
            and state != "returned"
            and is_blind(content_hash, share=self._share, seed=self._person)
            and not self._project.visits.was_seen_open(image_id, self._person)
        )
