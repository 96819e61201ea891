"""Which of the classes that an image lacks is asked about."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Literal, get_args

from app.conversations.writing.choosing import Choice
from app.core.label_class import LabelClass

_Manner = Literal["random", "frequent", "together"]


@dataclass(frozen=True, slots=True)
class ClassStatistics:
    """By class id, on how many images each class is; by (class, other) on how many both are."""

    images: Mapping[int, int]
    together: Mapping[tuple[int, int], int]


def class_statistics(classes_of_images: Iterable[Collection[int]]) -> ClassStatistics:
    """Counts over images, each given as the ids of the classes on it."""
    images: Counter[int] = Counter()
    together: Counter[tuple[int, int]] = Counter()
    for class_ids in classes_of_images:
        there = set(class_ids)
        images.update(there)
        together.update(permutations(there, 2))
    return ClassStatistics(images, together)


def asked_absent(
    choice: Choice,
    absent: Sequence[LabelClass],
    present: Sequence[LabelClass],
    statistics: ClassStatistics | None,
    *what: object,
) -> LabelClass:
    """One of `absent`, which holds at least one; `what` names the choice, see `Choice`.

    A third of the images is asked about any class, a third about one that other images often show,
    and a third about one that often comes with what is there: a model that answers from habit is
    wrong on the last two. (Li et al., Evaluating object hallucination in large vision-language
    models, 2023: POPE's random, popular and adversarial.) At random without statistics.
    """
    manner = choice.one(get_args(_Manner), "absent", "manner", *what) if statistics else "random"
    weights = [_weight(manner, c.id, present, statistics) for c in absent]
    return absent[choice.weighted(weights, "absent", *what)]


def _weight(
    manner: str, class_id: int, present: Sequence[LabelClass], statistics: ClassStatistics | None
) -> int:
    if statistics is None or manner == "random":
        return 1
    if manner == "together" and present:
        return sum(statistics.together.get((there.id, class_id), 0) for there in present)
    return statistics.images.get(class_id, 0)
