"""The figures of a project: how good its models are, how good the work, and how far people nod."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.core.agreement import Agreement
from app.core.label_errors import ErrorKind, Suspect
from app.core.quality_facts import (
    FATES,
    MODES,
    OUTCOMES,
    Fact,
    Fate,
    Measure,
    Mode,
    Outcome,
    agreement_from,
)

FATE_COLOURS: Mapping[Fate, str] = {
    "accepted": "#009e73",
    "moved": "#56b4e9",
    "relabelled": "#e69f00",
    "deleted": "#d55e00",
    "withheld": "#a0a0a0",
    "missed": "#cc79a7",
}
"""Told apart by most colour-blind eyes: Okabe and Ito, Color Universal Design (2008)."""

OUTCOME_COLOURS: Mapping[Outcome, str] = {
    "kept": "#009e73",
    "moved": "#56b4e9",
    "relabelled": "#e69f00",
    "removed": "#d55e00",
    "added": "#cc79a7",
}


@dataclass(frozen=True, slots=True)
class ProposalFigures:
    """What became of a model's proposals of one class on images that were handed in."""

    run_id: int
    class_id: int
    counts: Mapping[Fate, int]

    @property
    def judged(self) -> int:
        """How many proposals a person has decided on."""
        return sum(self.counts[f] for f in ("accepted", "moved", "relabelled", "deleted"))

    def share(self, fate: Fate) -> float | None:
        """Of the judged ones, 0..1; of "missed", of all that the model should have found."""
        whole = self.judged
        if fate == "missed":
            whole += self.counts["missed"] - self.counts["deleted"]
        return self.counts[fate] / whole if whole else None


@dataclass(frozen=True, slots=True)
class WorkFigures:
    """Of images that were handed in. Times are active ones, of images whose time is known; the
    median is exact to 1 %.

    `with_models`: what models proposed (first) against what was handed in (second).
    """

    images: int = 0
    timed_images: int = 0
    active_ms: int = 0
    timed_boxes: int = 0
    median_ms: int | None = None
    with_models: Agreement = field(default_factory=Agreement)

    @property
    def ms_per_box(self) -> float | None:
        return self.active_ms / self.timed_boxes if self.timed_boxes else None


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """`with_review`: what was handed in (first) against what was approved in the end (second).

    `approved` and `returned` count verdicts on what the person handed in; `gave_approved` and
    `gave_returned` those that they gave others.
    """

    person: str
    work: Mapping[Mode, WorkFigures]
    outcomes: Mapping[Outcome, int]
    with_review: Agreement
    approved: int = 0
    returned: int = 0
    gave_approved: int = 0
    gave_returned: int = 0

    @property
    def images(self) -> int:
        return sum(each.images for each in self.work.values())

    @property
    def return_rate(self) -> float | None:
        """The share of verdicts that sent an image back, 0..1; None without any."""
        verdicts = self.approved + self.returned
        return self.returned / verdicts if verdicts else None

    def share(self, outcome: Outcome) -> float | None:
        """Of the boxes that were handed in, 0..1; of "added", of those there should have been."""
        whole = sum(self.outcomes[o] for o in OUTCOMES if o != "added")
        if outcome == "added":
            whole += self.outcomes["added"] - self.outcomes["removed"]
        return self.outcomes[outcome] / whole if whole else None


@dataclass(frozen=True, slots=True)
class SecondFigures:
    """What stands on `images` (first) against what `person` said, who labelled them once more.

    It stands as `against` labelled it, or as gold, where that is "".
    """

    person: str
    against: str
    images: int
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class QualityFigures:
    """`uncounted`: images that have changed and are not in the figures yet. `errors` by kind."""

    proposals: Sequence[ProposalFigures]
    people: Sequence[PersonFigures]
    work: Mapping[Mode, WorkFigures]
    errors: Mapping[ErrorKind, int]
    uncounted: int = 0

    @property
    def runs(self) -> list[int]:
        """Ids of runs whose proposals were judged, each once."""
        return list(dict.fromkeys(each.run_id for each in self.proposals))


@dataclass(frozen=True, slots=True)
class ListedSuspect:
    """`image` is the photo's path as the project keeps it."""

    image_id: int
    image: str
    suspect: Suspect


Totals = Sequence[tuple[Fact, float]]


def figures_of(
    totals: Totals, errors: Mapping[ErrorKind, int], *, uncounted: int
) -> QualityFigures:
    """`totals` are the facts of all images, added up."""
    by_person = defaultdict[str, list[tuple[Fact, float]]](list)
    for fact, n in totals:
        by_person[fact.person].append((fact, n))
    people = [_person(name, _Counted(by_person[name])) for name in sorted(by_person)]
    counted = _Counted(totals)
    proposals = _proposals(counted.of("proposal"))
    return QualityFigures(proposals, people, _work(counted), errors, uncounted)


class _Counted:
    """Totals by what they measure."""

    def __init__(self, totals: Totals) -> None:
        self._by_measure = defaultdict[Measure, list[tuple[Fact, float]]](list)
        for fact, n in totals:
            self._by_measure[fact.measure].append((fact, n))

    def of(self, measure: Measure) -> Totals:
        return self._by_measure[measure]

    def sum(self, measure: Measure, detail: str) -> int:
        return round(sum(n for fact, n in self.of(measure) if fact.detail == detail))


def _proposals(totals: Totals) -> list[ProposalFigures]:
    counts = defaultdict[tuple[int, int], Counter[str]](Counter)
    for fact, n in totals:
        counts[fact.run_id, fact.class_id][fact.detail] += round(n)
    return [
        ProposalFigures(run_id, class_id, {fate: fates[fate] for fate in FATES})
        for (run_id, class_id), fates in sorted(counts.items())
    ]


def _person(name: str, counted: _Counted) -> PersonFigures:
    return PersonFigures(
        name,
        _work(counted),
        {outcome: counted.sum("outcome", outcome) for outcome in OUTCOMES},
        agreement_from(counted.of("review")),
        approved=counted.sum("verdict", "approved"),
        returned=counted.sum("verdict", "returned"),
        gave_approved=counted.sum("verdict_by", "approved"),
        gave_returned=counted.sum("verdict_by", "returned"),
    )


def _work(counted: _Counted) -> dict[Mode, WorkFigures]:
    return {mode: _work_in(mode, counted) for mode in MODES}


def _work_in(mode: Mode, counted: _Counted) -> WorkFigures:
    took = Counter[int]()
    for fact, n in counted.of("took"):
        of_mode, _, ms = fact.detail.partition(":")
        if of_mode == mode:
            took[int(ms)] += round(n)
    return WorkFigures(
        counted.sum("handed_in", mode),
        took.total(),
        counted.sum("ms", mode),
        counted.sum("boxes", mode),
        _median(took),
        agreement_from(counted.of("model"), mode=mode),
    )


def _median(counts: Counter[int]) -> int | None:
    """The lower one of the two in the middle, where there are two."""
    left = (counts.total() + 1) // 2
    for value in sorted(counts):
        left -= counts[value]
        if left <= 0 and counts[value]:
            return value
    return None
