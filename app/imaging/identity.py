"""How a photo file is recognised again: by its content, or quickly by size and time."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from app.imaging.header import cannot_open

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FileStamp:
    """Size and time of last change: while both stay, the content is taken to be the same."""

    size_bytes: int
    mtime_ns: int


def content_hash(path: Path) -> str:
    """SHA-256 of the file's bytes, 64 lower-case hex digits. Raises UserError.

    Python lets other threads run while a chunk is hashed, so several files go in parallel.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
    except (OSError, ValueError) as error:
        raise cannot_open(path, error) from error
    return digest.hexdigest()


def stamp(path: Path) -> FileStamp:
    """The file's size and time of last change, without reading it. Raises UserError."""
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise cannot_open(path, error) from error
    return FileStamp(status.st_size, status.st_mtime_ns)
