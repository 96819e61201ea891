"""Photos on their way to the model worker, in shared memory that is reused."""

import os
import sys
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import numpy as np

from app.core.errors import UserError
from app.core.photo import Rgb


@dataclass(frozen=True, slots=True)
class PhotoPlace:
    """Where one HxWx3 photo lies in a slot."""

    offset: int
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Request:
    """Photos for a method of the model: slot number, name of its shared memory, where they lie.

    The method is called with the photos and then `arguments`.
    """

    slot: int
    memory: str
    places: tuple[PhotoPlace, ...]
    method: str
    arguments: tuple[object, ...]


class Piece:
    """One piece of shared memory of this side, replaced when too small; to be freed at the end."""

    def __init__(self) -> None:
        self._memory: SharedMemory | None = None

    def sized(self, size_bytes: int) -> SharedMemory:
        """That large at least. Raises UserError when the system has no shared memory left."""
        if self._memory is None or self._memory.size < size_bytes:
            fresh = _created(max(size_bytes, 1))
            self.free()
            self._memory = fresh
        return self._memory

    def free(self) -> None:
        """Gives it back; to be called when nobody reads it any more."""
        if self._memory is not None:
            self._memory.close()
            self._memory.unlink()
        self._memory = None


class FarPiece:
    """A piece of the other side, which may have been replaced by another name."""

    def __init__(self) -> None:
        self._memory: SharedMemory | None = None

    def named(self, name: str) -> SharedMemory:
        if self._memory is None or self._memory.name != name:
            if self._memory is not None:
                # Whoever still holds a photo keeps the old memory mapped until it lets go.
                with suppress(BufferError):
                    self._memory.close()
            self._memory = SharedMemory(name=name)
        return self._memory


class PhotoSender:
    """The near side: `count` pieces of shared memory used in turn, each replaced when too small.

    A piece is used again after `count` - 1 others, so no more requests than `count` may be open.
    """

    def __init__(self, count: int) -> None:
        if count < 1:
            raise ValueError(f"at least one slot is needed, not {count}")
        self.count = count
        self._pieces = [Piece() for _ in range(count)]
        self._next = 0

    def put(self, photos: Sequence[Rgb], method: str, arguments: tuple[object, ...]) -> Request:
        """Copies photos (HxWx3 uint8) into the next piece.

        Raises ValueError for anything else, UserError when the system has no shared memory left.
        """
        for photo in photos:
            if photo.dtype != np.uint8 or photo.ndim != 3 or photo.shape[2] != 3 or not photo.size:
                raise ValueError(f"not an HxWx3 uint8 photo: {photo.shape} {photo.dtype}")
        slot = self._next
        memory = self._pieces[slot].sized(sum(photo.nbytes for photo in photos))
        self._next = (slot + 1) % self.count
        places, offset = [], 0
        for photo in photos:
            place = np.ndarray(photo.shape, np.uint8, buffer=memory.buf, offset=offset)
            place[:] = photo
            places.append(PhotoPlace(offset, photo.shape[0], photo.shape[1]))
            offset += photo.nbytes
        return Request(slot, memory.name, tuple(places), method, arguments)

    def free(self) -> None:
        """Gives all memory back; to be called when nobody reads it any more."""
        for piece in self._pieces:
            piece.free()


def _created(size_bytes: int) -> SharedMemory:
    memory = SharedMemory(create=True, size=size_bytes)
    if sys.platform == "linux":
        # The pages come only when written to, and where there are none left (containers often have
        # 64 MB) the writer is killed. Asking for them now gives an error that can be told.
        try:
            with Path("/dev/shm", memory.name).open("rb+") as file:
                os.posix_fallocate(file.fileno(), 0, size_bytes)
        except OSError as e:
            memory.close()
            memory.unlink()
            raise UserError(
                f"There are not {size_bytes / 1e6:.0f} MB of shared memory left for photos.",
                hint="Give /dev/shm more room (in a container: --shm-size), or use smaller "
                "batches.",
            ) from e
    return memory


class PhotoReceiver:
    """The far side: photos as views of the shared memory, valid until the request is answered."""

    def __init__(self) -> None:
        self._pieces: defaultdict[int, FarPiece] = defaultdict(FarPiece)

    def of(self, request: Request) -> list[Rgb]:
        """The photos of a request, HxWx3 uint8, not copied."""
        memory = self._pieces[request.slot].named(request.memory)
        return [
            np.ndarray((p.height, p.width, 3), np.uint8, buffer=memory.buf, offset=p.offset)
            for p in request.places
        ]
