"""Choices that look random and are the same on every machine."""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from math import gcd
from typing import TypeVar

_T = TypeVar("_T")
_KEPT = 4096


class Rounds:
    """Deals phrasings to numbered images, so that all of a list are used alike.

    Chance alone would give one phrasing half as many images again as another. As many images as a
    list has phrasings make a round, in which each phrasing comes once, in an order of that round's
    own. What an image is dealt hangs on its number alone: images that come or go change nothing.
    """

    def __init__(self, *of: object) -> None:
        self._choice = Choice(*of)
        # Images mostly come one after the other, so a round is asked for again and again.
        self._kept = lru_cache(maxsize=_KEPT)(self._walk)

    def index(self, number: int, count: int, *what: object, ahead: int = 0) -> int:
        """With `ahead` what a later image of the round is dealt: another one, and used alike."""
        round_, place = divmod(number, count)
        start, stride = self._kept(round_, count, what)
        return (start + (place + ahead) * stride) % count

    def deal(self, count: int, *what: object) -> "Deal":
        """`index` of one list, for many images."""
        return Deal(self._kept, count, what)

    def _walk(self, round_: int, count: int, what: tuple[object, ...]) -> tuple[int, int]:
        return _walk(self._choice.number("round", round_, count, *what), count)


class Deal:
    """What images are dealt of one list, see `Rounds`. It knows the round of the last image: the
    next one mostly belongs to the same."""

    def __init__(
        self,
        walk: Callable[[int, int, tuple[object, ...]], tuple[int, int]],
        count: int,
        what: tuple[object, ...],
    ) -> None:
        self._walk = walk
        self._count = count
        self._what = what
        self._round: int | None = None
        self._start = self._stride = 0

    def index(self, number: int) -> int:
        round_, place = divmod(number, self._count)
        if round_ != self._round:
            self._start, self._stride = self._walk(round_, self._count, self._what)
            self._round = round_
        return (self._start + place * self._stride) % self._count


class Choice:
    """Chooses by hash alone: what was asked before, and in what order, changes nothing.

    `of` is what all choices hang on, such as a seed and the hash of an image; `what` of each method
    names the one choice.
    """

    def __init__(self, *of: object) -> None:
        self._state = hashlib.blake2b(digest_size=8)
        self._state.update(("\x1f".join(map(str, of)) + "\x1e").encode())

    def number(self, *what: object) -> int:
        """Evenly from 0 up to 2**64, exclusive."""
        state = self._state.copy()
        state.update(("\x1f".join(map(str, what)) + "\x1e").encode())
        return int.from_bytes(state.digest(), "big")

    def share(self, *what: object) -> float:
        """Evenly from 0 up to 1, exclusive."""
        return (self.number(*what) >> 11) / 2**53

    def index(self, count: int, *what: object) -> int:
        return self.number(*what) % count if count != 1 else 0

    def one(self, items: Sequence[_T], *what: object) -> _T:
        return items[self.index(len(items), *what)]

    def turn(self, count: int, variant: int, *what: object) -> int:
        """An index that takes each of `count` values once before `variant` meets one again."""
        return self.turn_from(None, count, variant, *what)

    def turn_from(self, first: int | None, count: int, variant: int, *what: object) -> int:
        """As `turn`, with `first` for variant 0 if it isn't None."""
        if count == 1 or (first is not None and not variant):
            return first or 0
        start, stride = _walk(self.number(*what), count)
        return ((start if first is None else first) + variant * stride) % count

    def some(self, count: int, wanted: int, *what: object) -> list[int]:
        """So many of the indices below `count`, which are at least as many; ascending."""
        if wanted == count:
            return list(range(count))
        start, stride = _walk(self.number(*what), count)
        return sorted([(start + n * stride) % count for n in range(wanted)])

    def order(self, count: int, *what: object) -> list[int]:
        """The indices below `count`, shuffled."""
        return sorted(range(count), key=lambda index: self.number(*what, index))

    def weighted(self, weights: Sequence[float], *what: object) -> int:
        """An index, each as likely as its weight; all alike where every weight is 0."""
        total = sum(weights)
        if not total:
            return self.index(len(weights), *what)
        left = self.share(*what) * total
        for index, weight in enumerate(weights):
            left -= weight
            if left < 0:
                return index
        return max(index for index, weight in enumerate(weights) if weight)


def _walk(number: int, count: int) -> tuple[int, int]:
    """Where to begin and how far to step, so that `count` steps meet each of as many indices."""
    strides = _strides(count)
    return number % count, strides[number // count % len(strides)]


@cache
def _strides(count: int) -> tuple[int, ...]:
    """Steps that meet each of `count` indices before one again."""
    return tuple(stride for stride in range(1, max(count, 2)) if gcd(stride, count) == 1)
