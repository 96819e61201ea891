"""Long work in steps that can each be saved."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    """`items` in lists of `size`, the last one shorter."""
    walk = iter(items)
    while batch := list(islice(walk, size)):
        yield batch
