"""Step 25: what went out without a split was trained on, and a later split leaves it there."""

from sqlite_utils import Database

from app.storage.migrations.steps import migrations, run


@migrations()
def m025_exports_without_a_split(db: Database) -> None:
    run(
        db,
        "DROP TRIGGER split_stays",
        # An image may be locked before it has a split: then it may get that one, and no other.
        """CREATE TRIGGER split_stays BEFORE UPDATE OF split ON image
            WHEN NEW.split IS NOT OLD.split AND EXISTS (
                SELECT 1 FROM split_lock WHERE image_id = OLD.id AND unlocked_at IS NULL
                AND split IS NOT NEW.split)
            BEGIN SELECT RAISE(ABORT, 'flawmark: the split of an exported image is locked'); END""",
    )
