"""The model worker process: one loaded model, photos in by shared memory, values out."""

import contextlib
import faulthandler
import logging
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import connection
from pathlib import Path

from app.core.errors import UserError
from backends.base import BackendSpec, DeviceFailedError, Model, WorkerSettings
from backends.loading import load_model
from backends.offline import forbid_network
from backends.parent_watch import end_with_parent
from backends.photo_memory import PhotoReceiver, Request
from backends.photo_reading import FarEnd, read_for_others
from backends.priority import step_back

_LOG = logging.getLogger(__name__)

LOG_NAME = "model-worker.log"
_LOG_LIMIT_BYTES = 1_000_000
_LESS_MEMORY = "Use a smaller image size, tiles, or smaller weights."


@dataclass(frozen=True, slots=True)
class Loaded:
    """The first answer: what was loaded."""

    class_names: tuple[str, ...]
    device: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What the method of the model returned."""

    value: object


@dataclass(frozen=True, slots=True)
class Bug:
    """Something was raised that is not the world's fault."""

    trace: str


Answer = Loaded | Answered | UserError | Bug


def serve(
    conn: "connection.Connection[Answer, Request]",
    spec: BackendSpec,
    settings: WorkerSettings,
    *,
    for_reading: Sequence[FarEnd] = (),
    steps_back: bool = False,
) -> None:
    """What the worker process does until the other end of `conn` is closed; photos are read for the
    other ends of `for_reading` meanwhile.
    """
    # Ctrl-C reaches the whole process group; what it means is for the parent to decide.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    try:
        _prepare(spec, settings.cache, steps_back=steps_back)
        model = load_model(spec, settings)
        read_for_others(for_reading)
        conn.send(Loaded(model.class_names, model.device, model.notes))
        _answer_all(conn, model)
    except (EOFError, ConnectionError):
        _LOG.info("the other end is gone")
    except UserError as e:
        _tell(conn, e)
    except MemoryError:
        _tell(conn, _out_of_memory())
    except Exception:  # noqa: BLE001 - the outermost door: the parent raises it again
        _tell(conn, Bug(traceback.format_exc()))
    # Skips the libraries' own teardown, which can take seconds or crash, with nothing left to save.
    sys.stderr.flush()
    os._exit(0)


def _tell(conn: "connection.Connection[Answer, Request]", answer: Answer) -> None:
    _LOG.error("ends: %s", answer)
    with contextlib.suppress(OSError):
        conn.send(answer)


def _prepare(spec: BackendSpec, cache: Path, *, steps_back: bool) -> None:
    try:
        if steps_back:
            step_back()
        _silence(cache)
        forbid_network(cache)
    except OSError as e:
        raise UserError(
            f"The cache folder {cache} can't be written: {e.strerror or e}.",
            hint="Free some room on its disk, or check its permissions.",
        ) from e
    except ModuleNotFoundError as e:
        raise spec.lacks(e) from e


def _answer_all(conn: "connection.Connection[Answer, Request]", model: Model) -> None:
    photos = PhotoReceiver()
    while True:
        request = conn.recv()
        method = getattr(model, request.method)
        try:
            conn.send(Answered(method(photos.of(request), *request.arguments)))
        except DeviceFailedError:
            raise  # ends this process: nothing would work in it any more
        except UserError as e:
            conn.send(e)
        except MemoryError:  # only for these photos: what was tried with them is freed again
            _LOG.exception("no memory for %s", request.method)
            conn.send(_out_of_memory())


def _out_of_memory() -> UserError:
    return UserError("The model process ran out of memory.", hint=_LESS_MEMORY)


def _silence(cache: Path) -> None:
    """Sends whatever any library prints, at whatever level, to a log file in the cache."""
    cache.mkdir(parents=True, exist_ok=True)
    path = cache / LOG_NAME
    keep = path.is_file() and path.stat().st_size < _LOG_LIMIT_BYTES
    with path.open("ab" if keep else "wb") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    sys.stdout = sys.stderr = open(2, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
    faulthandler.enable(sys.stderr)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(message)s")
    _LOG.info("model worker %d starts", os.getpid())
