"""What the bench is made of: each part is made once, and given those parts that it needs."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow

from app.core.errors import UserError
from app.services.blindness import Blindness
from app.services.own_view import OwnView
from app.services.thumbnails import thumbnail_path
from app.shell.bench.browsing import Browsing
from app.shell.bench.bulk import Bulk
from app.shell.bench.chats import Chats
from app.shell.bench.class_choice import ClassChoice
from app.shell.bench.disagreeing import Disagreeing
from app.shell.bench.document import Document
from app.shell.bench.first_image import FirstImage
from app.shell.bench.models import Models
from app.shell.bench.moves import Moves
from app.shell.bench.news import News
from app.shell.bench.overviews import Overviews
from app.shell.bench.panels import Panels
from app.shell.bench.past_places import PastPlaces
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
from app.shell.bench.writer import Writer
from app.shell.frame.messages import Messages
from app.shell.photos.photos import Photos
from app.storage.project import Project

_QUEUE = "queue"


class Parts(QObject):
    """`document` has what is on the image and saves it, `moves` change it, `showing` and `viewing`
    bring it on screen as far as it is in `sight`, `telling` has its history and comments. `team`
    says who may do what, `reviewing` signs what others handed in.

    `browsing` says which image is next, `review_queue` which to a reviewer, `first_image` where
    none is open; `bulk` judges many at once.

    `disagreeing` shows where models see it otherwise, `past_places` where it was otherwise,
    `records` what is asked and answered of it, `overviews` tell how the whole project stands,
    `chats` ask language models, `models` all others.

    `class_choice` has the class that is drawn, `news` tells the others what has changed.

    They are made in an order: each knows only some that were there before it.
    """

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
        super().__init__(window)
        self.project, self.person, self._messages = project, person, messages
        self.is_read_only = project.is_read_only()
        self._view, self.panels, self.canvas = view, panels, panels.canvas
        self._writer = Writer(project.folder, self)
        self.team = Team(project, self._writer, person=person, parent=self)
        self._make_image(idle_after_s, titled)
        self._make_list()
        self._make_beside()
        self._make_news()
        self._check_share()

    def _make_image(self, idle_after_s: float, titled: Callable[[str], str]) -> None:
        """The image that is open, and what is done to it."""
        project, panels, person = self.project, self.panels, self.person
        self.document = Document(
            project, self._writer, person=person, reviews=self.team.reviews, parent=self
        )
        self.sight = Sight(self.canvas, self)
        photos = Photos(self._path_of, self, thumbnail_of=self._thumbnail_of)
        self.viewing = Viewing(photos, self.canvas, self)
        self.moves = Moves(
            *(self.document, self.canvas, self.sight, self.viewing, self.team),
            titled=titled,
            parent=self,
        )
        self.showing = Showing(
            *(project, self.document, self.sight, self.viewing, panels), parent=self
        )
        self.telling = Telling(
            *(project, self._view, self._writer, panels),
            person=person,
            idle_after_s=idle_after_s,
            parent=self,
        )
        self.reviewing = Reviewing(
            *(project, self.document, self.moves, self.sight, self.viewing),
            *(self.telling, self.team, panels, self._messages),
            parent=self,
        )

    def _make_list(self) -> None:
        """The list of images, and what is done to many of them."""
        project, panels, person = self.project, self.panels, self.person
        self.browsing = Browsing(
            *(project, self._view, panels.queue, panels.filter_bar),
            project.settings.get(_QUEUE, person=person),
            person=person,
            states=self.document.states,
            first=self.reviewing.first,
            parent=self,
        )
        self.browsing.filter_changed.connect(lambda wanted: self._keep(_QUEUE, wanted.to_json()))
        self.review_queue = ReviewQueue(
            *(project, self._writer, self.team, self.browsing, self.reviewing, self._messages),
            parent=self,
        )
        self._queue_menu = QueueMenu(
            *(project, self.document, self.team, self.reviewing.why, panels.queue), parent=self
        )
        self.bulk = Bulk(self._writer, self.browsing, self._messages, person=person, parent=self)

    def _make_beside(self) -> None:
        """What is told and asked beside the image; most of it is idle until somebody looks."""
        project, panels, person = self.project, self.panels, self.person
        self.disagreeing = Disagreeing(
            *(project, self._writer, self.document, self.moves, self.sight, self.viewing),
            *(self.canvas, panels.disagreements),
            person=person,
            parent=self,
        )
        self.past_places = PastPlaces(
            *(self.document, self.viewing, self.sight, panels),
            classes=lambda: self.showing.classes,
            parent=self,
        )
        self.records = Records(
            *(project, self.document, self.sight, self.viewing, panels),
            person=person,
            parent=self,
        )
        self.overviews = Overviews(
            *(project, self.document, self.sight, self.viewing, self.browsing),
            *(panels, self._messages),
            parent=self,
        )
        self.chats = Chats(
            *(project, self.document, self.sight, self.viewing, self.moves, panels),
            classes=lambda: self.showing.classes,
            parent=self,
        )
        self.models = Models(
            *(project, self._writer, self.document, self.moves, self.sight),
            *(self.browsing, panels, self._messages),
            keep=self._keep,
            parent=self,
        )

    def _make_news(self) -> None:
        """Who notices what has changed in the project, and tells the others."""
        self._watch = ProjectWatch(self.project, self)
        self._watch.classes_changed.connect(self.disagreeing.refresh)
        self.class_choice = ClassChoice(
            *(self.project, self._writer, self._watch, self.showing, self.moves),
            *(self.browsing, self.chats, self.team, self.panels, self._messages),
            person=self.person,
            parent=self,
        )
        self.first_image = FirstImage(
            *(self.project, self._watch, self.document, self.viewing),
            *(self.browsing, self.reviewing),
            keep=self._keep,
            person=self.person,
            parent=self,
        )
        self.news = News(
            *(self._watch, self.document, self.showing, self.browsing, self.reviewing),
            *(self.telling, self.overviews, self._messages),
            parent=self,
        )

    def _check_share(self) -> None:
        """Of blind images: where it makes no sense, none is blind, and that has to be told."""
        try:
            Blindness(self.project, self.person)
        except UserError as e:
            self._messages.error(e)

    def _path_of(self, image_id: int) -> Path:
        return self.project.locate(self.project.images.get(image_id).path)

    def _thumbnail_of(self, image_id: int) -> Path | None:
        content_hash = self.project.images.get(image_id).content_hash
        return thumbnail_path(self.project.folder / "cache", content_hash)

    def _keep(self, name: str, value: object) -> None:
        """As this person's setting in the project, where that can keep any."""
        person = self.person
        if not self.is_read_only:
            self._write(lambda project: project.settings.put(name, value, person=person))

    def _write(self, work: Callable[[Project], object]) -> None:
        """In the writer's thread; only what is in its way is told."""

        def told(result: object) -> None:
            if isinstance(result, UserError):
                self._messages.error(result)

        self._writer.run(work, told)
