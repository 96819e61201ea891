"""Step 26: who is to label an image is no work on it, and a gesture of a kind of its own."""

from sqlite_utils import Database

from app.storage.migrations.steps import migrations, run

_IS_ASSIGNMENT = (
    "CASE WHEN subject = 'image' THEN json_remove(before, '$[4]') IS json_remove(after, '$[4]')"
    " AND json_extract(before, '$[4]') IS NOT json_extract(after, '$[4]') ELSE 0 END"
)
"""Of a row of `edit`: in the log's JSON of an image's label the fifth is whose it is to label. Rows
of other subjects hold no JSON at all, so they are left aside first.
"""


@migrations()
def m026_assignments_are_no_work(db: Database) -> None:
    run(
        db,
        # As a gesture of this kind an assignment can't be undone by whoever takes work back, so
        # those that were are two: one to somebody, and one to whoever had it before.
        f"""UPDATE gesture SET kind = 'assign', standing = 'done', reverts = NULL
            WHERE kind IN ('edit', 'undo', 'redo')
                AND id IN (SELECT gesture_id FROM edit GROUP BY gesture_id
                    HAVING min({_IS_ASSIGNMENT}))
                AND id NOT IN (SELECT gesture_id FROM second_edit)""",
        "DROP TRIGGER quality_due_after_edit",
        """CREATE TRIGGER quality_due_after_edit AFTER INSERT ON edit
            WHEN NEW.image_id IS NOT NULL AND (SELECT kind FROM gesture WHERE id = NEW.gesture_id)
                NOT IN ('split', 'classes', 'assign')
            BEGIN INSERT INTO quality_due SELECT NEW.image_id WHERE true ON CONFLICT DO NOTHING;
            END""",
    )
