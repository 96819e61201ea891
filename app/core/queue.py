"""The order in which images are worked on: which of them, sorted how, and what a list shows."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from app.core.disagreement import KINDS, Kind
from app.core.image import STATES, State

Origin = Literal["any", "people", "proposals", "none"]
ORIGINS: tuple[Origin, ...] = get_args(Origin)

Sort = Literal[
    "added",
    "name",
    "state",
    "boxes",
    "lowest_score",
    "highest_score",
    "changed",
    "label_next",
    "review_next",
]
SORTS: tuple[Sort, ...] = get_args(Sort)
_HEED_NO_BOXES: frozenset[Sort] = frozenset({"added", "name", "state", "review_next"})

Disagreeing = Kind | Literal["any"]
DISAGREEING: tuple[Disagreeing, ...] = ("any", *KINDS)
"""A kind of disagreement between people and a model, or whichever."""

NOBODY = ""
"""As `assigned_to`: images that nobody was given."""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What an image must be to stand in the queue, and the order of those that do.

    What is said of boxes holds for one and the same box: of any of `class_ids` (empty: of any
    class), of that `origin`, from that run, and a proposal with a score from `least_score` to
    `most_score`, both inclusive. Origin "none" wants images without any box. `tags` are names, any
    of which will do. `disagreement`: of that kind, between a model and people, and nobody has
    answered. `text` stands anywhere in the path, in any case; `build` is an image's build as a
    whole. None leaves a thing open.

    Sorted by a score, the proposals' lowest or highest counts, and images without any come last.
    Sorted by "label_next", images to be labelled come before all others, first those whose
    proposals promise most of the classes that are rarest; see `app.core.balance.needs`. Sorted by
    "review_next", images that are handed in come before all others, first those that most likely
    hold a fault; see `app.core.review_order`.
    """

    states: frozenset[State] = frozenset(STATES)
    class_ids: frozenset[int] = frozenset()
    tags: frozenset[str] = frozenset()
    normal: bool | None = None
    least_score: float | None = None
    most_score: float | None = None
    origin: Origin = "any"
    run_id: int | None = None
    assigned_to: str | None = None
    disagreement: Disagreeing | None = None
    build: str | None = None
    text: str = ""
    sort: Sort = "added"
    descending: bool = False

    @property
    def everything(self) -> "QueueFilter":
        """All images, in the same order."""
        return QueueFilter(sort=self.sort, descending=self.descending)

    @property
    def heeds_boxes(self) -> bool:
        """Whether what is drawn on an image, or what models say of it, may matter."""
        asked = (self.run_id, self.least_score, self.most_score, self.disagreement)
        return (
            bool(self.class_ids)
            or self.origin != "any"
            or any(each is not None for each in asked)
            or self.sort not in _HEED_NO_BOXES
        )

    @property
    def narrows(self) -> bool:
        """Whether it may leave out an image."""
        return self != self.everything

    def to_json(self) -> dict[str, Any]:
        """JSON-ready; `from_json` reads it."""
        sets = {name: sorted(getattr(self, name)) for name in ("states", "class_ids", "tags")}
        return asdict(self) | sets

    @classmethod
    def from_json(cls, kept: object) -> "QueueFilter":
        """Fields that are unknown or make no sense are passed over: another version wrote them."""
        fields = kept if isinstance(kept, Mapping) else {}
        return cls(
            **{
                name: make(fields[name])
                for name, (is_sound, make) in _FIELDS.items()
                if name in fields and is_sound(fields[name])
            }
        )


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _list_of(is_sound: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(map(is_sound, value))


def _open_or(is_sound: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or is_sound(value)


def _one_of(words: Sequence[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value in words


def _as_it_is(value: object) -> object:
    return value


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


_FIELDS: dict[str, tuple[Callable[[object], bool], Callable[[Any], Any]]] = {
    "states": (lambda value: bool(value) and _list_of(_one_of(STATES))(value), frozenset),
    "class_ids": (_list_of(_is_id), frozenset),
    "tags": (_list_of(_is_text), frozenset),
    "normal": (_open_or(_is_flag), _as_it_is),
    "least_score": (_open_or(_is_share), _as_it_is),
    "most_score": (_open_or(_is_share), _as_it_is),
    "origin": (_one_of(ORIGINS), _as_it_is),
    "run_id": (_open_or(_is_id), _as_it_is),
    "assigned_to": (_open_or(_is_text), _as_it_is),
    "disagreement": (_open_or(_one_of(DISAGREEING)), _as_it_is),
    "build": (_open_or(_is_text), _as_it_is),
    "text": (_is_text, _as_it_is),
    "sort": (_one_of(SORTS), _as_it_is),
    "descending": (_is_flag, _as_it_is),
}
"""Of each field: what sound JSON of it is, and how it becomes the field's value."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """What a list shows of one image.

    `boxes` counts all boxes, `proposals` those among them that nobody has touched. `tags` are
    names, sorted. `annotator`, `reviewer` and `reason` are as in `ImageLabel`.
    """

    id: int
    path: str
    content_hash: str
    width_px: int
    height_px: int
    state: State
    is_normal: bool
    tags: tuple[str, ...]
    boxes: int
    proposals: int
    assigned_to: str | None
    has_open_comments: bool
    annotator: str | None = None
    reviewer: str | None = None
    reason: str = ""


_NUMBER = re.compile(r"(\d+)")
_DIGITS = 20  # of a key's numbers: longer than a time stamp in nanoseconds
_BETWEEN = "\0"  # no path holds it


def natural_keys(paths: Sequence[str]) -> list[str]:
    """A key for each path; sorted by them, layer_2 comes before layer_10, whatever the case."""
    # All at once: path by path takes twice as long, and a project has a hundred thousand.
    parts = _NUMBER.split(_BETWEEN.join(paths).casefold())
    parts[1::2] = [number.zfill(_DIGITS) for number in parts[1::2]]
    return "".join(parts).split(_BETWEEN) if paths else []


def folded(text: str) -> str:
    """The same for texts that differ only in case, or in how an accent is put together."""
    return unicodedata.normalize("NFC", text).casefold()
