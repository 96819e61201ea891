"""The classes that can be drawn, what a lead changes about them, and the one the next box gets."""

from collections.abc import Callable, Container
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.services.classes import Merged, change_class, merge_class, order_classes, remove_class
from app.shell.bench.browsing import Browsing
from app.shell.bench.chats import Chats
from app.shell.bench.moves import Moves
from app.shell.bench.panels import Panels
from app.shell.bench.showing import Showing
from app.shell.bench.team import Team
from app.shell.bench.watch import ProjectWatch
from app.shell.bench.writer import Writer
from app.shell.frame.messages import Messages
from app.shell.jobs import Jobs
from app.storage.project import Project
from widgets.words import class_title

if TYPE_CHECKING:
    from app.conversations.writing.class_names import NameFault

T = TypeVar("T")


class ClassChoice(QObject):
    """`showing` has read the classes, `moves` draw with the one that is picked; here each hears of
    the other, and so do the panels and canvas.
    """

    def __init__(
        self,
        project: Project,
        writer: Writer,
        watch: ProjectWatch,
        showing: Showing,
        moves: Moves,
        browsing: Browsing,
        chats: Chats,
        team: Team,
        panels: Panels,
        messages: Messages,
        *,
        person: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder, self._trying = project.folder, Jobs(self, threads=1)
        self._writer, self._messages, self._person = writer, messages, person
        self._showing, self._moves, self._panels = showing, moves, panels
        self._browsing, self._chats, self._watch, self._team = browsing, chats, watch, team
        watch.classes_changed.connect(showing.read_classes)
        showing.classes_changed.connect(self._take_classes)
        team.changed.connect(self._take_team)
        panels.classes.class_added.connect(self.add)
        panels.classes.class_picked.connect(moves.pick_class)
        panels.classes.name_wanted.connect(lambda i, name: self._rename(i, name=name))
        panels.classes.chinese_name_wanted.connect(lambda i, name: self._rename(i, name_zh=name))
        panels.classes.colour_wanted.connect(lambda i, colour: self._change(i, colour=colour))
        panels.classes.order_wanted.connect(self._order)
        panels.classes.merge_wanted.connect(self._merge)
        panels.classes.remove_wanted.connect(self._remove)
        panels.classes.change_refused.connect(self._refuse)
        moves.class_changed.connect(self._take_picked)

    def start(self) -> None:
        """The classes are those that have been read already."""
        self._take_classes()
        self._take_team()

    def close(self) -> None:
        """Ends the thread; nothing is told of a name after it."""
        self._trying.close()

    def set_key(self, class_id: int, hotkey: str, *, taken: Container[str]) -> None:
        """The character that picks the class, "" for none of its own; actions have those that are
        `taken`, casefolded.
        """
        person = self._person
        self._write(lambda p: change_class(p, class_id, by=person, hotkey=hotkey, taken=taken))

    def move(self, by: int) -> None:
        """The class that the next box gets comes so many places further down in the order."""
        class_id = self._moves.class_id
        if class_id is None or class_id not in self._showing.classes:
            return
        if self._team.me.leads:
            self._panels.classes.move_class(class_id, by)
        else:
            self._refuse()

    def add(self, name: str) -> None:
        """One more class, last in order, for the next box."""
        try:
            new = LabelClass(name.strip())
        except ValueError as e:
            hint = self.tr("Give the class a name of one line.")
            self._messages.error(UserError(str(e), hint=hint))
            return
        person = self._person
        self._writer.run(lambda project: project.add_classes([new], actor=person), self._take_new)

    def _take_new(self, result: list[LabelClass] | UserError) -> None:
        if isinstance(result, UserError):
            self._messages.error(result)
            return
        self._showing.read_classes()
        self._moves.pick_class(result[0].id)
        self._try_names(result[0].id)

    def _change(self, class_id: int, **changes: str) -> None:
        person = self._person
        self._write(lambda project: change_class(project, class_id, by=person, **changes))

    def _rename(self, class_id: int, **names: str) -> None:
        person = self._person
        self._write(
            lambda project: change_class(project, class_id, by=person, **names),
            then=lambda _: self._try_names(class_id),
        )

    def _try_names(self, class_id: int) -> None:
        """Beside the writer, where others would wait to be saved: it takes half a second."""
        folder = self._folder

        def told(found: "NameFault | UserError | None") -> None:
            if found is not None and not isinstance(found, UserError):
                self._warn_of_name(found)

        self._trying.run(lambda: _unspoken_name(folder, class_id), told)

    def _warn_of_name(self, fault: "NameFault") -> None:
        if fault.kind == "common":
            words = self.tr("Sentences about no class read as if they spoke of “{name}”: “{text}”")
        else:
            words = self.tr("“{text}” can't be told to speak of the class “{name}”.")
        hint = self.tr(
            "Records would say something else. Call the class otherwise, or give it a word of its"
            " own for records: `flawmark questions learn`."
        )
        self._messages.warn(words.format(name=fault.words, text=fault.text), hint=hint)

    def _order(self, class_ids: tuple[int, ...]) -> None:
        person = self._person
        self._write(lambda project: order_classes(project, class_ids, by=person))

    def _merge(self, class_id: int, into: int) -> None:
        person = self._person
        self._write(lambda p: merge_class(p, class_id, into, by=person), then=self._tell_merged)

    def _tell_merged(self, done: Merged) -> None:
        words = self.tr("What was {gone} is {into} now.")
        said = words.format(gone=class_title(done.gone), into=class_title(done.into))
        self._messages.info(said, hint=self.tr("Undo brings the class back."))

    def _remove(self, class_id: int) -> None:
        person = self._person
        self._write(lambda project: remove_class(project, class_id, by=person))

    def _write(
        self, work: Callable[[Project], T], *, then: Callable[[T], object] = lambda _: None
    ) -> None:
        """The bench sees it as it sees what others write."""

        def done(result: T | UserError) -> None:
            if isinstance(result, UserError):
                self._messages.error(result)
            else:
                self._watch.look()
                then(result)

        self._writer.run(work, done)

    def _refuse(self) -> None:
        hint = self.tr("Who leads the project decides on its classes.")
        self._messages.refuse(UserError(self.tr("The classes stay as they are."), hint=hint))

    def _take_team(self) -> None:
        self._panels.classes.set_changeable(self._team.me.leads)

    def _take_classes(self) -> None:
        self._browsing.refresh_choices()
        self._chats.take_classes()
        classes = self._showing.classes
        if self._moves.class_id not in classes and classes:
            self._moves.pick_class(next(iter(classes)))

    def _take_picked(self, class_id: int) -> None:
        self._panels.classes.set_current(class_id)
        self._panels.canvas.set_current_class(self._showing.classes.get(class_id))


def _unspoken_name(folder: Path, class_id: int) -> "NameFault | None":
    from app.services.spoken_names import unspoken_name  # loads all that writes sentences

    with Project.open(folder) as project:
        return unspoken_name(project, class_id)
