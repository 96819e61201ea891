"""The devices that models can run on, by torch's names; for the worker, since it loads torch."""

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


def _available() -> tuple[str, ...]:
    """The fastest first; "cpu" always ends the list."""
    import torch

    cuda = torch.cuda.device_count() if torch.cuda.is_available() else 0
    mps = ("mps",) if torch.backends.mps.is_available() else ()
    return (*(f"cuda:{i}" for i in range(cuda)), *mps, "cpu")
