"""Choices that look random and are the same on every machine."""

import hashlib
from collections.abc import Sequence
from functools import cache
from math import gcd
from typing import TypeVar

_T = TypeVar("_T")


class Choice:
    """Chooses by hash alone: what was asked before, and in what order, changes nothing.

    `of` is what all choices hang on, such as a seed and the hash of an image; `what` of each method
    names the one choice.
    """

    def __init__(self, *of: object) -> None:
        self._state = hashlib.blake2b(_bytes(of), digest_size=8)

    def number(self, *what: object) -> int:
        """Evenly from 0 up to 2**64, exclusive."""
        state = self._state.copy()
        state.update(_bytes(what))
        return int.from_bytes(state.digest(), "big")

    def share(self, *what: object) -> float:
        """Evenly from 0 up to 1, exclusive."""
        return (self.number(*what) >> 11) / 2**53

    def index(self, count: int, *what: object) -> int:
        return self.number(*what) % count

    def one(self, items: Sequence[_T], *what: object) -> _T:
        return items[self.index(len(items), *what)]

    def turn(self, count: int, variant: int, *what: object) -> int:
        """An index that takes each of `count` values once before `variant` meets one again."""
        if count == 1:
            return 0
        strides = _strides(count)
        number = self.number(*what)
        start, stride = number % count, strides[number // count % len(strides)]
        return (start + variant * stride) % count

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


@cache
def _strides(count: int) -> tuple[int, ...]:
    """Steps that meet each of `count` indices before one again."""
    return tuple(stride for stride in range(1, count) if gcd(stride, count) == 1)


def _bytes(what: tuple[object, ...]) -> bytes:
    return "\x1f".join(map(str, what)).encode() + b"\x1e"
