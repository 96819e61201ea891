"""Where and how large a sentence says that things are."""

from collections.abc import Iterator

from app.conversations.checks.claims import Told
from app.conversations.checks.counting import Counting
from app.conversations.checks.cue_words import Role
from app.conversations.checks.polarity import parts
from app.conversations.checks.reading import Lexeme
from app.conversations.checks.regions import Region, Spot, widened
from app.conversations.checks.sentence import Sentence
from app.core.places import Extent

_PLACE_REACH = 9
_SIZE_REACH = 3
_SIZED = ("area", "areas", "one", "ones")
"""What a size may stand before that is of a class all the same: "it takes up a small area"."""

_OF_THE = 2
_LIES_REACH = 4
"""As in 一处条纹位于画面左侧, where the place comes last."""

_BESIDE = 2
_BESIDES: frozenset[Role] = frozenset({"article", "measure", "states", "seen", "and", "total"})
"""What may stand between a place and the class that lies there."""


class Whereabouts:
    """`located` are the indexes of classes beside a place, `placed` those of classes that are told
    of one place alone, `counting` those of numbers that count what lies at a place.
    """

    def __init__(self, sentence: Sentence, counting: Counting) -> None:
        self._sentence = sentence
        self._lexemes = sentence.lexemes
        self._place_after = sentence.cues.place_after
        self._told = counting
        self._beside = {
            i: self._class_beside(i)
            for i, x in enumerate(sentence.lexemes)
            if x.meaning.place is not None and not self._is_absorbed(i)
        }
        self._apart = self._sides_apart()
        self._sharing: set[int] = set()
        self._share()
        self.counting: set[int] = set()
        self._there = {i: self._count_there(i, at) for i, at in self._beside.items()}
        self.located = {at for at in self._beside.values() if at is not None}
        self.placed = {
            at
            for i, at in self._beside.items()
            if at is not None and (sentence.says[at] == "not_there" or self._there[i] is not None)
        }

    def places(self) -> Iterator[Told[Spot]]:
        for i, at in self._beside.items():
            x = self._lexemes[i]
            if at is None and (self._sentence.calls_clean(i) or self._sentence.is_clean):
                continue
            mention = None if at is None else self._told.mentions[at]
            before = self._lexemes[i - 1] if i else None
            is_denied = bool(before and before.has("negation") and x.at - before.to <= 1)
            spot, of_all = x.meaning.place, self._is_of_all(i)
            assert spot is not None
            if i in self._apart or of_all or self._tells_apart(i):
                spot = widened(spot)
            yield Told(
                spot,
                self._sentence.words(i),
                self._sentence.number,
                mention.class_id if mention else None,
                self._there[i],
                is_denied or bool(mention and mention.says == "not_there"),
                mention is None and not self._sentence.has_subject,
                any(y.has("largest") for y in self._sentence.clause(i)),
                of_all,
            )

    def _is_of_all(self, i: int) -> bool:
        """Whether all are said to be there: "both lie at the top", 均位于右上角."""
        text = self._sentence.around(i)[0] + self._sentence.words(i)
        return bool(self._sentence.cues.all_of.search(text))

    def _tells_apart(self, i: int) -> bool:
        """Whether 一左一右, "on both sides" or the like stands by it: it is a row, or a column."""
        apart, before = self._sentence.cues.apart, self._sentence.around(i)[0]
        return bool(apart.match(self._sentence.text_from(i)) or apart.search(before))

    def _is_absorbed(self, i: int) -> bool:
        """Whether the place only tells more of one beside it: "the middle of the lower edge"."""
        x, spot = self._lexemes[i], self._lexemes[i].meaning.place
        if self._sentence.tells_span(i):
            return True
        sides = [self._side_by(i, step) for step in (-1, 1)]
        gaps = [max(y.at - x.to, x.at - y.to) for y in sides if y and y.meaning.place != spot]
        if spot == "centre" and self._ends_line(i):
            return True
        is_near = any(gap <= (_OF_THE if self._place_after else 0) for gap in gaps)
        return is_near and spot == "centre"

    def _ends_line(self, i: int) -> bool:
        """Whether a comma and nothing else parts it from the one side that is told before."""
        spots = [j for j, y in enumerate(self._lexemes) if y.meaning.place is not None]
        if len(spots) != 2 or spots[1] != i or self._sentence.any("and"):
            return False
        spot = self._lexemes[spots[0]].meaning.place
        between = self._lexemes[spots[0] + 1 : i]
        is_comma = len(between) == 1 and between[0].has("comma")
        return is_comma and spot is not None and isinstance(widened(spot), Region)

    def _side_by(self, i: int, step: int) -> Lexeme | None:
        """The place beside it, with nothing but "of the" between them."""
        j = i + step
        while 0 <= j < len(self._lexemes) and self._is_of_the(j):
            j += step
        is_place = 0 <= j < len(self._lexemes) and self._lexemes[j].meaning.place is not None
        return self._lexemes[j] if is_place else None

    def _is_of_the(self, j: int) -> bool:
        return self._lexemes[j].has("article") or self._sentence.words(j).lower() == "of the"

    def _sides_apart(self) -> set[int]:
        """Sides that are told of single ones behind a place of all of them, across it: "two lie in
        the upper part, one on the left and one on the right"."""
        found: set[int] = set()
        last: int | None = None
        for i in self._beside:
            if last is not None and self._crosses(last, i):
                found |= {last, i}
            else:
                last = i
        return found

    def _crosses(self, i: int, j: int) -> bool:
        one, other = (widened(self._lexemes[k].meaning.place or "whole") for k in (i, j))
        if not (isinstance(one, Region) and isinstance(other, Region)):
            return False
        number = self._lexemes[j - 1].meaning.number
        between = self._lexemes[i + 1 : j]
        is_single = number == 1 and not any(y.meaning.class_id is not None for y in between)
        return is_single and one.is_row != other.is_row

    def sizes(self) -> Iterator[Told[Extent]]:
        for i, x in enumerate(self._lexemes):
            if x.meaning.extent is None:
                continue
            following = self._lexemes[i + 1]
            gap = following.at - x.to
            class_id = following.meaning.class_id if gap <= _SIZE_REACH else None
            # "A large part" is of something else; "it is large" ends there.
            is_area = gap == 1 and self._sentence.between(i, i + 1) in _SIZED
            is_one = gap == 0 and following.meaning.number == 1
            is_told = (
                (gap == 0 or is_area) and (parts(following) or bool(following.meaning.place))
            ) or (gap <= _SIZE_REACH and (following.has("defect") or following.has("and")))
            yield Told(
                x.meaning.extent,
                self._sentence.words(i),
                self._sentence.number,
                class_id,
                is_loose=class_id is None
                and not (is_one or (is_told and self._sentence.has_subject)),
                of_largest=any(y.has("largest") for y in self._sentence.clause(i)),
            )

    def _class_beside(self, i: int) -> int | None:
        behind, ahead = self._nearest(i, -1), self._nearest(i, 1)
        first, second = (behind, ahead) if self._place_after else (ahead, behind)
        return second if first is None else first

    def _share(self) -> None:
        """Places that are joined share what "each" of them has: 左上部和中央各有一处条纹."""
        for i in sorted(self._beside, reverse=True):
            at = self._beside.get(i + 2)
            if self._beside[i] is not None or at is None or not self._lexemes[i + 1].has("and"):
                continue
            number = self._told.number_before(at)
            if number is not None and self._sentence.is_of_each(number):
                self._beside[i] = at
                self._sharing.add(i)

    def _nearest(self, i: int, step: int) -> int | None:
        j = i + step
        while 0 <= j < len(self._lexemes):
            y = self._lexemes[j]
            gap = self._lexemes[i].at - y.to if step < 0 else y.at - self._lexemes[i].to
            if gap > _PLACE_REACH:
                return None
            if y.meaning.class_id is not None:
                return j
            is_between = y.meaning.extent or y.meaning.number is not None
            if not (is_between or y.meaning.roles & _BESIDES or self._may_cross(i, j, step)):
                return None
            j += step
        return None

    def _may_cross(self, i: int, j: int, step: int) -> bool:
        """ "In the centre, there is a streak", but not "a streak in the centre, a wrinkle"."""
        return step > 0 and self._lexemes[j].has("comma") and self._sentence.opens_clause(i)

    def _count_there(self, i: int, at: int | None) -> int | None:
        """How many are told to lie at the place, where it is told right beside it."""
        if at is None:
            return self._number_beside(i)
        x, y, count = self._lexemes[i], self._lexemes[at], self._told.mentions[at].count
        if i in self._sharing:
            return count
        if at < i:
            if self._is_one_of(at):
                return None
            reach = 1 if self._place_after else _LIES_REACH
            return count if x.at - y.to <= reach else None
        number = self._told.number_before(at)
        if self._place_after or number is None or number < i:
            return None
        return count if self._lexemes[number].at - x.to <= _BESIDE else None

    def _is_one_of(self, at: int) -> bool:
        """Whether it is the place of one alone: "the largest of the three streaks lies there"."""
        number = self._told.number_before(at)
        if number is None:
            return False
        start = self._lexemes[number].at
        return any(x.has("largest") and 0 <= start - x.to <= _OF_THE for x in self._lexemes)

    def _number_beside(self, i: int) -> int | None:
        """As in "two in the centre", 中央两处 and 两处在中央, where the class was named before."""
        x = self._lexemes[i]
        if self._place_after:
            return self._number_at(i - 1) if i and x.at - self._lexemes[i - 1].to <= 1 else None
        if self._lexemes[i + 1].at - x.to <= 1 and (n := self._number_at(i + 1)) is not None:
            return n
        is_counted = i > 1 and self._lexemes[i - 1].has("measure")
        is_near = is_counted and x.at - self._lexemes[i - 1].to <= _BESIDE
        return self._number_at(i - 2) if is_near else None

    def _number_at(self, at: int) -> int | None:
        number = self._lexemes[at].meaning.number
        if number is not None:
            self.counting.add(at)
        return number
