"""Step 21: figures of quality, counted image by image."""

from sqlite_utils import Database

from app.storage.migrations.steps import migrations, run


@migrations()
def m021_quality(db: Database) -> None:
    due = "INSERT INTO quality_due SELECT {} WHERE true ON CONFLICT DO NOTHING"
    is_labels = "(SELECT kind FROM gesture WHERE id = NEW.gesture_id) NOT IN ('split', 'classes')"
    run(
        db,
        *_TABLES,
        f"""CREATE TRIGGER quality_due_after_edit AFTER INSERT ON edit
            WHEN NEW.image_id IS NOT NULL AND {is_labels}
            BEGIN {due.format("NEW.image_id")}; END""",
        f"""CREATE TRIGGER quality_due_after_visit AFTER INSERT ON visit
            BEGIN {due.format("NEW.image_id")}; END""",
        f"""CREATE TRIGGER quality_due_after_comparison AFTER INSERT ON comparison
            BEGIN {due.format("NEW.image_id")}; END""",
        f"""CREATE TRIGGER quality_due_after_next_comparison AFTER UPDATE ON comparison
            BEGIN {due.format("NEW.image_id")}; END""",
        f"""CREATE TRIGGER quality_due_after_answer AFTER UPDATE OF dismissed_by ON disagreement
            BEGIN {due.format("NEW.image_id")}; END""",
        """INSERT INTO quality_due SELECT id FROM image
            WHERE state NOT IN ('new', 'prelabelled') OR EXISTS
                (SELECT 1 FROM annotation WHERE image_id = image.id AND author IS NOT NULL)""",
    )


_TABLES = (
    # Images whose facts are no longer what was counted.
    "CREATE TABLE quality_due (image_id INTEGER PRIMARY KEY)",
    """CREATE TABLE quality_total (
        id INTEGER PRIMARY KEY,
        measure TEXT NOT NULL,
        person TEXT NOT NULL,
        run_id INTEGER NOT NULL,
        class_id INTEGER NOT NULL,
        detail TEXT NOT NULL,
        n REAL NOT NULL DEFAULT 0,
        UNIQUE (measure, person, run_id, class_id, detail))""",
    # `counted`: what the image adds to which totals, as JSON {id: n}.
    """CREATE TABLE quality_image (
        image_id INTEGER PRIMARY KEY,
        counted TEXT NOT NULL)""",
    """CREATE TABLE suspect (
        image_id INTEGER NOT NULL,
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        score REAL NOT NULL,
        class_id INTEGER NOT NULL,
        left_px REAL NOT NULL,
        top_px REAL NOT NULL,
        right_px REAL NOT NULL,
        bottom_px REAL NOT NULL,
        said_class_id INTEGER NOT NULL,
        said_left_px REAL NOT NULL,
        said_top_px REAL NOT NULL,
        said_right_px REAL NOT NULL,
        said_bottom_px REAL NOT NULL,
        sureness REAL,
        is_answered INTEGER NOT NULL DEFAULT 0 CHECK (is_answered IN (0, 1)))""",
    "CREATE INDEX suspect_by_image ON suspect (image_id, kind, key)",
    "CREATE INDEX suspect_by_score ON suspect (is_answered, kind, score, sureness DESC)",
    # Somebody has looked, and found nothing wrong with it.
    """CREATE TABLE suspect_answer (
        image_id INTEGER NOT NULL,
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        person TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (image_id, kind, key)) WITHOUT ROWID""",
)
