"""How the project file's schema came to be. Append steps; never edit one that shipped."""

from sqlite_utils import Database, Migrations

migrations = Migrations("flawmark")


def _run(db: Database, *statements: str) -> None:
    # One by one: executescript() would commit the transaction that makes a failed step vanish.
    for statement in statements:
        db.execute(statement)


@migrations()
def m001_images_classes_annotations(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE label_class (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            position INTEGER NOT NULL,
            name TEXT NOT NULL UNIQUE,
            name_zh TEXT NOT NULL,
            colour TEXT NOT NULL,
            hotkey TEXT NOT NULL,
            definition TEXT NOT NULL,
            prompts TEXT NOT NULL,
            causes TEXT NOT NULL,
            remedies TEXT NOT NULL,
            target_count INTEGER NOT NULL)""",
        """CREATE TABLE image (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            path TEXT NOT NULL UNIQUE,
            content_hash TEXT NOT NULL,
            size_bytes INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            width_px INTEGER NOT NULL CHECK (width_px > 0),
            height_px INTEGER NOT NULL CHECK (height_px > 0),
            state TEXT NOT NULL DEFAULT 'new',
            is_normal INTEGER NOT NULL DEFAULT 0 CHECK (is_normal IN (0, 1)),
            split TEXT CHECK (split IN ('train', 'val', 'test')))""",
        "CREATE INDEX image_by_hash ON image (content_hash)",
        "CREATE INDEX image_by_state ON image (state, is_normal)",
        """CREATE TABLE tag (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            name_zh TEXT NOT NULL)""",
        """CREATE TABLE image_tag (
            image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            tag_id INTEGER NOT NULL REFERENCES tag (id),
            PRIMARY KEY (image_id, tag_id)) WITHOUT ROWID""",
        """CREATE TABLE model_run (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL CHECK (kind IN ('model', 'import')),
            name TEXT NOT NULL,
            weights_hash TEXT NOT NULL,
            settings TEXT NOT NULL,
            actor TEXT NOT NULL,
            started_at TEXT NOT NULL,
            UNIQUE (kind, name, weights_hash, settings))""",
        """CREATE TABLE model_run_image (
            run_id INTEGER NOT NULL REFERENCES model_run (id),
            image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            PRIMARY KEY (run_id, image_id)) WITHOUT ROWID""",
        # `right` is a keyword of SQL, so the four sides carry their axis.
        """CREATE TABLE annotation (
            id INTEGER PRIMARY KEY,
            uid TEXT NOT NULL UNIQUE,
            image_id INTEGER NOT NULL REFERENCES image (id),
            class_id INTEGER NOT NULL REFERENCES label_class (id),
            left_px REAL NOT NULL,
            top_px REAL NOT NULL,
            right_px REAL NOT NULL CHECK (right_px > left_px),
            bottom_px REAL NOT NULL CHECK (bottom_px > top_px),
            polygon TEXT,
            score REAL CHECK (score BETWEEN 0 AND 1),
            run_id INTEGER REFERENCES model_run (id),
            author TEXT,
            CHECK (run_id IS NOT NULL OR author IS NOT NULL))""",
        "CREATE INDEX annotation_by_image ON annotation (image_id)",
        "CREATE INDEX annotation_by_class ON annotation (class_id)",
    )


@migrations()
def m002_edit_log(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE gesture (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            actor TEXT NOT NULL,
            kind TEXT NOT NULL)""",
        """CREATE TABLE edit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            gesture_id INTEGER NOT NULL REFERENCES gesture (id),
            image_id INTEGER REFERENCES image (id),
            subject TEXT NOT NULL CHECK (subject IN ('annotation', 'image', 'class')),
            uid TEXT,
            before TEXT,
            after TEXT)""",
        "CREATE INDEX edit_by_image ON edit (image_id)",
        "CREATE INDEX edit_by_gesture ON edit (gesture_id)",
    )


