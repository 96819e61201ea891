"""A record's texts in a VLM's words, and such texts in neutral words again."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.conversations.facts import ImageFacts
from app.conversations.targets.box_text import BOX, NONE, REF, TRAINER_WORD, Entry, Form, Run
from app.conversations.targets.frames import Frame, Numbers
from app.conversations.targets.trainers import Objects
from app.core.conversation import (
    BOXES,
    CLAIMS,
    FORMAT,
    IMAGE,
    Message,
    Record,
    boxes_token,
)
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.core.language import LANGUAGES

_TOKEN = re.compile(rf"{BOXES.pattern}|{CLAIMS}|{FORMAT}|{IMAGE}|(?i:{TRAINER_WORD.pattern})")


class Writing:
    """One record. `fills` says that the trainer itself puts names and boxes where the text has
    its words for them: `objects` then holds these, in order; else it is None.

    Raises UserError, when a text is written, for a box that the image no longer has and for words
    that a trainer would take for something else than text.
    """

    def __init__(
        self, form: Form, frame: Frame, record: Record, facts: ImageFacts, *, fills: bool
    ) -> None:
        self._form = form
        self._frame = frame
        self._record = record
        self._facts = facts
        self.objects = Objects([], []) if fills else None
        self.n_images = 0

    def text(self, content: str) -> str:
        has_token = "<" in content or "|>" in content  # asked first, because most texts have none
        return _TOKEN.sub(self._written, content) if has_token else content

    def _written(self, token: re.Match[str]) -> str:
        word = token[0]
        if token[1] is not None:
            return self._boxes(self._of_uids(token[1].split()))
        if word == IMAGE:
            self.n_images += 1
            return IMAGE
        if word == FORMAT:
            return self._form.words(self._record.language)
        if word == CLAIMS:
            classes = {c.id: c for c in self._facts.classes}
            return self._boxes((classes[c.class_id], c.box) for c in self._record.claims)
        raise UserError(
            f"a conversation holds {word!r}, which trainers take for a word of their own",
            hint="Edit the turn that says it.",
        )

    def _of_uids(self, uids: Sequence[str]) -> Iterable[tuple[LabelClass, Box]]:
        for uid in uids:
            for thing in self._facts.things:
                if thing.uid == uid:
                    yield thing.label_class, thing.box
                    break
            else:
                raise UserError(
                    "a conversation speaks of a box that is no longer there",
                    hint="Write the conversation anew, or edit the turn that says it.",
                )

    def _boxes(self, boxes: Iterable[tuple[LabelClass, Box]]) -> str:
        return self._form.joined([self._entry(c, box) for c, box in boxes])

    def _entry(self, c: LabelClass, box: Box) -> str:
        label = c.label(self._record.language)
        numbers = self._frame.numbers(box, self._facts.width_px, self._facts.height_px)
        if self.objects is None:
            return self._form.entry(label, numbers)
        text, ref = self._form.fillable(label)
        self.objects.refs.append(ref)
        self.objects.boxes.append(numbers)
        return text


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A box in a text that no annotation has, beside that label.

    `turn` counts from 0, system included. `box` is in pixels of the upright image; None when the
    numbers enclose no area.
    """

    turn: int
    label: str
    numbers: Numbers
    box: Box | None


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """A row in neutral words again: each list of boxes that the labels have is `<boxes:UID ...>`.

    Others stay as they stand and are `unmatched`, so a deliberately wrong report does. `frame` is
    that of the row's numbers.
    """

    messages: tuple[Message, ...]
    images: tuple[str, ...]
    unmatched: tuple[Unmatched, ...]
    frame: Frame


_FILLED = re.compile(f"{REF}|{BOX}")
_FENCE = re.compile(r"\s*```(?:json)?\s*(.*?)\s*```\s*", re.DOTALL)


