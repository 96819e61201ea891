"""Whether what a sentence names is said to be there, not to be there, or neither."""

from collections.abc import Sequence

from app.conversations.checks.claims import Says
from app.conversations.checks.cue_words import Role
from app.conversations.checks.reading import Lexeme

_UNSEEN_REACH = 4
_LIST_REACH = 3
_ENDS_CLAUSE = 2
"""So few words behind "absent" don't change what is absent."""

_PARTING: frozenset[Role] = frozenset({"comma", "contrast", "stop"})
_CLEAN: frozenset[Role] = frozenset({"clean", "clean_state"})
_STATES: frozenset[Role] = frozenset({"defect", "faulty", "clean", "clean_state"})
_DENYING: frozenset[Role] = frozenset({"negation", "unseen"})
_SUPPOSING: frozenset[Role] = frozenset({"supposed", "supposing", "regards"})
_BACKWARDS: frozenset[Role] = _DENYING | {"supposing", "regards"}
_JOINING: frozenset[Role] = frozenset({"comma", "and"})
_IN_LIST: frozenset[Role] = frozenset({"article", "and", "or", "negation"})


def calls_clean(x: Lexeme) -> bool:
    return not x.meaning.roles.isdisjoint(_CLEAN)


def parts(x: Lexeme) -> bool:
    """Whether a clause ends before it."""
    return not x.meaning.roles.isdisjoint(_PARTING)


def clauses(lexemes: Sequence[Lexeme]) -> list[range]:
    """For each phrase the indexes of its clause: up to the next comma, "but" or stop."""
    found: list[range] = []
    start = 0
    for i, x in enumerate(lexemes):
        if parts(x):
            found += [range(start, i)] * (i - start) + [range(i, i + 1)]
            start = i + 1
    return found


def polarities(lexemes: Sequence[Lexeme], clause_of: Sequence[range]) -> dict[int, Says]:
    """For each class, "defect" and "clean" of a sentence, by index, what is said of it.

    A "no" reaches to the end of its list ("no slag, streak or wrinkle"), of its clause, or to the
    next "but" or "there is".
    """
    says: dict[int, Says] = {}
    scope = _Scope()
    for i, x in enumerate(lexemes):
        if x.meaning.class_id is not None or not x.meaning.roles.isdisjoint(_STATES):
            says[i] = scope.says()
        if i not in says or x.has("negation"):
            scope.goes_on(lexemes, i)
    for i, x in enumerate(lexemes):
        if x.has("limit") and i and lexemes[i - 1].to == x.at and i - 1 in says:
            says[i - 1] = "there"  # "no streak elsewhere", 条纹以外
        elif not x.meaning.roles.isdisjoint(_BACKWARDS) and _is_backwards(lexemes, i, clause_of[i]):
            for j in range(_list_start(lexemes, clause_of[i].start), i):
                if _is_named(lexemes[j]) and says[j] == "there":
                    says[j] = "not_there" if x.meaning.roles & _DENYING else "perhaps"
    return says


def _list_start(lexemes: Sequence[Lexeme], start: int) -> int:
    """Where the list begins that goes on in the clause at `start`: "slag, streaks and ..."."""
    while start >= 2 and _continues(lexemes, start - 1):
        start -= 2
    return start


def _is_named(x: Lexeme) -> bool:
    """Whether it is something that can be there: a class, a defect."""
    return x.meaning.class_id is not None or x.has("defect")


class _Scope:
    """What the words so far do to the next class."""

    def __init__(self) -> None:
        self._denies = False
        self._has_denied = False
        self._supposes = False

    def says(self) -> Says:
        self._has_denied = self._denies
        return "perhaps" if self._supposes else "not_there" if self._denies else "there"

    def goes_on(self, lexemes: Sequence[Lexeme], i: int) -> None:
        roles = lexemes[i].meaning.roles
        if not roles.isdisjoint(_DENYING):
            self._denies, self._has_denied = True, False
        elif "except" in roles or "contrast" in roles:
            self._denies = self._supposes = False
        elif not roles.isdisjoint(_SUPPOSING):
            self._supposes = True
        elif not roles.isdisjoint(_JOINING):
            if not _continues(lexemes, i):
                self._denies = False
                self._supposes = self._supposes and "comma" not in roles
        elif "states" in roles and self._has_denied:
            self._denies = False


def _continues(lexemes: Sequence[Lexeme], i: int) -> bool:
    """Whether the comma or "and" at i goes on with a list of classes without a count."""
    before = lexemes[i - 1] if i else None
    if before is None or before.meaning.class_id is None or before.to != lexemes[i].at:
        return False
    for y in lexemes[i + 1 :]:
        if y.meaning.class_id is not None:
            return y.at - lexemes[i].to <= _LIST_REACH
        if y.meaning.number is not None or y.meaning.roles.isdisjoint(_IN_LIST):
            return False
    return False


def _is_backwards(lexemes: Sequence[Lexeme], i: int, clause: range) -> bool:
    """Whether the phrase at i speaks of the classes before it in its clause: "can't be seen"."""
    x = lexemes[i]
    after = lexemes[i + 1 : clause.stop]
    if any(y.meaning.class_id is not None for y in after):
        return False
    if x.has("supposing") or x.has("regards"):
        return True
    named = [y for y in lexemes[clause.start : i] if y.meaning.class_id is not None]
    if named and any(lexemes[j].has("limit") for j in clause):
        return False
    if x.has("unseen") and lexemes[clause.stop].at - x.to <= _ENDS_CLAUSE:
        return True
    seen = next((y for y in after if y.has("seen")), None)
    return (
        seen is not None
        and seen.at - x.to <= _UNSEEN_REACH
        and not any(y.meaning.place for y in after)
    )
