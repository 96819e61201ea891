"""How many a sentence counts, and of what."""

from collections.abc import Iterator, Set
from dataclasses import replace

from app.conversations.checks.claims import Counted, Mention, Number
from app.conversations.checks.cue_words import Role
from app.conversations.checks.polarity import calls_clean, parts
from app.conversations.checks.sentence import Sentence

_MOST_BOXES = 1000
"""Numbers from here on are of layers, builds and the like."""

_EQUATES = ("是", "为")
"""Between a count and its noun: 一处是条纹, "one of them is a streak"."""

_LISTING: frozenset[Role] = frozenset({"and", "comma", "measure", "article"})


class Counting:
    """The classes and defects that a sentence names, by index, with their counts."""

    def __init__(self, sentence: Sentence) -> None:
        self._sentence = sentence
        self._lexemes = sentence.lexemes
        self._cues = sentence.cues
        self._counted: set[int] = set()
        named = [i for i in sentence.says if not calls_clean(sentence.lexemes[i])]
        self.mentions = {i: self._mention(i) for i in named}
        for i, x in enumerate(sentence.lexemes):
            if x.meaning.number is not None and i not in self._counted:
                self._count_behind(i)

    def placed(self, placed: Set[int], located: Set[int]) -> Iterator[Mention]:
        """The mentions, of which those at `placed` are told of one place alone, and those at
        `located` beside a place."""
        for i in located:
            is_placed = self.mentions[i].is_placed or i in placed
            self.mentions[i] = replace(self.mentions[i], is_placed=is_placed, is_located=True)
        for i, mention in self.mentions.items():
            is_again = mention.class_id is not None and self._is_again(i)
            yield replace(mention, is_again=True) if is_again else mention

    def _is_again(self, i: int) -> bool:
        """Whether the list up to here has named the class before: "a streak and a streak"."""
        x = self._lexemes[i]
        for j in range(i - 1, -1, -1):
            y = self._lexemes[j]
            if y.to != self._lexemes[j + 1].at:
                return False
            if y.meaning.class_id is not None:
                if y.meaning.class_id == x.meaning.class_id:
                    return j < i - 1 and not self.mentions[j].is_placed
            elif y.meaning.number is None and not y.meaning.roles & _LISTING:
                return False
        return False

    def _mention(self, i: int) -> Mention:
        x = self._lexemes[i]
        at = self.number_before(i)
        count = None if at is None else self._lexemes[at].meaning.number
        if at is not None:
            self._counted.add(at)
        if x.meaning.class_id is None and self._sentence.any("limit"):
            count = None
        before = [y for y in self._sentence.clause(i) if y.to <= x.at]
        return Mention(
            x.meaning.class_id,
            self._sentence.says[i],
            self._sentence.words(i if at is None else at, i),
            self._sentence.number,
            count,
            is_several=bool(self._cues.several.search(self._sentence.around(i)[0])),
            is_placed=at is not None and self._sentence.is_of_each(at),
            is_stated=any(y.has("states") for y in before),
            why=any(y.has("why_link") for y in before),
        )

    def number_before(self, i: int) -> int | None:
        """The number that counts what stands at i."""
        for at in range(i - 1, -1, -1):
            y = self._lexemes[at]
            if self._lexemes[i].at - y.to > self._cues.near:
                return None
            if y.meaning.number is not None:
                return at if self._counts(at, i) else None
            if y.meaning.extent is None and not self._may_be_counted(at):
                return None
        return None

    def _may_be_counted(self, at: int) -> bool:
        """Whether the phrase may stand between a number and its noun: "two long, dark streaks"."""
        y = self._lexemes[at]
        if self._cues.place_after and y.has("comma"):
            return at > 0 and self._lexemes[at - 1].to < y.at
        return y.has("measure") or self._sentence.words(at) in _EQUATES

    def _counts(self, at: int, i: int) -> bool:
        """Chinese counts with a measure word; the bare figure may only touch what it counts."""
        following = self._lexemes[at + 1]
        if following.has("part") or self._sentence.is_both_and(at, i):
            return False
        if following.has("unit") and self._sentence.follows(at + 1) and at + 1 != i:
            return False
        if self._cues.place_after:
            return True
        return following.has("measure") or self._lexemes[i].at == self._lexemes[at].to

    def _count_behind(self, at: int) -> None:
        """A number right behind a class that has none counts it: 条纹三处, "streaks: 3"."""
        x = self._lexemes[at]
        before = self._lexemes[at - 1] if at else None
        mention = self.mentions.get(at - 1)
        if before is None or mention is None or mention.class_id is None or mention.count:
            return
        if self._sentence.is_of_each(at):
            return
        following = self._lexemes[at + 1]
        ends = following.at == x.to and parts(following)
        reach = 1 if ends else 2 if following.has("measure") else 0
        if x.at - before.to <= reach and (ends or following.has("measure")):
            self._counted.add(at)
            words = self._sentence.words(at - 1, at + (not ends))
            self.mentions[at - 1] = replace(mention, count=x.meaning.number, words=words)

    def numbers(self, taken: Set[int]) -> Iterator[Number]:
        """Counts beside which no class stands: of kinds, or of what isn't named.

        `taken` are indexes of those that count what lies at a place.
        """
        for i, x in enumerate(self._lexemes):
            if x.has("kinds") and (at := self.number_before(i)) is not None:
                self._counted.add(at)
                number = self._lexemes[at].meaning.number
                assert number is not None
                yield Number(number, self._sentence.words(at, i), self._sentence.number, "kinds")
        for i, x in enumerate(self._lexemes):
            value = x.meaning.number
            if (
                value is None
                or i in self._counted | taken
                or value >= _MOST_BOXES
                or self._sentence.any("limit")
            ):
                continue
            if self._stands_alone(i):
                of: Counted = "each" if self._sentence.is_of_each(i) else "boxes"
                yield Number(value, self._sentence.words(i), self._sentence.number, of)

    def _stands_alone(self, i: int) -> bool:
        """Whether the number is a count, and not of layers or millimetres, a share or a pronoun."""
        sentence, lexemes = self._sentence, self._lexemes
        touches = sentence.follows(i + 1)
        of_unit = (touches and lexemes[i + 1].has("unit")) or (
            sentence.follows(i) and lexemes[i - 1].has("unit")
        )
        if sentence.is_both(i):
            return False
        if of_unit or self._numbers_item(i) or any(y.has("part") for y in sentence.clause(i)):
            return False
        if not self._cues.place_after:
            return touches and lexemes[i + 1].has("measure")
        return lexemes[i].meaning.number != 1 or (touches and parts(lexemes[i + 1]))

    def _numbers_item(self, i: int) -> bool:
        """Whether it is the "1." of a list."""
        words = self._sentence.words(i)
        is_alone = words.isdecimal() and self._sentence.own_text == words
        return is_alone and not self._sentence.is_last
