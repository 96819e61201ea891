"""The photos of a project: where they lie, what they are, how far the work on each has come."""

import json
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

from app.core.batches import batches
from app.core.builds import PATTERN_SETTING, found_build
from app.core.edit import ImageEdit
from app.core.image import LOCKED, STATES, Image, ImageLabel, State, changed_fields
from app.storage.database import ProjectDatabase
from app.storage.failures import OutdatedError
from app.storage.migrations.builds import fill_by_build
from app.storage.rows import IMAGE_COLUMNS, image_from_row
from app.storage.settings import SettingTable


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


_PAGE = 500


class ImageTable:
    def __init__(self, db: ProjectDatabase) -> None:
        self._db = db

    def add(self, photos: Iterable[NewImage]) -> int:
        """How many were new; a path that another import took meanwhile is passed over."""
        pattern = self.build_pattern()
        return self._db.executemany(
            "INSERT INTO image (path, content_hash, size_bytes, mtime_ns, width_px, height_px,"
            " build) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7"
            " WHERE NOT EXISTS (SELECT 1 FROM image WHERE path = ?1)",
            [
                (
                    *(p.path, p.content_hash, p.size_bytes, p.mtime_ns, p.width_px, p.height_px),
                    found_build(p.path, pattern),
                )
                for p in photos
            ],
        )

    def find_builds(self) -> None:
        """Of all images anew, by the pattern as the project has it now; within a transaction."""
        pattern = self.build_pattern()
        rows = self._db.rows("SELECT id, path, build FROM image")
        found = ((image_id, found_build(path, pattern), was) for image_id, path, was in rows)
        changes = [(build, image_id) for image_id, build, was in found if build != was]
        # All counted anew takes a tenth of the time that a trigger takes for each.
        ((counting,),) = self._db.rows(
            "SELECT sql FROM sqlite_master WHERE name = 'image_stands_otherwise'"
        )
        self._db.execute("DROP TRIGGER image_stands_otherwise")
        self._db.executemany("UPDATE image SET build = ? WHERE id = ?", changes)
        fill_by_build(self._db)
        self._db.execute(counting)

    def build_pattern(self) -> re.Pattern[str] | None:
        """What finds the build in a path, where the project has it; see `app.core.builds`."""
        kept = SettingTable(self._db).get(PATTERN_SETTING)
        return re.compile(kept) if kept else None

    def get(self, image_id: int) -> Image:
        row = self._db.execute(
            f"SELECT {IMAGE_COLUMNS} FROM image WHERE id = ?", [image_id]
        ).fetchone()
        if row is None:
            raise KeyError(image_id)
        return image_from_row(row)

    def state_of(self, image_id: int) -> State:
        return self.get(image_id).label.state

    def all(self, states: Iterable[State] = STATES) -> Iterator[Image]:
        """Images in any of `states`, in the order they came in."""
        wanted = list(states)
        marks = ", ".join("?" * len(wanted))
        # Fetched in full before the first is handed out: the caller may write while it walks.
        rows = self._db.rows(
            f"SELECT {IMAGE_COLUMNS} FROM image WHERE state IN ({marks}) ORDER BY id", wanted
        )
        return map(image_from_row, rows)

    def walk(self, states: Iterable[State] = STATES) -> Iterator[Image]:
        """As `all`, of which memory holds a page: later pages show what is written meanwhile."""
        wanted = list(states)
        marks = ", ".join("?" * len(wanted))
        last = 0
        # The plus keeps SQLite from an index of states, which would be sorted for every page.
        while rows := self._db.rows(
            f"SELECT {IMAGE_COLUMNS} FROM image WHERE id > ? AND +state IN ({marks})"
            " ORDER BY id LIMIT ?",
            [last, *wanted, _PAGE],
        ):
            yield from map(image_from_row, rows)
            last = rows[-1][0]

    def of_ids(self, image_ids: Iterable[int]) -> list[Image]:
        """By ascending id; those that aren't there are left out."""
        rows = self._db.rows(
            f"SELECT {IMAGE_COLUMNS} FROM image"
            " WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            [json.dumps(list(image_ids))],
        )
        return [image_from_row(row) for row in rows]

    def listed(self, image_ids: Iterable[int]) -> "ImageList":
        """Those images, which come in ascending order of `image_ids`."""
        return ImageList(self, array("q", image_ids))

    def count(self) -> dict[State, int]:
        counts = dict(self._db.rows("SELECT state, count(*) FROM image GROUP BY state"))
        return {state: counts.get(state, 0) for state in STATES}

    def layer(self, image_id: int, by: int) -> int | None:
        """The id of the image `by` places on among those of its folder, as they came in."""
        way, order = (">", "ASC") if by > 0 else ("<", "DESC")
        folder = self.get(image_id).path.rpartition("/")[0]
        row = self._db.execute(
            f"SELECT id FROM image WHERE id {way} ? AND substr(path, 1, ?) = ?"
            f" AND instr(substr(path, ?), '/') = 0 ORDER BY id {order} LIMIT 1 OFFSET ?",
            [image_id, len(folder), folder, len(folder) + 2, abs(by) - 1],
        ).fetchone()
        return row[0] if row else None

    def newest(self) -> int:
        """The highest id; 0 when there is no image."""
        found: int | None = self._db.execute("SELECT max(id) FROM image").fetchone()[0]
        return found or 0

    def normal_count(self) -> int:
        found: int = self._db.execute("SELECT count(*) FROM image WHERE is_normal").fetchone()[0]
        return found

    def hashes(self, *, after: int = 0) -> dict[int, str]:
        """Content hash by id, of images that came in after the one of that id."""
        return dict(self._db.rows("SELECT id, content_hash FROM image WHERE id > ?", [after]))

    def ids_by_path(self) -> dict[str, int]:
        return dict(self._db.rows("SELECT path, id FROM image"))

    def files(self) -> list[FileRecord]:
        rows = self._db.rows(
            "SELECT id, path, content_hash, size_bytes, mtime_ns FROM image ORDER BY id"
        )
        return [FileRecord(*row) for row in rows]

    def move(self, moves: Iterable[tuple[int, str, int]]) -> None:
        """Each of `moves` is (image id, new path, new mtime_ns) of a photo of the same content."""
        pattern = self.build_pattern()
        self._db.executemany(
            "UPDATE image SET path = ?, mtime_ns = ?, build = ? WHERE id = ?",
            [
                (path, mtime_ns, found_build(path, pattern), image_id)
                for image_id, path, mtime_ns in moves
            ],
        )

    def on_what_stands(self, edit: ImageEdit, stands: ImageLabel | None = None) -> ImageEdit:
        """The same change to the label as it is now, or as it `stands` after an edit before it: of
        the fields that it changes, and no others.

        Raises OutdatedError when one of these is not as `edit.before` says.
        """
        now = stands or self.get(edit.image_id).label
        changes = changed_fields(edit.before, edit.after)
        if any(getattr(now, name) != getattr(edit.before, name) for name in changes):
            raise OutdatedError(
                f"Image {edit.image_id} was changed by somebody else in the meantime.",
                hint="Look at it again, then repeat your change. Nothing of it was saved.",
            )
        return ImageEdit(edit.image_id, now, replace(now, **changes))

    def write(self, edit: ImageEdit) -> None:
        """An edit as `on_what_stands` has it; within the same transaction."""
        after, has_new_tags = edit.after, edit.before.tags != edit.after.tags
        opens = edit.before.state in LOCKED
        if has_new_tags and not opens:
            self._tag(edit.image_id, after.tags)
        self._db.execute(
            "UPDATE image SET state = ?, is_normal = ?, split = ?, assigned_to = ?, annotator = ?,"
            " reviewer = ?, reason = ? WHERE id = ?",
            [
                *(after.state, after.is_normal, after.split, after.assigned_to),
                *(after.annotator, after.reviewer, after.reason, edit.image_id),
            ],
        )
        if has_new_tags and opens:
            self._tag(edit.image_id, after.tags)

    def _tag(self, image_id: int, names: Iterable[str]) -> None:
        self._db.execute("DELETE FROM image_tag WHERE image_id = ?", [image_id])
        # A word that the project lacks comes in: undo may bring one back, a merge a new one.
        for name in names:
            self._db.execute(
                "INSERT INTO tag (name, name_zh) VALUES (?, '') ON CONFLICT DO NOTHING", [name]
            )
            self._db.execute(
                "INSERT INTO image_tag SELECT ?, id FROM tag WHERE name = ?", [image_id, name]
            )


class ImageList(Sequence[Image]):
    """Images by their ids, read as they stand whenever it is walked, and the caller may write then.

    100,000 values take 40 MB, their ids one.
    """

    def __init__(self, table: ImageTable, ids: "array[int]") -> None:
        """`ids` in ascending order."""
        self._table = table
        self.ids = ids

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Image]:
        for page in batches(self.ids, _PAGE):
            yield from self._table.of_ids(page)

    def at(self, places: Iterable[int]) -> "ImageList":
        """Those at `places`, which ascend."""
        return ImageList(self._table, array("q", (self.ids[place] for place in places)))

    @overload
    def __getitem__(self, place: int) -> Image: ...

    @overload
    def __getitem__(self, place: slice) -> "ImageList": ...

    def __getitem__(self, place: int | slice) -> "Image | ImageList":
        if isinstance(place, slice):
            return ImageList(self._table, self.ids[place])
        return self._table.get(self.ids[place])
