"""Model workers that stay from request to request: starting and loading is what takes long."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from app.services.model_bench import Workers, own_worker
from backends.client import ModelWorker


@contextmanager
def kept_workers() -> Iterator[Workers]:
    """Lends one for each request that differs, exactly as asked for; all are ended in the end."""
    kept: dict[object, ModelWorker] = {}
    with ExitStack() as stack:

        @contextmanager
        def lend(*request: Any) -> Iterator[ModelWorker]:
            if request not in kept:
                kept[request] = stack.enter_context(own_worker(*request))
            yield kept[request]

        yield lend
