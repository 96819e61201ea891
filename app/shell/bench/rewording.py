"""Turns of the conversation beside the image put to a language model, while the window goes on."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Qt, Signal

from app.conversations.rewording.turns import How, Turn, is_prose
from app.conversations.writing.writer import Writer as RecordWriter
from app.core.chat import ChatServer, Usage
from app.core.conversation import Exchange
from app.core.errors import UserError
from app.core.language import Language
from app.core.progress import Cancelled
from app.core.stopping import Stop
from app.services.chat_servers import chat_with, find_server, is_any_server
from app.services.converse import Conversation
from app.services.reword_plan import worded_from
from app.services.reword_turns import Reworder, ToWord, Worded
from app.shell.bench.rewording_words import refusal_words
from app.shell.bench.writer import Writer
from app.shell.frame.error_words import in_screen_words
from app.storage.project import Project
from widgets.panels.conversation_panel import ShownRewording

Page = tuple[int, Language]
"""The conversation of an image, by its id, in a language."""

WriterOf = Callable[[Project, Language], RecordWriter]


@dataclass(slots=True)
class _Job:
    seen: Conversation
    server: ChatServer
    places: frozenset[int]
    stop: Stop = field(default_factory=Stop)
    done: set[int] = field(default_factory=set)
    taken: int = 0
    usage: Usage = field(default_factory=Usage)

    @property
    def page(self) -> Page:
        return _page(self.seen)

    @property
    def asking(self) -> frozenset[int]:
        return self.places - self.done


@dataclass(frozen=True, slots=True)
class _Refused:
    """Why no other words were taken for a turn, as long as it is that one."""

    exchange: Exchange
    words: str


class Rewording(QObject):
    """One job at a time, on a thread of its own with its own connection: what a server takes its
    time for keeps nobody from editing. New words are told, and saved by whoever is told.

    Nothing is sent unless a server is configured and a button was pressed.
    """

    came = Signal(object, int, object, object)
    """The page, a place on it, its exchange as it was, and in other words."""
    changed = Signal()  # what `shown` says
    failed = Signal(object)  # UserError

    _answered = Signal(object)  # Worded, from the thread

    def __init__(
        self, project: Project, writer_of: WriterOf, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._lane = Writer(project.folder, self)
        self._writer_of = writer_of
        self._server: ChatServer | None = None
        self._job: _Job | None = None
        self._refused: dict[tuple[Page, int], _Refused] = {}
        self._news = ""
        self._answered.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def look(self) -> None:
        """Reads again whether there is a server to ask."""
        try:
            self._server = find_server() if is_any_server() else None
        except UserError as e:
            self._server = None
            self.failed.emit(e)
        self.changed.emit()

    def shown(self, seen: Conversation | None) -> ShownRewording:
        """Of that conversation."""
        server, job = self._server, self._job
        if server is None or seen is None:
            return ShownRewording(is_busy=job is not None, news=self._news)
        page, turns = _page(seen), dict(enumerate(seen.stored.exchanges))
        refused = {
            place: each.words
            for (of, place), each in self._refused.items()
            if of == page and turns.get(place) == each.exchange
        }
        words = self.tr(
            "Ask the language model on {name} for other words. The turn and what the labels say are"
            " sent to {url}, for a new answer also the photo, if the model sees."
        )
        return ShownRewording(
            words.format(name=server.name, url=server.url),
            _places(seen),
            job.asking if job is not None and job.page == page else frozenset(),
            refused,
            job is not None,
            self._news,
        )

    def ask(self, seen: Conversation, how: How, place: int | None = None) -> None:
        """For other words of one turn, or of all that a model may word and hasn't yet."""
        server, places = self._server, _places(seen)
        if place is not None:
            places &= {place}
        else:
            fresh = {i for i in places if not seen.stored.exchanges[i].reworded_by}
            places = frozenset(fresh) or places
        if server is None or self._job is not None or not places:
            return
        job = self._job = _Job(seen, server, places)
        for each in places:
            self._refused.pop((job.page, each), None)
        self._tell_progress()

        def work(project: Project) -> None:
            try:
                chat = chat_with(server, project.folder / "cache", stop=job.stop)
                waiting = _waiting(project, job, self._writer_of)
                with closing(Reworder(chat, how).worded(waiting, job.stop)) as coming:
                    for answered in coming:
                        self._answered.emit(answered)
                        if answered.server_trouble is not None:
                            raise answered.server_trouble
            except Cancelled:
                return

        self._lane.run(work, self._end, broke=lambda: self._end(None))

    def stop(self) -> None:
        if self._job is not None:
            self._job.stop.request()

    def close(self) -> None:
        """Returns when nothing is asked any more."""
        self.stop()
        self.blockSignals(True)
        self._lane.blockSignals(True)
        self._lane.close()

    def _take(self, answered: Worded) -> None:
        job = self._job
        if job is None:
            return
        place = answered.asked.turn.place
        before = job.seen.stored.exchanges[place]
        job.done.add(place)
        for reply in answered.replies:
            job.usage = job.usage.with_reply(reply, job.server)
        if answered.exchange is not None:
            job.taken += 1
            self.came.emit(job.page, place, before, answered.exchange)
        elif answered.refusal is not None:
            words = refusal_words(answered.refusal)
            self._refused[job.page, place] = _Refused(before, words)
        elif answered.photo_trouble is not None:
            self._refused[job.page, place] = _Refused(
                before, in_screen_words(answered.photo_trouble.what)
            )
        self._tell_progress()

    def _tell_progress(self) -> None:
        job = self._job
        assert job is not None
        words = self.tr("Asking {server} about {photo}; turns done: {done} of {total} …")
        photo = job.seen.image.path.rpartition("/")[2]
        self._news = words.format(
            server=job.server.name, photo=photo, done=len(job.done), total=len(job.places)
        )
        self.changed.emit()

    def _end(self, result: UserError | None) -> None:
        job, self._job = self._job, None
        if job is None:
            return
        words = self.tr("Turns that have new words: {taken} of {total}. Tokens: {tokens}.")
        tokens = job.usage.tokens_in + job.usage.tokens_out
        lines = [words.format(taken=job.taken, total=len(job.places), tokens=f"{tokens:,}")]
        if job.usage.cost:
            lines.append(self.tr("Cost: {cost}.").format(cost=f"{job.usage.cost:.4g}"))
        self._news = " ".join(lines)
        if isinstance(result, UserError):
            self.failed.emit(result)
        self.changed.emit()


def _page(seen: Conversation) -> Page:
    return seen.image.id, seen.stored.language


def _places(seen: Conversation) -> frozenset[int]:
    """Of the turns that may be asked about: none of a conversation that a person stands up for, or
    that is stale until one does."""
    if seen.stored.approved_by or seen.changes:
        return frozenset()
    return frozenset(i for i, e in enumerate(seen.stored.exchanges) if is_prose(e))


def _waiting(project: Project, job: _Job, writer_of: WriterOf) -> Iterator[ToWord]:
    seen, exchanges = job.seen, list(job.seen.stored.exchanges)
    if any(exchanges[place].reworded_by for place in job.places):
        writer = writer_of(project, seen.stored.language)
        for place in job.places:
            exchanges[place] = worded_from(writer, seen.facts, exchanges[place])
    # Not as the person knows it: they may label it a second time, under another name.
    photo = project.locate(project.images.get(seen.image.id).path)
    for place in sorted(job.places):
        turn = Turn(seen.facts, seen.stored.language, tuple(exchanges), place)
        yield ToWord(seen.image, photo, turn)
