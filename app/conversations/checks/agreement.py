"""Compares what a question and its answer say with what the labels of the image say."""

from collections.abc import Iterator

from app.conversations.checks.claims import TOPICS, Mention, Number
from app.conversations.checks.clean import wrong_states
from app.conversations.checks.findings import Finding, FindingKind
from app.conversations.checks.layout import wrong_places, wrong_sizes
from app.conversations.checks.pairs import Labels, Pair, says_yes
from app.conversations.checks.scope import extremes, things_asked

_KINDS: FindingKind = "kinds"
_TOTAL: FindingKind = "total"
_TOPIC_OF = {"causes": "cause", "consequences": "consequence", "remedies": "remedy"}


def disagreements(pair: Pair) -> Iterator[Finding]:
    yield from _question(pair)
    yield from _mentions(pair)
    yield from _numbers(pair)
    yield from wrong_places(pair)
    yield from wrong_sizes(pair)
    yield from _complete(pair)
    yield from wrong_states(pair)
    yield from _yes_or_no(pair)
    yield from _none(pair)
    yield from _topic(pair)


def _question(pair: Pair) -> Iterator[Finding]:
    """Nothing but what is on the image has a cause or a remedy there, unless the answer says so."""
    labels = pair.labels
    denied = {m.class_id for m in pair.answer.mentions if m.says == "not_there" or m.count == 0}
    for mention in pair.question.mentions if pair.is_reasoning else ():
        c = mention.class_id
        if c is None or c in denied:
            continue
        if not labels.count[c] and mention.says != "perhaps":
            yield Finding(
                pair.turn, mention.words, "absent_class",
                f"asks about {labels.name(c)}, the labels hold none", labels.name(c),
                labels.names(set(labels.count)),
            )  # fmt: skip


def _mentions(pair: Pair) -> Iterator[Finding]:
    told = pair.answer.mentions
    for mention in told:
        c = mention.class_id
        if c is None:
            yield from _total(pair, mention)
        elif mention.says == "not_there" or mention.count == 0:
            yield from _denied(pair, mention, c)
        elif mention.says == "there":
            yield from _asserted(pair, mention, c)
        if mention.is_again and c is not None:
            name = pair.labels.name(c)
            what = f"names {name} twice in one list"
            yield Finding(pair.turn + 1, mention.words, "repeated", what, name)
    classes = {m.class_id for m in told if m.class_id is not None and not pair.may_generalise(m)}
    strange = classes - pair.asked
    there = {m.class_id for m in told if m.says == "there"}
    is_no = pair.denies_asked and strange <= there  # "no, but there are streaks"
    if pair.asked and strange and not (classes & pair.asked) and not is_no:
        labels = pair.labels
        words = next(m.words for m in told if m.class_id in strange)
        yield Finding(
            pair.turn + 1, words, "other_class",
            f"speaks of {labels.names(strange)}, asked was {labels.names(pair.asked)}",
            labels.names(strange), labels.names(pair.asked),
        )  # fmt: skip


def _asserted(pair: Pair, mention: Mention, c: int) -> Iterator[Finding]:
    labels = pair.labels
    if not labels.count[c]:
        if mention.count is None and pair.denies_asked and c in pair.asked:
            return
        if pair.may_generalise(mention, pair.asked <= pair.answer.class_ids):
            return
        name = labels.name(c)
        expected = labels.names(set(labels.count))
        what = f"says {mention.words!r}, the labels hold no {name}"
        yield Finding(pair.turn + 1, mention.words, "absent_class", what, name, expected)
    elif _is_miscounted(pair, mention, _count_where_asked(pair, c) or labels.count[c]):
        said, expected = _said(labels, mention), labels.number(labels.count[c])
        what = f"says {mention.words!r}, the labels hold {expected}"
        yield Finding(pair.turn + 1, mention.words, "class_count", what, said, expected)


def _count_where_asked(pair: Pair, c: int) -> int:
    """In the part of the image that the question is about."""
    return len(things_asked(pair, frozenset({c})))


