"""Which images a person gets without their proposals, to see how far people only nod."""

from app.core.blind import SHARE_SETTING, is_blind, share_of
from app.core.image import OPEN, State
from app.storage.project import Project

_LABELLED_BLIND = OPEN - {"returned"}


class Blindness:
    """As a project has it set for one person. Raises UserError when the setting makes no sense."""

    def __init__(self, project: Project, person: str) -> None:
        self._project, self._person = project, person
        self._share = share_of(project.settings.get(SHARE_SETTING))
        self._drawn = set[int]()  # of the images up to `_newest` those that belong to the share
        self._newest = 0
        self._uncovered = set[int]()

    @property
    def is_on(self) -> bool:
        """Whether any image is served blind."""
        return self._share > 0

    def covers(self, image_id: int, content_hash: str, state: State) -> bool:
        """Until the image is handed in, or the person has seen its proposals some other way."""
        return (
            self.is_on
            and state in _LABELLED_BLIND
            and image_id not in self._uncovered
            and is_blind(content_hash, share=self._share, seed=self._person)
            and not self._project.visits.was_seen_open(image_id, self._person)
        )

    def uncover(self, image_id: int) -> None:
        """The person sees its proposals; a visit that is yet to be saved says so to all others."""
        self._uncovered.add(image_id)

    def images(self) -> frozenset[int]:
        """All that it covers, as the project has their states."""
        if not self.is_on:
            return frozenset()
        self._draw()
        states = self._project.queue.states(self._drawn)
        waiting = {i for i, state in states.items() if state in _LABELLED_BLIND} - self._uncovered
        return frozenset(waiting - self._project.visits.seen_open(waiting, self._person))

    def _draw(self) -> None:
        """Only of images that came in since: of many it takes a while."""
        hashes = self._project.images.hashes(after=self._newest)
        share, person = self._share, self._person
        self._drawn |= {i for i, h in hashes.items() if is_blind(h, share=share, seed=person)}
        self._newest = max(hashes, default=self._newest)
