"""Steps 1 to 4: images, classes, annotations, their log, and the YOLO view."""

from sqlite_utils import Database

from app.storage.migrations.steps import migrations, run


@migrations()
def m001_images_classes_annotations(db: Database) -> None:
    run(
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
    run(
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
    run(
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
    run(
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
