"""How each VLM writes boxes with their classes in a text, and how such text is read back."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.conversations.targets.frames import Numbers
from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.core.language import Language

NONE = "[]"
"""What stands for no box, in every form."""

REF = "<ref-object>"
BOX = "<bbox>"
"""ms-swift's own words for the next name and the next box of a row's `objects`."""

TRAINER_WORD = re.compile(
    r"<\||\|>|</?(?:image|video|audio|bbox|ref-object|cot-process|start-image|end-image|"
    r"box|ref|quad|img|slice|point|think|boxes|claims|format)\b[^<>]*>",
    re.IGNORECASE,
)
"""What a trainer, a VLM's tokenizer or Flawmark itself takes for something else than text."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One box as a text has it: the name beside it and its numbers, in whatever frame."""

    label: str
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Run:
    """A list of boxes that stands at text[start:end]."""

    start: int
    end: int
    entries: tuple[Entry, ...]


class Form(Protocol):
    """The box text of a VLM."""

    @property
    def marker(self) -> str:
        """Is part of every box text of this form and of nothing else."""

    def entry(self, label: str, numbers: Numbers) -> str: ...

    def fillable(self, label: str) -> tuple[str, str]:
        """Text that ms-swift makes `entry` of, and the name that goes in its `objects`."""

    def filled_ref(self, ref: str) -> str:
        """What ms-swift writes for REF."""

    def filled_box(self, numbers: Numbers) -> str:
        """What ms-swift writes for BOX."""

    def joined(self, entries: Sequence[str]) -> str: ...

    def runs(self, text: str, labels: Iterable[str]) -> Iterator[Run]:
        """Every list of boxes in the text; `labels` are names that are likely to be in them.

        Raises UserError for a box without four numbers.
        """

    def words(self, language: Language) -> str:
        """Completes "answer with"."""


def check_names(classes: Iterable[LabelClass]) -> None:
    """Raises UserError for a class whose name would be taken for something else than a name."""
    for c in classes:
        for name in (c.label("en"), c.label("zh")):
            if found := TRAINER_WORD.search(name):
                raise UserError(
                    f"class {name!r}: trainers take {found[0]!r} for a word of their own",
                    hint="Rename the class.",
                )


@dataclass(frozen=True, slots=True)
class JsonForm:
    """`[{"bbox_2d": [x1, y1, x2, y2], "label": "s"}]`; `decimals` of each number."""

    decimals: int = 0
    marker: str = '"bbox_2d"'

    def entry(self, label: str, numbers: Numbers) -> str:
        return f'{{"bbox_2d": {self.filled_box(numbers)}, "label": {_quoted(label)}}}'

    def fillable(self, label: str) -> tuple[str, str]:
        # The text around it is JSON, into which ms-swift puts the name as it stands.
        return f'{{"bbox_2d": {BOX}, "label": "{REF}"}}', _quoted(label)[1:-1]

    def filled_ref(self, ref: str) -> str:
        return ref

    def filled_box(self, numbers: Numbers) -> str:
        if self.decimals:
            left, top, right, bottom = (f"{n:.{self.decimals}f}" for n in numbers)
            return f"[{left}, {top}, {right}, {bottom}]"
        return str(list(numbers))

    def joined(self, entries: Sequence[str]) -> str:
        return f"[{', '.join(entries)}]"

    def runs(self, text: str, labels: Iterable[str]) -> Iterator[Run]:
        if self.marker not in text:
            return
        end = 0
        for opening in _JSON_LIST.finditer(text):
            if opening.start() < end:
                continue
            try:
                found, end = _DECODER.raw_decode(text, opening.start())
            except ValueError:
                continue
            listed = found if isinstance(found, list) else [found]
            yield Run(opening.start(), end, tuple(_json_entry(each) for each in listed))

    def words(self, language: Language) -> str:
        return _JSON_WORDS[language]


_DECODER = json.JSONDecoder()
_JSON_LIST = re.compile(r'\[\s*\{\s*"|\{\s*"(?:bbox_2d|label)"')
_JSON_WORDS: Mapping[Language, str] = {
    "en": 'a JSON list of {"bbox_2d": [left, top, right, bottom], "label": class}; '
    "[] when there is none",
    "zh": 'JSON列表，每处写作{"bbox_2d": [左, 上, 右, 下], "label": 类别}；没有时写[]',
}


_quoted: Callable[[str], str] = json.JSONEncoder(ensure_ascii=False).encode


def _json_entry(found: object) -> Entry:
    if not isinstance(found, dict) or not isinstance(label := found.get("label"), str):
        raise UserError(
            f"a box in the answer has no label: {_shortened(found)}",
            hint='Write each as {"bbox_2d": [left, top, right, bottom], "label": class}.',
        )
    return Entry(label, _four(found.get("bbox_2d"), found))


