"""What splits are made of: shares, layers of builds, and how far a split is from the whole."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.core.image import SPLITS, Split
from app.core.stratifying import TOLERANCE

NORMAL = 0
"""Stands for the class of an image that has none."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of the images goes into each split; must add up to 1.

    Raises ValueError when they don't, or one is negative.
    """

    train: float
    val: float
    test: float = 0.0

    def __post_init__(self) -> None:
        shares = (self.train, self.val, self.test)
        # Phrased so that NaN is refused too.
        if not (min(shares) >= 0 and abs(sum(shares) - 1) <= 1e-6):
            raise ValueError(f"shares must be from 0 to 1 and add up to 1, not {shares}")

    def of(self, split: Split) -> float:
        return {"train": self.train, "val": self.val, "test": self.test}[split]

    @property
    def wanted(self) -> tuple[Split, ...]:
        """Splits that shall hold anything."""
        return tuple(split for split in SPLITS if self.of(split) > 0)


@dataclass(frozen=True, slots=True)
class Layer:
    """An image as splitting sees it. `class_ids` are of its boxes; a normal one has none.

    `is_left_out`: it was left without a split where its build was cut, and stays so.
    """

    image_id: int
    build: str
    class_ids: tuple[int, ...] = ()
    split: Split | None = None
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class Deviation:
    """Where a share is not what it should be by more than the tolerance, or a class is absent.

    `class_id` None: of all images `share` lie in the split, of which `images` there are. Else: of
    the split's images `share` show the class, 0 for normal, and in the whole `wanted` do.
    """

    split: Split
    class_id: int | None
    images: int
    share: float
    wanted: float

    @property
    def points(self) -> float:
        return 100 * (self.share - self.wanted)

    @property
    def is_absent(self) -> bool:
        """The split has nothing of what the whole has."""
        return not self.images

    @property
    def is_far(self) -> bool:
        # What is 2 points as written must not be more by a rounding error.
        return abs(self.share - self.wanted) > TOLERANCE + 1e-9


@dataclass(frozen=True, slots=True)
class Stretch:
    """Layers of one build that have no split, with the splits of the layers before and after."""

    build: str
    layers: tuple[Layer, ...]
    before: Split | None = None
    next: Split | None = None


def by_build(layers: Iterable[Layer]) -> Iterator[tuple[str, list[Layer]]]:
    builds: dict[str, list[Layer]] = {}
    for layer in layers:
        builds.setdefault(layer.build, []).append(layer)
    return iter(builds.items())


def stretches(build: Sequence[Layer]) -> Iterator[Stretch]:
    groups = [(split, tuple(group)) for split, group in groupby(build, key=lambda x: x.split)]
    for place, (split, group) in enumerate(groups):
        if split is None:
            before = groups[place - 1][0] if place else None
            following = groups[place + 1][0] if place + 1 < len(groups) else None
            yield Stretch(build[0].build, group, before, following)


def deviations(layers: Iterable[Layer], shares: Shares | None) -> tuple[Deviation, ...]:
    """Of layers that have a split, the worst first; sizes only where `shares` are known."""
    held: dict[Split, Counter[int | None]] = {split: Counter() for split in SPLITS}
    for layer in layers:
        if layer.split and (shares is None or shares.of(layer.split)):
            held[layer.split].update([None, *kinds_of(layer)])
    whole = sum(held.values(), Counter[int | None]())
    found = []
    for split in shares.wanted if shares else [s for s in SPLITS if held[s]]:
        images = held[split][None]
        for kind, count in whole.items():
            of = (whole if kind is None else held[split])[None]
            wanted = count / whole[None]
            if kind is None:
                wanted = shares.of(split) if shares else images / of
            here = held[split][kind]
            found.append(Deviation(split, kind, here, here / of if of else 0.0, wanted))
    told = (d for d in found if d.is_far or d.is_absent)
    return tuple(sorted(told, key=lambda d: -abs(d.points)))


def kinds_of(layer: Layer) -> tuple[int, ...]:
    return layer.class_ids or (NORMAL,)
