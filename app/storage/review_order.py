"""What the project knows of the images that wait for a reviewer, and in which order they come."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median

from app.core.geometry import Box, intersection_over_union
from app.core.review_order import ReviewFacts, fault_share, most_doubtful_first, rarity
from app.storage.database import ProjectDatabase
from app.storage.disagreements import OPEN
from app.storage.review_draws import ReviewDrawTable, review_plan

UNCLEAR = "unclear"
"""The tag by which an annotator says that somebody else is to look."""

_WAITING = "(SELECT id FROM image WHERE state = 'submitted')"


def in_review_order(db: ProjectDatabase, ids: Sequence[int]) -> "array[int]":
    """Of these images those that are handed in, likeliest faulty first; then all others, as are
    those that were not drawn where a sample is reviewed."""
    among = frozenset(ids)
    if not review_plan(db).takes_all:
        among &= ReviewDrawTable(db).all().keys()
    first = [i for i in most_doubtful_first(review_facts(db)) if i in among]
    waiting = frozenset(first)
    return array("q", [*first, *(i for i in ids if i not in waiting)])


def review_facts(db: ProjectDatabase) -> list[ReviewFacts]:
    """Of all images that are handed in and wait for a reviewer."""
    annotators = dict(db.rows("SELECT id, annotator FROM image WHERE state = 'submitted'"))
    said, shifted, unfound = _disagreements(db), _shifted(db), _unfound(db)
    removed, reclassified = _changed_proposals(db)
    accepted, rare, pace = _accepted(db), _rarities(db), _paces(db)
    unclear, shares, of_new = _unclear(db), _fault_shares(db), fault_share(0, 0)
    return [
        ReviewFacts(
            image_id,
            unseen=said.get((image_id, "extra"), ()),
            other_class=said.get((image_id, "class"), ()),
            shifted=shifted.get(image_id, ()),
            unfound=unfound.get(image_id, 0.0),
            removed=removed.get(image_id, ()),
            reclassified=reclassified[image_id],
            accepted=accepted.get(image_id, ()),
            rarity=rare.get(image_id, 0.0),
            pace=pace.get(image_id),
            is_unclear=image_id in unclear,
            fault_share=shares.get(annotator, of_new),
        )
        for image_id, annotator in annotators.items()
    ]


def _disagreements(db: ProjectDatabase) -> defaultdict[tuple[int, str], list[float]]:
    """(image id, kind) → scores, 1 where the model gave none."""
    found = defaultdict[tuple[int, str], list[float]](list)
    for image_id, kind, score in db.rows(
        "SELECT image_id, kind, coalesce(score, 1.0) FROM disagreement"
        f" WHERE {OPEN} AND kind IN ('extra', 'class') AND image_id IN {_WAITING}"
    ):
        found[image_id, kind].append(score)
    return found


def _shifted(db: ProjectDatabase) -> defaultdict[int, list[tuple[float, float]]]:
    """Of each image: score and overlap of what models place elsewhere."""
    found = defaultdict[int, list[tuple[float, float]]](list)
    for image_id, score, *corners in db.rows(
        "SELECT image_id, coalesce(score, 1.0), was_left_px, was_top_px, was_right_px,"
        " was_bottom_px, found_left_px, found_top_px, found_right_px, found_bottom_px"
        f" FROM disagreement WHERE {OPEN} AND kind = 'shifted' AND image_id IN {_WAITING}"
    ):
        overlap = intersection_over_union(Box(*corners[:4]), Box(*corners[4:]))
        found[image_id].append((score, overlap))
    return found


def _unfound(db: ProjectDatabase) -> dict[int, float]:
    """Of each image: the share of its boxes that some model doesn't find."""
    return dict(
        db.rows(
            "SELECT image_id, min(1.0, count(DISTINCT uid) * 1.0 / (SELECT sum(boxes)"
            " FROM image_class_count AS c WHERE c.image_id = d.image_id))"
            f" FROM disagreement AS d WHERE {OPEN} AND kind = 'missed'"
            f" AND image_id IN {_WAITING} GROUP BY image_id"
        )
    )


