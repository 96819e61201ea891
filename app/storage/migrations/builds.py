"""Step 23: the build of a photo is kept with it, and figures of balance are kept by build."""

import json
import re

from sqlite_utils import Database

from app.core.builds import PATTERN_SETTING, found_build
from app.storage.migrations.balance import ADD_STAND, LIKELY, figures
from app.storage.migrations.steps import migrations, run

_BUILD = """coalesce({image}.build, nullif(rtrim(
    rtrim({image}.path, replace({image}.path, '/', '')), '/'), ''), '.')"""
"""As `app.core.image.Image.build`: off the path's end goes all that is no slash, then slashes."""

_KEEPERS = (
    *("class_stand_appears", "class_stand_changes", "class_stand_vanishes"),
    *("image_stands", "image_goes", "image_stands_otherwise"),
)


@migrations()
def m023_builds(db: Database) -> None:
    run(
        db,
        *(f"DROP TRIGGER {name}" for name in _KEEPERS),
        # What the project's pattern finds in the path. NULL: nothing, so the photo's folder it is.
        # SQLite knows no regular expressions, so whoever writes a path writes the build with it.
        "ALTER TABLE image ADD COLUMN build TEXT",
        "ALTER TABLE photo_folder RENAME TO build",
        "ALTER TABLE build RENAME COLUMN folder TO name",
        "ALTER TABLE folder_stand RENAME TO build_stand",
        "ALTER TABLE build_stand RENAME COLUMN folder_id TO build_id",
        "ALTER TABLE class_stand RENAME COLUMN folder_id TO build_id",
    )
    _find_builds(db)
    fill_by_build(db)
    _keep_by_build(db)


def _find_builds(db: Database) -> None:
    kept = db.execute("SELECT value FROM setting WHERE name = ?", [PATTERN_SETTING]).fetchone()
    pattern = re.compile(json.loads(kept[0])) if kept else None
    if pattern is not None and pattern.pattern:
        found = [
            (found_build(path, pattern), image_id)
            for image_id, path in db.execute("SELECT id, path FROM image").fetchall()
        ]
        db.conn.executemany("UPDATE image SET build = ? WHERE id = ?", found)


def fill_by_build(db: Database) -> None:
    """Counts all of it anew."""
    build = _BUILD.format(image="i")
    run(
        db,
        "DELETE FROM build",
        "DELETE FROM build_stand",
        "DELETE FROM class_stand",
        f"INSERT INTO build (name) SELECT DISTINCT {build} FROM image i",
        f"""INSERT INTO build_stand SELECT b.id, i.state, count(*), sum(i.is_normal)
            FROM image i JOIN build b ON b.name = {build} GROUP BY b.id, i.state""",
        f"""INSERT INTO class_stand SELECT c.class_id, b.id, i.state, count(*),
            sum(c.boxes > c.proposals), sum(c.boxes), sum(c.proposals), sum(c.expected_milli),
            sum({LIKELY.format(row="c")})
            FROM image_class_count c JOIN image i ON i.id = c.image_id
            JOIN build b ON b.name = {build} GROUP BY c.class_id, b.id, i.state""",
    )


def _keep_by_build(db: Database) -> None:
    """As m019 did by folder."""
    run(
        db,
        f"""CREATE TRIGGER class_stand_appears AFTER INSERT ON image_class_count
            BEGIN {_stand_of("NEW", figures("NEW", "+"))} END""",
        f"""CREATE TRIGGER class_stand_changes
            AFTER UPDATE OF boxes, proposals, expected_milli ON image_class_count
            BEGIN {_stand_of("NEW", _difference())} END""",
        f"""CREATE TRIGGER class_stand_vanishes AFTER DELETE ON image_class_count
            BEGIN {_stand_of("OLD", figures("OLD", "-"))} END""",
        f"""CREATE TRIGGER image_stands AFTER INSERT ON image
            BEGIN {_image_stands("NEW", "+")} END""",
        f"""CREATE TRIGGER image_goes AFTER DELETE ON image
            BEGIN {_image_stands("OLD", "-")} END""",
        # One trigger: the classes need the new build, and SQLite says of no two which comes first.
        f"""CREATE TRIGGER image_stands_otherwise
            AFTER UPDATE OF state, is_normal, path, build ON image
            WHEN NEW.state <> OLD.state OR NEW.path <> OLD.path OR NEW.is_normal <> OLD.is_normal
                OR NEW.build IS NOT OLD.build
            BEGIN {_image_stands("OLD", "-")} {_image_stands("NEW", "+")}
            {_all_stands("OLD", "-")} {_all_stands("NEW", "+")} END""",
    )


def _image_stands(image: str, sign: str) -> str:
    build = _BUILD.format(image=image)
    return f"""
        INSERT INTO build (name) VALUES ({build}) ON CONFLICT DO NOTHING;
        INSERT INTO build_stand SELECT id, {image}.state, {sign}1, {sign}{image}.is_normal
            FROM build WHERE name = {build}
            ON CONFLICT DO UPDATE SET images = images + excluded.images,
                normal = normal + excluded.normal;
    """


def _stand_of(row: str, added: str) -> str:
    """What a row of image_class_count, before or after a change, adds where its image stands."""
    return f"""
        INSERT INTO class_stand SELECT {row}.class_id, b.id, i.state, {added}
            FROM image i JOIN build b ON b.name = {_BUILD.format(image="i")}
            WHERE i.id = {row}.image_id {ADD_STAND};
    """


def _difference() -> str:
    return f"""0, (NEW.boxes > NEW.proposals) - (OLD.boxes > OLD.proposals),
        NEW.boxes - OLD.boxes, NEW.proposals - OLD.proposals,
        NEW.expected_milli - OLD.expected_milli,
        {LIKELY.format(row="NEW")} - {LIKELY.format(row="OLD")}"""


def _all_stands(image: str, sign: str) -> str:
    """Of all classes on an image, which is a row of `image` before or after a change."""
    return f"""
        INSERT INTO class_stand SELECT c.class_id, b.id, {image}.state, {figures("c", sign)}
            FROM image_class_count c JOIN build b ON b.name = {_BUILD.format(image=image)}
            WHERE c.image_id = {image}.id {ADD_STAND};
    """