def _is_miscounted(pair: Pair, mention: Mention, count: int) -> bool:
    if mention.count is None:
        return mention.is_several and count <= 1 and not pair.is_reasoning
    return not mention.is_placed and mention.count != count


def _said(labels: Labels, mention: Mention) -> str:
    return mention.words if mention.count is None else labels.number(mention.count)


def _denied(pair: Pair, mention: Mention, c: int) -> Iterator[Finding]:
    labels = pair.labels
    if _count_where_asked(pair, c) and not mention.is_placed:
        expected = labels.number(labels.count[c])
        what = f"denies {labels.name(c)}, the labels hold {expected}"
        yield Finding(
            pair.turn + 1, mention.words, "denied_class", what, labels.number(0), expected
        )


def _total(pair: Pair, mention: Mention) -> Iterator[Finding]:
    labels = pair.labels
    if mention.says != "there" or not _is_miscounted(pair, mention, labels.total):
        return
    said, expected = _said(labels, mention), labels.number(labels.total)
    what = f"says {mention.words!r}, the labels hold {expected}"
    yield Finding(pair.turn + 1, mention.words, "total", what, said, expected)


def _numbers(pair: Pair) -> Iterator[Finding]:
    """Counts beside which no class stands: of kinds, or of what was asked about."""
    labels = pair.labels
    for number in pair.answer.numbers:
        if number.of == "kinds":
            allowed, kind = {len(labels.count)}, _KINDS
        elif pair.is_reasoning:
            continue
        elif number.of == "each":
            said_there = {m.class_id for m in pair.answer.mentions if m.says == "there"} - {None}
            allowed = {n for c, n in labels.count.items() if c in said_there or not said_there}
            kind = _TOTAL
        else:
            allowed, kind = _countable(pair, number), _TOTAL
        is_right = number.value in allowed and (number.of != "each" or len(allowed) == 1)
        if not is_right:
            expected = " / ".join(labels.number(n) for n in sorted(allowed))
            what = f"counts {number.words!r}, the labels hold {expected}"
            said = labels.number(number.value)
            yield Finding(pair.turn + 1, number.words, kind, what, said, expected)


def _countable(pair: Pair, number: Number) -> set[int]:
    """What a count without a noun may be: of the class asked about, or named alone, or of all."""
    labels = pair.labels
    if pair.question.class_ids and pair.denies_asked:
        return {0, labels.total, *labels.count.values()}
    if pair.question.class_ids or pair.question.regions:
        return {len(things_asked(pair, pair.asked))}
    here = {
        m.class_id
        for m in pair.answer.mentions
        if m.sentence == number.sentence and m.class_id is not None
    }
    kinds = {len(labels.count)} if "kinds" in pair.question.roles else set()
    if kinds:
        return {labels.total} | kinds
    if len(here) == 1:
        return {labels.total, labels.count[here.pop()]}
    return {labels.total}


def _complete(pair: Pair) -> Iterator[Finding]:
    """A list of all classes names all, a list of counts and places holds all boxes."""
    labels = pair.labels
    named = {m.class_id for m in pair.answer.mentions if m.says == "there"}
    extreme = extremes(pair)
    if extreme is not None:
        yield from _extreme(pair, named & set(labels.count), {t.label_class.id for t in extreme})
    elif _asks_for_all(pair):
        left_out = set(labels.count) - named
        if left_out and named & set(labels.count):
            names = labels.names(left_out)
            yield Finding(
                pair.turn + 1, "", "incomplete", f"leaves out {names}", "",
                labels.names(set(labels.count)),
            )  # fmt: skip
    placed = [t for t in pair.answer.places if t.count and not t.is_denied]
    if len(placed) < 2 and pair.kind != "where":
        return
    if any(t.class_id is None for t in placed):
        return
    for c in {t.class_id for t in placed if t.class_id is not None}:
        listed = sum(t.count or 0 for t in placed if t.class_id == c)
        if listed != labels.count[c] and labels.count[c]:
            said, expected = labels.number(listed), labels.number(labels.count[c])
            words = next(t.words for t in placed if t.class_id == c)
            what = f"places {said} of {labels.name(c)}, the labels hold {expected}"
            yield Finding(pair.turn + 1, words, "incomplete", what, said, expected)


