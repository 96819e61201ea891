"""The name under which a photo that is labelled a second time stands among other photos.

In its own folder, where somebody else labels all the rest, everybody would see what it is.
"""

import itertools
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Disguise:
    """`path`: as whom the photo is told of. `beside`: the id of the image that it comes after."""

    path: str
    beside: int


def disguised(
    among: Mapping[int, str],
    *,
    taken: Collection[str],
    draw: int,
    fits: Callable[[str], bool] = lambda path: True,
) -> Disguise | None:
    """A name that continues those of `among` (image id → path), which lie in one build.

    It is the next free one after an image that `draw` picks, with the number in its name counted up
    by the step that the others have: a gap, or the place after the last. None where no name has a
    number that can be counted up to a path that is not `taken` and `fits`.
    """
    names = sorted(among.items())
    for turn in range(len(names)):
        _, path = names[(draw + turn) % len(names)]
        for series in _series_of(path, names):
            for number in range(series.number + series.step, series.end, series.step):
                name = series.name(number)
                if name not in taken:
                    if fits(name):
                        return Disguise(name, series.before(number))
                    break
    return None


@dataclass(frozen=True, slots=True)
class _Series:
    """Names that are the same but for one number, counted up from `number`.

    `numbers` has (number, image id) of each name, rising; `digits` the least that are written.
    """

    head: str
    tail: str
    digits: int
    number: int
    numbers: Sequence[tuple[int, int]]
    step: int

    @property
    def end(self) -> int:
        """More steps than can be taken already."""
        return self.numbers[-1][0] + self.step * _MOST_PAST_THE_LAST

    def name(self, number: int) -> str:
        return f"{self.head}{number:0{self.digits}}{self.tail}"

    def before(self, number: int) -> int:
        """The id of the last image below that number."""
        return [image_id for each, image_id in self.numbers if each < number][-1]


_MOST_PAST_THE_LAST = 10_000
"""Photos given a second time in one build: far more than anybody gets."""


def _series_of(path: str, names: Sequence[tuple[int, str]]) -> Iterator[_Series]:
    """By each number in the file's name, the last first; those in which names differ come before
    those that are the same in all."""
    start = path.rfind("/") + 1
    found = []
    for group in reversed(list(re.finditer(r"[0-9]+", path[start:]))):
        head, tail = path[: start + group.start()], path[start + group.end() :]
        alike = re.compile(f"{re.escape(head)}([0-9]+){re.escape(tail)}")
        numbers = sorted(
            (int(match[1]), image_id)
            for image_id, name in names
            if (match := alike.fullmatch(name)) is not None
        )
        steps = [high - low for (low, _), (high, _) in itertools.pairwise(numbers)]
        step = math.gcd(*steps) or 1
        found.append(_Series(head, tail, len(group[0]), int(group[0]), numbers, step))
    yield from sorted(found, key=lambda series: len(series.numbers) == 1)