@migrations()
def m003_class_counts_kept_by_triggers(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE class_count (
            class_id INTEGER PRIMARY KEY REFERENCES label_class (id) ON DELETE CASCADE,
            boxes INTEGER NOT NULL DEFAULT 0,
            proposals INTEGER NOT NULL DEFAULT 0,
            images INTEGER NOT NULL DEFAULT 0)""",
        """CREATE TABLE image_class_count (
            image_id INTEGER NOT NULL,
            class_id INTEGER NOT NULL,
            boxes INTEGER NOT NULL,
            PRIMARY KEY (image_id, class_id)) WITHOUT ROWID""",
        """CREATE TRIGGER class_counted AFTER INSERT ON label_class BEGIN
            INSERT INTO class_count (class_id) VALUES (NEW.id);
        END""",
        """CREATE TRIGGER image_class_appears AFTER INSERT ON image_class_count BEGIN
            UPDATE class_count SET images = images + 1 WHERE class_id = NEW.class_id;
        END""",
        """CREATE TRIGGER image_class_vanishes AFTER DELETE ON image_class_count BEGIN
            UPDATE class_count SET images = images - 1 WHERE class_id = OLD.class_id;
        END""",
        f"CREATE TRIGGER annotation_added AFTER INSERT ON annotation BEGIN {_COUNT_NEW} END",
        f"CREATE TRIGGER annotation_removed AFTER DELETE ON annotation BEGIN {_UNCOUNT_OLD} END",
        f"""CREATE TRIGGER annotation_recounted
            AFTER UPDATE OF class_id, author, image_id ON annotation
            BEGIN {_UNCOUNT_OLD} {_COUNT_NEW} END""",
        "INSERT INTO class_count (class_id) SELECT id FROM label_class",
        """INSERT INTO image_class_count
            SELECT image_id, class_id, count(*) FROM annotation GROUP BY image_id, class_id""",
        """UPDATE class_count SET
            boxes = (SELECT count(*) FROM annotation a WHERE a.class_id = class_count.class_id),
            proposals = (SELECT count(*) FROM annotation a
                         WHERE a.class_id = class_count.class_id AND a.author IS NULL)""",
    )


_COUNT_NEW = """
    UPDATE class_count SET boxes = boxes + 1, proposals = proposals + (NEW.author IS NULL)
        WHERE class_id = NEW.class_id;
    INSERT INTO image_class_count VALUES (NEW.image_id, NEW.class_id, 1)
        ON CONFLICT DO UPDATE SET boxes = boxes + 1;
"""
_UNCOUNT_OLD = """
    UPDATE class_count SET boxes = boxes - 1, proposals = proposals - (OLD.author IS NULL)
        WHERE class_id = OLD.class_id;
    UPDATE image_class_count SET boxes = boxes - 1
        WHERE image_id = OLD.image_id AND class_id = OLD.class_id;
    DELETE FROM image_class_count
        WHERE image_id = OLD.image_id AND class_id = OLD.class_id AND boxes = 0;
"""


@migrations()
def m004_yolo_labels(db: Database) -> None:
    # Clipped to the image and 8 decimals, so that a training library takes every line and a box
    # read back differs by less than 1e-6. The index is the class's place in the order, from 0.
    _run(
        db,
        """CREATE VIEW class_index AS
            SELECT id AS class_id, row_number() OVER (ORDER BY position, id) - 1 AS idx
            FROM label_class""",
        """CREATE VIEW clipped_box AS
            SELECT a.id, a.uid, a.image_id, a.class_id, i.width_px AS w, i.height_px AS h,
                max(a.left_px, 0.0) AS l, max(a.top_px, 0.0) AS t,
                min(a.right_px, i.width_px) AS r, min(a.bottom_px, i.height_px) AS b
            FROM annotation a JOIN image i ON i.id = a.image_id""",
        """CREATE VIEW yolo_labels AS
            SELECT x.image_id, x.id AS annotation_id, x.uid, printf('%d %.8f %.8f %.8f %.8f',
                c.idx, (l + r) / 2 / w, (t + b) / 2 / h, (r - l) / w, (b - t) / h) AS line
            FROM clipped_box x JOIN class_index c ON c.class_id = x.class_id
            WHERE r > l AND b > t""",
    )


@migrations()
def m005_conversations(db: Database) -> None:
    stale = "UPDATE conversation SET is_stale = 1 WHERE NOT is_stale AND image_id"
    _run(
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
    _run(
        db,
        """ALTER TABLE gesture ADD COLUMN standing TEXT NOT NULL DEFAULT 'done'
            CHECK (standing IN ('done', 'undone', 'fixed'))""",
        "ALTER TABLE gesture ADD COLUMN reverts INTEGER REFERENCES gesture (id)",
        "CREATE INDEX gesture_by_actor ON gesture (actor, kind, standing, id)",
    )


@migrations()
def m007_images_assigned_and_found_by_tag(db: Database) -> None:
    _run(
        db,
        "ALTER TABLE image ADD COLUMN assigned_to TEXT",
        "CREATE INDEX image_by_tag ON image_tag (tag_id, image_id)",
    )


@migrations()
def m008_settings(db: Database) -> None:
    # '' is the person whose settings hold for everybody.
    _run(
        db,
        """CREATE TABLE setting (
            person TEXT NOT NULL,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (person, name)) WITHOUT ROWID""",
    )


@migrations()
def m009_visits(db: Database) -> None:
    _run(
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
    _run(
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
    _run(
        db,
        """CREATE INDEX annotation_by_origin
            ON annotation (image_id, author, score, class_id, run_id)""",
        "CREATE INDEX image_by_person ON image (assigned_to)",
    )


@migrations()
def m012_models_together(db: Database) -> None:
    # `sources`: the detectors that found the same thing, as JSON [[name, score]], best first.
    # `content` of a recipe: JSON, as `app.formats.recipe_yaml` words it.
    _run(
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
    _run(
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


@migrations()
def m014_conversations_in_two_languages(db: Database) -> None:
    # `knowledge`: JSON of what `app.core.knowledge` holds, by language.
    # `made_of`: the fingerprint of the facts that the conversation was written from; it is stale
    # while theirs is another, so no trigger need know what a conversation speaks of.
    _run(
        db,
        "ALTER TABLE label_class ADD COLUMN knowledge TEXT NOT NULL DEFAULT '{}'",
        """UPDATE label_class SET knowledge = json_object('en', json_object(
                'causes', json(causes), 'remedies', json(remedies)))
            WHERE causes <> '[]' OR remedies <> '[]'""",
        "ALTER TABLE label_class DROP COLUMN causes",
        "ALTER TABLE label_class DROP COLUMN remedies",
        "DROP TRIGGER conversation_stale_after_insert",
        "DROP TRIGGER conversation_stale_after_delete",
        "DROP TRIGGER conversation_stale_after_update",
        "DROP TRIGGER conversation_stale_after_normal",
        "DROP TRIGGER conversation_stale_after_class",
        "DROP TRIGGER conversation_stale_after_rename",
        "DROP TABLE turn",
        "DROP TABLE conversation",
        """CREATE TABLE conversation (
            image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
            language TEXT NOT NULL,
            made_of TEXT NOT NULL,
            questions TEXT NOT NULL,
            seed INTEGER NOT NULL,
            approved_by TEXT,
            approved_at TEXT,
            PRIMARY KEY (image_id, language)) WITHOUT ROWID""",
        # Answers what is counted without touching the rows themselves.
        "CREATE INDEX conversation_by_language ON conversation (language, approved_by)",
        """CREATE TABLE exchange (
            image_id INTEGER NOT NULL,
            language TEXT NOT NULL,
            position INTEGER NOT NULL,
            kind TEXT NOT NULL,
            section TEXT NOT NULL,
            class_id INTEGER REFERENCES label_class (id),
            variant INTEGER NOT NULL,
            question TEXT NOT NULL,
            answer TEXT NOT NULL,
            author TEXT,
            PRIMARY KEY (image_id, language, position),
            FOREIGN KEY (image_id, language) REFERENCES conversation ON DELETE CASCADE)
            WITHOUT ROWID""",
        """CREATE INDEX exchange_by_people ON exchange (language, author)
            WHERE author IS NOT NULL""",
        """CREATE TABLE question_set (
            name TEXT NOT NULL,
            language TEXT NOT NULL,
            yaml TEXT NOT NULL,
            changed_by TEXT NOT NULL,
            changed_at TEXT NOT NULL,
            PRIMARY KEY (name, language)) WITHOUT ROWID""",
    )


@migrations()
def m015_conversations_know_what_they_are_made_with(db: Database) -> None:
    # "" is what no phrasings are: what was written before is written anew when it is next used.
    _run(db, "ALTER TABLE conversation ADD COLUMN made_with TEXT NOT NULL DEFAULT ''")


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
