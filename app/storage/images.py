"""The photos of a project: where they lie, what they are, how far the work on each has come."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.core.edit import ImageEdit
from app.core.errors import UserError
from app.core.image import STATES, Image, State
from app.storage.database import ProjectDatabase
from app.storage.rows import IMAGE_COLUMNS, image_from_row


@dataclass(frozen=True, slots=True)
class NewImage:
    """A photo to take in. Width and height are of the upright image; see `Image` for `path`."""

    path: str
    content_hash: str
    size_bytes: int
    mtime_ns: int
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What the project remembers of a photo file, to tell whether it changed since."""

    image_id: int
    path: str
    content_hash: str
    size_bytes: int
    mtime_ns: int


class ImageTable:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def add(self, photos: Iterable[NewImage]) -> int:
        """How many were new; a path that another import took meanwhile is passed over."""
        return self._db.executemany(
            "INSERT INTO image (path, content_hash, size_bytes, mtime_ns, width_px, height_px)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO NOTHING",
            [
                (p.path, p.content_hash, p.size_bytes, p.mtime_ns, p.width_px, p.height_px)
                for p in photos
            ],
        )

    def get(self, image_id: int) -> Image:
        row = self._db.execute(
            f"SELECT {IMAGE_COLUMNS} FROM image WHERE id = ?", [image_id]
        ).fetchone()
        if row is None:
            raise KeyError(image_id)
        return image_from_row(row)

    def all(self, states: Iterable[State] = STATES) -> Iterator[Image]:
        """Images in any of `states`, in the order they came in."""
        wanted = list(states)
        marks = ", ".join("?" * len(wanted))
        # Fetched in full before the first is handed out: the caller may write while it walks.
        rows = self._db.rows(
            f"SELECT {IMAGE_COLUMNS} FROM image WHERE state IN ({marks}) ORDER BY id", wanted
        )
        return map(image_from_row, rows)

    def count(self) -> dict[State, int]:
        counts = dict(self._db.rows("SELECT state, count(*) FROM image GROUP BY state"))
        return {state: counts.get(state, 0) for state in STATES}

    def normal_count(self) -> int:
        found: int = self._db.execute("SELECT count(*) FROM image WHERE is_normal").fetchone()[0]
        return found

    def ids_by_path(self) -> dict[str, int]:
        return dict(self._db.rows("SELECT path, id FROM image"))

    def files(self) -> list[FileRecord]:
        rows = self._db.rows(
            "SELECT id, path, content_hash, size_bytes, mtime_ns FROM image ORDER BY id"
        )
        return [FileRecord(*row) for row in rows]

    def move(self, moves: Iterable[tuple[int, str, int]]) -> None:
        """Each of `moves` is (image id, new path, new mtime_ns) of a photo of the same content."""
        self._db.executemany(
            "UPDATE image SET path = ?, mtime_ns = ? WHERE id = ?",
            [(path, mtime_ns, image_id) for image_id, path, mtime_ns in moves],
        )

    def write(self, edit: ImageEdit) -> None:
        """Raises UserError when the image is not as `edit.before` says it is."""
        before, after = edit.before, edit.after
        cursor = self._db.execute(
            "UPDATE image SET state = ?, is_normal = ?, split = ?"
            " WHERE id = ? AND state = ? AND is_normal = ? AND split IS ?",
            [
                *(after.state, after.is_normal, after.split, edit.image_id),
                *(before.state, before.is_normal, before.split),
            ],
        )
        if cursor.rowcount != 1:
            raise UserError(
                f"Image {edit.image_id} was changed by somebody else in the meantime.",
                hint="Look at it again, then repeat your change. Nothing of it was saved.",
            )
