"""Which devices models can run on, asked in a process of its own: it loads torch to find out."""

from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from app.core.errors import UserError
from backends.offline import forbid_network

_PATIENCE_S = 120.0


def probe(cache: Path) -> list[str]:
    """Devices in words, best first. Raises UserError when torch can't be loaded at all."""
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, cache), daemon=True)
    process.start()
    theirs.close()
    try:
        found: list[str] = ours.recv() if ours.poll(_PATIENCE_S) else []
    except EOFError:
        found = []
    finally:
        process.kill()
        process.join()
        ours.close()
    if not found:
        raise UserError(
            "The model libraries could not be loaded.",
            hint="Install Flawmark anew. Labelling works without them, pre-labelling does not.",
        )
    return found


def card_fault(device: str) -> str | None:
    """Why nothing can be computed on a card, by torch's name of it; None for one that works.

    Cards are listed that PyTorch has no code for any more. Only trying tells. One whose memory is
    full works: that is told when a model is loaded, in better words.
    """
    import torch

    if not device.startswith("cuda"):
        return None
    try:
        torch.ones(1, device=device).add_(1).item()
    except RuntimeError as e:
        return None if "out of memory" in str(e) else str(e).splitlines()[0]
    return None


def _card_in_words(device: str) -> str:
    import torch

    name, fault = f"{device} ({torch.cuda.get_device_name(device)})", card_fault(device)
    return name if fault is None else f"{name}, which can't be used: {fault}"


def _answer(conn: "Connection[list[str], None]", cache: Path) -> None:
    try:
        forbid_network(cache)
        conn.send(devices_in_words())
    except ModuleNotFoundError:
        return  # no answer is an answer


def devices_in_words() -> list[str]:
    """As `probe`, for a process that may load torch."""
    import torch  # here and not above: the process that asks must stay free of it

    # Where its driver is too old a card is counted all the same.
    cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
    devices = [_card_in_words(f"cuda:{n}") for n in range(cards)]
    if torch.backends.mps.is_available():
        devices.append("mps")
    return [*devices, f"cpu ({torch.get_num_threads()} threads)"]
