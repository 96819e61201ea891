"""A reviewer's moves on what somebody else handed in, and what an annotator gets back."""

from collections.abc import Collection, Sequence
from pathlib import PurePosixPath

from PySide6.QtCore import QObject, Signal

from app.core import review
from app.core.comment import Comment
from app.core.edit import Edit
from app.core.geometry import Box
from app.core.review import TRANSITIONS
from app.shell.bench.asking_why import AskingWhy
from app.shell.bench.document import Document
from app.shell.bench.moves import Moves
from app.shell.bench.panels import Panels
from app.shell.bench.sight import Sight
from app.shell.bench.team import Team
from app.shell.bench.telling import Telling
from app.shell.bench.versions import Versions
from app.shell.bench.viewing import Viewing
from app.shell.frame.messages import Messages
from app.storage.project import Project
from widgets.frame.message_bar import MessageAction
from widgets.review.pins import Pins


class Reviewing(QObject):
    """On while an image is open that is handed in and the person's to approve."""

    decided = Signal(bool)  # on to the next image: whether to one that is to be reviewed
    jump = Signal(int)  # image id

    def __init__(
        self,
        project: Project,
        document: Document,
        moves: Moves,
        sight: Sight,
        viewing: Viewing,
        telling: Telling,
        team: Team,
        panels: Panels,
        messages: Messages,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._document, self._moves = project, document, moves
        self._telling, self._team, self._queue = telling, team, panels.queue
        self._messages = messages
        self.versions = Versions(project, document, sight, viewing, panels.canvas, self)
        self.why = AskingWhy(panels.canvas, team, self)
        self.pins = Pins(panels.canvas)
        telling.waiting.connect(self._pin)
        self._returned = self._came_back()
        self._seen: set[int] = set()
        team.changed.connect(self._take_team)
        self._take_team()

    @property
    def is_on(self) -> bool:
        sheet = self._document.sheet
        if sheet is None or not self._team.reviews(sheet.label, sheet.image_id):
            return False
        # What they label a second time is never reviewed: it is only compared.
        return self._project.second.get(sheet.image_id, self._team.me.name) is None

    def permit(self, edits: Sequence[Edit]) -> None:
        """Raises UserError for a step that isn't the person's."""
        self._team.permit(edits)

    def approve(self) -> None:
        """Signs the image, with what was corrected on it, and goes on."""
        self.versions.leave()
        if self._moves.approve():
            self.decided.emit(True)

    def ask_return(self) -> None:
        """Back with a reason, which is pinned to the boxes that are meant, too."""
        meant = self._moves.meant
        if self._moves.allows(lambda s: review.returned(s, "-", person=self._team.me.name)):
            self.why.ask(
                *("returned", lambda why: self._return(why, meant)),
                note=self._note(meant),
                boxes=self._boxes(meant),
            )

    def ask_pin(self) -> None:
        """A ready reason, or other words, as a comment on the boxes that are meant."""
        meant = self._moves.meant
        if meant:
            self.why.ask(
                *("pinned", lambda why: self._telling.pin(why, meant)), boxes=self._boxes(meant)
            )

    def ask_exclude(self) -> None:
        """Out of the set; whoever reviews goes on reviewing, all others labelling."""
        was_on = self.is_on
        if self._moves.allows(lambda sheet: review.excluded(sheet, "-")):
            self.why.ask("excluded", lambda why: self._exclude(why, was_on))

    def ask_reopen(self) -> None:
        """Only where the step takes a reason."""
        sheet = self._document.sheet
        if sheet is None or not self._moves.allows(lambda s: review.reopened(s, "-")):
            return
        if TRANSITIONS[sheet.label.state, "in_progress"].needs_reason:
            self.why.ask("reopened", self._moves.reopen)
        else:
            self._moves.reopen()

    def leave(self) -> None:
        """Another image comes: what was asked of this one is dropped."""
        self.why.forget()
        self.versions.leave()
        self.pins.show_pins(())

    def enter(self, image_id: int) -> None:
        """The person sees it now, so it need not be brought before them again."""
        self._seen.add(image_id)

    def next_returned(self, among: Sequence[int]) -> int | None:
        """The first of the images that came back to the person and that they haven't seen since."""
        waiting = self._returned - self._seen
        return next((i for i in sorted(waiting) if i in among), None) if waiting else None

    def to_review(self, ids: Sequence[int]) -> Sequence[int]:
        """Those of the images that are the person's to approve, in their order."""
        me = self._team.me
        if not me.reviews:
            return ()
        not_by = None if self._team.allows_self_review else me.name
        second = self._project.second.given_to(me.name)  # of those they know nothing
        waiting = self._project.queue.to_review(ids, not_by=not_by)
        states = self._document.states(waiting)
        return [i for i in waiting if i not in second and states.get(i) == "submitted"]

    def first(self, ids: Sequence[int]) -> Sequence[int]:
        """The same images; those that came back to the person come first."""
        if not self._returned:
            return ids
        back = [i for i in ids if i in self._returned]
        return [*back, *(i for i in ids if i not in self._returned)]

    def refresh(self, by_others: Collection[int]) -> None:
        """Labels have changed, of these images by others: another one may have come back."""
        before = self._returned
        self._returned = self._came_back()
        new = (self._returned - before).intersection(by_others)
        current = self._document.image
        self._seen -= new if current is None else new - {current.id}
        if new:
            self._tell_back(min(new))

    def _return(self, reason: str, pinned: Sequence[str]) -> None:
        if self._moves.return_(reason, pinned):
            self.decided.emit(True)

    def _exclude(self, reason: str, was_on: bool) -> None:
        if self._moves.exclude(reason):
            self.decided.emit(was_on)

    def _pin(self, comments: Sequence[Comment]) -> None:
        self.pins.show_pins([comment.uid for comment in comments if comment.uid])

    def _came_back(self) -> frozenset[int]:
        """Nothing that the person labels a second time: of that nobody tells them anything."""
        me = self._team.me.name
        return frozenset(self._project.queue.came_back(me)) - self._project.second.given_to(me)

    def _take_team(self) -> None:
        self._queue.set_person_colours(self._team.colours())
        self._document.reload()  # what was mine to review may no longer be

    def _tell_back(self, image_id: int) -> None:
        image = self._project.images.get(image_id)
        said = self.tr("{who} returned {image}: {why}").format(
            who=image.label.reviewer, image=PurePosixPath(image.path).name, why=image.label.reason
        )
        show = MessageAction(self.tr("Show"), lambda: self.jump.emit(image_id))
        self._messages.info(said, action=show)

    def _boxes(self, meant: Sequence[str]) -> list[Box]:
        sheet = self._document.sheet
        return [] if sheet is None else [a.box for a in sheet.of(meant)]

    def _note(self, meant: Sequence[str]) -> str:
        if not meant:
            return self.tr("To pin it to a box, select the box first.")
        return self.tr("It is pinned to the selected boxes: {count}").format(count=len(meant))
