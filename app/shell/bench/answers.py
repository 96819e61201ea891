"""What language models answered about images: listed, drawn over the photo, and taken from."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject

from app.conversations.targets.answers import AnsweredBox
from app.core.annotation import Annotation, new_uid
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.shape import Shape
from app.services.ask_model import Asked, Question
from app.shell.bench.answer_words import guest_of, shown_answer
from app.shell.bench.document import Document
from app.shell.bench.guests import Guests
from app.shell.bench.moves import Moves
from app.shell.bench.sight import Sight
from widgets.canvas.ghost import Guest
from widgets.panels.ask_panel import AskPanel


class Answers(QObject):
    """Kept while the window is open; those of the image that is open are shown, unless it is blind.

    What was answered is no label: a person takes a box of it by an ordinary move, or leaves it.
    """

    def __init__(
        self,
        document: Document,
        sight: Sight,
        moves: Moves,
        guests: Guests,
        panel: AskPanel,
        *,
        classes: Callable[[], Mapping[int, LabelClass]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._sight, self._moves = document, sight, moves
        self._guests, self._panel, self._classes = guests, panel, classes
        self._of_images: dict[int, list[Asked]] = {}
        self._picked: dict[int, int] = {}
        self._standing: frozenset[Box] = frozenset()  # on the image that is open
        self._drawn: list[int] = []  # the places of the boxes that are guests now
        document.changed.connect(self.refresh)
        sight.blindness_changed.connect(self.refresh)
        moves.class_changed.connect(self.refresh)
        panel.left.connect(lambda: guests.clear(self))
        panel.picked.connect(self._pick)
        panel.pointed_at.connect(self._point)
        panel.box_picked.connect(self._look_at)
        panel.taken.connect(self._take)

    def add(self, image_id: int, asked: Asked) -> None:
        """The newest is the one whose boxes are drawn."""
        answers = self._of_images.setdefault(image_id, [])
        answers.append(asked)
        self._picked[image_id] = len(answers) - 1
        self._show(insist=True)

    def count(self, image_id: int, question: Question, server: str) -> int:
        """How often just that was answered about the image, by that server."""
        answers = self._of_images.get(image_id, ())
        return sum((each.question, each.server) == (question, server) for each in answers)

    def refresh(self) -> None:
        """Another image is open, or there is something else on it."""
        self._show(insist=False)

    def _show(self, *, insist: bool) -> None:
        """`insist`: in the place of guests that somebody else has shown on the image."""
        if not self._panel.isVisible():
            return
        image_id = self._image_id
        answers = [] if self._sight.is_blind else self._of_images.get(image_id, [])
        sheet = self._document.sheet if answers else None
        self._standing = frozenset(a.box for a in sheet.annotations) if sheet else frozenset()
        next_class = self._classes().get(self._moves.class_id or 0)
        shown = [shown_answer(each, next_class, self._is_taken) for each in answers]
        self._panel.show_answers(shown, self._picked.get(image_id))
        self._draw(self._guests.show if insist else self._guests.keep)

    @property
    def _image_id(self) -> int:
        """0 while none is open, which no image is called."""
        sheet = self._document.sheet
        return 0 if sheet is None else sheet.image_id

    @property
    def _current(self) -> Asked | None:
        """The answer whose boxes are drawn."""
        picked = self._picked.get(self._image_id)
        return None if picked is None else self._of_images[self._image_id][picked]

    def _is_taken(self, box: AnsweredBox) -> bool:
        """Whether just that box stands on the image, of whichever class."""
        return box.box in self._standing

    def _draw(self, show: Callable[[object, int, Sequence[Guest]], None]) -> None:
        asked = self._current
        if asked is None:
            self._guests.clear(self)
            return
        boxes = asked.answer.boxes
        self._drawn = [place for place, box in enumerate(boxes) if not self._is_taken(box)]
        guests = [guest_of(boxes[place], place + 1) for place in self._drawn]
        show(self, self._image_id, guests)

    def _pick(self, place: int) -> None:
        self._picked[self._image_id] = place
        self._show(insist=True)

    def _point(self, answer: int, box: int) -> None:
        is_drawn = self._picked.get(self._image_id) == answer and box in self._drawn
        self._guests.raise_guest(self, self._drawn.index(box) if is_drawn else None)

    def _look_at(self, answer: int, box: int) -> None:
        self._pick(answer)
        if box in self._drawn:
            self._guests.look_at(self, self._drawn.index(box))
        self._point(answer, box)

    def _take(self, answer: int, place: int) -> None:
        self._pick(answer)
        asked = self._current
        if asked is None or self._is_taken(asked.answer.boxes[place]):
            return
        box = asked.answer.boxes[place]
        if box.label_class is None:
            self._moves.draw(Shape(box.box))
        else:
            mine = Annotation(new_uid(), box.label_class.id, box.box, author=self._document.person)
            self._moves.draw_like([mine])
