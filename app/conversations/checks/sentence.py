"""One sentence of a text: its phrases and what is said of each."""

import re
from collections.abc import Iterator, Sequence

from app.conversations.checks.claims import Opening
from app.conversations.checks.cue_words import CueWords, Role
from app.conversations.checks.polarity import calls_clean, clauses, parts, polarities
from app.conversations.checks.reading import Lexeme

_YES_OR_NO = re.compile(
    r"(?:is|are|was|were|does|do|did|has|have|can|could|would|should|will|any|anything|something)\b"
    r"|(?:is|are|does|do|has|have|was|were|ca)n't\b",
    re.IGNORECASE,
)
_ASKS_NOT = re.compile(r"[a-z]+n't\b", re.IGNORECASE)
_OF_EACH = re.compile(r"各(?:有|为|占|是)?$")
_SUBJECTS: frozenset[Role] = frozenset({"largest", "pronoun", "defect"})


class Sentence:
    """`lexemes` ends with the stop. `says` tells by index of a class, "defect" or "clean" whether
    it is said to be so.
    """

    def __init__(
        self, text: str, number: int, start: int, lexemes: Sequence[Lexeme], cues: CueWords
    ) -> None:
        self.number = number
        self.lexemes = lexemes
        self.cues = cues
        self._text = text
        self._start = start
        self._roles = frozenset(role for x in lexemes for role in x.meaning.roles)
        self._clauses = clauses(lexemes)
        self.says = polarities(lexemes, self._clauses)

    @property
    def own_text(self) -> str:
        return self._text[self._start : self.lexemes[-1].start].lstrip()

    @property
    def is_last(self) -> bool:
        return not self._text[self.lexemes[-1].end :].strip()

    @property
    def names_class(self) -> bool:
        return any(x.meaning.class_id is not None for x in self.lexemes)

    @property
    def has_subject(self) -> bool:
        """Whether it tells what a place or a size is of."""
        return self.names_class or not self._roles.isdisjoint(_SUBJECTS)

    def any(self, role: Role) -> bool:
        return role in self._roles

    def words(self, first: int, last: int | None = None) -> str:
        end = self.lexemes[first if last is None else last].end
        return self._text[self.lexemes[first].start : end]

    def clause(self, i: int) -> list[Lexeme]:
        return [self.lexemes[j] for j in self._clauses[i]]

    def is_of_each(self, i: int) -> bool:
        """Whether the number at i counts each of what was named: 各一处."""
        return bool(_OF_EACH.search(self._text[: self.lexemes[i].start]))

    def opens_clause(self, i: int) -> bool:
        return self._clauses[i].start == i

    def follows(self, i: int) -> bool:
        """Whether the phrase at i stands right behind the one before."""
        return i > 0 and self.lexemes[i - 1].to == self.lexemes[i].at

    def opening(self) -> Opening | None:
        first, second = self.lexemes[:2]
        if self._text[self._start : first.start].strip():
            return None
        if not (first.has("yes") or first.has("negation")):
            return None
        return Opening(self.number, first.has("yes"), first.has("agrees") and parts(second))

    @property
    def asks_yes_or_no(self) -> bool:
        is_open = self.any("open_question")
        if self.any("whether"):
            return self.cues.place_after or not is_open
        return not is_open and bool(_YES_OR_NO.match(self.own_text))

    def tells_defect(self, i: int) -> bool:
        """Whether what the phrase at i is said to be means a defect: "streak", "not clean"."""
        is_so = self.says[i] != "not_there" or bool(_ASKS_NOT.match(self.own_text))
        return is_so != calls_clean(self.lexemes[i])

    def states(self) -> Iterator[tuple[str, bool]]:
        """Words that call the image normal (True) or not, where they speak of all of it."""
        for i, says in self.says.items():
            x = self.lexemes[i]
            clause = self.clause(i)
            if any(y.has("limit") or y.has("except") or y.meaning.place for y in clause):
                continue
            if calls_clean(x):
                if says != "perhaps":
                    yield self.words(i), says == "there"
            elif x.has("defect") and says == "not_there" and not self.names_class:
                yield self.words(i), True
