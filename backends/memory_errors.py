"""A device's failures, as torch raises them, in words; for the worker, since it loads torch."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.core.errors import UserError
from backends.base import DeviceFailedError

# Of memory that torch asks for itself it tells by a class of error; of the CPU's, of Apple's and of
# what CUDA and its libraries take beside it, in words only.
_WORDS = (
    "DefaultCPUAllocator",
    "can't allocate memory",
    "not enough memory",
    "MPS backend out of memory",
    "CUDA error: out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
    "DEVICE_ALLOCATION_FAILED",
)


def out_of_memory(error: Exception) -> bool:
    """Whether `error` says so."""
    import torch

    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return any(words in str(error) for words in _WORDS)


@contextmanager
def device_told(device: str) -> Iterator[None]:
    """Raises UserError for memory of `device` that didn't suffice, DeviceFailedError for a card
    that gave up; the rest goes through.
    """
    import torch

    try:
        yield
    except (MemoryError, RuntimeError) as e:
        if out_of_memory(e):
            raise UserError(
                f"The memory of {device} is not enough for this model and photo size.",
                hint="Use smaller weights, a smaller image size, tiles, or --device cpu.",
            ) from e
        if isinstance(e, torch.AcceleratorError):
            reason = str(e).splitlines()[0]
            raise DeviceFailedError(
                f"{device} failed: {reason}",
                hint="Try again. If it fails again, update the graphics driver, or use "
                "--device cpu.",
            ) from e
        raise


def device_in_words(device: str) -> str:
    """A torch device with the name of its card: "cuda:0, NVIDIA RTX A4000"."""
    import torch

    if torch.device(device).type == "cuda":
        return f"{device}, {torch.cuda.get_device_name(device)}"
    return device
