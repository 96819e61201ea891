"""One open project on the bench: which image is on it, and who is told when something changes."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QMainWindow

from app.core.blind import visible
from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.core.queue import QueueFilter
from app.services.own_view import OwnView
from app.services.second_looks import dress_again
from app.services.thumbnails import thumbnail_path
from app.shell.bench.browsing import Browsing
from app.shell.bench.bulk import Bulk
from app.shell.bench.chats import Chats
from app.shell.bench.disagreeing import Disagreeing
from app.shell.bench.document import Document
from app.shell.bench.models import Models
from app.shell.bench.moves import Moves
from app.shell.bench.overviews import Overviews
from app.shell.bench.panel_wiring import connect_panels
from app.shell.bench.panels import Panels
from app.shell.bench.queue_menu import QueueMenu
from app.shell.bench.records import Records
from app.shell.bench.review_queue import ReviewQueue
from app.shell.bench.reviewing import Reviewing
from app.shell.bench.showing import Showing
from app.shell.bench.sight import Sight
from app.shell.bench.team import Team
from app.shell.bench.telling import Telling
from app.shell.bench.viewing import Viewing
from app.shell.bench.watch import ProjectWatch
from app.shell.bench.withheld import Withheld
from app.shell.bench.writer import Writer
from app.shell.frame.messages import Messages
from app.shell.photos.photos import Photos
from app.storage.edit_log import Gesture
from app.storage.project import Project

if TYPE_CHECKING:
    from app.shell.bench.walling import Walling

_LAST_IMAGE = "image"
_QUEUE = "queue"
_PAUSE_MS = 150


class Workbench(QObject):
    """Owns the project until it is closed, and is the only one who knows all the others.

    `document` has what is on the image and saves it, `moves` change it, `showing` and `viewing`
    bring it on screen as far as it is in `sight`, `browsing` says which image is next, `telling`
    its history, `models` are asked, `disagreeing` shows where they see it otherwise, `records` what
    is asked and answered of it, `chats` ask language models about it, `team` says who may do what,
    `reviewing` signs what others handed in, `review_queue` brings it, and `overviews` tell how the
    whole project stands.
    """

    opened = Signal(object)  # Image that is coming on the bench, or None

    def __init__(
        self,
        project: Project,
        window: QMainWindow,
        messages: Messages,
        *,
        person: str,
        idle_after_s: float,
    ) -> None:
        super().__init__(window)
        self.project, self.person, self._messages = project, person, messages
        self._window = window
        self._view = OwnView(project, person)
        self.withheld = Withheld(project, self._view, messages, person=person)
        self._writer = Writer(project.folder, self)
        self.panels = panels = Panels(self.withheld.rows)
        self.canvas = panels.canvas
        self.team = team = Team(project, self._writer, person=person, parent=self)
        self.document = Document(
            project, self._writer, person=person, reviews=team.reviews, parent=self
        )
        self.sight = Sight(self.canvas, self)
        self.moves = Moves(self.document, self.canvas, self.sight, team, self)
        photos = Photos(self._path_of, self, thumbnail_of=self._thumbnail_of)
        self.viewing = Viewing(photos, self.canvas, self)
        self.showing = Showing(
            *(project, self.document, self.sight, self.viewing, panels), parent=self
        )
        self.telling = Telling(
            *(project, self._writer, panels), person=person, idle_after_s=idle_after_s, parent=self
        )
        self.reviewing = Reviewing(
            *(project, self.document, self.moves, self.sight, self.viewing),
            *(self.telling, team, panels, messages),
            parent=self,
        )
        self.browsing = Browsing(
            *(project, self._view, panels.queue, panels.filter_bar),
            project.settings.get(_QUEUE, person=person),
            person=person,
            first=self.reviewing.first,
            parent=self,
        )
        self.review_queue = ReviewQueue(
            *(project, self._writer, team, self.browsing, self.reviewing, messages), parent=self
        )
        self.disagreeing = Disagreeing(
            *(project, self._writer, self.document, self.sight, self.viewing),
            *(self.canvas, panels.disagreements),
            person=person,
            parent=self,
        )
        self.records = Records(
            *(project, self.document, self.sight, self.viewing, panels),
            person=person,
            parent=self,
        )
        self.overviews = Overviews(
            *(project, self.document, self.sight, self.viewing, self.browsing, panels, messages),
            parent=self,
        )
        self.chats = Chats(
            *(project, self.document, self.sight, self.viewing, self.moves, panels),
            classes=lambda: self.showing.classes,
            parent=self,
        )
        self.models = Models(
            *(project, self._writer, self.document, self.moves, self.sight),
            *(self.browsing, panels, messages),
            keep=self._keep,
            parent=self,
        )
        self.bulk = Bulk(self._writer, self.browsing, messages, person=person, parent=self)
        self._watch = ProjectWatch(project, self)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._look_ahead)
        self._connect_image()
        connect_panels(self)
        self._take_classes()
        self.browsing.start()

    @property
    def classes(self) -> list[LabelClass]:
        """In the order of the project."""
        return list(self.showing.classes.values())

    def start(self) -> None:
        """Opens what came back, the image that was open last, or the first of the queue."""
        last = self.project.settings.get(_LAST_IMAGE, person=self.person)
        ids = self.browsing.order.ids
        if (returned := self.reviewing.next_returned(ids)) is not None:
            self.open(returned)
        elif isinstance(last, int) and last in ids:
            self.open(last)
        elif ids:
            self.open(ids[0])
        else:
            self._show_nothing()

    def open(self, image_id: int, uid: str = "") -> None:
        """Another image; `uid` is a box to select on it."""
        if self.document.image is None or self.document.image.id != image_id:
            self._leave()
            self._enter(image_id)
        if uid:
            self._select_when_seen(uid)

    def _select_when_seen(self, uid: str) -> None:
        if self.viewing.is_there:
            self.canvas.select([uid])
        else:
            self.viewing.appeared.connect(
                lambda _: self.canvas.select([uid]), Qt.ConnectionType.SingleShotConnection
            )

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

    def _open_in_front(self, image_id: int, uid: str) -> None:
        self.open(image_id, uid)
        self._window.raise_()
        self._window.activateWindow()

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
        sheet, image = self.document.read(before), self.project.images.get(before)
        blind = self.withheld.is_blind(before, image.content_hash, sheet.label.state)
        self.moves.draw_like(self.sight.judged(visible(sheet.annotations, is_blind=blind)))

    def hold_layer(self, by: int) -> None:
        """The photo that many layers on, until `viewing.release`."""
        self.reviewing.versions.leave()
        if self.document.image is not None:
            self.viewing.hold_layer(self.project.images.layer(self.document.image.id, by))

    def reveal(self) -> None:
        """Shows the proposals of a blind image; from now on the visit counts as an open one."""
        if self.sight.is_blind and self.document.image is not None:
            self.sight.set_blind(False, is_second=self._view.is_second(self.document.image.id))
            self.telling.image_opened(self.document.image.id, is_blind=False)
            self.showing.refresh()

    def add_class(self, name: str) -> None:
        """One more class, last in order, for the next box."""
        try:
            new = LabelClass(name.strip())
        except ValueError as e:
            hint = self.tr("Give the class a name of one line.")
            self._messages.error(UserError(str(e), hint=hint))
            return
        person = self.person
        self._writer.run(
            lambda project: project.add_classes([new], actor=person), self._take_new_class
        )

    def close(self) -> None:
        """Returns when everything is saved and all threads have ended."""
        self._leave()
        if self.document.image is not None:
            self._keep(_LAST_IMAGE, self.document.image.id)
        self._pause.stop()
        self.telling.close()
        self.review_queue.close()
        self.disagreeing.close()
        self.records.close()
        self.chats.close()
        self.overviews.close()
        self.showing.close()
        self._watch.close()
        if "walling" in self.__dict__:
            self.walling.close()
        self.models.close()
        self.document.reverted.disconnect(self._take_reverted)  # no other image comes any more
        self._writer.close()  # tells what became of the last gestures, so all else still stands
        self.viewing.close()
        self.browsing.close()
        self.project.close()

    def _leave(self) -> None:
        """What was begun on the image is finished before another one comes."""
        self.canvas.flush_gesture()
        self.reviewing.leave()
        self.records.leave()

    def _enter(self, image_id: int) -> None:
        image = self._view.image(image_id)
        self.browsing.order.move_to(image_id)
        self.viewing.leave()
        blind = self.withheld.is_blind(image_id, image.content_hash, image.label.state)
        self.sight.set_blind(blind, is_second=self._view.is_second(image_id))
        self.document.open(image_id)
        self.viewing.show(image_id, self._path_of(image_id), self.browsing.ahead())
        self.browsing.move_to(image_id)
        self.opened.emit(image)
        self.telling.image_opened(image_id, is_blind=self.sight.is_blind)
        self._pause.start()
        self.models.set_image(image_id)
        self.reviewing.enter(image_id)

    def _look_ahead(self) -> None:
        """The person stays on this image for a while: time to read a crowded neighbour."""
        any(map(self.document.read_ahead, self.browsing.ahead()))  # one: each holds up the window

    def _path_of(self, image_id: int) -> Path:
        return self.project.locate(self.project.images.get(image_id).path)

    def _thumbnail_of(self, image_id: int) -> Path | None:
        content_hash = self.project.images.get(image_id).content_hash
        return thumbnail_path(self.project.folder / "cache", content_hash)

    def _show_nothing(self) -> None:
        if self.project.images.newest():
            words = self.tr("No image of this project passes the filter.")
        else:
            words = self.tr("This project has no photos yet.\n\nDrop a folder with photos here.")
        self.viewing.show_nothing(words)
        self.opened.emit(None)

    def _refuse(self, error: UserError) -> None:
        self._messages.error(error)
        self.showing.refresh()  # the canvas still shows what was refused

    def _take_saved(self) -> None:
        self.showing.count()
        self.overviews.refresh()
        self.telling.refresh()
        if self.document.image is not None:
            self.browsing.refresh([self.document.image.id])

    def _take_changes(self, image_ids: frozenset[int], by_others: frozenset[int]) -> None:
        """These images have changed in the file; what we did ourselves is on screen already."""
        self.showing.forget_runs()
        self.showing.count()
        self.overviews.refresh()
        self.browsing.refresh(list(image_ids))
        self.reviewing.refresh(by_others)
        if self.document.image is not None and self.document.image.id in by_others:
            self.document.reload()
            self.telling.refresh()

    def _take_new_images(self) -> None:
        current = self.document.image
        self.browsing.search(current.id if current else None)
        if current is None and self.browsing.order.ids:
            self.start()

    def _take_search(self, found: int, total: int) -> None:
        self.panels.prelabel.set_counts(filtered=found, total=total)
        self.panels.proposals.set_filtered_count(found)
        if not found and self.document.image is None:
            self._show_nothing()

    def _take_filter(self, wanted: QueueFilter) -> None:
        self._keep(_QUEUE, wanted.to_json())
        if self.document.image is None and self.browsing.order.ids:
            self.start()

    def _take_classes(self) -> None:
        self.browsing.refresh_choices()
        self.chats.take_classes()
        classes = self.showing.classes
        if self.moves.class_id not in classes and classes:
            self.moves.pick_class(next(iter(classes)))

    def _take_new_class(self, result: list[LabelClass] | UserError) -> None:
        if isinstance(result, UserError):
            self._messages.error(result)
            return
        self.showing.read_classes()
        self.moves.pick_class(result[0].id)

    def _take_class(self, class_id: int) -> None:
        self.panels.classes.set_current(class_id)
        self.canvas.set_current_class(self.showing.classes.get(class_id))

    def _take_reverted(self, gesture: Gesture) -> None:
        """Undo goes where the gesture was, so that people see what came back or went."""
        images = {edit.image_id for edit in gesture.edits}
        self.browsing.refresh(list(images))
        current = self.document.image
        if images and (current is None or current.id not in images):
            self.open(min(images))
        if len(images) > 1:
            words = self.tr("That step was on {count} images.")
            self._messages.info(words.format(count=len(images)))

    def _connect_image(self) -> None:
        document, canvas, moves, watch = self.document, self.canvas, self.moves, self._watch
        document.saved.connect(self._take_saved)
        document.recorded.connect(watch.expect)
        document.failed.connect(self._refuse)
        document.reverted.connect(self._take_reverted)
        moves.refused.connect(self._refuse)
        moves.class_changed.connect(self._take_class)
        canvas.drawn.connect(moves.draw)
        canvas.tool_changed.connect(self.models.take_tool)
        canvas.reshaped.connect(moves.reshape)
        watch.images_changed.connect(self._take_changes)
        watch.images_added.connect(self._take_new_images)
        watch.classes_changed.connect(self.showing.read_classes)
        self.showing.classes_changed.connect(self._take_classes)
        self.browsing.chosen.connect(self.open)
        self.browsing.filter_changed.connect(self._take_filter)
        self.browsing.searched.connect(self._take_search)
        self.browsing.failed.connect(self._messages.error)
        queue_menu = QueueMenu(
            *(self.project, self.document, self.team, self.reviewing.why, self.panels.queue), self
        )
        queue_menu.refused.connect(self._refuse)
        queue_menu.people_changed.connect(self.browsing.refresh_choices)
        queue_menu.people_changed.connect(lambda: self._write(dress_again))
        self.telling.jump.connect(self.open)
        self.telling.told.connect(lambda image_id: self.browsing.refresh([image_id]))
        self.telling.failed.connect(self._messages.error)
        self.disagreeing.failed.connect(self._refuse)
        self.records.failed.connect(self._messages.error)
        self.chats.failed.connect(self._messages.error)
        self.chats.opened.connect(self.open)
        self.overviews.failed.connect(self._messages.error)
        self.overviews.opened.connect(self.open)
        self.models.proposed.connect(watch.look)
        self.models.proposed.connect(self.disagreeing.refresh)
        watch.written.connect(self.team.refresh)
        self.team.failed.connect(self._messages.error)
        self.reviewing.jump.connect(self.open)
        self.reviewing.decided.connect(
            lambda reviews: self.review_queue.go_on() if reviews else self.go_to_next_open()
        )
        self.review_queue.opened.connect(self.open)
        self.team.start()
        self.review_queue.start()

    def _keep(self, name: str, value: object) -> None:
        """As this person's setting in the project."""
        person = self.person
        self._write(lambda project: project.settings.put(name, value, person=person))

    def _write(self, work: Callable[[Project], object]) -> None:
        """In the writer's thread; only what is in its way is told."""

        def told(result: object) -> None:
            if isinstance(result, UserError):
                self._messages.error(result)

        self._writer.run(work, told)
