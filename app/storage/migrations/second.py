"""Step 24: photos labelled a second time stand among the others under a name that fits there."""

from sqlite_utils import Database

from app.storage.migrations.steps import migrations, run


@migrations()
def m024_second_photos_among_others(db: Database) -> None:
    # As `app.core.disguise.Disguise`; NULL where the photo stands under its own name, in its place.
    run(
        db,
        "ALTER TABLE second_labelling ADD COLUMN shown_as TEXT",
        "ALTER TABLE second_labelling ADD COLUMN beside INTEGER",
        # Which models have looked at a photo for the second person; as model_run_image.
        """CREATE TABLE second_seen (
            run_id INTEGER NOT NULL REFERENCES model_run (id) ON DELETE CASCADE,
            image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            person TEXT NOT NULL,
            PRIMARY KEY (run_id, image_id, person)) WITHOUT ROWID""",
        # What the second person's boxes are talked about in; JSON, as the boxes are.
        """CREATE TABLE second_conversation (
            image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            person TEXT NOT NULL,
            language TEXT NOT NULL,
            conversation TEXT NOT NULL,
            PRIMARY KEY (image_id, person, language)) WITHOUT ROWID""",
    )
