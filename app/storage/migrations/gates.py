"""Step 28: what is written past the program needs its word in the log, and a right of its own."""

from sqlite_utils import Database

from app.storage.migrations.steps import migrations, run


@migrations()
def m028_gates(db: Database) -> None:
    run(
        db,
        *(f"DROP TRIGGER {name}" for name in _REPLACED),
        # Of one image in one gesture, however many there are of either.
        "DROP INDEX edit_by_gesture",
        "CREATE INDEX edit_by_gesture ON edit (gesture_id, image_id)",
        "ALTER TABLE transition ADD COLUMN of_own INTEGER NOT NULL DEFAULT 0",
        "UPDATE transition SET of_own = 1"
        " WHERE (before, after, actor) = ('submitted', 'in_progress', 'annotator')",
        "DELETE FROM transition WHERE before = 'approved' AND actor = 'import'",
        # Every change of labels is written within a gesture, the newest there is.
        """CREATE VIEW now_written AS
            SELECT gesture.id, kind, actor, reverts,
                kind IN ('edit', 'redo') AS is_decided,
                iif(kind IN ('edit', 'redo'), role, kind) AS acts_as,
                coalesce(role IN ('reviewer', 'lead'), 0) AS reviews
            FROM (SELECT * FROM gesture ORDER BY id DESC LIMIT 1) AS gesture
            LEFT JOIN person ON name = actor""",
        *_TRIGGERS,
    )


_REPLACED = (
    *("image_state_steps", "image_state_has_a_reason", "image_approved_by_another"),
    *("image_handed_in_by_its_annotator", "image_keeps_its_annotator", "image_is_locked"),
    *("annotation_locked_insert", "annotation_locked_delete", "annotation_locked_update"),
)
_LOCKED = "('approved', 'excluded')"
_BLANKS = "' ' || char(9, 10, 13, 160, 12288)"


def _refused(name: str, event: str, what: str, *, when: str) -> str:
    return f"""CREATE TRIGGER {name} BEFORE {event} WHEN {when}
        BEGIN SELECT RAISE(ABORT, 'flawmark: {what}'); END"""


def _written(condition: str) -> str:
    """A condition on the gesture within which this is written."""
    return f"EXISTS (SELECT 1 FROM now_written AS w WHERE {condition})"


def _is_logged() -> str:
    """The gesture has an edit of the image that changes what is changed to what it is then."""
    fields = ("state", "is_normal", "assigned_to", "annotator", "reviewer", "reason")
    places = (0, 1, 4, 5, 6, 7)
    said = " AND ".join(
        f"(NEW.{field} IS OLD.{field} OR NEW.{field} IS {_said('after', place, field)})"
        for field, place in zip(fields, places, strict=True)
    )
    return f"""EXISTS (SELECT 1 FROM edit WHERE gesture_id = (SELECT max(id) FROM gesture)
        AND image_id = NEW.id AND subject = 'image'
        AND json_extract(before, '$[0]') = OLD.state AND {said})"""


def _said(side: str, place: int, field: str) -> str:
    found = f"json_extract({side}, '$[{place}]')"
    return f"coalesce({found}, '')" if field == "reason" else found


_CHANGED = """(NEW.state != OLD.state OR NEW.is_normal != OLD.is_normal
    OR NEW.assigned_to IS NOT OLD.assigned_to OR NEW.annotator IS NOT OLD.annotator
    OR NEW.reviewer IS NOT OLD.reviewer OR NEW.reason != OLD.reason)"""

# An undo takes back a step of that person's own.
_TAKEN_BACK = """EXISTS (
    SELECT 1 FROM now_written AS w JOIN gesture AS done ON done.id = w.reverts
        AND done.actor = w.actor
    JOIN edit ON gesture_id = done.id AND image_id = NEW.id AND subject = 'image'
        AND json_extract(before, '$[0]') = NEW.state AND json_extract(after, '$[0]') = OLD.state)
    AND EXISTS (SELECT 1 FROM transition WHERE before = NEW.state AND after = OLD.state
        AND actor NOT IN ('import', 'prelabel'))"""

