"""Steps 5 to 11: what the window works with."""

from sqlite_utils import Database

from app.storage.migrations.steps import migrations, run


@migrations()
def m005_conversations(db: Database) -> None:
    stale = "UPDATE conversation SET is_stale = 1 WHERE NOT is_stale AND image_id"
    run(
        db,
        """CREATE TABLE conversation (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            image_id INTEGER NOT NULL UNIQUE REFERENCES image (id) ON DELETE CASCADE,
            is_stale INTEGER NOT NULL DEFAULT 0 CHECK (is_stale IN (0, 1)),
            author TEXT)""",
        """CREATE TABLE turn (
            conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant')),
            content TEXT NOT NULL,
            PRIMARY KEY (conversation_id, position)) WITHOUT ROWID""",
        f"""CREATE TRIGGER conversation_stale_after_insert AFTER INSERT ON annotation BEGIN
            {stale} = NEW.image_id; END""",
        f"""CREATE TRIGGER conversation_stale_after_delete AFTER DELETE ON annotation BEGIN
            {stale} = OLD.image_id; END""",
        f"""CREATE TRIGGER conversation_stale_after_update AFTER UPDATE ON annotation
            WHEN NEW.class_id IS NOT OLD.class_id
                OR NEW.left_px IS NOT OLD.left_px OR NEW.top_px IS NOT OLD.top_px
                OR NEW.right_px IS NOT OLD.right_px OR NEW.bottom_px IS NOT OLD.bottom_px
            BEGIN {stale} = NEW.image_id; END""",
        f"""CREATE TRIGGER conversation_stale_after_normal AFTER UPDATE OF is_normal ON image
            WHEN NEW.is_normal IS NOT OLD.is_normal BEGIN {stale} = NEW.id; END""",
        # The names of all classes stand in every system turn.
        """CREATE TRIGGER conversation_stale_after_class AFTER INSERT ON label_class BEGIN
            UPDATE conversation SET is_stale = 1 WHERE NOT is_stale; END""",
        """CREATE TRIGGER conversation_stale_after_rename
            AFTER UPDATE OF name, name_zh ON label_class BEGIN
            UPDATE conversation SET is_stale = 1 WHERE NOT is_stale; END""",
    )


@migrations()
def m006_gestures_that_can_be_taken_back(db: Database) -> None:
    # `standing`: done, undone, or fixed (something has since changed what it would bring back).
    # `reverts`: the gesture that an undo took back or a redo did again.
    run(
        db,
        """ALTER TABLE gesture ADD COLUMN standing TEXT NOT NULL DEFAULT 'done'
            CHECK (standing IN ('done', 'undone', 'fixed'))""",
        "ALTER TABLE gesture ADD COLUMN reverts INTEGER REFERENCES gesture (id)",
        "CREATE INDEX gesture_by_actor ON gesture (actor, kind, standing, id)",
    )


@migrations()
def m007_images_assigned_and_found_by_tag(db: Database) -> None:
    run(
        db,
        "ALTER TABLE image ADD COLUMN assigned_to TEXT",
        "CREATE INDEX image_by_tag ON image_tag (tag_id, image_id)",
    )


@migrations()
def m008_settings(db: Database) -> None:
    # '' is the person whose settings hold for everybody.
    run(
        db,
        """CREATE TABLE setting (
            person TEXT NOT NULL,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (person, name)) WITHOUT ROWID""",
    )


@migrations()
def m009_visits(db: Database) -> None:
    run(
        db,
        """CREATE TABLE visit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            person TEXT NOT NULL,
            started_at TEXT NOT NULL,
            active_ms INTEGER NOT NULL CHECK (active_ms >= 0),
            idle_ms INTEGER NOT NULL CHECK (idle_ms >= 0),
            is_blind INTEGER NOT NULL CHECK (is_blind IN (0, 1)))""",
        "CREATE INDEX visit_by_image ON visit (image_id, person)",
        "CREATE INDEX visit_by_person ON visit (person, started_at)",
    )


@migrations()
def m010_comments(db: Database) -> None:
    # `uid` pins a comment to a box, which may be gone by now.
    run(
        db,
        """CREATE TABLE comment (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            uid TEXT,
            author TEXT NOT NULL,
            at TEXT NOT NULL,
            text TEXT NOT NULL,
            resolved_by TEXT,
            resolved_at TEXT)""",
        "CREATE INDEX comment_by_image ON comment (image_id)",
    )


@migrations()
def m011_images_found_by_what_is_on_them(db: Database) -> None:
    # The first answers everything the queue asks of boxes, without touching the boxes themselves.
    run(
        db,
        """CREATE INDEX annotation_by_origin
            ON annotation (image_id, author, score, class_id, run_id)""",
        "CREATE INDEX image_by_person ON image (assigned_to)",
    )
