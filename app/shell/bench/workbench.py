"""One open project on the bench: an image comes on it and leaves it, and in the end it closes."""

from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QMainWindow

from app.core.blind import visible
from app.core.label_class import LabelClass
from app.services.own_view import OwnView
from app.services.second_looks import dress_again
from app.shell.bench.panel_wiring import connect_panels
from app.shell.bench.panels import Panels
from app.shell.bench.parts import Parts
from app.shell.frame.messages import Messages
from app.shell.turn_timer import TurnTimer
from app.shell.turns import Turns
from app.storage.project import Project

if TYPE_CHECKING:
    from app.shell.bench.walling import Walling

_PAUSE_MS = 150


class Workbench(Parts):
    """Owns the project until it is closed, and is the only one who knows all the parts.

    `Parts` says what each is for. Here is what takes several of them: an image that comes or goes,
    what is asked for by a key, the end. Who listens to whom stands in `_connect` and
    `connect_panels`; what a change in the file means to whom, in `News`, `FirstImage` and
    `ClassChoice`.
    """

    opened = Signal(object)  # Image that is coming on the bench, or None

    def __init__(
        self,
        project: Project,
        view: OwnView,
        panels: Panels,
        window: QMainWindow,
        messages: Messages,
        *,
        person: str,
        idle_after_s: float,
        titled: Callable[[str], str],
    ) -> None:
        """`titled`: an action of the table as its menu has it, with its key."""
        with ExitStack() as half_made:
            half_made.callback(self._give_up)
            super().__init__(
                *(project, view, panels, window, messages),
                person=person,
                idle_after_s=idle_after_s,
                titled=titled,
            )
            self._window = window
            self._pause = TurnTimer(self, singleShot=True, interval=_PAUSE_MS)
            self._ahead = Turns(self)
            self._pause.due.connect(lambda: self._ahead.begin(self._look_ahead()))
            self._connect()
            connect_panels(self)
            self.team.start()
            self.review_queue.start()
            self.class_choice.start()
            half_made.pop_all()

    @property
    def classes(self) -> list[LabelClass]:
        """In the order of the project."""
        return list(self.showing.classes.values())

    def list_images(self) -> None:
        """Those that the person's filter lets through."""
        self.browsing.start()

    def start(self) -> None:
        """The first image of the list, once the window shows what is on the bench."""
        if self.is_read_only:
            self._messages.warn(
                self.tr("This project can only be looked at: nothing that you do is saved."),
                hint=self.tr("Its file can't be written. Check the rights of file and folder."),
            )
        self.first_image.open()
        self.models.look()  # their panel may be in front from the last time

    def open(self, image_id: int, uid: str = "") -> None:
        """Another image; `uid` is a box to select on it."""
        if self.document.image is None or self.document.image.id != image_id:
            self._leave()
            self._enter(image_id)
        if uid:
            self._select_when_seen(uid)

    def step(self, by: int) -> None:
        """So many places on in the queue; says so at its ends."""
        target = self.browsing.order.at(by)
        if target is None:
            end = self.tr("This is the last image of the list.")
            start = self.tr("This is the first image of the list.")
            self._messages.info(end if by > 0 else start)
        else:
            self.open(target)

    def go_to_next_open(self) -> None:
        """The next image that somebody has still to label; first what came back to the person."""
        order = self.browsing.order
        target = self.reviewing.next_returned(order.ids) or order.next_open()
        if target is None:
            self._messages.info(self.tr("There is no work left on the images of this list."))
        else:
            self.open(target)

    def go_back(self) -> None:
        """The image that was on the bench before this one."""
        target = self.browsing.go_back()
        if target is not None:
            self.open(target)

    def repeat_previous(self) -> None:
        """The boxes of the image before this one in the queue, drawn here too."""
        before = self.browsing.order.at(-1)
        if before is None:
            return
        sheet = self.document.read(before)
        image = replace(self.project.images.get(before), label=sheet.label)
        known = visible(sheet.annotations, is_blind=self._view.is_blind(image))
        self.moves.draw_like(self.sight.judged(known))

    def hold_layer(self, by: int) -> None:
        """The photo that many layers on, until `viewing.release`."""
        self.reviewing.versions.leave()
        if self.document.image is not None:
            self.viewing.hold_layer(self.project.images.layer(self.document.image.id, by))

    def reveal(self) -> None:
        """Shows the proposals of a blind image, which isn't blind any more."""
        if self.sight.is_blind and self.document.image is not None:
            self.sight.set_blind(False, is_second=self._view.is_second(self.document.image.id))
            self.telling.image_uncovered(self.document.image.id)
            self.showing.refresh()
            self.browsing.refresh([self.document.image.id])

    @cached_property
    def walling(self) -> "Walling":
        """Made when somebody first asks for it."""
        from app.shell.bench.walling import Walling

        walling = Walling(
            *(self.project, self.document, self.browsing, self.reviewing, self._window), parent=self
        )
        walling.jump.connect(self._open_in_front)
        walling.failed.connect(self._messages.error)
        self._watch.images_changed.connect(walling.refresh)
        return walling

    def settle(self, *, at_most_s: float) -> bool:
        """Finishes what was begun, and lets nothing begin that waits for it; False where it isn't
        all saved, and told, in that time.
        """
        self.canvas.flush_gesture()
        self.models.drop()
        self.records.leave()
        return self._writer.settle(at_most_s=at_most_s)

    def close(self) -> None:
        """Returns when everything is saved and all threads have ended; also where a part breaks."""
        made_late = [self.walling.close] if "walling" in self.__dict__ else []
        parts = (
            *(self._leave, self.first_image.keep_last, self._pause.stop),
            *(self.telling.close, self.review_queue.close, self.disagreeing.close),
            *(self.records.close, self.chats.close, self.overviews.close, self.showing.close),
            *(self._watch.close, *made_late, self.models.close, self.news.close),
            self._writer.close,  # tells what became of the last gestures, so all else still stands
            *(self.class_choice.close, self.viewing.close, self.browsing.close),
            *(self._rest, self.project.close),
        )
        with ExitStack() as closing:
            for close in reversed(parts):
                closing.callback(close)

    def _give_up(self) -> None:
        """One that was never whole: nothing goes on by itself, and what is on its way to the file
        is saved. The project stays open.
        """
        self._rest()
        if "_writer" in self.__dict__:
            self._writer.close()
        self.deleteLater()

    def _rest(self) -> None:
        """Also a part that could not be closed reads nothing any more."""
        for timer in self.findChildren(QTimer):
            timer.stop()

    def _leave(self) -> None:
        """What was begun on the image is finished before another one comes."""
        self._ahead.drop()
        self.canvas.flush_gesture()
        self.models.leave()
        self.reviewing.leave()
        self.records.leave()

    def _enter(self, image_id: int) -> None:
        image = self._view.image(image_id)
        self.browsing.order.move_to(image_id)
        ahead = self.browsing.ahead()
        self.viewing.expect(image_id, ahead)
        self.viewing.leave()
        self.sight.set_blind(self._view.is_blind(image), is_second=self._view.is_second(image_id))
        self.document.open(image_id)
        self.viewing.show(image_id, self._path_of(image_id), ahead)
        self.browsing.move_to(image_id)
        self.opened.emit(image)
        self.telling.image_opened(image_id, is_blind=self.sight.is_blind)
        self._pause.start()
        self.models.set_image(image_id)
        self.reviewing.enter(image_id)

    def _look_ahead(self) -> Generator[None]:
        """The person stays on this image for a while: time for a crowded neighbour, and one only,
        since both turns hold up the window.
        """
        for image_id in self.browsing.ahead():
            if self.document.read_ahead(image_id):
                yield
                self.showing.expect(self.document.read(image_id))
                return

    def _select_when_seen(self, uid: str) -> None:
        if self.viewing.is_there:
            self.canvas.select([uid])
        else:
            self.viewing.appeared.connect(
                lambda _: self.canvas.select([uid]), Qt.ConnectionType.SingleShotConnection
            )

    def _open_in_front(self, image_id: int, uid: str) -> None:
        self.open(image_id, uid)
        self._window.raise_()
        self._window.activateWindow()

    def _go_on(self, was_reviewed: bool) -> None:
        if was_reviewed:
            self.review_queue.go_on()
        else:
            self.go_to_next_open()

    def _connect(self) -> None:
        """Who asks for an image gets it; who fails, or has changed something, is heard."""
        for asks in (
            *(self.browsing.chosen, self.telling.jump, self.reviewing.jump, self.news.opened),
            *(self.review_queue.opened, self.first_image.opened, self.past_places.jump),
            *(self.chats.opened, self.overviews.opened),
        ):
            asks.connect(self.open)
        self.first_image.missing.connect(lambda: self.opened.emit(None))
        self.reviewing.decided.connect(self._go_on)
        for part in (
            *(self.document, self.browsing, self.telling, self.disagreeing),
            *(self.records, self.chats, self.overviews, self.team),
        ):
            part.failed.connect(self._messages.error)
        self.moves.told.connect(self._messages.info)
        for refuses in (self.canvas, self.document, self.moves, self._queue_menu):
            refuses.refused.connect(self._messages.refuse)
            refuses.refused.connect(self.showing.refresh)  # the canvas shows what was refused
        self.document.failed.connect(self.showing.refresh)
        self._queue_menu.people_changed.connect(self.browsing.refresh_choices)
        self._queue_menu.people_changed.connect(lambda: self._write(dress_again))
        self.models.proposed.connect(self._watch.look)
        self.models.proposed.connect(self.disagreeing.refresh)
        self._watch.written.connect(self.team.refresh)
