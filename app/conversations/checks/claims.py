"""What a text says of an image: which classes it asserts or denies, how many, where, how large."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from app.conversations.checks.cue_words import Role, Topic
from app.conversations.checks.reading import Field
from app.conversations.checks.regions import Region, Spot
from app.core.places import Extent

Says = Literal["there", "not_there", "perhaps"]
Counted = Literal["kinds", "boxes", "each"]
Reach = Literal["image", "rest", "part"]
TOPICS: tuple[Topic, ...] = ("cause", "consequence", "remedy")
_TELLING: Mapping[Topic, Role] = {
    "cause": "tells_cause",
    "consequence": "tells_consequence",
    "remedy": "tells_remedy",
}
_WANTING: frozenset[Role] = frozenset({"kinds", "limit", "largest", "smallest", *TOPICS})
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Mention:
    """A class named in the text; `class_id` None stands for "defect" or its like.

    `count` is None where none is told. `is_placed` says that it is told of one place alone.
    `is_several` says that there is more than one. `is_located` says that a place is told beside it.
    `is_stated` says that words such as "there is" bring it in; `why` that it stands behind words
    such as "leads to"; `is_again` that the list it stands in has just named the same class.
    """

    class_id: int | None
    says: Says
    words: str
    sentence: int
    count: int | None = None
    is_several: bool = False
    is_placed: bool = False
    is_located: bool = False
    is_stated: bool = False
    why: bool = False
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class Told(Generic[_T]):
    """A place or a size, the class that it is told of (None: unclear) and how many lie there.

    `is_loose` says that nothing in the sentence tells what it is told of; `of_largest` that it is
    told of the largest; `of_all` that all of them are there, and not just one.
    """

    value: _T
    words: str
    sentence: int
    class_id: int | None = None
    count: int | None = None
    is_denied: bool = False
    is_loose: bool = False
    of_largest: bool = False
    of_all: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A count that stands alone. `of` tells of kinds of defect, of boxes or of each class named."""

    value: int
    words: str
    sentence: int
    of: Counted


@dataclass(frozen=True, slots=True)
class State:
    """Words that call the image clean, or not clean.

    `reach` says how much of it: all, the rest beside the defects that are named, or the `regions`;
    where it is the rest, those are where defects are said to lie. `is_named` says that the sentence
    tells what is clean ("the layer", "elsewhere").
    """

    words: str
    sentence: int
    is_clean: bool
    reach: Reach = "image"
    regions: tuple[Region, ...] = ()
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A phrase of knowledge, whole, and the classes and fields that it belongs to.

    `told_of` is the class that stands behind it, or behind the list that it is in, in brackets.
    """

    words: str
    owners: frozenset[tuple[int, Field]]
    told_of: int | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """The yes or no that a sentence begins with. `agrees` says that it takes the question as it was
    put, and doesn't speak of what is there ("是的", not "有").
    """

    sentence: int
    is_yes: bool
    agrees: bool


@dataclass(frozen=True, slots=True)
class Claims:
    """What a text says, by sentences, which are counted from `first`.

    `asks` is what a yes or no would be about ("more": only how many, or which is larger), `regions`
    the parts of the image that a question is about; both are told of questions alone. `denying` are
    the sentences with a "no" in them, `none` those that deny what was asked for and name nothing,
    `reported` those that speak of a detector's report. `shape` is what it tells by how it begins;
    `is_empty` says that it gives no reason or advice at all, `intervenes` that it begins with what
    only a defect calls for.
    """

    mentions: tuple[Mention, ...] = ()
    places: tuple[Told[Spot], ...] = ()
    sizes: tuple[Told[Extent], ...] = ()
    numbers: tuple[Number, ...] = ()
    known: tuple[Known, ...] = ()
    roles: frozenset[Role] = frozenset()
    openings: tuple[Opening, ...] = ()
    asks: Literal["defect", "normal", "more"] | None = None
    regions: tuple[Region, ...] = ()
    states: tuple[State, ...] = ()
    denying: frozenset[int] = frozenset()
    none: frozenset[int] = frozenset()
    shape: frozenset[Topic] = frozenset()
    is_empty: bool = False
    intervenes: bool = False
    reported: frozenset[int] = frozenset()
    first: int = 0

    @property
    def opening(self) -> Opening | None:
        return next((o for o in self.openings if o.sentence == self.first), None)

    @property
    def is_none(self) -> bool:
        """Whether it begins with a flat "none" or "nowhere"."""
        return self.first in self.none

    def calls(self, *, clean: bool) -> bool:
        """Whether it calls all of the image clean, or all of it not clean."""
        return any(s.reach == "image" and s.is_clean == clean for s in self.states)

    @property
    def class_ids(self) -> frozenset[int]:
        return frozenset(m.class_id for m in self.mentions if m.class_id is not None)

    @property
    def wanted(self) -> tuple[object, ...]:
        """All of a question that its answer is held against."""
        named = tuple((m.class_id, m.says) for m in self.mentions)
        return named, self.asks, self.regions, self.roles & _WANTING

    @property
    def topics(self) -> frozenset[Topic]:
        """What a question with these words may be about."""
        return frozenset(topic for topic in TOPICS if topic in self.roles)

    @property
    def told_topics(self) -> frozenset[Topic]:
        """What an answer with these words is about."""
        return frozenset(topic for topic, role in _TELLING.items() if role in self.roles)
