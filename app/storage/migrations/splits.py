"""Steps for splits."""

from sqlite_utils import Database

from app.storage.migrations.steps import migrations, run


@migrations()
def m020_locked_splits_and_looks_of_photos(db: Database) -> None:
    run(
        db,
        # One row for each time an image's split was locked. It stays when the lock is taken off, so
        # it is also the log of who did that and why.
        """CREATE TABLE split_lock (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            split TEXT NOT NULL CHECK (split IN ('train', 'val', 'test')),
            locked_by TEXT NOT NULL,
            locked_at TEXT NOT NULL,
            exported TEXT NOT NULL,
            unlocked_by TEXT,
            unlocked_at TEXT,
            reason TEXT,
            CHECK ((unlocked_by IS NULL) = (unlocked_at IS NULL)),
            CHECK ((unlocked_by IS NULL) = (reason IS NULL)))""",
        """CREATE UNIQUE INDEX split_locked ON split_lock (image_id)
            WHERE unlocked_at IS NULL""",
        "CREATE INDEX split_lock_by_time ON split_lock (unlocked_at)",
        """CREATE TRIGGER split_stays BEFORE UPDATE OF split ON image
            WHEN NEW.split IS NOT OLD.split AND EXISTS (
                SELECT 1 FROM split_lock WHERE image_id = OLD.id AND unlocked_at IS NULL)
            BEGIN SELECT RAISE(ABORT, 'flawmark: the split of an exported image is locked'); END""",
        # Images between two runs of a build that was cut, which get no split.
        """CREATE TABLE split_gap (
            image_id INTEGER PRIMARY KEY REFERENCES image (id) ON DELETE CASCADE)""",
        # `look`: 64 bits of app.imaging.near_duplicates, as SQLite's signed integer.
        """CREATE TABLE photo_look (
            image_id INTEGER PRIMARY KEY REFERENCES image (id) ON DELETE CASCADE,
            look INTEGER NOT NULL)""",
    )