_TAKEN = f"""EXISTS (
    SELECT 1 FROM now_written AS w JOIN transition AS t
        ON t.before = OLD.state AND t.after = NEW.state AND t.actor = w.acts_as
    WHERE (NOT needs_reason OR trim(NEW.reason, {_BLANKS}) != '')
        AND (NOT of_own OR OLD.annotator = w.actor))"""

_HANDED_IN = """EXISTS (
    SELECT 1 FROM edit JOIN gesture ON gesture.id = gesture_id
    WHERE image_id = NEW.id AND subject = 'image' AND kind = 'edit' AND standing != 'undone'
        AND actor = w.actor AND json_extract(after, '$[0]') = 'submitted'
        AND json_extract(before, '$[0]') != 'submitted')"""

_SELF_REVIEW = """EXISTS (SELECT 1 FROM setting
    WHERE person = '' AND name = 'self_review' AND value = 'true')"""

# As `EditLog.touched_by_people`.
_TOUCHED = """EXISTS (SELECT 1 FROM edit JOIN gesture ON gesture.id = gesture_id
    WHERE image_id = NEW.id AND kind = 'edit' AND standing != 'undone')"""

_SIGNED = "NEW.state = 'approved' AND OLD.state != 'approved'"

_OF_IMAGES = [
    _refused(
        "image_is_one",
        "INSERT ON image",
        "an image stands there already",
        when="EXISTS (SELECT 1 FROM image WHERE id = NEW.id OR path = NEW.path)",
    ),
    _refused(
        "image_stays_one",
        "UPDATE OF id, path ON image",
        "an image stays the one it is",
        when="""NEW.id != OLD.id OR NEW.path != OLD.path
            AND EXISTS (SELECT 1 FROM image WHERE path = NEW.path)""",
    ),
    _refused(
        "image_with_a_history_stays",
        "DELETE ON image",
        "an image with a history stays",
        when="EXISTS (SELECT 1 FROM edit WHERE image_id = OLD.id)",
    ),
    _refused(
        "image_changes_are_logged",
        "UPDATE OF state, is_normal, assigned_to, annotator, reviewer, reason ON image",
        "the log has no word of it",
        when=f"{_CHANGED} AND NOT {_is_logged()}",
    ),
    _refused(
        "image_state_steps",
        "UPDATE OF state ON image",
        "no such step",
        when=f"""OLD.state != NEW.state
            AND NOT iif({_written("kind = 'undo'")}, {_TAKEN_BACK}, {_TAKEN})""",
    ),
    _refused(
        "image_state_has_a_reason",
        "UPDATE OF state, reason ON image",
        "a reason is lacking",
        when=f"NEW.state IN ('returned', 'excluded') AND trim(NEW.reason, {_BLANKS}) = ''",
    ),
    _refused(
        "image_is_reviewed_by_steps",
        "UPDATE OF annotator, reviewer, reason ON image",
        "it is reviewed without a step",
        when="""OLD.state = NEW.state AND (NEW.annotator IS NOT OLD.annotator
            OR NEW.reviewer IS NOT OLD.reviewer OR NEW.reason != OLD.reason)""",
    ),
    _refused(
        "image_is_handed_in_by_its_annotator",
        "UPDATE OF state, annotator ON image",
        "the annotator is another",
        when=f"""OLD.state != NEW.state AND {
            _written('''kind != 'undo' AND NEW.annotator IS NOT
            iif(NEW.state = 'submitted' AND is_decided, actor, OLD.annotator)''')
        }""",
    ),
    _refused(
        "image_is_signed_by_its_reviewer",
        "UPDATE OF state, reviewer ON image",
        "the reviewer is another",
        when=f"""OLD.state != NEW.state AND {
            _written('''kind != 'undo' AND NEW.reviewer IS NOT
            iif(NEW.state IN ('approved', 'returned'), actor, OLD.reviewer)''')
        }""",
    ),
    _refused(
        "image_approved_by_a_reviewer",
        "UPDATE OF state ON image",
        "no reviewer approves it",
        when=f"{_SIGNED} AND {_written('''kind != 'undo' AND NOT reviews''')}",
    ),
    _refused(
        "image_approved_by_another",
        "UPDATE OF state ON image",
        "the annotator approves it",
        when=f"""{_SIGNED} AND NOT {_SELF_REVIEW}
            AND {_written(f"is_decided AND (OLD.annotator IS actor OR {_HANDED_IN})")}""",
    ),
    _refused(
        "image_approved_as_it_was_looked_at",
        "UPDATE OF state ON image",
        "it is not ready to be approved",
        when=f"""{_SIGNED} AND iif(
            EXISTS (SELECT 1 FROM annotation WHERE image_id = NEW.id AND author IS NULL), 1,
            NOT NEW.is_normal AND NOT EXISTS (SELECT 1 FROM annotation WHERE image_id = NEW.id))""",
    ),
    _refused(
        "image_is_locked",
        "UPDATE OF is_normal ON image",
        "the image is locked",
        when=f"OLD.is_normal != NEW.is_normal AND OLD.state = NEW.state AND OLD.state IN {_LOCKED}",
    ),
    _refused(
        "imageis_closed_to_imports",
        "UPDATE OF state, is_normal ON image",
        "the image is closed to imports",
        when=f"""(OLD.is_normal != NEW.is_normal OR OLD.state != NEW.state)
            AND {_written("kind = 'import'")} AND ({_TOUCHED}
                OR EXISTS (SELECT 1 FROM gold WHERE image_id = NEW.id)
                OR EXISTS (SELECT 1 FROM split_lock
                    WHERE image_id = NEW.id AND unlocked_at IS NULL))""",
    ),
    *(
        _refused(
            f"image_tag_locked_{event.lower()}",
            f"{event} ON image_tag",
            "the image is locked",
            when=" OR ".join(
                f"(SELECT state FROM image WHERE id = {row}.image_id) IN {_LOCKED}" for row in rows
            ),
        )
        for event, rows in (("INSERT", ["NEW"]), ("DELETE", ["OLD"]), ("UPDATE", ["OLD", "NEW"]))
    ),
]


