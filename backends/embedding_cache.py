"""What an image encoder made of a photo, kept in memory and on disk, so that it is made once."""

import hashlib
import io
import logging
import os
import time
import zlib
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_LOG = logging.getLogger(__name__)

_FOLDER = "embeddings"
_END = ".maps"
_WORK_PREFIX = ".making-"
_STALE_S = 3600
_LAYOUT = 1  # part of every name, so that files of another layout are not found
_IN_MEMORY = 8
_SUM_BYTES = 4


@dataclass(frozen=True, slots=True)
class Embedding:
    """One photo as its encoder sees it: `maps`, each channels x rows x columns, half precision.

    The first map says what is where; finer ones, where the model has them, follow, finest first.
    `height_px` and `width_px` are the photo's.
    """

    height_px: int
    width_px: int
    maps: tuple[NDArray[np.float16], ...]


class EmbeddingCache:
    """Embeddings by photo, of one model: the last few in memory, `limit_bytes` on disk.

    `model` names the weights. Several processes may use one folder at once: files come whole, by
    renaming, and those not used for longest go first. The newest stays even where it alone is
    larger than the limit. A file that is damaged counts as missing.
    """

    def __init__(self, cache: Path, model: str, *, limit_bytes: int) -> None:
        self._folder = cache.absolute() / _FOLDER
        self._model = model
        self._limit_bytes = limit_bytes
        self._recent: OrderedDict[str, Embedding] = OrderedDict()

    def get(self, key: str) -> Embedding | None:
        """What was put under `key`, by whichever process; None when it isn't there (any more)."""
        embedding = self._recent.get(key)
        if embedding is None:
            embedding = _read(self._path(key))
        if embedding is not None:
            self._remember(key, embedding)
        return embedding

    def put(self, key: str, embedding: Embedding) -> None:
        """Raises OSError when it can't be written; it is in memory all the same."""
        self._remember(key, embedding)
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(key)
        beside = path.with_name(f"{_WORK_PREFIX}{os.getpid()}-{path.name}")
        try:
            beside.write_bytes(_packed(embedding))
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        self._make_room(path)

    def _path(self, key: str) -> Path:
        named = f"{_LAYOUT}\0{self._model}\0{key}"
        return self._folder / (hashlib.sha256(named.encode()).hexdigest()[:40] + _END)

    def _remember(self, key: str, embedding: Embedding) -> None:
        self._recent[key] = embedding
        self._recent.move_to_end(key)
        while len(self._recent) > _IN_MEMORY:
            self._recent.popitem(last=False)

    def _make_room(self, newest: Path) -> None:
        """Deletes what was not used for longest, and what killed processes left half made."""
        files, total_bytes = [], 0
        for entry in os.scandir(self._folder):
            # Another process may delete it under our eyes; on Windows one may hold it open.
            with suppress(OSError):
                stat = entry.stat()
                if entry.name.startswith(_WORK_PREFIX):
                    if time.time() - stat.st_mtime > _STALE_S:
                        Path(entry).unlink()
                elif entry.name.endswith(_END):
                    total_bytes += stat.st_size
                    files.append((stat.st_mtime_ns, stat.st_size, Path(entry)))
        for _, size_bytes, path in sorted(files):
            if total_bytes <= self._limit_bytes:
                return
            if path != newest:
                with suppress(OSError):
                    path.unlink()
                total_bytes -= size_bytes


def _packed(embedding: Embedding) -> bytes:
    """A check sum of the rest, the photo's height and width, how many maps, and the maps."""
    body = io.BytesIO()
    numbers = (embedding.height_px, embedding.width_px, len(embedding.maps))
    for array in (np.array(numbers), *embedding.maps):
        np.save(body, array, allow_pickle=False)
    content = body.getvalue()
    return zlib.crc32(content).to_bytes(_SUM_BYTES, "big") + content


def _read(path: Path) -> Embedding | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    content = data[_SUM_BYTES:]
    if zlib.crc32(content) != int.from_bytes(data[:_SUM_BYTES], "big") or not content:
        _LOG.warning("%s is damaged and will be made anew", path)
        return None
    with suppress(OSError):  # a cache that can only be read serves as well
        os.utime(path)
    body = io.BytesIO(content)
    height, width, count = np.load(body).tolist()
    return Embedding(height, width, tuple(np.load(body) for _ in range(count)))
