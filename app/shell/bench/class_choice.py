"""The classes that can be drawn, and the one that the next box gets."""

from PySide6.QtCore import QObject

from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.shell.bench.browsing import Browsing
from app.shell.bench.chats import Chats
from app.shell.bench.moves import Moves
from app.shell.bench.panels import Panels
from app.shell.bench.showing import Showing
from app.shell.bench.watch import ProjectWatch
from app.shell.bench.writer import Writer
from app.shell.frame.messages import Messages


class ClassChoice(QObject):
    """`showing` has read the classes, `moves` draw with the one that is picked; here each hears of
    the other, and so do the panels and canvas.
    """

    def __init__(
        self,
        writer: Writer,
        watch: ProjectWatch,
        showing: Showing,
        moves: Moves,
        browsing: Browsing,
        chats: Chats,
        panels: Panels,
        messages: Messages,
        *,
        person: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._writer, self._messages, self._person = writer, messages, person
        self._showing, self._moves, self._panels = showing, moves, panels
        self._browsing, self._chats = browsing, chats
        watch.classes_changed.connect(showing.read_classes)
        showing.classes_changed.connect(self._take_classes)
        panels.classes.class_added.connect(self.add)
        panels.classes.class_picked.connect(moves.pick_class)
        moves.class_changed.connect(self._take_picked)

    def start(self) -> None:
        """The classes are those that have been read already."""
        self._take_classes()

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

    def _take_classes(self) -> None:
        self._browsing.refresh_choices()
        self._chats.take_classes()
        classes = self._showing.classes
        if self._moves.class_id not in classes and classes:
            self._moves.pick_class(next(iter(classes)))

    def _take_picked(self, class_id: int) -> None:
        self._panels.classes.set_current(class_id)
        self._panels.canvas.set_current_class(self._showing.classes.get(class_id))
