"""Step 19: figures of balance that triggers keep, so that reading them touches no box."""

from sqlite_utils import Database

from app.storage.migrations.steps import migrations, run

_FOLDER = "rtrim({image}.path, replace({image}.path, '/', ''))"
"""The path up to and with its last slash: off its end goes all that is no slash."""

_EXPECTED = "CASE WHEN {box}.author IS NULL THEN round(1000 * coalesce({box}.score, 1)) ELSE 0 END"

LIKELY = "({row}.boxes = {row}.proposals AND {row}.expected_milli >= 500)"
"""No box by people on the image, and the scores of the proposals add up to half a box or more."""


@migrations()
def m019_class_balance(db: Database) -> None:
    # `expected_milli`: thousandths of the boxes that proposals promise, the sum of their scores.
    # Whole numbers, because what is added and taken away again must come out at nothing.
    run(
        db,
        "ALTER TABLE image_class_count ADD COLUMN proposals INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE image_class_count ADD COLUMN expected_milli INTEGER NOT NULL DEFAULT 0",
        "CREATE TABLE photo_folder (id INTEGER PRIMARY KEY, folder TEXT NOT NULL UNIQUE)",
        """CREATE TABLE folder_stand (
            folder_id INTEGER NOT NULL,
            state TEXT NOT NULL,
            images INTEGER NOT NULL,
            normal INTEGER NOT NULL,
            PRIMARY KEY (folder_id, state)) WITHOUT ROWID""",
        """CREATE TABLE class_stand (
            class_id INTEGER NOT NULL,
            folder_id INTEGER NOT NULL,
            state TEXT NOT NULL,
            images INTEGER NOT NULL,
            checked_images INTEGER NOT NULL,
            boxes INTEGER NOT NULL,
            proposals INTEGER NOT NULL,
            expected_milli INTEGER NOT NULL,
            likely_images INTEGER NOT NULL,
            PRIMARY KEY (class_id, folder_id, state)) WITHOUT ROWID""",
        """CREATE TABLE class_pair (
            first_id INTEGER NOT NULL,
            second_id INTEGER NOT NULL,
            images INTEGER NOT NULL,
            PRIMARY KEY (first_id, second_id)) WITHOUT ROWID""",
        # 'place': 24 x 24 cells of the photo, of the box's centre, row by row. 'size': 9 x 9 steps
        # of height (rows) and width, each the double of the one before; the last is half the photo.
        """CREATE TABLE class_map (
            class_id INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('place', 'size')),
            cell INTEGER NOT NULL,
            boxes INTEGER NOT NULL,
            PRIMARY KEY (class_id, kind, cell)) WITHOUT ROWID""",
    )
    _fill(db)
    _count_boxes_by_image(db)
    _keep_stands(db)
    _keep_pairs(db)
    _keep_maps(db)


def _count_boxes_by_image(db: Database) -> None:
    """As m003 did, and proposals apart. What is new comes first, so that a row whose only box
    changes hands is not deleted and made again."""
    count, uncount = _count_new(), _uncount_old()
    run(
        db,
        *(f"DROP TRIGGER annotation_{name}" for name in ("added", "removed", "recounted")),
        f"CREATE TRIGGER annotation_added AFTER INSERT ON annotation BEGIN {count} END",
        f"CREATE TRIGGER annotation_removed AFTER DELETE ON annotation BEGIN {uncount} END",
        f"""CREATE TRIGGER annotation_recounted
            AFTER UPDATE OF class_id, author, image_id, score ON annotation
            WHEN NEW.class_id <> OLD.class_id OR NEW.image_id <> OLD.image_id
                OR (NEW.author IS NULL) <> (OLD.author IS NULL) OR NEW.score IS NOT OLD.score
            BEGIN {count} {uncount} END""",
    )


def _count_new() -> str:
    return f"""
        UPDATE class_count SET boxes = boxes + 1, proposals = proposals + (NEW.author IS NULL)
            WHERE class_id = NEW.class_id;
        INSERT INTO image_class_count (image_id, class_id, boxes, proposals, expected_milli)
            VALUES (NEW.image_id, NEW.class_id, 1, NEW.author IS NULL, {_EXPECTED.format(box="NEW")})
            ON CONFLICT DO UPDATE SET boxes = boxes + 1, proposals = proposals + excluded.proposals,
                expected_milli = expected_milli + excluded.expected_milli;
    """  # noqa: E501 - one statement


def _uncount_old() -> str:
    return f"""
        UPDATE class_count SET boxes = boxes - 1, proposals = proposals - (OLD.author IS NULL)
            WHERE class_id = OLD.class_id;
        UPDATE image_class_count SET boxes = boxes - 1, proposals = proposals - (OLD.author IS NULL),
            expected_milli = expected_milli - {_EXPECTED.format(box="OLD")}
            WHERE image_id = OLD.image_id AND class_id = OLD.class_id;
        DELETE FROM image_class_count
            WHERE image_id = OLD.image_id AND class_id = OLD.class_id AND boxes = 0;
    """  # noqa: E501 - one statement


