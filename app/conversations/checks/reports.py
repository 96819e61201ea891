"""Detector reports that a record quotes: whether they are wrong as the record says, and no more."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.conversations.checks.claims import Claims
from app.conversations.checks.findings import Finding
from app.conversations.checks.pairs import Labels
from app.conversations.checks.regions import covers
from app.conversations.facts import ImageFacts, Thing
from app.core.conversation import CLAIMS, Claim, Fault, Record
from app.core.geometry import Box
from app.core.places import Place, place_of

_SAME_PX = 0.01
_MOST_SENTENCES = 2


@dataclass(frozen=True, slots=True)
class Correction:
    """What an answer may say of a wrong report: the class reported, the class there, and where."""

    fault: Fault
    claimed: int | None
    actual: int | None
    place: Place

    @property
    def class_ids(self) -> frozenset[int]:
        return frozenset(c for c in (self.claimed, self.actual) if c is not None)

    def sentences(self, answer: Claims) -> frozenset[int]:
        """The first one or two of the answer, as far as they speak of the report."""
        about = {sentence for sentence in answer.reported if sentence < _MOST_SENTENCES}
        about |= {
            place.sentence
            for place in answer.places
            if self.claimed is not None
            and (place.value, place.class_id) == (self.place, self.claimed)
            and place.sentence < _MOST_SENTENCES
        }
        return frozenset(range(max(about, default=-1) + 1))

    def stripped(self, answer: Claims) -> Claims:
        """The answer without what it says of the report."""
        corrects = self.sentences(answer)
        if not corrects:
            return answer
        if self._goes_on(answer, len(corrects)):
            corrects |= {len(corrects)}
        return replace(
            answer,
            mentions=tuple(m for m in answer.mentions if m.sentence not in corrects),
            places=tuple(p for p in answer.places if p.sentence not in corrects),
            sizes=tuple(s for s in answer.sizes if s.sentence not in corrects),
            numbers=tuple(n for n in answer.numbers if n.sentence not in corrects),
            states=tuple(s for s in answer.states if s.sentence not in corrects),
            first=len(corrects),
        )

    def _goes_on(self, answer: Claims, sentence: int) -> bool:
        """Whether the sentence behind is still of the report: "I see only normal bed there." """
        said = [each.sentence for each in answer.openings]
        said += [each.sentence for each in answer.numbers]
        said += [each.sentence for each in answer.sizes]
        named = [m for m in answer.mentions if m.sentence == sentence]
        places = [p for p in answer.places if p.sentence == sentence]
        counts = {m.count for m in named} | {p.count for p in places}
        if sentence in said or not counts <= {None, 1}:
            return False
        if places:
            ours = all(m.class_id is None or m.class_id in self.class_ids for m in named)
            return [p.value for p in places] == [self.place] and ours
        denied = any(m.says == "not_there" and m.class_id in (None, self.claimed) for m in named)
        is_counted = any(m.count for m in named)
        return not is_counted and (
            denied or any(s.is_clean and s.sentence == sentence for s in answer.states)
        )


def report_faults(record: Record, facts: ImageFacts) -> Iterator[Finding]:
    at = next((i for i, m in enumerate(record.messages) if CLAIMS in m.content), None)
    if at is None:
        if record.fault:
            yield Finding(0, "", "report", "is marked as noise, but quotes no report")
        return
    if record.messages[at].role != "system":
        yield Finding(at, CLAIMS, "report", "a report stands outside the system text")
    errors = _errors(record.claims, facts)
    faults = [error.fault for error in errors]
    wanted = [record.fault] if record.fault else []
    if faults != wanted:
        said = ", ".join(faults) or "nothing"
        what = f"the report has wrong: {said}; the record says: {record.fault or 'nothing'}"
        yield Finding(at, CLAIMS, "report", what, said, record.fault or "nothing")


def correction_of(record: Record, facts: ImageFacts) -> Correction | None:
    if record.fault is None:
        return None
    errors = _errors(record.claims, facts)
    return errors[0] if len(errors) == 1 else None


def _errors(claims: tuple[Claim, ...], facts: ImageFacts) -> list[Correction]:
    """What the report has wrong, thing by thing."""
    left = list(claims)
    errors: list[Correction] = []
    unclaimed: list[Thing] = []
    for thing in facts.things:
        same = [c for c in left if _is_same(c.box, thing.box)]
        right = [c for c in same if c.class_id == thing.label_class.id]
        if right:
            left.remove(right[0])
        else:
            unclaimed.append(thing)
    for thing in unclaimed:
        actual = thing.label_class.id
        wrong = next((c for c in left if _is_same(c.box, thing.box)), None)
        if wrong:
            left.remove(wrong)
            errors.append(Correction("wrong_class", wrong.class_id, actual, thing.place))
        else:
            errors.append(Correction("missed", None, actual, thing.place))
    size = facts.width_px, facts.height_px
    return errors + [
        Correction("false_box", c.class_id, None, place_of(c.box, *size)) for c in left
    ]


def _is_same(a: Box, b: Box) -> bool:
    return all(abs(x - y) <= _SAME_PX for x, y in zip(a.corners, b.corners, strict=True))


def wrong_corrections(
    at: int, answer: Claims, correction: Correction, labels: Labels
) -> Iterator[Finding]:
    """Sentences that speak of the report name the error's classes and place, no others."""
    corrects = correction.sentences(answer)
    for mention in answer.mentions:
        c = mention.class_id
        if c is None or mention.sentence not in corrects or c in correction.class_ids:
            continue
        if mention.sentence in answer.reported or not labels.count[c]:
            name, expected = labels.name(c), labels.names(correction.class_ids)
            what = f"says {mention.words!r} of the report, which is wrong about {expected}"
            yield Finding(at, mention.words, "report", what, name, expected)
    for told in answer.places:
        if told.sentence in corrects & answer.reported and not covers(told.value, correction.place):
            expected = labels.lexicon.places[correction.place][0]
            what = f"says {told.words!r}, the report is wrong {expected}"
            yield Finding(at, told.words, "place", what, told.words, expected)