def filled(
    form: Form, turns: Sequence[Message], objects: Objects, frame: Frame
) -> tuple[Message, ...]:
    """The turns as ms-swift would fill them, but with numbers in pixels of the file (`frame`).

    Raises UserError when the turns ask for more or fewer names or boxes than there are, which
    ms-swift lets pass in silence.
    """
    text = "".join(turn.content for turn in turns)
    asked = text.count(REF), text.count(BOX)
    if asked != (len(objects.refs), len(objects.boxes)):
        raise UserError(
            f"the turns have {asked[0]} {REF} and {asked[1]} {BOX}, but `objects` holds "
            f"{len(objects.refs)} names and {len(objects.boxes)} boxes",
            hint="Give one name and one box for each.",
        )
    refs, boxes = iter(objects.refs), iter(objects.boxes)

    def fill(word: re.Match[str]) -> str:
        if word[0] == REF:
            return form.filled_ref(next(refs))
        numbers = next(boxes)
        if objects.kind == "norm1":
            left, top, right, bottom = numbers
            numbers = (
                left * frame.width,
                top * frame.height,
                right * frame.width,
                bottom * frame.height,
            )
        return form.filled_box(numbers)

    return tuple(Message(turn.role, _FILLED.sub(fill, turn.content)) for turn in turns)


class Reading:
    """The turns of one row, in order; what no annotation has gathers in `unmatched`."""

    def __init__(self, form: Form, frame: Frame, facts: ImageFacts) -> None:
        self._form = form
        self._frame = frame
        self._size = facts.width_px, facts.height_px
        self._labels = {c.label(language) for c in facts.classes for language in LANGUAGES}
        self._uids: dict[Entry, list[str]] = {}
        for thing in facts.things:
            numbers = frame.numbers(thing.box, *self._size)
            for label in {thing.label_class.label(language) for language in LANGUAGES}:
                self._uids.setdefault(Entry(label, numbers), []).append(thing.uid)
        self.unmatched: list[Unmatched] = []

    def turn(self, n: int, turn: Message) -> Message:
        """Raises UserError for an answer that holds box text which can't be read."""
        text = turn.content
        for language in LANGUAGES:
            text = text.replace(self._form.words(language), FORMAT)
        if turn.role == "assistant":
            text = _unfenced(text)
            if text.strip() == NONE:
                return Message(turn.role, boxes_token(()))
        parts = []
        end = 0
        for run in self._form.runs(text, self._labels):
            parts += [text[end : run.start], self._restored(run, text[run.start : run.end], n)]
            end = run.end
        rest = "".join(parts[::2]) + text[end:]
        if turn.role == "assistant" and self._form.marker in rest:
            raise UserError(
                f"turn {n + 1}: its boxes can't be read",
                hint=f"Write {self._form.words('en')}.",
            )
        return Message(turn.role, "".join(parts) + text[end:])

    def _restored(self, run: Run, text: str, turn: int) -> str:
        """Annotations that say the same are told apart by how often they have been named."""
        uids, others = [], []
        named: dict[Entry, int] = {}
        for entry in run.entries:
            same = self._uids.get(entry, [])
            nth = named.get(entry, 0)
            named[entry] = nth + 1
            if nth < len(same):
                uids.append(same[nth])
            else:
                others.append(entry)
        self.unmatched += [self._told(entry, turn) for entry in others]
        if not uids:
            return text
        rest = [self._form.entry(entry.label, entry.numbers) for entry in others]
        return boxes_token(uids) + (f" {self._form.joined(rest)}" if rest else "")

    def _told(self, entry: Entry, turn: int) -> Unmatched:
        left, top, right, bottom = self._frame.corners(entry.numbers, *self._size)
        has_area = left < right and top < bottom
        box = Box(left, top, right, bottom) if has_area else None
        return Unmatched(turn, entry.label, entry.numbers, box)


def _unfenced(text: str) -> str:
    """Without the marks of a code block, when the whole text is one."""
    fenced = _FENCE.fullmatch(text)
    return fenced[1] if fenced else text
