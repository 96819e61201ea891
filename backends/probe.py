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


def _answer(conn: "Connection[list[str], None]", cache: Path) -> None:
    try:
        forbid_network(cache)
        import torch  # here and not above: the process that asks must stay free of it
    except ModuleNotFoundError:
        return  # no answer is an answer

    devices = [
        f"cuda:{n} ({torch.cuda.get_device_name(n)})" for n in range(torch.cuda.device_count())
    ]
    if torch.backends.mps.is_available():
        devices.append("mps")
    conn.send([*devices, f"cpu ({torch.get_num_threads()} threads)"])
