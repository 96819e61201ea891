"""The devices that models run on, by torch's names, and how much at once; for the worker."""

import logging
from contextlib import AbstractContextManager

from app.core.errors import UserError
from backends.memory_errors import device_in_words
from backends.probe import card_fault

_LOG = logging.getLogger(__name__)


def choose_device(wanted: str) -> str:
    """The torch device for "cpu", "cuda", "cuda:1", "mps" or "auto" (the fastest that works).

    Raises UserError, listing what there is, for any other, and for a card that doesn't work.
    """
    present = _available()
    if wanted == "auto":
        return next(name for name in present if _works(name))
    name = "cuda:0" if wanted == "cuda" else wanted
    if name not in present:
        raise UserError(
            f"There is no device {wanted!r} here that the models can run on.",
            hint=f"Choose auto or one of: {', '.join(present)}.",
        )
    fault = card_fault(name)
    if fault is not None:
        device = device_in_words(name)
        raise UserError(
            f"{device} can't be used: {fault}",
            hint="It may be too old for the PyTorch installed here, or need a newer driver. Use "
            "--device cpu.",
        )
    return name


def photos_at_once(device: str, *, on_cuda: int, on_mps: int = 1) -> int:
    """One on a CPU, where more gain nothing and need the memory of each."""
    return {"cuda": on_cuda, "mps": on_mps}.get(device.partition(":")[0], 1)


def computes_in_half(device: str) -> bool:
    """Whether models compute in half precision there, because it is faster and close enough."""
    return device.startswith("cuda")


def half_where_faster(device: str) -> AbstractContextManager[object]:
    """What a model is run within, so that it follows `computes_in_half`."""
    import torch

    kind = device.partition(":")[0]
    return torch.autocast(kind, torch.float16, enabled=computes_in_half(device))


def _works(device: str) -> bool:
    fault = card_fault(device)
    if fault is not None:
        _LOG.warning("%s can't be used: %s", device_in_words(device), fault)
    return fault is None


def _available() -> tuple[str, ...]:
    """The fastest first; "cpu" always ends the list."""
    import torch

    cuda = torch.cuda.device_count() if torch.cuda.is_available() else 0
    mps = ("mps",) if torch.backends.mps.is_available() else ()
    return (*(f"cuda:{i}" for i in range(cuda)), *mps, "cpu")