def is_closed(row: str) -> str:
    """Whether no box of that image changes now. Reviewers may correct what was handed in."""
    return f"""CASE (SELECT state FROM image WHERE id = {row}.image_id)
        WHEN 'approved' THEN 1 WHEN 'excluded' THEN 1
        WHEN 'returned' THEN {_written("kind = 'prelabel'")}
        WHEN 'submitted' THEN {
        _written('''kind = 'prelabel'
            OR kind IN ('edit', 'undo', 'redo') AND NOT reviews''')
    }
        ELSE 0 END"""


_OF_BOXES = [
    *(
        _refused(
            f"annotation_locked_{event.lower()}",
            f"{event} ON annotation",
            "the image is locked",
            when=when,
        )
        for event, when in (
            ("INSERT", is_closed("NEW")),
            ("DELETE", is_closed("OLD")),
            (
                "UPDATE",
                f"{is_closed('OLD')} OR (NEW.image_id != OLD.image_id AND {is_closed('NEW')})",
            ),
        )
    ),
    # OR REPLACE takes the other row away without asking any trigger.
    _refused(
        "annotation_is_one",
        "INSERT ON annotation",
        "a box stands there already",
        when="EXISTS (SELECT 1 FROM annotation WHERE uid = NEW.uid OR id = NEW.id)",
    ),
    _refused(
        "annotation_stays_one",
        "UPDATE OF id, uid ON annotation",
        "a box stays the one it is",
        when="NEW.id != OLD.id OR NEW.uid != OLD.uid",
    ),
]

_OF_THE_LOG = [
    *(
        _refused(
            f"{table}_is_written_once_{event.split()[0].lower()}",
            f"{event} ON {table}",
            "what the log has stays",
            when="1",
        )
        for table, event in (
            *(("edit", "UPDATE"), ("edit", "DELETE"), ("gesture", "DELETE")),
            *(("gesture", "UPDATE OF id, at, actor, kind, reverts"),),
        )
    ),
]

_TRIGGERS = [*_OF_IMAGES, *_OF_BOXES, *_OF_THE_LOG]
