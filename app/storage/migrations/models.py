"""Steps 12 and 13: models together, and where they disagree with people."""

from sqlite_utils import Database

from app.storage.migrations.steps import migrations, run


@migrations()
def m012_models_together(db: Database) -> None:
    # `sources`: the detectors that found the same thing, as JSON [[name, score]], best first.
    # `content` of a recipe: JSON, as `app.formats.recipe_yaml` words it.
    run(
        db,
        "ALTER TABLE annotation ADD COLUMN sources TEXT",
        """CREATE TABLE recipe (
            name TEXT PRIMARY KEY,
            content TEXT NOT NULL,
            changed_by TEXT NOT NULL,
            changed_at TEXT NOT NULL) WITHOUT ROWID""",
    )


@migrations()
def m013_where_models_disagree(db: Database) -> None:
    # `was_`: the box on the image that the row is about, as it stood (a person's; of kind 'extra'
    # the proposal as which the find came in). `found_`: what the model drew. `people_there`: boxes
    # by people that marked the place of the find already. A row is stale while that is otherwise.
    run(
        db,
        """CREATE TABLE disagreement (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            run_id INTEGER NOT NULL REFERENCES model_run (id),
            image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('extra', 'missed', 'shifted', 'class')),
            uid TEXT,
            was_class_id INTEGER,
            was_left_px REAL,
            was_top_px REAL,
            was_right_px REAL,
            was_bottom_px REAL,
            found_class_id INTEGER,
            found_left_px REAL,
            found_top_px REAL,
            found_right_px REAL,
            found_bottom_px REAL,
            found_polygon TEXT,
            score REAL,
            people_there INTEGER NOT NULL,
            is_stale INTEGER NOT NULL DEFAULT 0 CHECK (is_stale IN (0, 1)),
            dismissed_by TEXT,
            dismissed_at TEXT)""",
        "CREATE INDEX disagreement_by_image ON disagreement (image_id)",
        # The last two are for SQLite, which else would look them up in the table.
        """CREATE INDEX disagreement_open ON disagreement (image_id, kind, dismissed_by, is_stale)
            WHERE dismissed_by IS NULL AND NOT is_stale""",
        """CREATE TABLE comparison (
            run_id INTEGER NOT NULL REFERENCES model_run (id),
            image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            edit_id INTEGER NOT NULL,
            PRIMARY KEY (run_id, image_id)) WITHOUT ROWID""",
        f"""CREATE TRIGGER disagreement_box_added AFTER INSERT ON annotation BEGIN
            {_judge_anew("NEW")} END""",
        f"""CREATE TRIGGER disagreement_box_removed AFTER DELETE ON annotation BEGIN
            {_judge_anew("OLD")} END""",
        f"""CREATE TRIGGER disagreement_box_changed AFTER UPDATE ON annotation BEGIN
            {_judge_anew("OLD")} {_judge_anew("NEW")} END""",
    )


def _judge_anew(box: str) -> str:
    """Of the rows that the box `box`, a row of annotation, has to do with."""
    return f"""
        UPDATE disagreement SET is_stale = CASE
            WHEN uid IS NULL THEN people_there < (SELECT count(*) FROM annotation AS a
                WHERE a.image_id = disagreement.image_id AND a.author IS NOT NULL
                AND {_marks_find("a")})
            ELSE NOT EXISTS (SELECT 1 FROM annotation AS a WHERE a.uid = disagreement.uid
                AND a.class_id = was_class_id AND (a.author IS NULL) = (kind = 'extra')
                AND a.left_px = was_left_px AND a.top_px = was_top_px
                AND a.right_px = was_right_px AND a.bottom_px = was_bottom_px) END
        WHERE image_id = {box}.image_id
            AND (uid = {box}.uid OR (uid IS NULL AND {_marks_find(box)}));
    """


def _marks_find(box: str) -> str:
    """Whether it overlaps the find by half: intersection over union, without the division."""
    shared = f"""
        max(0, min({box}.right_px, found_right_px) - max({box}.left_px, found_left_px))
        * max(0, min({box}.bottom_px, found_bottom_px) - max({box}.top_px, found_top_px))"""
    return f"""3 * {shared} >=
        ({box}.right_px - {box}.left_px) * ({box}.bottom_px - {box}.top_px)
        + (found_right_px - found_left_px) * (found_bottom_px - found_top_px)"""
