"""What a text-prompted detector is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TextQuery:
    """`phrases`: label class by name → the English phrases that stand for it, at least one each.

    A find needs a score of `box_threshold` (0..1). `text_threshold` (0..1) is the least score of a
    word for it to be named as the reason; it names, it doesn't filter.
    Raises ValueError for a threshold outside 0..1, or a class whose phrases are missing or blank.
    """

    phrases: Mapping[str, tuple[str, ...]]
    box_threshold: float = 0.35
    text_threshold: float = 0.25
    class_thresholds: Mapping[str, float] = field(default_factory=dict)
    """The least score of a class that has its own."""

    def __post_init__(self) -> None:
        for score in (self.box_threshold, self.text_threshold, *self.class_thresholds.values()):
            if not 0 <= score <= 1:
                raise ValueError(f"a threshold outside 0..1: {score}")
        for name, phrases in self.phrases.items():
            if not phrases or not all(phrase.strip() for phrase in phrases):
                raise ValueError(f"class {name!r} has no phrase, or a blank one")