def _keep_stands(db: Database) -> None:
    # A row goes when its boxes are 0: by then all but its image has been taken away already.
    added, removed, changed = _stand_of("NEW", "+"), _stand_of("OLD", "-"), _stand_changed()
    run(
        db,
        f"""CREATE TRIGGER class_stand_appears AFTER INSERT ON image_class_count
            BEGIN {added} END""",
        f"""CREATE TRIGGER class_stand_changes
            AFTER UPDATE OF boxes, proposals, expected_milli ON image_class_count
            BEGIN {changed} END""",
        f"""CREATE TRIGGER class_stand_vanishes AFTER DELETE ON image_class_count
            BEGIN {removed} END""",
        f"""CREATE TRIGGER image_stands AFTER INSERT ON image
            BEGIN {_image_stands("NEW", "+")} END""",
        f"""CREATE TRIGGER image_goes AFTER DELETE ON image
            BEGIN {_image_stands("OLD", "-")} END""",
        # One trigger: the classes need the new folder, and SQLite says of no two which comes first.
        f"""CREATE TRIGGER image_stands_otherwise AFTER UPDATE OF state, is_normal, path ON image
            WHEN NEW.state <> OLD.state OR NEW.path <> OLD.path OR NEW.is_normal <> OLD.is_normal
            BEGIN {_image_stands("OLD", "-")} {_image_stands("NEW", "+")}
            {_all_stands("OLD", "-")} {_all_stands("NEW", "+")} END""",
    )


def _image_stands(image: str, sign: str) -> str:
    folder = _FOLDER.format(image=image)
    return f"""
        INSERT INTO photo_folder (folder) VALUES ({folder}) ON CONFLICT DO NOTHING;
        INSERT INTO folder_stand SELECT id, {image}.state, {sign}1, {sign}{image}.is_normal
            FROM photo_folder WHERE folder = {folder}
            ON CONFLICT DO UPDATE SET images = images + excluded.images,
                normal = normal + excluded.normal;
    """


ADD_STAND = """ON CONFLICT DO UPDATE SET images = images + excluded.images,
    checked_images = checked_images + excluded.checked_images, boxes = boxes + excluded.boxes,
    proposals = proposals + excluded.proposals,
    expected_milli = expected_milli + excluded.expected_milli,
    likely_images = likely_images + excluded.likely_images"""


def figures(row: str, sign: str) -> str:
    """What one row of image_class_count adds to class_stand, in the order of its columns."""
    return f"""{sign}1, {sign}({row}.boxes > {row}.proposals), {sign}{row}.boxes,
        {sign}{row}.proposals, {sign}{row}.expected_milli, {sign}{LIKELY.format(row=row)}"""


def _stand_of(row: str, sign: str) -> str:
    return f"""
        INSERT INTO class_stand SELECT {row}.class_id, f.id, i.state, {figures(row, sign)}
            FROM image i JOIN photo_folder f ON f.folder = {_FOLDER.format(image="i")}
            WHERE i.id = {row}.image_id {ADD_STAND};
    """


def _stand_changed() -> str:
    difference = f"""0, (NEW.boxes > NEW.proposals) - (OLD.boxes > OLD.proposals),
        NEW.boxes - OLD.boxes, NEW.proposals - OLD.proposals,
        NEW.expected_milli - OLD.expected_milli,
        {LIKELY.format(row="NEW")} - {LIKELY.format(row="OLD")}"""
    return f"""
        INSERT INTO class_stand SELECT NEW.class_id, f.id, i.state, {difference}
            FROM image i JOIN photo_folder f ON f.folder = {_FOLDER.format(image="i")}
            WHERE i.id = NEW.image_id {ADD_STAND};
    """


def _all_stands(image: str, sign: str) -> str:
    """Of all classes on an image, which is a row of `image` before or after a change."""
    return f"""
        INSERT INTO class_stand SELECT c.class_id, f.id, {image}.state, {figures("c", sign)}
            FROM image_class_count c
            JOIN photo_folder f ON f.folder = {_FOLDER.format(image=image)}
            WHERE c.image_id = {image}.id {ADD_STAND};
    """


