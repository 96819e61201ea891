"""Keeps what was used last, up to a number of bytes."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    @property
    def nbytes(self) -> int: ...


K = TypeVar("K", bound=Hashable)
T = TypeVar("T", bound=Sized)


class Recent(Generic[K, T]):
    """What was neither put nor got for longest goes first; the newest always stays."""

    def __init__(self, budget_bytes: int) -> None:
        self._budget_bytes = budget_bytes
        self._items: OrderedDict[K, T] = OrderedDict()
        self._used_bytes = 0

    def __contains__(self, key: K) -> bool:
        return key in self._items

    @property
    def used_bytes(self) -> int:
        return self._used_bytes

    def get(self, key: K) -> T | None:
        item = self._items.get(key)
        if item is not None:
            self._items.move_to_end(key)
        return item

    def put(self, key: K, item: T) -> list[K]:
        """Keeps it, and returns what had to go for it."""
        old = self._items.pop(key, None)
        self._used_bytes += item.nbytes - (old.nbytes if old else 0)
        self._items[key] = item
        gone = []
        while self._used_bytes > self._budget_bytes and len(self._items) > 1:
            oldest_key, oldest = self._items.popitem(last=False)
            self._used_bytes -= oldest.nbytes
            gone.append(oldest_key)
        return gone
