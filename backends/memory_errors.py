"""Memory that didn't suffice, as torch raises it, in words; for the worker, since it loads it."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.core.errors import UserError

_WORDS_ON_THE_CPU = ("DefaultCPUAllocator", "can't allocate memory", "not enough memory")


def out_of_memory(error: Exception) -> bool:
    """Whether `error` says so; on the CPU torch says it in words only."""
    import torch

    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return any(words in str(error) for words in _WORDS_ON_THE_CPU)


@contextmanager
def memory_told(device: str) -> Iterator[None]:
    """Raises UserError for memory of `device` that didn't suffice; the rest goes through."""
    try:
        yield
    except (MemoryError, RuntimeError) as e:
        if not out_of_memory(e):
            raise
        raise UserError(
            f"The memory of {device} is not enough for this model and photo size.",
            hint="Use smaller weights, a smaller image size, tiles, or --device cpu.",
        ) from e


def device_in_words(device: str) -> str:
    """A torch device with the name of its card: "cuda:0, NVIDIA H200"."""
    import torch

    if torch.device(device).type == "cuda":
        return f"{device}, {torch.cuda.get_device_name(device)}"
    return device
