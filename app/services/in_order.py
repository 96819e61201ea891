"""Several requests to a server at a time, what comes of them in the order they were made in."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import TypeVar

from app.core.stopping import Stop

T = TypeVar("T")
R = TypeVar("R")

_AHEAD = 4
"""Times as many as are under way: a slow one doesn't leave the other threads idle."""


def in_order(
    work: Callable[[T], R], items: Iterable[T], *, at_once: int, stop: Stop
) -> Generator[R, None, None]:
    """`work` of each item, in threads; `items` are taken on the caller's, a few ahead.

    Ended early, by whatever, it requests `stop`, which is to break off what `work` waits for: it
    returns when no thread works any more. Raises Cancelled once that was requested.
    """
    ahead: deque[Future[R]] = deque()
    with ThreadPoolExecutor(at_once, thread_name_prefix="chat") as pool, ExitStack() as ended_early:
        ended_early.callback(lambda: [future.cancel() for future in ahead])
        ended_early.callback(stop.request)
        for item in items:
            stop.check()
            ahead.append(pool.submit(work, item))
            if len(ahead) > _AHEAD * at_once:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
        ended_early.pop_all()
