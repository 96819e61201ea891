"""Models fetched from a hub, only ever because somebody asked for one: progress, resume, check."""

import os
import shutil
import time
from contextlib import suppress
from multiprocessing import connection, get_context
from pathlib import Path

from app.core.errors import UserError
from app.core.progress import OnProgress, Progress, ignore_progress
from app.core.stopping import Stop
from app.services.hub_fetch import Answer, Fetched, Plan, bytes_in, serve
from app.services.hub_place import HubPlace
from app.services.shelf_copy import megabytes

_FOLDER = ".downloads"
_LOOK_EVERY_S = 0.2
_STALE_S = 14 * 24 * 3600


def download(
    place: HubPlace,
    shelf: Path,
    *,
    words_only: bool = False,
    on_progress: OnProgress = ignore_progress,
    stop: Stop | None = None,
) -> Fetched:
    """Fetches a model, or with `words_only` a BERT's words and config, beside the shelf's models.

    What broke off lies there and is gone on with. Progress is in megabytes. `discard` what was
    fetched when it is no longer needed. Raises UserError when the hub or the network doesn't give
    it or a file's check sum is wrong, Cancelled after `stop`.
    """
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        if os.environ.get(name, "").upper() in ("1", "ON", "YES", "TRUE"):
            raise UserError(
                f"Nothing is downloaded here: {name} is set.",
                hint="Unset it, or bring the file by other means and give its path.",
            )
    stop = stop or Stop()
    into = shelf / _FOLDER
    _sweep(into)
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=serve, args=(theirs, place, into, words_only), daemon=True)
    process.start()
    theirs.close()
    try:
        with stop.on_request(process.kill):
            return _answered(ours, on_progress)
    except EOFError:
        stop.check()
        raise UserError(
            "The download process died.", hint="Run the same command again: it goes on."
        ) from None
    finally:
        process.kill()
        process.join()
        ours.close()


def discard(fetched: Fetched, shelf: Path) -> None:
    """Removes what is left of a download that was moved or copied away."""
    kept = shelf / _FOLDER
    # Gone already where a model and its language model come from one repository.
    shutil.rmtree(kept / fetched.model.relative_to(kept).parts[0], ignore_errors=True)


def _answered(conn: "connection.Connection[None, Answer]", on_progress: OnProgress) -> Fetched:
    plan: Plan | None = None
    while True:
        if not conn.poll(_LOOK_EVERY_S):
            if plan is not None:
                on_progress(_progress(plan))
            continue
        match conn.recv():
            case Plan() as plan:
                on_progress(_progress(plan))
            case UserError() as error:
                raise error
            case Fetched() as fetched:
                if plan is not None:
                    on_progress(_progress(plan))
                return fetched


def _progress(plan: Plan) -> Progress:
    """As the disk says: the library tells its progress to the terminal only."""
    total = megabytes(plan.size_bytes)
    return Progress(min(megabytes(bytes_in(plan.folder)), total), total)


def _sweep(into: Path) -> None:
    """Removes what broke off long ago and nobody went on with."""
    for left in into.glob("*"):
        with suppress(FileNotFoundError):  # another process is at work there
            if time.time() - left.stat().st_mtime > _STALE_S:
                shutil.rmtree(left, ignore_errors=True)
