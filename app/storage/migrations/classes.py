"""Step 29: a class may go, with its boxes into another, and come back."""

from sqlite_utils import Database

from app.storage.migrations.gates import is_closed
from app.storage.migrations.steps import migrations, run


@migrations()
def m029_classes_go(db: Database) -> None:
    # `removed_name`: what a class was called that has gone; NULL while it stands. Its row stays, so
    # that the log can name it and its id never comes back. `merged_into`: whose its boxes are now.
    run(
        db,
        "ALTER TABLE label_class ADD COLUMN removed_name TEXT",
        "ALTER TABLE label_class ADD COLUMN merged_into INTEGER REFERENCES label_class (id)",
        "DROP VIEW class_index",
        """CREATE VIEW class_index AS
            SELECT id AS class_id, row_number() OVER (ORDER BY position, id) - 1 AS idx
            FROM label_class WHERE removed_name IS NULL""",
        "DROP TRIGGER annotation_locked_update",
        # Which classes there are a lead decides, of signed images, too: their boxes stay as drawn.
        f"""CREATE TRIGGER annotation_locked_update BEFORE UPDATE ON annotation
            WHEN ({is_closed("OLD")}
                OR (NEW.image_id != OLD.image_id AND {is_closed("NEW")})) AND NOT {_IS_MERGED}
            BEGIN SELECT RAISE(ABORT, 'flawmark: the image is locked'); END""",
    )


_SAME = " AND ".join(
    f"NEW.{field} IS OLD.{field}"
    for field in (
        *("image_id", "left_px", "top_px", "right_px", "bottom_px", "polygon", "score", "run_id"),
        *("author", "sources"),
    )
)
_IS_MERGED = f"""({_SAME} AND EXISTS (SELECT 1 FROM now_written AS w WHERE kind = 'retire'
    OR kind IN ('undo', 'redo') AND (SELECT kind FROM gesture WHERE id = w.reverts) = 'retire'))"""