def _keep_pairs(db: Database) -> None:
    def beside(row: str) -> str:
        return f"""FROM image_class_count
            WHERE image_id = {row}.image_id AND class_id <> {row}.class_id"""

    def pair(row: str) -> str:
        return f"min(class_id, {row}.class_id), max(class_id, {row}.class_id)"

    run(
        db,
        f"""CREATE TRIGGER class_pair_appears AFTER INSERT ON image_class_count BEGIN
            INSERT INTO class_pair SELECT {pair("NEW")}, 1 {beside("NEW")}
                ON CONFLICT DO UPDATE SET images = images + 1; END""",
        f"""CREATE TRIGGER class_pair_vanishes AFTER DELETE ON image_class_count BEGIN
            UPDATE class_pair SET images = images - 1
                WHERE (first_id, second_id) IN (SELECT {pair("OLD")} {beside("OLD")}); END""",
    )


def _keep_maps(db: Database) -> None:
    sides = ("class_id", "image_id", "left_px", "top_px", "right_px", "bottom_px")
    differs = " OR ".join(f"NEW.{side} <> OLD.{side}" for side in sides)
    run(
        db,
        f"""CREATE TRIGGER class_map_box_added AFTER INSERT ON annotation
            BEGIN {_mapped("NEW", "+")} END""",
        f"""CREATE TRIGGER class_map_box_removed AFTER DELETE ON annotation
            BEGIN {_mapped("OLD", "-")} END""",
        f"""CREATE TRIGGER class_map_box_changed AFTER UPDATE OF {", ".join(sides)} ON annotation
            WHEN {differs} BEGIN {_mapped("OLD", "-")} {_mapped("NEW", "+")} END""",
    )


def _mapped(box: str, sign: str) -> str:
    return "".join(
        f"""
        INSERT INTO class_map SELECT {box}.class_id, '{kind}', {cell}, {sign}1
            FROM image i WHERE i.id = {box}.image_id
            ON CONFLICT DO UPDATE SET boxes = boxes + excluded.boxes;"""
        for kind, cell in (("place", _place(box)), ("size", _size(box)))
    )


def _place(box: str) -> str:
    def along(low: str, high: str, length: str) -> str:
        middle = f"({box}.{low} + {box}.{high}) / 2"
        return f"max(0, min(23, CAST({middle} * 24 / i.{length} AS INTEGER)))"

    return f"""24 * {along("top_px", "bottom_px", "height_px")}
        + {along("left_px", "right_px", "width_px")}"""


def _size(box: str) -> str:
    def step(low: str, high: str, length: str) -> str:
        # Not every SQLite has logarithms.
        share = f"({box}.{high} - {box}.{low}) / i.{length}"
        return "(" + " + ".join(f"({share} >= 1.0 / {2**n})" for n in range(8, 0, -1)) + ")"

    return f"""9 * {step("top_px", "bottom_px", "height_px")}
        + {step("left_px", "right_px", "width_px")}"""


def _fill(db: Database) -> None:
    """From what an older project holds."""
    fill_proposals(db)
    _fill_stands(db)
    fill_pairs_and_maps(db)


def fill_proposals(db: Database) -> None:
    run(
        db,
        f"""UPDATE image_class_count AS c SET (proposals, expected_milli) = (
            SELECT coalesce(sum(a.author IS NULL), 0),
                coalesce(sum({_EXPECTED.format(box="a")}), 0)
            FROM annotation a WHERE a.image_id = c.image_id AND a.class_id = c.class_id)
            WHERE boxes > 0""",
    )


def _fill_stands(db: Database) -> None:
    run(
        db,
        f"""INSERT INTO photo_folder (folder) SELECT DISTINCT {_FOLDER.format(image="image")}
            FROM image""",
        f"""INSERT INTO folder_stand SELECT f.id, i.state, count(*), sum(i.is_normal)
            FROM image i JOIN photo_folder f ON f.folder = {_FOLDER.format(image="i")}
            GROUP BY f.id, i.state""",
        f"""INSERT INTO class_stand SELECT c.class_id, f.id, i.state, count(*),
            sum(c.boxes > c.proposals), sum(c.boxes), sum(c.proposals), sum(c.expected_milli),
            sum({LIKELY.format(row="c")})
            FROM image_class_count c JOIN image i ON i.id = c.image_id
            JOIN photo_folder f ON f.folder = {_FOLDER.format(image="i")}
            GROUP BY c.class_id, f.id, i.state""",
    )


def fill_pairs_and_maps(db: Database) -> None:
    run(
        db,
        """INSERT INTO class_pair SELECT a.class_id, b.class_id, count(*)
            FROM image_class_count a JOIN image_class_count b
            ON b.image_id = a.image_id AND b.class_id > a.class_id
            GROUP BY a.class_id, b.class_id""",
        *(
            f"""INSERT INTO class_map SELECT a.class_id, '{kind}', {cell} AS cell, count(*)
            FROM annotation a JOIN image i ON i.id = a.image_id GROUP BY a.class_id, cell"""
            for kind, cell in (("place", _place("a")), ("size", _size("a")))
        ),
    )
