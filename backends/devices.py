"""The devices that models run on, by torch's names, and how much at once; for the worker."""

from contextlib import AbstractContextManager

from app.core.errors import UserError


def choose_device(wanted: str) -> str:
    """The torch device for "cpu", "cuda", "cuda:1", "mps" or "auto" (the fastest there is).

    Raises UserError, listing what there is, for any other.
    """
    present = _available()
    if wanted == "auto":
        return present[0]
    name = "cuda:0" if wanted == "cuda" else wanted
    if name not in present:
        raise UserError(
            f"There is no device {wanted!r} here that the models can run on.",
            hint=f"Choose auto or one of: {', '.join(present)}.",
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


def _available() -> tuple[str, ...]:
    """The fastest first; "cpu" always ends the list."""
    import torch

    cuda = torch.cuda.device_count() if torch.cuda.is_available() else 0
    mps = ("mps",) if torch.backends.mps.is_available() else ()
    return (*(f"cuda:{i}" for i in range(cuda)), *mps, "cpu")
