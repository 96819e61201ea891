"""How well the answers of a VLM fit the labels: pure measures over questions and answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import Literal, get_args

from app.core.geometry import intersection_over_union
from app.core.language import Language
from app.core.scores import BoxScore, ClassBox, Compared, YesNoScore, compare_boxes, yes_no_score

SurveyKind = Literal["presence", "where"]
SURVEY_KINDS: tuple[SurveyKind, ...] = get_args(SurveyKind)

Problem = Literal["", "unreadable", "torn", "lost"]
"""What is wrong with an answer: nothing; it says neither yes nor no, or neither boxes nor that
there are none; it ends in the middle of a box; some of its boxes have no area on the image."""


@dataclass(frozen=True, slots=True)
class Survey:
    """One series of questions to one VLM. `started_at` is UTC in ISO 8601.

    `settings` is JSON-ready. The same `key` goes on with the same survey.
    """

    id: int
    key: str
    name: str
    model: str
    vlm: str
    language: Language
    settings: Mapping[str, object]
    actor: str
    started_at: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What is asked of an image: whether a class is there, or where; `class_id` None for all."""

    kind: SurveyKind
    class_id: int | None = None

    @property
    def position(self) -> int:
        """Another number for each topic, the same in every survey of a project."""
        return 2 * (self.class_id or 0) + SURVEY_KINDS.index(self.kind)


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """`is_there` is None for an answer that says neither yes nor no, and for "where".

    `boxes` are those that could be read.
    """

    image_id: int
    topic: Topic
    question: str
    answer: str
    is_there: bool | None = None
    boxes: tuple[ClassBox, ...] = ()
    problem: Problem = ""

    @property
    def seen(self) -> tuple[ClassBox, ...]:
        """Its boxes; a word that is no class, in answer to a question about one, stands for it."""
        asked = self.topic.class_id
        return tuple(
            ClassBox(asked if b.class_id is None else b.class_id, b.box) for b in self.boxes
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one class, or of all."""

    presence: YesNoScore = field(default_factory=YesNoScore)
    boxes: BoxScore = field(default_factory=BoxScore)

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.presence + other.presence, self.boxes + other.boxes)


@dataclass(frozen=True, slots=True)
class Differing:
    """An answer that the labels contradict.

    `is_there` is what the labels say of a question for presence. For boxes `missed` are labels that
    it didn't draw and `extra` what it drew beside them. `weight` (0..1) says how wrong it is: 1 for
    a wrong yes or no, 1 - F1 of its boxes.
    """

    answer: SurveyAnswer
    is_there: bool
    missed: tuple[ClassBox, ...] = ()
    extra: tuple[ClassBox, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """`by_class` holds the classes that were asked about or drawn, by id; `differing` the images
    where VLM and labels disagree, worst first. Answers about images without a label count nowhere:
    they are `unlabelled`.
    """

    overall: Figures
    by_class: Mapping[int, Figures]
    differing: Mapping[int, tuple[Differing, ...]]
    unlabelled: int = 0


def measured(
    answers: Iterable[SurveyAnswer], labels: Mapping[int, Sequence[ClassBox]]
) -> SurveyResult:
    """Against the labels as they are: by image id all boxes, none for a normal image.

    Overall, yes and no are added up over all questions, boxes over all images (micro averages).
    """
    by_class: dict[int, Figures] = {}
    overall, unlabelled = Figures(), 0
    differing: dict[int, list[Differing]] = {}
    for answer in answers:
        if answer.image_id not in labels:
            unlabelled += 1
            continue
        shares, differs = _judged(answer, labels[answer.image_id])
        for class_id, share in shares.items():
            overall += share
            if class_id is not None:
                by_class[class_id] = by_class.get(class_id, Figures()) + share
        if differs is not None:
            differing.setdefault(answer.image_id, []).append(differs)
    worst_first = sorted(differing, key=lambda i: (-fsum(d.weight for d in differing[i]), i))
    ordered = {image_id: tuple(differing[image_id]) for image_id in worst_first}
    return SurveyResult(overall, dict(sorted(by_class.items())), ordered, unlabelled)


_Judged = tuple[dict[int | None, Figures], Differing | None]


def _judged(answer: SurveyAnswer, labels: Sequence[ClassBox]) -> _Judged:
    """By class what it adds to the figures, and how it differs from the labels, if it does."""
    asked = answer.topic.class_id
    relevant = [each for each in labels if asked in (None, each.class_id)]
    is_there = bool(relevant)
    if answer.topic.kind == "presence":
        share = Figures(presence=yes_no_score(is_there, answer.is_there))
        differs = None if answer.is_there == is_there else Differing(answer, is_there)
        return {asked: share}, differs
    compared = compare_boxes(relevant, answer.seen)
    scores = _box_scores(compared, asked)
    # Asked about all classes at once, an answer is counted once overall, and under no class.
    first = scores.get(asked, BoxScore())
    unreadable = int(answer.problem == "unreadable")
    scores[asked] = first + BoxScore(asked=1, unreadable=unreadable)
    shares = {class_id: Figures(boxes=score) for class_id, score in scores.items()}
    if not (compared.missed or compared.extra or unreadable):
        return shares, None
    f1 = sum(scores.values(), BoxScore()).f1 or 0.0
    weight = 1.0 - f1
    return shares, Differing(answer, is_there, compared.missed, compared.extra, weight)


def _box_scores(compared: Compared, asked: int | None) -> dict[int | None, BoxScore]:
    """By class; asked about one class, whatever else was drawn counts against that one."""
    scores: dict[int | None, BoxScore] = {}

    def add(each: ClassBox, score: BoxScore) -> None:
        class_id = each.class_id if asked is None else asked
        scores[class_id] = scores.get(class_id, BoxScore()) + score

    for label, drawn in compared.pairs:
        overlap = intersection_over_union(label.box, drawn.box)
        add(label, BoxScore(matched=1, drawn=1, labelled=1, overlap_sum=overlap))
    for each in compared.missed:
        add(each, BoxScore(labelled=1))
    for each in compared.extra:
        add(each, BoxScore(drawn=1))
    return scores