def _four(numbers: object, whole: object) -> Numbers:
    if (
        isinstance(numbers, list)
        and len(numbers) == 4
        and all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers)
    ):
        left, top, right, bottom = numbers
        return left, top, right, bottom
    raise UserError(
        f"a box in the answer is not four numbers: {_shortened(whole)}",
        hint="Write left, top, right and bottom of each box.",
    )


def _shortened(found: object) -> str:
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    return text if len(text) <= 80 else text[:79] + "…"


@dataclass(frozen=True, slots=True)
class TagForm:
    """A name between two tags, and behind it a box between two others.

    `inner` writes the four numbers. With `open_ref` empty the name stands before `close_ref` as
    plain text. People put several boxes between one pair of tags, or several pairs behind one
    name: both are read.
    """

    open_ref: str
    close_ref: str
    open_box: str
    inner: str
    close_box: str

    @property
    def marker(self) -> str:
        return self.open_box

    def entry(self, label: str, numbers: Numbers) -> str:
        return self.filled_ref(label) + self.filled_box(numbers)

    def fillable(self, label: str) -> tuple[str, str]:
        return REF + BOX, label

    def filled_ref(self, ref: str) -> str:
        return f"{self.open_ref}{ref}{self.close_ref}"

    def filled_box(self, numbers: Numbers) -> str:
        return self.open_box + self.inner.format(*numbers) + self.close_box

    def joined(self, entries: Sequence[str]) -> str:
        return ", ".join(entries) or NONE

    def runs(self, text: str, labels: Iterable[str]) -> Iterator[Run]:
        run: Run | None = None
        for each in self._groups(text, labels):
            if run is None:
                run = each
            elif _APART.fullmatch(text, run.end, each.start):
                run = Run(run.start, each.end, run.entries + each.entries)
            else:
                yield run
                run = each
        if run is not None:
            yield run

    def words(self, language: Language) -> str:
        label, corners = _TAG_WORDS[language]
        return _TAG_SENTENCES[language].format(
            self.filled_ref(label) + self.open_box + self.inner.format(*corners) + self.close_box
        )

    def _groups(self, text: str, labels: Iterable[str]) -> Iterator[Run]:
        """Each name with the boxes behind it."""
        if self.open_box not in text:
            return
        pair = rf"{re.escape(self.open_box)}[^<]*{re.escape(self.close_box)}"
        for boxes in re.finditer(rf"{pair}(?:\s*{pair})*", text):
            fours = tuple(_fours(boxes[0], self.open_box))
            start, label = self._name_before(text[: boxes.start()].rstrip(), labels)
            if fours and label:
                yield Run(start, boxes.end(), tuple(Entry(label, four) for four in fours))

    def _name_before(self, before: str, labels: Iterable[str]) -> tuple[int, str]:
        """Where the name begins that `before` ends with, and the name; "" when there is none."""
        if self.open_ref:
            start = before.rfind(self.open_ref)
            has_name = start >= 0 and before.endswith(self.close_ref)
            return start, before[start + len(self.open_ref) : -len(self.close_ref)] * has_name
        before = before.removesuffix(self.close_ref.rstrip()).rstrip()
        known = max((each for each in labels if before.endswith(each)), key=len, default="")
        label = known or _BREAK.split(before)[-1].strip()
        return len(before) - len(label), label


_APART = re.compile(r"[\s,;，；、]*(?:and|和|以及)?[\s,;，；、]*")
_BREAK = re.compile(r"[\n,;:.，；：。、<>\[\]]")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?!\w)")
_TAG_WORDS: Mapping[Language, tuple[str, tuple[str, str, str, str]]] = {
    "en": ("class", ("left", "top", "right", "bottom")),
    "zh": ("类别", ("左", "上", "右", "下")),
}
_TAG_SENTENCES: Mapping[Language, str] = {
    "en": "a list of {}, separated by commas; [] when there is none",
    "zh": "列表，每处写作 {}，以逗号分隔；没有时写 []",
}


def _fours(text: str, open_box: str) -> Iterator[Numbers]:
    """The boxes between one or several pairs of tags; none in a text that explains the form."""
    for part in text.split(open_box)[1:]:
        numbers = [_as_number(n) for n in _NUMBER.findall(part.partition("<")[0])]
        if len(numbers) % 4:
            raise UserError(
                f"a box in the answer is not four numbers: {_shortened(open_box + part)}",
                hint="Write left, top, right and bottom of each box.",
            )
        for i in range(0, len(numbers), 4):
            yield numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3]


def _as_number(text: str) -> float:
    return float(text) if "." in text else int(text)
