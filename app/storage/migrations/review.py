"""Step 18: people, and states that images can't reach by a way that the team hasn't."""

from itertools import cycle

from sqlite_utils import Database

from app.storage.migrations.steps import migrations, run


@migrations()
def m018_review(db: Database) -> None:
    run(
        db,
        """CREATE TABLE person (
            name TEXT PRIMARY KEY,
            role TEXT NOT NULL CHECK (role IN ('annotator', 'reviewer', 'lead')),
            colour TEXT NOT NULL,
            since TEXT NOT NULL) WITHOUT ROWID""",
        # Whoever began a project leads it.
        """INSERT INTO person SELECT actor, iif(min(id) = (SELECT min(id) FROM gesture), 'lead',
                'annotator'), '#1F77B4', min(at) FROM gesture GROUP BY actor""",
        "ALTER TABLE image ADD COLUMN annotator TEXT",
        "ALTER TABLE image ADD COLUMN reviewer TEXT",
        "ALTER TABLE image ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
        """UPDATE image SET annotator = (
                SELECT actor FROM edit JOIN gesture ON gesture.id = gesture_id
                WHERE image_id = image.id AND subject = 'image' AND kind IN ('edit', 'redo')
                    AND standing != 'undone' AND json_extract(after, '$[0]') = 'submitted'
                ORDER BY edit.id DESC LIMIT 1)
            WHERE state IN ('submitted', 'approved', 'returned')""",
        """UPDATE image SET reason = 'before reasons were asked for'
            WHERE state IN ('returned', 'excluded')""",
        "CREATE INDEX image_by_annotator ON image (annotator, state)",
        "CREATE TABLE transition (before TEXT NOT NULL, after TEXT NOT NULL, actor TEXT NOT NULL,"
        " needs_reason INTEGER NOT NULL, PRIMARY KEY (before, after, actor)) WITHOUT ROWID",
    )
    names = db.execute("SELECT name FROM person ORDER BY since, name").fetchall()
    for (name,), colour in zip(names, cycle(_COLOURS), strict=False):
        db.execute("UPDATE person SET colour = ? WHERE name = ?", [colour, name])
    for step in _STEPS:
        db.execute("INSERT INTO transition VALUES (?, ?, ?, ?)", step)
    run(db, *_TRIGGERS)


_COLOURS = (
    "#1F77B4", "#D95F02", "#1B9E77", "#7570B3", "#E7298A", "#66A61E", "#A6761D", "#17BECF",
    "#B2182B", "#4D4D4D",
)  # fmt: skip
_PEOPLE = ("annotator", "reviewer", "lead")
_REVIEWERS = ("reviewer", "lead")
_IMPORTED = ("prelabelled", "in_progress", "submitted", "approved")
_STEPS = [
    *((b, "in_progress", who, 0) for b in ("new", "prelabelled", "returned") for who in _PEOPLE),
    *(
        (before, after, who, after == "excluded")
        for before in ("new", "prelabelled", "in_progress", "returned")
        for after in ("submitted", "excluded")
        for who in _PEOPLE
    ),
    *(("submitted", "in_progress", who, 0) for who in _PEOPLE),
    *(("submitted", "excluded", who, 1) for who in _REVIEWERS),
    *(("submitted", "returned", who, 1) for who in _REVIEWERS),
    *(("submitted", "approved", who, 0) for who in _REVIEWERS),
    *(("approved", "in_progress", who, 1) for who in _REVIEWERS),
    *(("excluded", "in_progress", who, 1) for who in _PEOPLE),
    *((b, a, "import", 0) for b in ("new", *_IMPORTED) for a in _IMPORTED if a != b),
    ("new", "prelabelled", "prelabel", 0),
]

# Every change of labels is written within a gesture, the newest there is.
_KIND = "(SELECT kind FROM gesture ORDER BY id DESC LIMIT 1)"
_WHO = "(SELECT actor FROM gesture ORDER BY id DESC LIMIT 1)"
_ACTOR = f"iif({_KIND} IN ('edit', 'redo'), (SELECT role FROM person WHERE name = {_WHO}), {_KIND})"
_IS_LOCKED = "(SELECT state FROM image WHERE id = {}) IN ('approved', 'excluded')"


def _refused(name: str, event: str, what: str, *, when: str) -> str:
    return f"""CREATE TRIGGER {name} BEFORE {event} WHEN {when}
        BEGIN SELECT RAISE(ABORT, 'flawmark: {what}'); END"""


_TRIGGERS = [
    _refused(
        "image_begins_new", "INSERT ON image", "an image comes in as new", when="NEW.state != 'new'"
    ),
    _refused(
        "image_state_steps",
        "UPDATE OF state ON image",
        "no such step",
        when=f"""OLD.state != NEW.state AND NOT iif({_KIND} = 'undo',
            EXISTS (SELECT 1 FROM transition WHERE before = NEW.state AND after = OLD.state
                AND actor NOT IN ('import', 'prelabel')),
            EXISTS (SELECT 1 FROM transition WHERE before = OLD.state AND after = NEW.state
                AND actor = {_ACTOR} AND (NOT needs_reason OR NEW.reason != '')))""",
    ),
    _refused(
        "image_state_has_a_reason",
        "UPDATE ON image",
        "a reason is lacking",
        when="NEW.state IN ('returned', 'excluded') AND NEW.reason = ''",
    ),
    _refused(
        "image_approved_by_another",
        "UPDATE OF state ON image",
        "the annotator approves it",
        when=f"""NEW.state = 'approved' AND OLD.state != 'approved'
            AND {_KIND} IN ('edit', 'redo') AND NEW.annotator = {_WHO} AND NOT EXISTS (
                SELECT 1 FROM setting
                WHERE person = '' AND name = 'self_review' AND value = 'true')""",
    ),
    _refused(
        "image_handed_in_by_its_annotator",
        "UPDATE OF state ON image",
        "the annotator is another",
        when=f"""NEW.state = 'submitted' AND OLD.state != 'submitted'
            AND {_KIND} IN ('edit', 'redo') AND NEW.annotator IS NOT {_WHO}""",
    ),
    _refused(
        "image_keeps_its_annotator",
        "UPDATE OF annotator ON image",
        "the annotator is another",
        when=f"""OLD.annotator IS NOT NULL AND NEW.annotator IS NOT OLD.annotator
            AND {_KIND} != 'undo' AND (NEW.state != 'submitted' OR OLD.state = 'submitted')""",
    ),
    _refused(
        "image_is_locked",
        "UPDATE OF is_normal ON image",
        "the image is locked",
        when=f"""OLD.is_normal != NEW.is_normal AND OLD.state = NEW.state
            AND OLD.state IN ('approved', 'excluded') AND {_KIND} != 'import'""",
    ),
    *(
        _refused(
            f"annotation_locked_{event.split()[0].lower()}",
            f"{event} ON annotation",
            "the image is locked",
            when=f"{_KIND} != 'import' AND {_IS_LOCKED.format(row)}",
        )
        for event, row in (
            ("INSERT", "NEW.image_id"),
            ("DELETE", "OLD.image_id"),
            ("UPDATE", "NEW.image_id"),
        )
    ),
]
