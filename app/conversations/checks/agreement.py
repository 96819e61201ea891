"""Compares what a question and its answer say with what the labels of the image say."""

from collections.abc import Iterator, Sequence

from app.conversations.checks.claims import TOPICS, Mention, Number, Told
from app.conversations.checks.clean import asked_of, wrong_states
from app.conversations.checks.findings import Finding, FindingKind
from app.conversations.checks.pairs import Labels, Pair, says_yes
from app.conversations.facts import Thing
from app.core.places import Extent, Place

_KINDS: FindingKind = "kinds"
_TOTAL: FindingKind = "total"
_TOPIC_OF = {"causes": "cause", "consequences": "consequence", "remedies": "remedy"}


def disagreements(pair: Pair) -> Iterator[Finding]:
    yield from _question(pair)
    yield from _mentions(pair)
    yield from _numbers(pair)
    yield from _places(pair)
    yield from _sizes(pair)
    yield from _complete(pair)
    yield from wrong_states(pair)
    yield from _yes_or_no(pair)
    yield from _topic(pair)


def _question(pair: Pair) -> Iterator[Finding]:
    """Nothing but what is on the image has a cause or a remedy there."""
    labels = pair.labels
    for mention in pair.question.mentions if pair.is_reasoning else ():
        c = mention.class_id
        if c is not None and not labels.count[c] and mention.says != "perhaps":
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
    if pair.asked and strange and not (classes & pair.asked):
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
    elif _is_miscounted(pair, mention, labels.count[c]):
        said, expected = _said(labels, mention), labels.number(labels.count[c])
        what = f"says {mention.words!r}, the labels hold {expected}"
        yield Finding(pair.turn + 1, mention.words, "class_count", what, said, expected)


def _is_miscounted(pair: Pair, mention: Mention, count: int) -> bool:
    if mention.count is None:
        return mention.is_several and count == 1 and not pair.is_reasoning
    return not mention.is_placed and mention.count != count


def _said(labels: Labels, mention: Mention) -> str:
    return mention.words if mention.count is None else labels.number(mention.count)


def _denied(pair: Pair, mention: Mention, c: int) -> Iterator[Finding]:
    labels = pair.labels
    if labels.count[c] and not mention.is_placed:
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
    if pair.question.class_ids:
        return {sum(labels.count[c] for c in pair.asked)}
    here = {
        m.class_id
        for m in pair.answer.mentions
        if m.sentence == number.sentence and m.class_id is not None
    }
    if len(here) == 1:
        return {labels.total, labels.count[here.pop()]}
    return {labels.total}


def _candidates(pair: Pair, class_id: int | None) -> Sequence[Thing]:
    if class_id is not None:
        return pair.labels.things({class_id})
    return pair.labels.things(pair.asked | pair.answer.class_ids)


def _largest(things: Sequence[Thing]) -> Sequence[Thing]:
    area = max(t.box.area for t in things)
    return [t for t in things if t.box.area >= area]


def _places(pair: Pair) -> Iterator[Finding]:
    for told in pair.answer.places:
        if pair.is_reasoning and told.is_loose:
            continue
        if told.class_id is not None and not pair.labels.count[told.class_id]:
            continue  # said of the class already
        yield from _place(pair, told, _candidates(pair, told.class_id))


def _place(pair: Pair, told: Told[Place], things: Sequence[Thing]) -> Iterator[Finding]:
    lexicon = pair.labels.lexicon
    if told.of_largest and things and not told.count:
        things = _largest(things)
    there = sum(t.place == told.value for t in things)
    wanted = 0 if told.is_denied else told.count
    if wanted and told.class_id is not None:
        wanted = sum(o.count or 0 for o in pair.answer.places if _is_of_same(o, told))
    if there == wanted or (wanted is None and there):
        return
    names = list(dict.fromkeys(lexicon.places[t.place][0] for t in things))
    expected = lexicon.and_(names) if names else pair.labels.number(0)
    if wanted is None or not there:
        what = f"says {told.words!r}, the labels say {expected}"
    else:
        what = f"says {pair.labels.number(wanted)} {told.words!r}, the labels hold {there}"
        expected = pair.labels.number(there)
    yield Finding(pair.turn + 1, told.words, "place", what, told.words, expected)


def _is_of_same(one: Told[Place], other: Told[Place]) -> bool:
    """Whether both are counts of one list, of the same class and place."""
    return (one.value, one.class_id, one.sentence) == (other.value, other.class_id, other.sentence)


def _sizes(pair: Pair) -> Iterator[Finding]:
    lexicon = pair.labels.lexicon
    for told in pair.answer.sizes:
        things = _candidates(pair, told.class_id)
        if told.is_loose or told.is_denied or not things:
            continue
        if told.of_largest:
            things = _largest(things)
        extents: list[Extent] = list(dict.fromkeys(t.extent for t in things))
        if told.value not in extents:
            expected = lexicon.and_([lexicon.extents[extent][0] for extent in extents])
            what = f"says {told.words!r}, by area it is {expected}"
            yield Finding(pair.turn + 1, told.words, "size", what, told.words, expected)


def _complete(pair: Pair) -> Iterator[Finding]:
    """A list of all classes names all, a list of counts and places holds all boxes."""
    labels = pair.labels
    if pair.kind == "identification" and not pair.question.class_ids:
        named = {m.class_id for m in pair.answer.mentions if m.says == "there"}
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


def _yes_or_no(pair: Pair) -> Iterator[Finding]:
    labels, question = pair.labels, pair.question
    asks = question.asks
    if asks is None or pair.is_reasoning:
        return
    said = says_yes(pair)
    if said is None:
        return
    there = bool(asked_of(pair))
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
    fields = {f for known in pair.answer.known for _, f in known.owners}
    told = {_TOPIC_OF[f] for f in fields if f in _TOPIC_OF}
    if not told and not pair.answer.topics & pair.topics:
        told = set(pair.answer.told_topics)
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
        if not owners & meant:
            said, expected = labels.names(owners), labels.names(meant)
            what = f"{known.words!r} is said of {said}, not of {expected}"
            yield Finding(pair.turn + 1, known.words, "other_knowledge", what, said, expected)
