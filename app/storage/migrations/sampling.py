"""Step 22: images drawn for review, and photos that are labelled a second time."""

from sqlite_utils import Database

from app.storage.migrations.steps import migrations, run


@migrations()
def m022_samples(db: Database) -> None:
    run(
        db,
        """CREATE TABLE review_draw (
            image_id INTEGER PRIMARY KEY REFERENCES image (id) ON DELETE CASCADE,
            why TEXT NOT NULL CHECK (why IN ('new_person', 'share')))""",
        """CREATE TABLE gold (
            image_id INTEGER PRIMARY KEY REFERENCES image (id) ON DELETE CASCADE,
            named_by TEXT NOT NULL,
            named_at TEXT NOT NULL)""",
        # Label and boxes are JSON, as the log has them: few, and never searched.
        """CREATE TABLE second_labelling (
            image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            person TEXT NOT NULL,
            purpose TEXT NOT NULL CHECK (purpose IN ('gold', 'twice')),
            given_at TEXT NOT NULL,
            state TEXT NOT NULL CHECK (
                state IN ('new', 'prelabelled', 'in_progress', 'submitted', 'excluded')),
            label TEXT NOT NULL,
            annotations TEXT NOT NULL,
            handed_in_at TEXT,
            PRIMARY KEY (image_id, person)) WITHOUT ROWID""",
        "CREATE INDEX second_labelling_by_person ON second_labelling (person, state)",
        # As `edit`, for what is said in second labellings: nothing that asks about an image meets
        # them there, and an undo finds them.
        """CREATE TABLE second_edit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            gesture_id INTEGER NOT NULL REFERENCES gesture (id),
            image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            subject TEXT NOT NULL CHECK (subject IN ('annotation', 'image')),
            uid TEXT,
            before TEXT,
            after TEXT)""",
        "CREATE INDEX second_edit_by_gesture ON second_edit (gesture_id)",
    )
