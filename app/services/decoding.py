"""Photos decoded in threads ahead of whoever needs them, in batches of bounded size."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from app.core.errors import UserError
from app.core.image import Image
from app.core.photo import Rgb

Read = Callable[[Image], Rgb | UserError]

_THREADS = 2
_BATCH_PHOTOS = 8
_BATCH_BYTES = 32 * 2**20


def decoded_batches(
    images: Sequence[Image], read: Read, refuse: Callable[[UserError], None]
) -> Iterator[tuple[list[Image], list[Rgb]]]:
    """Images with their photos, in order: at most 8 and, but for a single photo, 32 MB at a time.

    `read` is called from other threads and returns what is wrong with a photo instead of raising
    it; that goes to `refuse`, and the photo into no batch.
    """
    batch: list[Image] = []
    photos: list[Rgb] = []
    for image, photo in _decoded(images, read):
        if isinstance(photo, UserError):
            refuse(photo)
            continue
        size_bytes = sum(p.nbytes for p in photos) + photo.nbytes
        if batch and (len(batch) == _BATCH_PHOTOS or size_bytes > _BATCH_BYTES):
            yield batch, photos
            batch, photos = [], []
        batch.append(image)
        photos.append(photo)
    if batch:
        yield batch, photos


def _decoded(images: Sequence[Image], read: Read) -> Iterator[tuple[Image, Rgb | UserError]]:
    ahead: deque[tuple[Image, Future[Rgb | UserError]]] = deque()
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="decode") as pool:
        try:
            for image in images:
                ahead.append((image, pool.submit(read, image)))
                if len(ahead) > _BATCH_PHOTOS:
                    first, future = ahead.popleft()
                    yield first, future.result()
            while ahead:
                first, future = ahead.popleft()
                yield first, future.result()
        finally:
            for _, future in ahead:
                future.cancel()
