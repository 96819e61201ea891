"""A project on disk: opening, making, migrating, and the one door through which labels change."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self
from uuid import uuid4

from app.core.assigning import only_hands_out
from app.core.edit import Edit, inverse
from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.storage.database import ProjectDatabase
from app.storage.edit_log import Gesture, GestureKind, Standing
from app.storage.failures import OutdatedError, in_words
from app.storage.gesture_writer import GestureWriter
from app.storage.hands import handed_in_by
from app.storage.late_finds import refuse_unseen
from app.storage.permits import closed_to_imports
from app.storage.project_file import FILE_NAME, back_up, folder_in_words, make_file, open_file
from app.storage.tables import Tables

if TYPE_CHECKING:
    from app.storage.class_merging import ClassMerging


class Project(Tables):
    """An open project, for the thread that opened it.

    Reads go through the tables, label changes through `apply`. Any method may raise UserError when
    the file can't be read or written, or when another program kept it locked for ten seconds.
    """

    def __init__(self, folder: Path, db: ProjectDatabase) -> None:
        """Use `create` or `open`."""
        super().__init__(db)
        self.folder = folder

    @classmethod
    def create(cls, folder: Path, furnish: Callable[[Self], None] = lambda project: None) -> Self:
        """Makes `folder` a new project, with what `furnish` puts into it: all of it or none.

        Raises UserError when it is a project already, or can't be written.
        """
        path = folder / FILE_NAME
        beside = folder / f".{FILE_NAME}.{uuid4().hex[:8]}.partial"
        with folder_in_words(folder):
            if path.exists():
                raise UserError(
                    f"{folder} is a project already.",
                    hint="Choose another folder, or add to this one with `flawmark import`.",
                )
            folder.mkdir(parents=True, exist_ok=True)
            try:
                with cls(folder, make_file(beside)) as new:
                    furnish(new)
                beside.rename(path)
            finally:
                for left in folder.glob(f"{beside.name}*"):
                    left.unlink()
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Opens the project in `folder`; one from an older version is backed up, then migrated.

        Raises UserError when there is none, or when it is from a newer version (left untouched).
        """
        path = folder / FILE_NAME
        with folder_in_words(folder):
            if not path.is_file():
                raise UserError(
                    f"{folder} is not a Flawmark project: it has no {FILE_NAME}.",
                    hint=f"Make one with `flawmark new {folder}`, or give another folder.",
                )
            db = open_file(path)
        return cls(folder.resolve(), db)

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def as_it_stands(self) -> Iterator[Self]:
        """The same project as it is now, to be read only: nothing that is written meanwhile comes
        into it. Until the block ends the file's journal keeps all of that, and grows.
        """
        with type(self)(self.folder, open_file(self.folder / FILE_NAME)) as still:
            still._db.read_from_now()
            yield still

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is saved together, or not at all. Nests."""
        with in_words(self._db.path):
            if self._db.conn.in_transaction:
                with self._db.atomic():
                    yield
                return
            # Taking the write lock at once lets a second writer wait here. Taken later, after a
            # read, SQLite could only refuse it.
            self._db.conn.execute("BEGIN IMMEDIATE")
            with ExitStack() as failed:
                failed.callback(self._db.rollback)
                yield
                self._db.conn.execute("COMMIT")
                failed.pop_all()

    def apply(
        self,
        edits: Iterable[Edit],
        *,
        actor: str,
        kind: GestureKind = "edit",
        unseen_refused: bool = False,
        of_all: bool = False,
    ) -> int | None:
        """Saves edits as one gesture, labels and log together or nothing; returns the gesture's id.

        None when there are no edits. Raises UserError when something is no longer as an edit's
        `before` says; with `unseen_refused` also when they settle an image with proposals on it.
        What `actor` says of an image that they label a second time is kept apart; not so where it
        is said `of_all` images, whoever labels them.
        """
        changes = list(edits)
        if not changes:
            return None
        is_own = kind == "edit" and not of_all
        if kind == "edit" and only_hands_out(changes):
            kind = "assign"
        with self.transaction():
            second = self.second.given_to(actor) if is_own else frozenset()
            shared = [edit for edit in changes if edit.image_id not in second]
            apart = [edit for edit in changes if edit.image_id in second]
            gesture = GestureWriter(self._db, actor, kind)
            gesture.write(shared)
            gesture.write_second(apart)
            if unseen_refused:
                refuse_unseen(shared, self.annotations.of_image)
                refuse_unseen(apart, partial(self.second.boxes_of, actor))
        return gesture.id

    def propose(
        self, edits: Iterable[Edit], second: Mapping[str, Sequence[Edit]], *, actor: str
    ) -> int | None:
        """What a model changes, as one gesture: on images and, person → edits, where somebody
        labels one a second time. Returns and raises as `apply`."""
        shared = list(edits)
        if not shared and not any(second.values()):
            return None
        with self.transaction():
            gesture = GestureWriter(self._db, actor, "prelabel")
            gesture.write(shared)
            for person, theirs in second.items():
                gesture.write_second(theirs, person=person)
        return gesture.id

    def take_over(
        self,
        edits: Iterable[Edit],
        *,
        actor: str,
        kind: GestureKind,
        at: str,
        reverts: int | None = None,
        standing: Standing,
    ) -> int:
        """One gesture that was made in a copy of this project; the same rules hold for it.

        Raises UserError where they don't allow it, or where it doesn't fit what stands here.
        """
        with self.transaction():
            gesture = GestureWriter(self._db, actor, kind, reverts, at=at)
            gesture.write(list(edits))
            self.undo_line.set_standing(gesture.id, standing)
        return gesture.id

    def back_up(self) -> Path:
        """A copy of the project file, in the folder `backups`."""
        return back_up(self.folder / FILE_NAME, self._db)

    def undo(self, actor: str) -> Gesture | None:
        """Takes back the person's last gesture, on whichever image; None when there is none.

        Returns the gesture that did it. Raises UserError when somebody else has since changed what
        it would bring back: that gesture then stands for good, and the next undo goes on before it.
        """
        return self._revert(self.undo_line.to_undo(actor), "undo", actor)

    def undo_one(self, gesture_id: int, actor: str) -> Gesture | None:
        """Takes back that gesture of the person, whatever they did elsewhere since; as `undo`.

        Raises UserError when it no longer stands, or somebody has since worked on its images.
        """
        if not self.undo_line.is_last_on_its_images(gesture_id, actor):
            raise UserError(
                "This step can't be taken back: it was already, or its images have changed since.",
                hint="Their history tells by whom. What is approved can be reopened.",
            )
        return self._revert(gesture_id, "undo", actor)

    def redo(self, actor: str) -> Gesture | None:
        """Makes the person's last undone gesture again; as `undo`."""
        return self._revert(self.undo_line.to_redo(actor), "redo", actor)

    def _revert(
        self, gesture_id: int | None, kind: Literal["undo", "redo"], actor: str
    ) -> Gesture | None:
        if gesture_id is None:
            return None
        retired = self.log.retired_by(gesture_id)
        try:
            with self.transaction():
                if retired is None:
                    done = self._revert_labels(gesture_id, kind, actor)
                else:
                    merging = self._merging_by(actor)
                    revert = merging.undo if kind == "undo" else merging.redo
                    done = self.log.get(revert(gesture_id, retired))
                self.undo_line.set_standing(gesture_id, "undone" if kind == "undo" else "done")
        except OutdatedError as e:
            self.undo_line.set_standing(gesture_id, "fixed")
            raise UserError(
                "This step can't be taken back or made again: somebody changed the same since.",
                hint="Do it once more to go on with the next step.",
            ) from e
        return done

    def _merging_by(self, actor: str) -> "ClassMerging":
        from app.storage.class_merging import ClassMerging

        return ClassMerging(self._db, actor)

    def _revert_labels(self, gesture_id: int, kind: Literal["undo", "redo"], actor: str) -> Gesture:
        edits = self.log.get(gesture_id).edits
        second = self.log.second_edits(gesture_id)
        if kind == "undo":
            edits, second = (tuple(map(inverse, reversed(each))) for each in (edits, second))
        done = GestureWriter(self._db, actor, kind, reverts=gesture_id)
        written = done.write(edits)
        written_second = done.write_second(second)
        refuse_unseen(written, self.annotations.of_image)
        return replace(self.log.get(done.id), edits=(*written, *written_second))

    def add_classes(self, classes: Sequence[LabelClass], *, actor: str) -> list[LabelClass]:
        """Appends label classes and returns them with their ids; see `ClassTable.add`."""
        if not classes:
            return []
        with self.transaction():
            gesture = GestureWriter(self._db, actor, "classes")
            added = self.classes.add(classes)
            for new in added:
                self.log.record_class(gesture.id, new.id, new.name)
        return added

    def change_class(self, changed: LabelClass, *, actor: str) -> None:
        """Name, colour, prompts … of the label class with that id; see `ClassTable.change`."""
        with self.transaction():
            gesture = GestureWriter(self._db, actor, "classes")
            before = self.classes.change(changed)
            self.log.record_class(gesture.id, changed.id, changed.name, before=before.name)

    def order_classes(self, class_ids: Sequence[int], *, actor: str) -> None:
        """All of them, in another order; see `ClassTable.order`."""
        with self.transaction():
            moved = self.classes.order(class_ids)
            if moved:
                gesture = GestureWriter(self._db, actor, "classes")
                for each in moved:
                    self.log.record_class(gesture.id, each.id, each.name, before=each.name)

    def retire_class(self, class_id: int, *, into: int | None = None, actor: str) -> int:
        """Takes a class away: of which no box is left, or whose boxes are of `into` from then on,
        also on signed images. Returns the gesture, which an undo takes back.

        Raises UserError when the class has gone already, or has boxes and nowhere to put them.
        """
        with self.transaction():
            return self._merging_by(actor).retire(class_id, into)

    def handed_in_by(self, image_id: int) -> frozenset[str]:
        """Everybody who ever handed the image in, and didn't take that back by an undo."""
        return handed_in_by(self._db, image_id)

    def closed_to_imports(self, image_ids: Iterable[int]) -> frozenset[int]:
        """Those of the images whose labels no import changes."""
        return closed_to_imports(self._db, image_ids)

    def locate(self, kept: str) -> Path:
        """The photo file that a kept path means, absolute."""
        # Not resolve(): a photo folder that is itself a link keeps the name people know it by.
        return Path(os.path.normpath(self.folder / kept))

    def kept_path(self, photo: Path) -> str:
        """How the project keeps the path of a photo.

        Relative when the photo lies in the project's folder or beside it, so that both can move
        together; absolute otherwise.
        """
        if photo.is_relative_to(self.folder.parent):
            return Path(os.path.relpath(photo, self.folder)).as_posix()
        return photo.as_posix()

    def add_tags(self, tags: Iterable[tuple[str, str]]) -> None:
        """Adds words for images, each (name, Chinese name); those it has are left as they are."""
        with self.transaction():
            self._db.executemany(
                "INSERT INTO tag (name, name_zh) VALUES (?, ?) ON CONFLICT DO NOTHING", list(tags)
            )

    def tags(self) -> list[tuple[str, str]]:
        """The words that an image can be tagged with: (name, Chinese name)."""
        return [(name, zh) for name, zh in self._db.rows("SELECT name, name_zh FROM tag")]

    def is_read_only(self) -> bool:
        """Whether nothing of it can be changed: file, folder or drive forbid to write."""
        return self._db.is_read_only()

    def version(self) -> int:
        """Another number as soon as any other connection, of any program, has written."""
        found: int = self._db.execute("PRAGMA data_version").fetchone()[0]
        return found

    def integrity_problems(self) -> list[str]:
        """What SQLite finds wrong with the file itself; empty when it is sound."""
        rows = [text for (text,) in self._db.rows("PRAGMA integrity_check")]
        broken_links = self._db.rows("PRAGMA foreign_key_check")
        return [text for text in rows if text != "ok"] + [
            f"row {row} of {table} points at a missing row of {parent}"
            for table, row, parent, _ in broken_links
        ]
