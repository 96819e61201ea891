"""What a turn in other words must still say, and may not say besides."""

from collections.abc import Iterable, Iterator

from app.conversations.checks.claims import Claims
from app.conversations.checks.folding import lowercase, plain
from app.conversations.checks.pairs import Labels, Pair, says_yes
from app.conversations.checks.regions import widened
from app.conversations.rewording.knowledge_rules import CERTAIN, knowledge_refusals
from app.conversations.rewording.refusals import Refusal
from app.conversations.rewording.reply_words import REPLY_WORDS, ReplyWords
from app.conversations.rewording.text_rules import fresh
from app.conversations.rewording.turns import How, Turn
from app.core.conversation import Exchange

_ASKS = ("?", "？")


def meaning_refusals(new: Exchange, turn: Turn, how: How) -> Iterator[Refusal]:
    """Against `new` in the place of the turn's exchange; a draft need not tell the same details."""
    old = turn.exchange
    was, now = turn.pair(old), turn.pair(new)
    if how == "rephrase":
        words = REPLY_WORDS[turn.language]
        yield from _question(old, new, was.question, now.question, words)
    yield from _yes_or_no(was, now)
    yield from _classes(was, now)
    if how == "rephrase":
        yield from _details(was, now, new.answer)
    if old.kind in CERTAIN:
        yield from _certain(old.answer, new.answer, turn)
    yield from knowledge_refusals(new, turn)


def _question(
    old: Exchange, new: Exchange, was: Claims, now: Claims, words: ReplyWords
) -> Iterator[Refusal]:
    is_asking = any(mark in new.question for mark in _ASKS) or words.requests.match(new.question)
    if old.question.rstrip().endswith(_ASKS) and not is_asking:
        yield Refusal("question", "the question asks nothing any more", new.question)
    if was.class_ids != now.class_ids:
        yield Refusal("question", "the question names other classes than before", new.question)
    if was.asks and not now.asks and "open_question" in now.roles - was.roles:
        what = "the question must be one that is answered by yes or no, as before"
        yield Refusal("question", what, new.question)
    told = [place.words for place in now.places] + [size.words for size in now.sizes]
    told += [number.words for number in now.numbers]
    told += [m.words for m in now.mentions if m.count]
    there = lowercase(plain(old.question))
    if given_away := next((words for words in told if lowercase(words) not in there), None):
        what = f"the question gives away what is to be answered: {given_away!r}"
        yield Refusal("question", what, given_away)


def _yes_or_no(was: Pair, now: Pair) -> Iterator[Refusal]:
    if now.is_reasoning or was.question.asks != now.question.asks:
        return  # what is answered to another kind of question, the checker has weighed
    before = says_yes(was) if was.question.asks else None
    if before is not None and not _says(now, before):
        said = "yes" if before else "no"
        yield Refusal("lost", f"the answer does not say {said} any more", said)
    if not was.labels.total and _denies(was.answer) and not _denies(now.answer):
        nothing = was.labels.number(0)
        yield Refusal("lost", "the answer does not say that there is nothing any more", nothing)


def _certain(old: str, new: str, turn: Turn) -> Iterator[Refusal]:
    """What labels don't tell, or don't tell so."""
    labels, words = turn.labels, REPLY_WORDS[turn.language]
    if hedge := fresh(words.hedges, new, old):
        yield Refusal("hedge", f"{hedge!r} leaves open what is certain", hedge)
    if reason := fresh(words.reasons, new, old):
        what = f"{reason!r} tells a reason, or what is to be done, which wasn't asked"
        yield Refusal("added", what, reason)
    for c, n in labels.count.items():
        if n == 1 and _has_plural(labels, c, new) and not _has_plural(labels, c, old):
            yield Refusal("added", f"there is only one of {labels.name(c)}", labels.name(c))
    for exception in words.exceptions.finditer(new):
        was = exception.group().lower() in old.lower()
        if not was and not turn.claims(exception["what"]).class_ids:
            yield Refusal("added", f"it leaves out {exception.group()!r}", exception.group())


def _says(pair: Pair, yes: bool) -> bool:
    """Outright, or by what it says of the photo."""
    said, answer = says_yes(pair), pair.answer
    if said is not None:
        return said == yes
    asserts = answer.calls(clean=False) or any(m.says == "there" for m in answer.mentions)
    return bool(asserts) if yes else _denies(answer)


def _denies(claims: Claims) -> bool:
    return bool(claims.calls(clean=True) or claims.denying) or any(
        m.count == 0 for m in claims.mentions
    )


def _classes(was: Pair, now: Pair) -> Iterator[Refusal]:
    labels = was.labels
    if lost := was.answer.class_ids - now.answer.class_ids:
        names = labels.names(lost)
        yield Refusal("lost", f"the answer does not name {names} any more", names)
    added = now.answer.class_ids - was.answer.class_ids - was.asked
    if added:
        words = next(m.words for m in now.answer.mentions if m.class_id in added)
        yield Refusal("added", f"the answer names {labels.names(added)}, as it did not", words)


def _details(was: Pair, now: Pair, answer: str) -> Iterator[Refusal]:
    """Counts, places and sizes that were told are told; whether rightly, the checker says."""
    labels, told = was.labels, now.answer
    before, counted = _counts(was.answer), _counted(told)
    for c, n in before.items():
        if not counted & {c, None} and (n > 1 or _has_plural(labels, c, answer)):
            what = f"the answer does not say any more that there are {n} of {labels.name(c)}"
            yield Refusal("lost", what, f"{labels.number(n)} · {labels.name(c)}")
    if _counted(was.answer) and not before and not counted:
        what = f"the answer does not say any more that there are {labels.total}"
        yield Refusal("lost", what, labels.number(labels.total))
    lexicon = labels.lexicon
    yield from _lost(
        [
            (place, words[0])
            for place, words in lexicon.places.items()
            if any(t.value == place and not t.is_denied for t in was.answer.places)
        ],
        {p for p in lexicon.places if any(t.value in (p, widened(p)) for t in told.places)},
    )
    yield from _lost(
        [(t.value, lexicon.extents[t.value][0]) for t in was.answer.sizes if not t.is_loose],
        {t.value for t in told.sizes},
    )


def _has_plural(labels: Labels, class_id: int, answer: str) -> bool:
    """Whether the answer speaks of several where it may only speak of one."""
    counted = next(c for c in labels.facts.classes if c.id == class_id)
    return labels.language == "en" and labels.lexicon.many(counted).lower() in answer.lower()


def _counts(claims: Claims) -> dict[int, int]:
    """How many are told of each class, at one place or at several."""
    counts: dict[int, int] = {}
    for mention in claims.mentions:
        if mention.class_id is not None and mention.count:
            counts[mention.class_id] = counts.get(mention.class_id, 0) + mention.count
    return counts


def _counted(claims: Claims) -> set[int | None]:
    """The classes of which it is told how many; None where a count may be of any."""
    told = {mention.class_id for mention in claims.mentions if mention.count}
    told |= {place.class_id for place in claims.places if place.count}
    return told | {None} if claims.numbers else told


def _lost(before: Iterable[tuple[str, str]], now: set[str]) -> Iterator[Refusal]:
    for value, words in dict(before).items():
        if value not in now:
            yield Refusal("lost", f"the answer does not say {words!r} any more", words)