def _asks_for_all(pair: Pair) -> bool:
    question = pair.question
    is_narrow = question.class_ids or question.regions or "limit" in question.roles
    return pair.kind == "identification" and not is_narrow


def _extreme(pair: Pair, named: set[int | None], right: set[int]) -> Iterator[Finding]:
    """The one that was asked for, the largest or the smallest, is the one that is named."""
    if named and not named & right:
        labels = pair.labels
        said = labels.names({c for c in named if c is not None})
        expected = labels.names(right)
        what = f"names {said}, the labels say {expected}"
        yield Finding(pair.turn + 1, "", "other_class", what, said, expected)


def _none(pair: Pair) -> Iterator[Finding]:
    """A flat "none" or "nowhere" to a question that can't be answered by yes or no."""
    answer, labels = pair.answer, pair.labels
    if pair.question.asks or "limit" in pair.question.roles or not answer.is_none:
        return
    if pair.is_reasoning or any(p.sentence == answer.first for p in answer.places):
        return
    things = things_asked(pair, pair.asked)
    if things:
        expected = labels.number(len(things))
        what = f"denies what was asked for, the labels hold {expected}"
        yield Finding(pair.turn + 1, "", "denied_class", what, labels.number(0), expected)


def _yes_or_no(pair: Pair) -> Iterator[Finding]:
    labels, question = pair.labels, pair.question
    asks = question.asks
    if asks in (None, "more") or pair.is_reasoning:
        return
    said = says_yes(pair)
    if said is None:
        return
    there = bool(things_asked(pair))
    of = labels.names(question.class_ids) if question.class_ids else "a defect"
    opening = pair.answer.opening
    if asks == "normal" and opening and opening.agrees:
        there = not there
    if said != there:
        expected = "yes" if there else "no"
        what = f"answers {'yes' if said else 'no'} to whether there is {of}"
        if asks == "normal":
            what = f"answers {'yes' if said else 'no'} to whether all is well"
        yield Finding(
            pair.turn + 1, "", "yes_no", f"{what}; the labels say {expected}",
            "yes" if said else "no", expected,
        )  # fmt: skip


def _topic(pair: Pair) -> Iterator[Finding]:
    """A question about the cause gets an answer about the cause, and of that class."""
    yield from _other_knowledge(pair)
    if not pair.topics:
        return
    is_needless = pair.kind == "remedy" and not pair.labels.total and pair.answer.intervenes
    if is_needless or (pair.labels.total and pair.answer.is_empty):
        expected = " / ".join(t for t in TOPICS if t in pair.topics)
        what = f"gives no {expected}"
        if is_needless:
            what, expected = "tells what to do about a defect, the labels hold none", ""
        yield Finding(pair.turn + 1, "", "topic", what, "", expected)
        return
    fields = {f for known in pair.answer.known for _, f in known.owners}
    told = {_TOPIC_OF[f] for f in fields if f in _TOPIC_OF}
    if not told and not pair.answer.topics & pair.topics:
        told = set(pair.answer.told_topics)
    if not told and not pair.answer.shape & pair.topics:
        told = set(pair.answer.shape)
    if told and not told & pair.topics:
        said = " / ".join(t for t in TOPICS if t in told)
        expected = " / ".join(t for t in TOPICS if t in pair.topics)
        words = next((known.words for known in pair.answer.known), "")
        what = f"tells the {said}, asked was the {expected}"
        yield Finding(pair.turn + 1, words, "topic", what, said, expected)


def _other_knowledge(pair: Pair) -> Iterator[Finding]:
    labels = pair.labels
    meant = pair.asked or pair.answer.class_ids or frozenset(labels.count)
    for known in pair.answer.known:
        owners = {c for c, _ in known.owners}
        of = {known.told_of} if known.told_of in meant else meant
        if not owners & of:
            said, expected = labels.names(owners), labels.names(of)
            what = f"{known.words!r} is said of {said}, not of {expected}"
            yield Finding(pair.turn + 1, known.words, "other_knowledge", what, said, expected)
