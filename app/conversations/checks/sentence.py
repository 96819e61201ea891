"""One sentence of a text: its phrases and what is said of each."""

import re
from collections.abc import Sequence

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
_COMPARES = re.compile(
    r"\b(?:more|fewer|less|other|larger|bigger|smaller|longer|wider|worse) than\b"
    r"|\bat (?:least|most)\b"
    r"|\b(?:exactly|only|just) (?:\d+|one|two|three|four|five|six)\b|\bthe same\b"
    r"|超过|多于|少于|不止|至少|最多|大于|小于|比.{1,8}[大小多少长]|只有|正好",
    re.IGNORECASE,
)
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

    def between(self, i: int, j: int) -> str:
        """The text between two phrases."""
        return self._text[self.lexemes[i].end : self.lexemes[j].start].strip()

    def clause(self, i: int) -> list[Lexeme]:
        return [self.lexemes[j] for j in self._clauses[i]]

    def is_of_each(self, i: int) -> bool:
        """Whether the number at i counts each of what was named: 各一处."""
        return bool(_OF_EACH.search(self._text[: self.lexemes[i].start]))

    def is_both(self, i: int) -> bool:
        return self.words(i).lower() == "both"

    def is_both_and(self, i: int, j: int) -> bool:
        """Whether it is "both slag and ...", where the class at j is one of two that are named."""
        return (
            self.is_both(i)
            and self.lexemes[j + 1].has("and")
            and self.lexemes[i].to == self.lexemes[j].at
        )

    def opens_clause(self, i: int) -> bool:
        return self._clauses[i].start == i

    def follows(self, i: int) -> bool:
        """Whether the phrase at i stands right behind the one before."""
        return i > 0 and self.lexemes[i - 1].to == self.lexemes[i].at

    @property
    def is_none(self) -> bool:
        """Whether it denies what was asked for, and names nothing: "None that I can see"."""
        return bool(self.cues.short.none.match(self.own_text))

    def opening(self) -> Opening | None:
        short, text = self.cues.short, self.own_text
        for pattern, is_yes, agrees in (
            (short.no, False, True), (short.there, True, False), (short.yes, True, True),
        ):  # fmt: skip
            if pattern.match(text):
                return Opening(self.number, is_yes, agrees)
        first, second = self.lexemes[:2]
        if self._text[self._start : first.start].strip():
            return None
        if not (first.has("yes") or first.has("negation")):
            return None
        return Opening(self.number, first.has("yes"), first.has("agrees") and parts(second))

    @property
    def compares(self) -> bool:
        """Whether a question is about more or fewer, larger or smaller: no yes tells what is."""
        return bool(_COMPARES.search(self.own_text))

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

    def calls_clean(self, i: int) -> bool:
        """Whether the clause of the phrase at i calls something clean, or denies defects."""
        for j in self._clauses[i]:
            x = self.lexemes[j]
            if calls_clean(x) or (x.has("defect") and self.says[j] == "not_there"):
                return True
        return False

    @property
    def is_clean(self) -> bool:
        """Whether it names no class, and calls something clean or denies defects."""
        return not self.names_class and any(self.calls_clean(i) for i in self.says)

    def around(self, i: int) -> tuple[str, str]:
        """The text of its clause before and behind the phrase at i."""
        clause, x = self._clauses[i], self.lexemes[i]
        start = self.lexemes[clause.start - 1].end if clause.start else self._start
        after = self.lexemes[clause.stop : clause.stop + 1]
        end = after[0].start if after else x.end
        return self._text[start : x.start], self._text[x.end : end]

    def text_from(self, i: int) -> str:
        """The text of the sentence behind the phrase at i."""
        return self._text[self.lexemes[i].end : self.lexemes[-1].start]

    def tells_span(self, i: int) -> bool:
        """Whether the place at i is an end of what reaches "from the left edge to the right"."""
        span = self.cues.span.search(self._text, self._start, self.lexemes[-1].start)
        return bool(span and span.start() <= self.lexemes[i].start < span.end())

    def clause_before(self, i: int) -> list[Lexeme]:
        """The clause before that of the phrase at i."""
        start = self._clauses[i].start
        return self.clause(start - 2) if start > 1 else []

    def text_before(self, i: int) -> str:
        """The text of the clause before that of the phrase at i."""
        start = self._clauses[i].start
        if start < 2:
            return ""
        before, after = self.around(start - 2)
        return before + self.words(start - 2) + after

    def goes_on_but(self, i: int) -> bool:
        """Whether the sentence goes on with a class that is there: ", but there is a streak"."""
        behind = range(self._clauses[i].stop, len(self.lexemes))
        contrast = next((j for j in behind if self.lexemes[j].has("contrast")), len(self.lexemes))
        return any(
            self.lexemes[j].meaning.class_id is not None and self.says[j] == "there"
            for j in range(contrast, len(self.lexemes))
        )
