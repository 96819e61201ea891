"""What waits for a reviewer: listed, gone through, and drawn anew where a sample is reviewed."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.core.errors import UserError
from app.core.queue import QueueFilter
from app.services.review_sample import draw_for_review
from app.shell.bench.browsing import Browsing
from app.shell.bench.reviewing import Reviewing
from app.shell.bench.team import Team
from app.shell.bench.writer import Writer
from app.shell.frame.messages import Messages
from app.storage.project import Project
from widgets.words import counted_images

_WAITING = QueueFilter(states=frozenset({"submitted"}), sort="review_next")


class ReviewQueue(QObject):
    """By the plan of the team. What was handed in since the last draw is drawn from when the
    project is opened by somebody who reviews, and whenever nothing is left.
    """

    opened = Signal(int)  # the image that is next

    def __init__(
        self,
        project: Project,
        writer: Writer,
        team: Team,
        browsing: Browsing,
        reviewing: Reviewing,
        messages: Messages,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._writer, self._team = project, writer, team
        self._browsing, self._reviewing, self._messages = browsing, reviewing, messages
        self._is_closed = False

    def start(self) -> None:
        """The project is open."""
        self._draw(lambda: None)

    def list_all(self) -> None:
        """The list has what is handed in, likeliest faults first, and the first of it is open."""
        self._draw(self._list)

    def go_on(self) -> None:
        """The next image that is the person's to approve."""
        if not self._open_next():
            self._draw(self._open_drawn)

    def close(self) -> None:
        """What is drawn after it opens nothing."""
        self._is_closed = True

    def _list(self) -> None:
        self._browsing.show(_WAITING, self._open_first)

    def _open_first(self) -> None:
        first = self._browsing.order.first_of(self._reviewing.to_review)
        if first is None:
            self._tell_end()
            return
        self.opened.emit(first)
        if words := self._sample_words():
            self._messages.info(words)

    def _open_drawn(self) -> None:
        if not self._open_next():
            self._tell_end()

    def _open_next(self) -> bool:
        target = self._browsing.order.next_of(self._reviewing.to_review)
        if target is not None:
            self.opened.emit(target)
        return target is not None

    def _tell_end(self) -> None:
        words = self.tr("Nothing is left to review in this list.")
        self._messages.info(f"{words} {self._sample_words()}".strip())

    @property
    def _is_of_sample(self) -> bool:
        """Whether the person reviews, and not everything."""
        return self._team.me.reviews and not self._project.review_draws.plan().takes_all

    def _sample_words(self) -> str:
        """How many are drawn, where that matters to the person."""
        if not self._is_of_sample:
            return ""
        words = self.tr("Drawn for review: {drawn} of {images} handed in.")
        drawn, total = self._project.review_draws.count()
        return words.format(drawn=f"{drawn:,}", images=counted_images(total))

    def _draw(self, then: Callable[[], object]) -> None:
        """`then` comes once all that was handed in until now had its chance."""
        if not self._is_of_sample:
            then()
            return

        def done(result: object) -> None:
            if isinstance(result, UserError):
                self._messages.error(result)
            elif not self._is_closed:
                then()

        self._writer.run(draw_for_review, done)
