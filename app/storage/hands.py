"""Who ever handed an image in, whoever's name stands on it since: they don't approve it."""

from app.storage.database import ProjectDatabase

_HANDED_IN = (
    "kind = 'edit' AND standing != 'undone' AND subject = 'image'"
    " AND json_extract(after, '$[0]') = 'submitted'"
    " AND json_extract(before, '$[0]') != 'submitted'"
)
"""Of a row of `edit` with its gesture. What was taken back by an undo was not handed in."""

HANDED_IN_BY = (
    "(SELECT image_id FROM gesture CROSS JOIN edit ON gesture_id = gesture.id"
    f" WHERE actor = ? AND {_HANDED_IN})"
)
"""In SQL, the ids of all images that a person ever handed in."""


def handed_in_by(db: ProjectDatabase, image_id: int) -> frozenset[str]:
    """Everybody who ever handed that image in."""
    rows = db.rows(
        "SELECT DISTINCT actor FROM edit JOIN gesture ON gesture.id = gesture_id"
        f" WHERE image_id = ? AND {_HANDED_IN}",
        [image_id],
    )
    return frozenset(actor for (actor,) in rows)