def _changed_proposals(db: ProjectDatabase) -> tuple[defaultdict[int, list[float]], Counter[int]]:
    """Of each image: scores of proposals that people took away, and how many have another class.

    What went as the image was handed in was withheld: nobody has judged it. In the log's JSON of an
    annotation the class stands at 0, the score at 3 and the author, null for a proposal, at 5.
    """
    removed, reclassified = defaultdict[int, list[float]](list), Counter[int]()
    for image_id, score, is_gone in db.rows(
        "SELECT image_id, coalesce(json_extract(before, '$[3]'), 1.0), after IS NULL"
        " FROM edit JOIN gesture ON gesture.id = gesture_id"
        f" WHERE image_id IN {_WAITING} AND subject = 'annotation'"
        " AND kind IN ('edit', 'redo') AND standing != 'undone'"
        " AND before IS NOT NULL AND json_extract(before, '$[5]') IS NULL"
        " AND (after IS NULL OR json_extract(after, '$[0]') != json_extract(before, '$[0]'))"
        # By the image and not by the gesture (the + says so): one gesture may hand in thousands.
        " AND NOT EXISTS (SELECT 1 FROM edit AS other WHERE +other.gesture_id = edit.gesture_id"
        " AND other.image_id = edit.image_id AND other.subject = 'image'"
        " AND json_extract(other.after, '$[0]') = 'submitted'"
        " AND json_extract(other.before, '$[0]') != 'submitted')"
    ):
        if is_gone:
            removed[image_id].append(score)
        else:
            reclassified[image_id] += 1
    return removed, reclassified


def _accepted(db: ProjectDatabase) -> defaultdict[int, list[float]]:
    """Of each image: scores of the models' boxes that stand."""
    found = defaultdict[int, list[float]](list)
    for image_id, score in db.rows(
        "SELECT image_id, score FROM annotation"
        f" WHERE image_id IN {_WAITING} AND author IS NOT NULL AND score IS NOT NULL"
    ):
        found[image_id].append(score)
    return found


def _rarities(db: ProjectDatabase) -> dict[int, float]:
    """Of each image: the rarity of its rarest class."""
    ((total, classes),) = db.rows(
        "SELECT coalesce(sum(boxes - proposals), 0), count(*) FROM class_count"
        " WHERE boxes > proposals"
    )
    rows = db.rows(
        "SELECT image_id, min(of_all.boxes - of_all.proposals)"
        " FROM image_class_count AS here JOIN class_count AS of_all USING (class_id)"
        f" WHERE here.boxes AND image_id IN {_WAITING} GROUP BY image_id"
    )
    return {image_id: rarity(boxes / max(total, 1), classes) for image_id, boxes in rows}


def _paces(db: ProjectDatabase) -> dict[int, float]:
    """Of each image: its annotator's time a box over what they usually take; no box counts as one.

    Usual is the median of their images that wait.
    """
    times = db.rows(
        "SELECT image.id, annotator, sum(active_ms) * 1.0 / max(1, (SELECT coalesce(sum(boxes), 0)"
        " FROM image_class_count WHERE image_id = image.id))"
        " FROM image JOIN visit ON visit.image_id = image.id AND visit.person = annotator"
        " WHERE state = 'submitted' GROUP BY image.id"
    )
    by_person = defaultdict[str, list[float]](list)
    for _, person, ms in times:
        by_person[person].append(ms)
    usual = {person: median(each) for person, each in by_person.items()}
    return {image_id: ms / usual[person] for image_id, person, ms in times if usual[person]}


def _unclear(db: ProjectDatabase) -> frozenset[int]:
    rows = db.rows(
        "SELECT image_id FROM image_tag JOIN tag ON tag.id = tag_id WHERE name = ?", [UNCLEAR]
    )
    return frozenset(image_id for (image_id,) in rows)


def _fault_shares(db: ProjectDatabase) -> dict[str, float]:
    """By annotator, from what is reviewed: faulty is what came back, or was corrected.

    A box that the reviewer removed has left nothing but its row in the log.
    """
    rows = db.rows(
        "SELECT annotator, sum(EXISTS (SELECT 1 FROM edit JOIN gesture ON gesture.id = gesture_id"
        " WHERE image_id = image.id AND actor = reviewer AND kind = 'edit'"
        " AND standing != 'undone' AND (subject = 'annotation' OR subject = 'image'"
        " AND json_extract(after, '$[0]') = 'returned'))), count(*)"
        " FROM image WHERE annotator IS NOT NULL AND reviewer IS NOT NULL"
        " AND reviewer != annotator GROUP BY annotator"
    )
    return {person: fault_share(faulty, reviewed) for person, faulty, reviewed in rows}
