"""Prose of conversations in the words of a language model: over many images, saved as it goes."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from app.conversations.facts import ImageFacts
from app.conversations.rewording.judging import disagreement
from app.conversations.rewording.refusals import RefusalKind
from app.core.chat import Chat, ChatServer, ServerUnusableError, Usage
from app.core.errors import UserError
from app.core.image import Image
from app.core.language import Language
from app.core.progress import OnProgress, Progress, ignore_progress
from app.core.stopping import Stop
from app.services.conversation_writing import Writers, facts_of_images
from app.services.reword_plan import RewordOptions, Talk, plan_rewording, talks
from app.services.reword_turns import Reworder, ToWord, Worded
from app.storage.project import Project

_SAVED_TURNS = 20
"""After so many is saved what came of them; what a kill loses of it, the cache gives again."""

_IN_A_ROW = 5
"""After so many turns in a row without an answer the server is given up."""

_SAVED = "What was worded is saved. The same command goes on from there."


@dataclass(frozen=True, slots=True)
class Refused:
    """A turn that stays as it was. `turn` counts questions of the conversation from 1."""

    image: str
    language: Language
    turn: int
    reason: RefusalKind
    what: str


@dataclass(slots=True)
class RewordReport:
    """`accepted` turns have new words, `overtaken` ones were changed by somebody meanwhile.

    `failed` names turns without an answer, and why.
    """

    accepted: int = 0
    overtaken: int = 0
    refused: list[Refused] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)


def reword(
    project: Project,
    images: Sequence[Image],
    writers: Writers,
    chat: Chat,
    options: RewordOptions,
    *,
    on_progress: OnProgress = ignore_progress,
    stop: Stop | None = None,
) -> RewordReport:
    """Asks for other words for prose that no person has written, edited or approved.

    What comes back is taken if the checker finds nothing in it, nothing is lost and nothing added;
    else it is asked for once more, and then the old words stay. Saved as it goes: stopped, even
    killed, it goes on where it was, and what was answered is not asked for again. A turn without an
    answer is told and the rest goes on. Raises UserError when the server can't be used (any
    longer), and Cancelled once `stop` was requested, of which the chat must know.
    """
    stop = stop or Stop()
    total = plan_rewording(project, images, writers, options).total
    run = _Run(project, chat.server, stop)
    on_progress(Progress(0, total))
    waiting = run.waiting(talks(project, images, writers, options))
    try:
        with closing(Reworder(chat, options.how).worded(waiting, stop)) as coming:
            for done, came in enumerate(coming, 1):
                run.take(came)
                on_progress(Progress(done, total, came.asked.image.path))
    finally:
        run.save()
    return run.report


class _Run:
    """What came back so far, and the conversations that it belongs to."""

    def __init__(self, project: Project, server: ChatServer, stop: Stop) -> None:
        self._project, self._server, self._stop = project, server, stop
        self._open: dict[tuple[int, Language], Talk] = {}
        self._unsaved = self._silent = 0
        self.report = RewordReport()

    def waiting(self, coming: Iterator[Talk]) -> Iterator[ToWord]:
        for talk in coming:
            self._open[talk.image.id, talk.now.language] = talk
            photo = self._project.locate(talk.image.path)
            for place in talk.places:
                yield ToWord(talk.image, photo, talk.turn(place))

    def take(self, came: Worded) -> None:
        """Raises UserError where there is no sense in asking on."""
        turn, image = came.asked.turn, came.asked.image
        for reply in came.replies:
            self.report.usage = self.report.usage.with_reply(reply, self._server)
        if trouble := came.server_trouble or came.photo_trouble:
            where = f"{image.path} ({turn.language}), question {turn.place + 1}"
            self.report.failed.append(f"{where}: {trouble.what}")
        elif came.refusal is not None:
            self._refuse(came, came.refusal.kind, came.refusal.what)
        else:
            self._accept(came)
        self._open[image.id, turn.language].left -= 1
        self._silent = self._silent + 1 if came.server_trouble else 0
        self._give_up(came.server_trouble)
        self._unsaved += 1
        if self._unsaved >= _SAVED_TURNS:
            self.save()

    def save(self) -> None:
        """Turns that somebody else has changed, and all of a conversation that was approved or
        whose labels were, stay as they are now."""
        done = [talk for talk in self._open.values() if talk.new]
        self._open = {key: talk for key, talk in self._open.items() if talk.left}
        self._unsaved = 0
        if not done:
            return
        with self._project.transaction():
            classes = self._project.classes.all()
            for talk in done:
                image = self._project.images.get(talk.image.id)
                facts = facts_of_images(self._project, [image], classes)[image.id]
                self._save(talk, facts)

    def _save(self, talk: Talk, facts: ImageFacts) -> None:
        table, language = self._project.conversations, talk.now.language
        stands = table.of_image(talk.image.id, language)
        if stands == talk.was and facts == talk.facts:
            talk.was = talk.now = replace(talk.now, exchanges=talk.worded)
            table.put(talk.was)
            self.report.accepted += len(talk.new)
        else:
            self.report.overtaken += len(talk.new)
        talk.new.clear()

    def _accept(self, came: Worded) -> None:
        turn, new = came.asked.turn, came.exchange
        assert new is not None
        talk = self._open[came.asked.image.id, turn.language]
        # Beside what the conversation's other turns have become since it was asked for.
        against = disagreement(replace(turn, exchanges=talk.worded), new)
        if against is not None:
            self._refuse(came, against.kind, against.what)
            return
        talk.new[turn.place] = new

    def _refuse(self, came: Worded, reason: RefusalKind, what: str) -> None:
        turn = came.asked.turn
        self.report.refused.append(
            Refused(came.asked.image.path, turn.language, turn.place + 1, reason, what)
        )

    def _give_up(self, trouble: UserError | None) -> None:
        if isinstance(trouble, ServerUnusableError):
            raise ServerUnusableError(trouble.what, hint=f"{trouble.hint} {_SAVED}") from trouble
        if trouble is not None and self._silent >= _IN_A_ROW:
            raise UserError(
                f"The server {self._server.name} had no answer {self._silent} times in a row, the "
                f"last time: {trouble.what}",
                hint=f"{trouble.hint} {_SAVED}",
            ) from trouble
