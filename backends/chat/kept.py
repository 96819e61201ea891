"""Answers of language models on disk, so that none is asked for, or paid for, twice."""

import json
import logging
import os
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from uuid import uuid4

from app.core.chat import ChatReply

_LOG = logging.getLogger(__name__)

_MAKING = "making"
_STALE_S = 3600
_FIELDS = {"text": str, "model": str, "tokens_in": int, "tokens_out": int, "is_cut": bool}


class KeptAnswers:
    """One file an answer in `folder`, which may be deleted at any time.

    Several processes may use one folder at once: files come whole, by renaming. A file that is
    damaged counts as missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_tidied = False

    def get(self, key: str) -> ChatReply | None:
        """What was put under `key`, by whichever process; `is_kept` is set."""
        path = self._path(key)
        try:
            held = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as e:
            _LOG.warning("%s is damaged and will be asked for anew: %s", path, e)
            return None
        if not isinstance(held, dict) or any(
            type(held.get(n)) is not t for n, t in _FIELDS.items()
        ):
            _LOG.warning("%s is damaged and will be asked for anew", path)
            return None
        return ChatReply(**{name: held[name] for name in _FIELDS}, is_kept=True)

    def put(self, key: str, reply: ChatReply) -> None:
        """Raises OSError when it can't be written."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        making = self._folder / _MAKING
        making.mkdir(exist_ok=True)
        self._tidy(making)
        held = {name: value for name, value in asdict(reply).items() if name in _FIELDS}
        beside = making / uuid4().hex
        try:
            with beside.open("w", encoding="utf-8") as file:
                json.dump(held, file)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)

    def _tidy(self, making: Path) -> None:
        """Deletes, once, what killed processes left half made."""
        if self._is_tidied:
            return
        self._is_tidied = True
        for path in making.iterdir():
            with suppress(OSError):  # another process may be as tidy
                if time.time() - path.stat().st_mtime > _STALE_S:
                    path.unlink()

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"
