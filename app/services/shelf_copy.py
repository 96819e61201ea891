"""Files copied onto the shelf: hashed on the way, flushed, and refused before the disk is full."""

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import UserError
from app.core.progress import OnProgress, Progress

_CHUNK_BYTES = 4 * 2**20
_SPARE_BYTES = 50_000_000
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A file on its way: from `source` to `target`, relative to the model's folder, "/" between."""

    source: Path
    target: str


def copy_pieces(
    pieces: Sequence[Piece], folder: Path, *, on_progress: OnProgress
) -> dict[str, str]:
    """Target → SHA-256 of what was written, in hex. Progress counts megabytes.

    Raises UserError when they don't fit on the disk, OSError for what else it can't do.
    """
    total = sum(piece.source.stat().st_size for piece in pieces)
    ensure_room(total, folder)
    hashes, done = {}, 0
    for piece in pieces:
        target = folder / piece.target
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with piece.source.open("rb") as read, target.open("xb") as written:
            while chunk := read.read(_CHUNK_BYTES):
                written.write(chunk)
                digest.update(chunk)
                done += len(chunk)
                on_progress(Progress(megabytes(done), megabytes(max(total, done)), piece.target))
            written.flush()
            os.fsync(written.fileno())
        hashes[piece.target] = digest.hexdigest()
    return hashes


def megabytes(size_bytes: int) -> int:
    """Begun ones count: nothing that is there has none."""
    return -(-size_bytes // _MEGABYTE)


def move_pieces(pieces: Sequence[Piece], folder: Path) -> None:
    """Renames files of the same disk. Raises OSError."""
    for piece in pieces:
        target = folder / piece.target
        target.parent.mkdir(parents=True, exist_ok=True)
        piece.source.replace(target)


def ensure_room(size_bytes: int, folder: Path) -> None:
    """Raises UserError when the disk of `folder` has no room for it."""
    free = shutil.disk_usage(folder).free
    if free < size_bytes + _SPARE_BYTES:
        raise UserError(
            f"There is no room for the model: it takes {size_bytes / 1e6:.0f} MB, and {folder} has "
            f"{free / 1e6:.0f} MB free.",
            hint="Free some room, put the shelf on another disk (FLAWMARK_MODELS), or leave the "
            "weights where they are (--in-place).",
        )
