"""What is told about an image beside its boxes: its history, its comments, the time it took."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.core.activity import Visit
from app.core.comment import Comment
from app.core.errors import UserError
from app.services.own_view import OwnView
from app.services.timing import own_time
from app.shell.bench.history_words import entry_of
from app.shell.bench.panels import Panels
from app.shell.bench.timekeeper import Timekeeper
from app.shell.bench.writer import Writer
from app.shell.turn_timer import TurnTimer
from app.storage.edit_log import Gesture, now
from app.storage.project import Project
from widgets.panels.history_panel import HistoryEntry, HistoryPanel

if TYPE_CHECKING:
    from widgets.panels.comment_panel import CommentPanel
    from widgets.panels.time_panel import TimePanel

_SETTLED_MS = 60
_PAGE, _MOST_EDITS = 20, 40
"""Gestures that are read at a time, and edits of each: putting two thousand edits into words takes
a tenth of a second, and one gesture may have accepted all proposals of the project."""


class Telling(QObject):
    """Reads only what is in sight; writes through the window's writer, as everything does."""

    jump = Signal(int, str)  # image id, uid of a box or ""
    told = Signal(int)  # image id: its comments have changed
    waiting = Signal(object)  # list of comments: what the open threads on the image begin with
    failed = Signal(object)  # UserError

    def __init__(
        self,
        project: Project,
        view: OwnView,
        writer: Writer,
        panels: Panels,
        *,
        person: str,
        idle_after_s: float,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._view = project, view
        self._writer, self._person = writer, person
        self._panels, self._canvas = panels, panels.canvas
        self._idle_after_s = idle_after_s
        self._said: Sequence[Comment] = ()  # on the image
        self._image_id: int | None = None
        self._is_closed = False
        # Who flips through images isn't made to wait for what is told beside them.
        self._soon = TurnTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._soon.due.connect(self._read)
        self.timekeeper = Timekeeper(person, self, idle_after_s=idle_after_s)
        self.timekeeper.visit_finished.connect(self._save_visit)
        self.timekeeper.ticked.connect(self._show_time)
        panels.when_made(Panels.history, self._take_history)
        panels.when_made(Panels.comments, self._take_comments)
        panels.when_made(Panels.time, self._take_time)

    def image_opened(self, image_id: int, *, is_blind: bool) -> None:
        self._image_id = image_id
        self.timekeeper.image_opened(image_id, is_blind=is_blind)
        self.refresh()

    def image_uncovered(self, image_id: int) -> None:
        """The proposals of a blind image are shown. That is kept at once, however short the visit
        is and however it ends: from now on the image can't count as blind.
        """
        self._view.uncover(image_id)
        self.image_opened(image_id, is_blind=False)
        self._save_visit(Visit(image_id, self._person, now(), active_ms=0, idle_ms=0))

    def refresh(self) -> None:
        """Another image is open, or somebody did something to it: read anew, in a moment."""
        if not self._is_closed:
            self._soon.start()

    def close(self) -> None:
        """Ends the visit; nothing is read after it."""
        self.timekeeper.image_left()
        self._is_closed = True  # what is still being saved is told of later
        self._soon.stop()

    def _take_history(self, panel: HistoryPanel) -> None:
        panel.wanted.connect(self._show_history)
        panel.more_wanted.connect(self._add_history)

    def _take_comments(self, panel: "CommentPanel") -> None:
        panel.added.connect(self._add_comment)
        panel.replied.connect(self._reply)
        panel.resolved.connect(self._resolve)
        panel.reopened.connect(self._reopen)
        panel.jump.connect(lambda uid: self.jump.emit(self._image_id or 0, uid))
        panel.show_comments(self._said)

    def _take_time(self, panel: "TimePanel") -> None:
        panel.show_idle_after(self._idle_after_s)
        panel.wanted.connect(self.refresh_time)

    def _read(self) -> None:
        if (history := self._panels.made(Panels.history)) is not None:
            history.set_stale()
        self.refresh_time()
        if self._image_id is not None:
            self._said = self._view.comments_on(self._image_id)
            if (comments := self._panels.made(Panels.comments)) is not None:
                comments.show_comments(self._said)
            self.waiting.emit([comment for comment in self._said if comment.is_open])

    def refresh_time(self) -> None:
        """Once a visit is saved, or another image is open."""
        if self._panels.is_seen(Panels.time):
            self._panels.time.show_time(own_time(self._project, self._person, self._image_id))

    def _show_time(self, active_s: float) -> None:
        if self._panels.is_seen(Panels.time):
            self._panels.time.show_this_image(round(active_s * 1000))

    def _save_visit(self, visit: Visit) -> None:
        if not self._project.is_read_only():  # or each image that is left would bring an error
            self._write(lambda project: project.visits.add(visit), self.refresh_time)

    def _show_history(self, whole_project: bool) -> None:
        if whole_project:
            latest = self._view.latest(most=_PAGE, most_edits=_MOST_EDITS)
            self._panels.history.show_entries(self._entries(latest), has_more=len(latest) == _PAGE)
        else:
            image_id = self._image_id
            done = [] if image_id is None else self._view.done_on(image_id)
            self._panels.history.show_entries(self._entries(done))

    def _add_history(self, before: int) -> None:
        older = self._view.latest(most=_PAGE, before=before, most_edits=_MOST_EDITS)
        self._panels.history.add_entries(self._entries(older), has_more=len(older) == _PAGE)

    def _entries(self, gestures: Sequence[Gesture]) -> list[HistoryEntry]:
        touched = {edit.image_id for gesture in gestures for edit in gesture.edits}
        names = {row.id: row.path for row in self._view.rows(sorted(touched))}
        classes = self._project.classes.ever()
        return [entry_of(g, classes, names) for g in gestures]

    def _add_comment(self, text: str, pin: bool) -> None:
        image_id, chosen = self._image_id, self._canvas.selection
        if image_id is None:
            return
        uid = chosen[0] if pin and chosen else None
        self._write(
            lambda project: project.comments.add(image_id, text, author=self._person, uid=uid),
            self._after_comment,
            refused=lambda: self._panels.comments.take_back(text),
        )

    def pin(self, text: str, uids: Sequence[str]) -> None:
        """The same comment on each of these boxes."""
        image_id = self._image_id
        if image_id is None:
            return

        def pin(project: Project) -> None:
            with project.transaction():
                for uid in uids:
                    project.comments.add(image_id, text, author=self._person, uid=uid)

        self._write(pin, self._after_comment)

    def _reply(self, thread_id: int, text: str) -> None:
        self._write(
            lambda project: project.comments.reply(thread_id, text, author=self._person),
            self._after_comment,
            refused=lambda: self._panels.comments.take_back(text, thread_id),
        )

    def _resolve(self, comment_id: int) -> None:
        self._write(
            lambda project: project.comments.resolve(comment_id, self._person), self._after_comment
        )

    def _reopen(self, comment_id: int) -> None:
        self._write(
            lambda project: project.comments.reopen(comment_id, self._person), self._after_comment
        )

    def _after_comment(self) -> None:
        self.refresh()
        if self._image_id is not None:
            self.told.emit(self._image_id)

    def _write(
        self,
        work: Callable[[Project], object],
        after: Callable[[], object],
        refused: Callable[[], object] = lambda: None,
    ) -> None:
        def done(result: object) -> None:
            if isinstance(result, UserError):
                self.failed.emit(result)
                refused()
            after()

        self._writer.run(work, done)
